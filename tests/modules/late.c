/* SPDX-License-Identifier: MIT */
/*
 * late.c - leaves a timer and work behind that run when it should be gone; and
 * a file in /proc and what its init has of DMA, which go with the work
 */
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static void late_timer_fn(struct timer_list *timer)
{
	(void)timer;
}
static DEFINE_TIMER(late_timer, late_timer_fn);

static struct device late_device = { .init_name = "late" };
static struct dma_pool *late_pool;
static void *late_buf;
static dma_addr_t late_addr;

static int late_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "late\n");
	return 0;
}

static void late_work_fn(struct work_struct *work)
{
	(void)work;
	remove_proc_entry("ktest_late", NULL);
	dma_unmap_single(&late_device, late_addr, 64, DMA_TO_DEVICE);
	kfree(late_buf);
	dma_pool_destroy(late_pool);
}
static DECLARE_DELAYED_WORK(late_work, late_work_fn);

/* Of an item that is nobody's static memory, and frees itself. */
static void late_heap_fn(struct work_struct *work)
{
	kfree(to_delayed_work(work));
}

static int __init late_take_dma(void)
{
	int err = dma_coerce_mask_and_coherent(&late_device, DMA_BIT_MASK(64));

	if (err)
		return err;
	late_buf = kmalloc(64, GFP_KERNEL);
	late_pool = dma_pool_create("late", &late_device, 64, 0, 0);
	if (!late_buf || !late_pool)
		return -ENOMEM;
	late_addr = dma_map_single(&late_device, late_buf, 64, DMA_TO_DEVICE);
	return dma_mapping_error(&late_device, late_addr);
}

static int __init late_init(void)
{
	struct delayed_work *heap;
	int err = late_take_dma();

	if (err)
		return err;
	heap = kmalloc(sizeof(*heap), GFP_KERNEL);
	if (!heap)
		return -ENOMEM;
	INIT_DELAYED_WORK(heap, late_heap_fn);
	if (!proc_create_single("ktest_late", 0444, NULL, late_show)) {
		kfree(heap);
		return -ENOMEM;
	}
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
