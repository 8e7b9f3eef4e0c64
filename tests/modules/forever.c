/* SPDX-License-Identifier: MIT */
/* forever.c - has no exit function */
#include <linux/module.h>

static int __init forever_init(void)
{
	return 0;
}

module_init(forever_init);
MODULE_LICENSE("GPL");
