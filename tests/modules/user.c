/* SPDX-License-Identifier: MIT */
/* user.c - needs the module exporter */
#include <linux/module.h>
#include <linux/percpu.h>

int exported_value(void);
int exported_gpl_value(void);
DECLARE_PER_CPU(int, exported_percpu);

static int __init user_init(void)
{
	this_cpu_add(exported_percpu, 3);
	pr_info("user: got %i %i %i\n", exported_value(), exported_gpl_value(),
		(int)this_cpu_read(exported_percpu));
	return 0;
}

static void __exit user_exit(void)
{
}

module_init(user_init);
module_exit(user_exit);
MODULE_LICENSE("GPL");
