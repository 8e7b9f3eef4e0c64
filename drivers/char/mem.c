/* SPDX-License-Identifier: MIT */
/*
 * mem.c - /dev/null, zero, full, random, urandom, and mem
 *
 * One major number; the minor says which when the file is opened, and its own
 * operations take over, as on Linux.
 *
 * /dev/mem is physical memory by its address, kept as strictly as Linux does:
 * RAM has owners, so it is refused (-EPERM), except that the first MiB, where
 * programs look for the firmware's tables, reads as zeroes and swallows what is
 * written. Everything else, a device's memory or none at all, is mapped a page
 * at a time, uncached, for the moment of the copy.
 *
 * Locking: none.
 */
#include <drivers/mem.h>
#include <fs/cdev.h>
#include <fs/fs.h>
#include <fs/namei.h>
#include <kernel/bug.h>
#include <kernel/entropy.h>
#include <kernel/iomap.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/ioremap.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/user_space.h>
#include <mm/vmalloc.h>

/* Below it RAM is read as zeroes, rather than refused. */
#define MEM_LEGACY_END ((phys_addr_t)MIB(1))

/* --- null, zero, full ----------------------------------------------------------- */

static ssize_t null_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	(void)iocb;
	(void)to;
	return 0;
}

static ssize_t null_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	size_t count = iov_iter_count(from);

	(void)iocb;
	iov_iter_advance(from, count);
	return (ssize_t)count;
}

/* The position is no matter. */
static loff_t null_llseek(struct file *file, loff_t offset, int whence)
{
	(void)offset;
	(void)whence;
	file->f_pos = 0;
	return 0;
}

static ssize_t zero_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	ssize_t done = 0;

	(void)iocb;
	while (iov_iter_count(to)) {
		size_t n = min(iov_iter_count(to), (size_t)PAGE_SIZE);
		size_t zeroed = iov_iter_zero(n, to);

		done += (ssize_t)zeroed;
		if (zeroed < n)
			return done ? done : -EFAULT;
		if (signal_pending(current))
			return done;
	}
	return done;
}

static ssize_t full_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	(void)iocb;
	(void)from;
	return -ENOSPC;
}

/* A page of the user's own, which begins as zeroes. */
static vm_fault_t zero_fault(struct vm_fault *vmf)
{
	vmf->page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	return vmf->page ? 0 : VM_FAULT_OOM;
}

static const struct vm_operations_struct zero_vm_operations = {
	.fault = zero_fault,
};

static int zero_mmap(struct file *file, struct vm_area_struct *vma)
{
	(void)file;
	vma->vm_ops = &zero_vm_operations;
	return 0;
}

static const struct file_operations null_operations = {
	.read_iter = null_read_iter,
	.write_iter = null_write_iter,
	.llseek = null_llseek,
};

static const struct file_operations zero_operations = {
	.read_iter = zero_read_iter,
	.write_iter = null_write_iter,
	.llseek = null_llseek,
	.mmap = zero_mmap,
};

static const struct file_operations full_operations = {
	.read_iter = zero_read_iter,
	.write_iter = full_write_iter,
	.llseek = null_llseek,
};

/* --- random, urandom -------------------------------------------------------------- */

static ssize_t urandom_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	ssize_t done = 0;
	u8 bytes[64];

	(void)iocb;
	while (iov_iter_count(to)) {
		size_t n = min(iov_iter_count(to), sizeof(bytes)), copied;

		get_random_bytes(bytes, n);
		copied = copy_to_iter(bytes, n, to);
		done += (ssize_t)copied;
		if (copied < n && !done)
			done = -EFAULT;
		if (copied < n || signal_pending(current))
			break;
	}
	memset(bytes, 0, sizeof(bytes));
	return done;
}

static ssize_t random_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	int err;

	if (!random_is_ready() && iocb->ki_filp->f_flags & O_NONBLOCK)
		return -EAGAIN;
	err = wait_for_random_bytes();
	return err ? err : urandom_read_iter(iocb, to);
}

/* Whoever writes may know what he writes: it counts for nothing. */
static ssize_t random_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	ssize_t done = 0;
	u8 bytes[64];

	(void)iocb;
	while (iov_iter_count(from)) {
		size_t n = min(iov_iter_count(from), sizeof(bytes));
		size_t copied = copy_from_iter(bytes, n, from);

		add_random_bytes(bytes, copied, 0);
		done += (ssize_t)copied;
		if (copied < n)
			return done ? done : -EFAULT;
	}
	return done;
}

static const struct file_operations random_operations = {
	.read_iter = random_read_iter,
	.write_iter = random_write_iter,
	.llseek = noop_llseek,
};

static const struct file_operations urandom_operations = {
	.read_iter = urandom_read_iter,
	.write_iter = random_write_iter,
	.llseek = noop_llseek,
};

/* --- mem -------------------------------------------------------------------------- */

/* What may be done with [phys, phys + n), of one page. */
enum mem_kind { MEM_NOTHING, MEM_REFUSED, MEM_ZEROES, MEM_DEVICE };

static enum mem_kind mem_kind(phys_addr_t phys, size_t n)
{
	phys_addr_t limit = arch_layout()->phys_limit;

	if (phys >= limit || n > limit - phys)
		return MEM_NOTHING;
	if (!phys_touches_ram(ALIGN_DOWN(phys, PAGE_SIZE),
			      ALIGN(phys + n, PAGE_SIZE)))
		return MEM_DEVICE;
	return phys < MEM_LEGACY_END ? MEM_ZEROES : MEM_REFUSED;
}

/* Move bytes of a device between @bounce and [phys, phys + n), of one page. */
static int mem_device(phys_addr_t phys, void *bounce, size_t n, bool write)
{
	void __iomem *va = ioremap(phys, n);

	if (!va)
		return -EFAULT;
	if (write)
		memcpy_toio(va, bounce, n);
	else
		memcpy_fromio(bounce, va, n);
	iounmap(va);
	return 0;
}

static int mem_read_page(phys_addr_t phys, void *bounce, size_t n,
			 struct iov_iter *to)
{
	enum mem_kind kind = mem_kind(phys, n);
	int err = 0;

	if (kind == MEM_NOTHING)
		return -EFAULT;
	if (kind == MEM_REFUSED)
		return -EPERM;
	if (kind == MEM_ZEROES)
		memset(bounce, 0, n);
	else
		err = mem_device(phys, bounce, n, false);
	if (err)
		return err;
	return copy_to_iter(bounce, n, to) == n ? 0 : -EFAULT;
}

static int mem_write_page(phys_addr_t phys, void *bounce, size_t n,
			  struct iov_iter *from)
{
	enum mem_kind kind = mem_kind(phys, n);

	if (kind == MEM_NOTHING)
		return -EFAULT;
	if (kind == MEM_REFUSED)
		return -EPERM;
	if (!copy_from_iter_full(bounce, n, from))
		return -EFAULT;
	return kind == MEM_ZEROES ? 0 : mem_device(phys, bounce, n, true);
}

/* Page by page; what was moved counts, if the next page cannot be, or if a
 * signal ends it. The first is moved all the same: 0 would mean the end. */
static ssize_t mem_move(struct kiocb *iocb, struct iov_iter *iter,
			int (*page)(phys_addr_t phys, void *bounce, size_t n,
				    struct iov_iter *iter))
{
	void *bounce = kmalloc(PAGE_SIZE, GFP_KERNEL);
	ssize_t done = 0;
	int err = 0;

	if (!bounce)
		return -ENOMEM;
	while (iov_iter_count(iter)) {
		phys_addr_t phys = (phys_addr_t)iocb->ki_pos;
		size_t n = min(iov_iter_count(iter),
			       (size_t)(PAGE_SIZE - (phys & ~PAGE_MASK)));

		err = page(phys, bounce, n, iter);
		if (err)
			break;
		iocb->ki_pos += (loff_t)n;
		done += (ssize_t)n;
		if (signal_pending(current))
			break;
	}
	kfree(bounce);
	return done ? done : err;
}

static ssize_t mem_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	return mem_move(iocb, to, mem_read_page);
}

static ssize_t mem_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	return mem_move(iocb, from, mem_write_page);
}

/* All of it must be a device's. */
static int mem_mmap(struct file *file, struct vm_area_struct *vma)
{
	phys_addr_t start = pfn_to_phys(vma->vm_pgoff);
	phys_addr_t bytes = vma->vm_end - vma->vm_start;
	phys_addr_t limit = arch_layout()->phys_limit;

	(void)file;
	if (start >= limit || bytes > limit - start)
		return -EINVAL;
	if (phys_touches_ram(start, start + bytes))
		return -EPERM;
	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return remap_pfn_range(vma, vma->vm_start, vma->vm_pgoff,
			       vma->vm_end - vma->vm_start, vma->vm_page_prot);
}

/* Positions are addresses: any that are not negative. */
static loff_t mem_llseek(struct file *file, loff_t offset, int whence)
{
	return no_seek_end_llseek(file, offset, whence);
}

static const struct file_operations mem_operations = {
	.read_iter = mem_read_iter,
	.write_iter = mem_write_iter,
	.llseek = mem_llseek,
	.mmap = mem_mmap,
};

/* --- all of them -------------------------------------------------------------------- */

static const struct mem_device {
	const char *path;
	unsigned int minor;
	umode_t mode;
	const struct file_operations *ops;
} devices[] = {
	{ "/dev/mem", MEM_MINOR, 0640, &mem_operations },
	{ "/dev/null", NULL_MINOR, 0666, &null_operations },
	{ "/dev/zero", ZERO_MINOR, 0666, &zero_operations },
	{ "/dev/full", FULL_MINOR, 0666, &full_operations },
	{ "/dev/random", RANDOM_MINOR, 0666, &random_operations },
	{ "/dev/urandom", URANDOM_MINOR, 0666, &urandom_operations },
	{ "/dev/kmsg", KMSG_MINOR, 0644, &kmsg_operations },
};

static int mem_open(struct inode *inode, struct file *file)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		if (devices[i].minor != iminor(inode))
			continue;
		replace_fops(file, devices[i].ops);
		return file->f_op->open ? file->f_op->open(inode, file) : 0;
	}
	return -ENXIO;
}

static const struct file_operations opening_operations = {
	.open = mem_open,
	.llseek = noop_llseek,
};

void mem_devices_init(void)
{
	struct fs_struct fs = init_fs;
	unsigned int i;
	int err = register_chrdev(MEM_MAJOR, "mem", &opening_operations);

	fs.umask = 0;
	for (i = 0; i < ARRAY_SIZE(devices) && !err; i++)
		err = fs_mknod(&fs, devices[i].path, S_IFCHR | devices[i].mode,
			       MKDEV(MEM_MAJOR, devices[i].minor));
	if (err)
		panic("mem: no memory for the devices: error %d", err);
}
