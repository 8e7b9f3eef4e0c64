/* SPDX-License-Identifier: MIT */
/* closed.c - not under the GPL, and asks for what only such modules get */
#include <linux/module.h>

int exported_gpl_value(void);

static int __init closed_init(void)
{
	return exported_gpl_value();
}

static void __exit closed_exit(void)
{
}

module_init(closed_init);
module_exit(closed_exit);
MODULE_LICENSE("Proprietary");
