/* SPDX-License-Identifier: MIT */
/* given.c - gives objects to the kernel, which frees them; and a pool is lost */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

static bool lose_pool;
module_param(lose_pool, bool, 0);

static char *given_devnode(struct device *dev, umode_t *mode)
{
	return kasprintf(GFP_KERNEL, "ktest-%s", dev_name(dev));
}

static int give_name(void)
{
	struct class *class = class_create(THIS_MODULE, "given");
	struct device *dev;

	if (IS_ERR(class))
		return PTR_ERR(class);
	class->devnode = given_devnode;
	dev = device_create(class, NULL, MKDEV(4000, 1), NULL, "given");
	if (!IS_ERR(dev))
		device_destroy(class, MKDEV(4000, 1));
	class_destroy(class);
	return PTR_ERR_OR_ZERO(dev);
}

static int give_pages(void)
{
	struct page **pages = kmalloc_array(2, sizeof(*pages), GFP_KERNEL);
	void *area = NULL;

	if (!pages)
		return -ENOMEM;
	pages[0] = alloc_page(GFP_KERNEL);
	pages[1] = alloc_page(GFP_KERNEL);
	if (pages[0] && pages[1])
		area = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL);
	vfree(area);
	return area ? 0 : -ENOMEM;
}

/* A sequence without a record. */
static void *given_start(struct seq_file *m, loff_t *pos)
{
	return NULL;
}

static void *given_next(struct seq_file *m, void *v, loff_t *pos)
{
	return NULL;
}

static void given_stop(struct seq_file *m, void *v)
{
}

static int given_show(struct seq_file *m, void *v)
{
	return 0;
}

static const struct seq_operations given_seq = {
	.start = given_start,
	.next = given_next,
	.stop = given_stop,
	.show = given_show,
};

static int given_open(struct inode *inode, struct file *file)
{
	int err = seq_open(file, &given_seq);

	if (!err)
		((struct seq_file *)file->private_data)->private =
			kmalloc(100, GFP_KERNEL);
	return err;
}

static const struct proc_ops given_ops = {
	.proc_open = given_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = seq_release_private,
};

static int __init given_init(void)
{
	int err = give_name();

	if (!err)
		err = give_pages();
	if (!err && lose_pool && !mempool_create_kmalloc_pool(3, 200))
		err = -ENOMEM;
	if (!err && !proc_create("ktest_given", 0444, NULL, &given_ops))
		err = -ENOMEM;
	return err;
}

static void __exit given_exit(void)
{
	remove_proc_entry("ktest_given", NULL);
}

module_init(given_init);
module_exit(given_exit);
MODULE_LICENSE("GPL");
