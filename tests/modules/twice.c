/* SPDX-License-Identifier: MIT */
/* twice.c - the suite makes the name that it exports one that exporter has */
#include <linux/module.h>

int exported_valve(void);

int exported_valve(void)
{
	return 1;
}
EXPORT_SYMBOL(exported_valve);

static void __exit twice_exit(void)
{
}

module_exit(twice_exit);
MODULE_LICENSE("GPL");
