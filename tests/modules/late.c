/* SPDX-License-Identifier: MIT */
/* late.c - leaves a timer and work behind that run when it should be gone */
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static void late_timer_fn(struct timer_list *timer)
{
	(void)timer;
}
static DEFINE_TIMER(late_timer, late_timer_fn);

static void late_work_fn(struct work_struct *work)
{
	(void)work;
}
static DECLARE_DELAYED_WORK(late_work, late_work_fn);

/* Of an item that is nobody's static memory, and frees itself. */
static void late_heap_fn(struct work_struct *work)
{
	kfree(to_delayed_work(work));
}

static int __init late_init(void)
{
	struct delayed_work *heap = kmalloc(sizeof(*heap), GFP_KERNEL);

	if (!heap)
		return -ENOMEM;
	INIT_DELAYED_WORK(heap, late_heap_fn);
	schedule_delayed_work(heap, 20);
	mod_timer(&late_timer, jiffies + 20);
	schedule_delayed_work(&late_work, 20);
	return 0;
}

static void __exit late_exit(void)
{
}

module_init(late_init);
module_exit(late_exit);
MODULE_LICENSE("GPL");
