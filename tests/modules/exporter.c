/* SPDX-License-Identifier: MIT */
/* exporter.c - offers a function, a variable, and one for GPL modules only */
#include <linux/module.h>
#include <linux/percpu.h>

int exported_value(void);
int exported_gpl_value(void);
extern int exported_variable;
DECLARE_PER_CPU(int, exported_percpu);

int exported_variable = 40;
EXPORT_SYMBOL(exported_variable);
DEFINE_PER_CPU(int, exported_percpu) = 7;
EXPORT_PER_CPU_SYMBOL(exported_percpu);

int exported_value(void)
{
	return exported_variable + 2;
}
EXPORT_SYMBOL(exported_value);

int exported_gpl_value(void)
{
	return 43;
}
EXPORT_SYMBOL_GPL(exported_gpl_value);

static void __exit exporter_exit(void)
{
}

module_exit(exporter_exit);
MODULE_LICENSE("GPL");
