/* SPDX-License-Identifier: MIT */
/* hello.c - the smallest module: it comes and goes */
#include <linux/module.h>

static int __init hello_init(void)
{
	pr_info("Hello, world\n");
	return 0;
}

static void __exit hello_exit(void)
{
	pr_info("Goodbye, cruel world\n");
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_AUTHOR("Pagewright");
MODULE_DESCRIPTION("says hello");
