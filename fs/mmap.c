/* SPDX-License-Identifier: MIT */
/*
 * mmap.c - files in a user's memory
 *
 * What is asked for is judged here, in Linux's order: rights come from how the
 * file was opened, not from its mode. Then mm finds the place and makes the
 * stretch (user_map()), and calls back for the file's get_unmapped_area() and
 * mmap(), which see what they see on Linux.
 *
 * A mapping has a reference to its file, and each piece of it that is cut off
 * another one: closing the file, or unlinking it, takes nothing away. So a
 * driver's module stays for as long as a page of it is mapped.
 *
 * Locking: mmap_lock is taken by mm, around get_unmapped_area() and mmap(). The
 * last reference is put without it.
 */
#include <fs/fs.h>
#include <fs/mman.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/kthread.h>
#include <mm/page_addr.h>
#include <mm/user_space.h>

#include "file_internal.h"

/* What older callers may say without being asked what they mean. */
#define MAP_LEGACY                                              \
	(MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE | \
	 MAP_EXECUTABLE | MAP_NORESERVE | MAP_FIXED_NOREPLACE)

struct mmap_request {
	struct file *file;
	unsigned long flags; /* MAP_* */
};

/* --- rights --------------------------------------------------------------------- */

static unsigned long vm_flags_of(unsigned long prot, unsigned long flags)
{
	unsigned long vm = VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC;

	if (prot & PROT_READ)
		vm |= VM_READ;
	if (prot & PROT_WRITE)
		vm |= VM_WRITE;
	if (prot & PROT_EXEC)
		vm |= VM_EXEC;
	if (flags & MAP_NORESERVE)
		vm |= VM_NORESERVE;
	return vm;
}

/* A shared mapping of @file: may it be, and with which rights? */
static int may_share(const struct file *file, unsigned long prot,
		     unsigned long *vm)
{
	bool writable = file->f_mode & FMODE_WRITE;

	if (prot & PROT_WRITE && !writable)
		return -EACCES;
	*vm |= VM_MAYSHARE;
	if (writable)
		*vm |= VM_SHARED;
	else
		*vm &= ~VM_MAYWRITE;
	return 0;
}

static int may_map_file(const struct file *file, unsigned long prot,
			unsigned long flags, unsigned long *vm)
{
	unsigned long known = MAP_LEGACY | file->f_op->mmap_supported_flags;
	int err = 0;

	switch (flags & MAP_TYPE) {
	case MAP_SHARED_VALIDATE:
		if (flags & ~known)
			return -EOPNOTSUPP;
		err = may_share(file, prot, vm);
		break;
	case MAP_SHARED: err = may_share(file, prot, vm); break;
	case MAP_PRIVATE: break;
	default: return -EINVAL;
	}
	if (!err && !(file->f_mode & FMODE_READ))
		err = -EACCES;
	if (!err && !file->f_op->mmap)
		err = -ENODEV;
	return err;
}

static int may_map_memory(unsigned long flags, unsigned long *vm)
{
	switch (flags & MAP_TYPE) {
	case MAP_SHARED: *vm |= VM_SHARED | VM_MAYSHARE; return 0;
	case MAP_PRIVATE: return 0;
	default: return -EINVAL;
	}
}

/* Can a file of this kind have so many pages? A device may. */
static bool pages_can_be(const struct file *file, unsigned long pgoff,
			 unsigned long len)
{
	unsigned long most = ULONG_MAX >> PAGE_SHIFT;

	if (!S_ISREG(file->f_inode->i_mode))
		return pgoff + (len >> PAGE_SHIFT) >= pgoff;
	return len >> PAGE_SHIFT <= most && pgoff <= most - (len >> PAGE_SHIFT);
}

/* --- mapping -------------------------------------------------------------------- */

static int file_setup(struct vm_area_struct *vma, void *arg)
{
	const struct mmap_request *r = arg;
	int err = r->file->f_op->mmap(r->file, vma);

	return WARN_ON(err > 0) ? -EINVAL : err;
}

static unsigned long file_place(const struct user_mapping *m, unsigned long len)
{
	const struct mmap_request *r = m->arg;

	return r->file->f_op->get_unmapped_area(r->file, m->addr, len, m->pgoff,
						r->flags);
}

/* The mapping of a file takes a reference, if there is to be one. */
static unsigned long map_file(struct user_mapping *m, struct mmap_request *r)
{
	unsigned long addr;

	m->file = get_file(r->file);
	m->setup = file_setup;
	m->arg = r;
	if (r->file->f_op->get_unmapped_area)
		m->place = file_place;
	addr = user_map(current->mm, m);
	if (IS_ERR_VALUE(addr))
		fput(r->file);
	return addr;
}

/* @offset is fine, and the caller works for somebody. */
static unsigned long map_pages_of(struct file *file, struct user_mapping *m,
				  unsigned long prot, unsigned long flags)
{
	struct mmap_request r = { file, flags };
	int err;

	m->flags = vm_flags_of(prot, flags);
	if (file && !pages_can_be(file, m->pgoff, PAGE_ALIGN(m->len)))
		return (unsigned long)-EOVERFLOW;
	err = file ? may_map_file(file, prot, flags, &m->flags) :
		     may_map_memory(flags, &m->flags);
	if (err)
		return (unsigned long)err;
	if (file)
		return map_file(m, &r);
	m->pgoff = 0;
	return user_map(current->mm, m);
}

unsigned long vm_mmap(struct file *file, unsigned long addr, unsigned long len,
		      unsigned long prot, unsigned long flags,
		      unsigned long offset)
{
	struct user_mapping m = { .addr = addr,
				  .len = len,
				  .pgoff = offset >> PAGE_SHIFT };

	might_sleep();
	if (offset_in_page(offset) || offset + PAGE_ALIGN(len) < offset ||
	    !len || !current->mm)
		return (unsigned long)-EINVAL;
	m.noreplace = flags & MAP_FIXED_NOREPLACE;
	m.fixed = m.noreplace || flags & MAP_FIXED;
	if (m.fixed && addr < USER_START)
		return (unsigned long)-EPERM;
	return map_pages_of(file, &m, prot, flags);
}
EXPORT_SYMBOL(vm_mmap);

/* --- start-up ------------------------------------------------------------------- */

static void file_get(struct file *file)
{
	(void)get_file(file);
}

static const struct user_file_ops file_references = { file_get, fput };

void mmap_init(void)
{
	user_space_set_file_ops(&file_references);
}
