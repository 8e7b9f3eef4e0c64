/* SPDX-License-Identifier: MIT */
/* again.c - a tasklet that schedules itself, until it is told to end */
#include <linux/interrupt.h>
#include <linux/module.h>

static bool ended;
module_param(ended, bool, 0644);

static void again_fn(struct tasklet_struct *tasklet)
{
	if (!READ_ONCE(ended))
		tasklet_schedule(tasklet);
}
static DECLARE_TASKLET(again, again_fn);

static int __init again_init(void)
{
	tasklet_schedule(&again);
	return 0;
}

static void __exit again_exit(void)
{
}

module_init(again_init);
module_exit(again_exit);
MODULE_LICENSE("GPL");
