/* SPDX-License-Identifier: MIT */
/* atomic.c - init and exit that return where nobody may sleep */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *way = "";
module_param(way, charp, 0);

static DEFINE_SPINLOCK(atomic_lock);

static int __init atomic_init(void)
{
	if (!strcmp(way, "lock"))
		spin_lock(&atomic_lock);
	else if (!strcmp(way, "unlock"))
		preempt_enable();
	else if (!strcmp(way, "irqs"))
		local_irq_disable();
	return 0;
}

static void __exit atomic_exit(void)
{
	if (!strcmp(way, "exit"))
		preempt_disable();
}

module_init(atomic_init);
module_exit(atomic_exit);
MODULE_LICENSE("GPL");
