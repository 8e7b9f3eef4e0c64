/* SPDX-License-Identifier: MIT */
/* hasty.c - its exit function goes with init's code */
#include <linux/module.h>

static int __init hasty_init(void)
{
	return 0;
}

static void __init hasty_exit(void)
{
}

module_init(hasty_init);
module_exit(hasty_exit);
MODULE_LICENSE("GPL");
