/* SPDX-License-Identifier: MIT */
/*
 * jar.c - a whole driver: bytes are put into a jar, and taken out again
 *
 * /dev/jar keeps what was last written to it, /proc/jar says what it is made of.
 * docs/writing-a-driver.md goes through it from top to bottom.
 *
 * Locking: jar_lock guards the bytes and how many there are. It is a mutex:
 * copies from and to a process may sleep.
 */
#define pr_fmt(fmt) "jar: " fmt
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

/* --- parameters --------------------------------------------------------- */

static char *kind = "kmalloc";
module_param(kind, charp, 0444);
MODULE_PARM_DESC(kind, "kmalloc, cache, pages or vmalloc");

static unsigned int size = 5000;
module_param(size, uint, 0444);
MODULE_PARM_DESC(size, "bytes that fit in, 1 to 1000000");
#define SIZE_MOST 1000000

/* --- memory ------------------------------------------------------------- */

static struct kmem_cache *jar_cache;

static void *jar_from_kmalloc(void)
{
	return kmalloc(size, GFP_KERNEL);
}

static void jar_to_kmalloc(void *bytes)
{
	kfree(bytes);
}

static void *jar_from_cache(void)
{
	void *bytes;

	jar_cache = kmem_cache_create("jar", size, 0, SLAB_HWCACHE_ALIGN, NULL);
	if (!jar_cache)
		return NULL;
	bytes = kmem_cache_alloc(jar_cache, GFP_KERNEL);
	if (!bytes)
		kmem_cache_destroy(jar_cache);
	return bytes;
}

static void jar_to_cache(void *bytes)
{
	kmem_cache_free(jar_cache, bytes);
	kmem_cache_destroy(jar_cache);
}

static void *jar_from_pages(void)
{
	return (void *)__get_free_pages(GFP_KERNEL, get_order(size));
}

static void jar_to_pages(void *bytes)
{
	free_pages((unsigned long)bytes, get_order(size));
}

static void *jar_from_vmalloc(void)
{
	return vmalloc(size);
}

static void jar_to_vmalloc(void *bytes)
{
	vfree(bytes);
}

static const struct jar_kind {
	const char *name;
	void *(*take)(void);
	void (*give)(void *bytes);
} jar_kinds[] = {
	{ "kmalloc", jar_from_kmalloc, jar_to_kmalloc },
	{ "cache", jar_from_cache, jar_to_cache },
	{ "pages", jar_from_pages, jar_to_pages },
	{ "vmalloc", jar_from_vmalloc, jar_to_vmalloc },
};

static const struct jar_kind *jar_find_kind(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(jar_kinds); i++) {
		if (!strcmp(jar_kinds[i].name, name))
			return &jar_kinds[i];
	}
	return NULL;
}

/* --- /dev/jar ----------------------------------------------------------- */

static const struct jar_kind *jar_kind;
static char *jar_bytes;
static size_t jar_used;
static DEFINE_MUTEX(jar_lock); /* guards both */

static ssize_t jar_read(struct file *file, char __user *buf, size_t count,
			loff_t *pos)
{
	ssize_t done;

	if (mutex_lock_interruptible(&jar_lock))
		return -ERESTARTSYS;
	done = simple_read_from_buffer(buf, count, pos, jar_bytes, jar_used);
	mutex_unlock(&jar_lock);
	return done;
}

static ssize_t jar_write(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	ssize_t done = -ENOSPC;

	if (mutex_lock_interruptible(&jar_lock))
		return -ERESTARTSYS;
	if (!count || *pos < size)
		done = simple_write_to_buffer(jar_bytes, size, pos, buf, count);
	if (done > 0)
		jar_used = (size_t)*pos;
	mutex_unlock(&jar_lock);
	return done;
}

static loff_t jar_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, size);
}

static const struct file_operations jar_fops = {
	.owner = THIS_MODULE,
	.read = jar_read,
	.write = jar_write,
	.llseek = jar_llseek,
};

static struct miscdevice jar_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "jar",
	.fops = &jar_fops,
};

/* --- /proc/jar ---------------------------------------------------------- */

static int jar_show(struct seq_file *m, void *v)
{
	if (mutex_lock_interruptible(&jar_lock))
		return -ERESTARTSYS;
	seq_printf(m, "kind: %s\nused: %zu of %u\n", jar_kind->name, jar_used,
		   size);
	mutex_unlock(&jar_lock);
	return 0;
}

/* --- start and end ------------------------------------------------------ */

static int __init jar_init(void)
{
	int err = -ENOMEM;

	jar_kind = jar_find_kind(kind);
	if (!jar_kind || !size || size > SIZE_MOST) {
		pr_err("kind=%.20s size=%u: no such jar\n", kind, size);
		return -EINVAL;
	}
	jar_bytes = jar_kind->take();
	if (!jar_bytes)
		return -ENOMEM;
	/* Others can see what was in this memory before: they must not. */
	memset(jar_bytes, 0, size);
	if (!proc_create_single("jar", 0444, NULL, jar_show))
		goto out_bytes;
	err = misc_register(&jar_device);
	if (err)
		goto out_proc;
	return 0;

out_proc:
	remove_proc_entry("jar", NULL);
out_bytes:
	jar_kind->give(jar_bytes);
	return err;
}

static void __exit jar_exit(void)
{
	misc_deregister(&jar_device);
	remove_proc_entry("jar", NULL);
	jar_kind->give(jar_bytes);
}

module_init(jar_init);
module_exit(jar_exit);
MODULE_DESCRIPTION("a whole driver, for docs/writing-a-driver.md");
MODULE_LICENSE("Dual MIT/GPL");
