/* SPDX-License-Identifier: MIT */
/* hello.c - the smallest module: it says that it comes, and that it goes */
#include <linux/init.h>
#include <linux/module.h>

static int __init hello_init(void)
{
	printk(KERN_INFO "hello: here I am\n");
	return 0;
}

static void __exit hello_exit(void)
{
	printk(KERN_INFO "hello: and off I go\n");
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_DESCRIPTION("the smallest module");
MODULE_LICENSE("Dual MIT/GPL");
