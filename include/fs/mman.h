/* SPDX-License-Identifier: MIT */
/* mman.h - files in a user's memory: Linux's names, values and errors. */
#ifndef FS_MMAN_H
#define FS_MMAN_H

#include <kernel/types.h>

struct file;

#define PROT_NONE 0x0
#define PROT_READ 0x1
#define PROT_WRITE 0x2
#define PROT_EXEC 0x4

#define MAP_SHARED 0x01 /* what is written is the file's */
#define MAP_PRIVATE 0x02 /* what is written is the user's own */
#define MAP_SHARED_VALIDATE 0x03 /* and flags that are not known: -EOPNOTSUPP */
#define MAP_TYPE 0x0f
#define MAP_FIXED 0x10 /* exactly there; what is there goes */
#define MAP_ANONYMOUS \
	0x20 /* no file: for system calls, which are given a number */
#define MAP_DENYWRITE 0x0800 /* ignored */
#define MAP_EXECUTABLE 0x1000 /* ignored */
#define MAP_NORESERVE 0x4000
#define MAP_FIXED_NOREPLACE 0x100000 /* exactly there, or -EEXIST */

#define MAP_FAILED ((void *)-1ul)

/**
 * vm_mmap - map a file, or memory of his own, for the user that the caller
 * works for
 * @file: open for reading, and for a shared mapping with PROT_WRITE for writing;
 *	the mapping takes a reference. NULL: memory of the user's own
 * @addr: a wish, or with MAP_FIXED where
 * @len: bytes, rounded up to pages
 * @prot: PROT_*
 * @flags: MAP_SHARED, MAP_SHARED_VALIDATE or MAP_PRIVATE, and more MAP_*
 * @offset: in the file, bytes; whole pages
 *
 * A private mapping shows what the file has when a page is first touched; if it
 * may be written, it is a copy. Drivers whose mmap() shows pages at once
 * (remap_pfn_range(), vm_insert_page()) cannot be mapped so: -EINVAL.
 *
 * Return: the address; or an error number as IS_ERR_VALUE() knows them: -EACCES
 * (not open for this), -ENODEV (it has no mmap()), -EINVAL (no length, no whole
 * pages, no type of mapping, no user), -EOVERFLOW (beyond the longest file),
 * -EPERM (MAP_FIXED below USER_START), -EEXIST, -EOPNOTSUPP, -ENOMEM; what
 * mmap() and get_unmapped_area() say.
 * Context: may sleep. Unmapped with vm_munmap().
 */
unsigned long __must_check vm_mmap(struct file *file, unsigned long addr,
				   unsigned long len, unsigned long prot,
				   unsigned long flags, unsigned long offset);

#endif
