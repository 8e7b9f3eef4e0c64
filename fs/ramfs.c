/* SPDX-License-Identifier: MIT */
/*
 * ramfs.c - a file system in RAM: directories, files, devices, links
 *
 * The names are the tree of dentries itself (dcache.c); here are the inodes. A
 * file's contents are pages, from high memory where there is some, found in two
 * steps: leaves[page / PAGES_PER_LEAF][page % PAGES_PER_LEAF]. A leaf is one
 * page of pointers; there are as many as the file was ever long. Where nothing
 * was written there is no page, and zeroes are read.
 *
 * Invariants (i_rwsem held):
 *   R1  i_size is at most RAMFS_MAX_BYTES
 *   R2  no page lies wholly behind i_size, unless a write is under way
 *   R3  bytes behind i_size in its last page are 0, so that a file which grows
 *       shows no old bytes
 *
 * Locking: the inode's i_rwsem, shared to read, alone to write. Copies from and
 * to processes are made while it is held.
 *
 * A write that runs out of memory has written what it could: a short count, or
 * -ENOMEM if that is nothing.
 */
#include <fs/cdev.h>
#include <fs/ramfs.h>
#include <kernel/bug.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_addr.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#define PAGES_PER_LEAF (PAGE_SIZE / sizeof(struct page *))

struct ramfs_inode {
	struct inode inode;
	char *target; /* of a link */
	struct page ***leaves; /* NULL: none */
	unsigned int nr_leaves;
};

static struct kmem_cache *ramfs_inodes;
static const struct inode_kind ramfs_kind;
static const struct file_operations ramfs_file_operations;

static struct ramfs_inode *ramfs_inode(struct inode *inode)
{
	return container_of(inode, struct ramfs_inode, inode);
}

/* --- pages ----------------------------------------------------------------------- */

static struct page **page_place(const struct ramfs_inode *ri, size_t index)
{
	struct page **leaf;

	if (index / PAGES_PER_LEAF >= ri->nr_leaves)
		return NULL;
	leaf = ri->leaves[index / PAGES_PER_LEAF];
	return leaf ? &leaf[index % PAGES_PER_LEAF] : NULL;
}

static struct page *page_at(const struct ramfs_inode *ri, size_t index)
{
	struct page **place = page_place(ri, index);

	return place ? *place : NULL;
}

/* Room for a page's pointer. Return: false: no memory. */
static bool make_place(struct ramfs_inode *ri, size_t index)
{
	unsigned int want = (unsigned int)(index / PAGES_PER_LEAF) + 1;
	struct page ***leaves = ri->leaves;

	if (want > ri->nr_leaves) {
		leaves = krealloc_array(leaves, want, sizeof(*leaves),
					GFP_KERNEL);
		if (!leaves)
			return false;
		memset(leaves + ri->nr_leaves, 0,
		       (want - ri->nr_leaves) * sizeof(*leaves));
		ri->leaves = leaves;
		ri->nr_leaves = want;
	}
	if (!leaves[want - 1])
		leaves[want - 1] = kzalloc(PAGE_SIZE, GFP_KERNEL);
	return leaves[want - 1] != NULL;
}

/* The page, made of zeroes if there is none. NULL: no memory. */
static struct page *page_make(struct ramfs_inode *ri, size_t index)
{
	struct page *page = page_at(ri, index);

	if (page || !make_place(ri, index))
		return page;
	page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	if (page) {
		*page_place(ri, index) = page;
		atomic_long_inc(&fs_counts.ramfs_pages);
	}
	return page;
}

/* Give back the pages from @index on, and leaves that are empty then. */
static void pages_drop(struct ramfs_inode *ri, size_t index)
{
	size_t end = ri->nr_leaves * PAGES_PER_LEAF;

	while (index < end) {
		struct page **place = page_place(ri, index);
		size_t next = (index / PAGES_PER_LEAF + 1) * PAGES_PER_LEAF;

		if (place && *place) {
			__free_page(*place);
			*place = NULL;
			atomic_long_dec(&fs_counts.ramfs_pages);
		}
		index = place ? index + 1 : next;
	}
}

static void leaves_drop(struct ramfs_inode *ri, unsigned int keep)
{
	while (ri->nr_leaves > keep)
		kfree(ri->leaves[--ri->nr_leaves]);
	if (keep)
		return;
	kfree(ri->leaves);
	ri->leaves = NULL;
}

/* --- contents ---------------------------------------------------------------------- */

static int ramfs_truncate(struct inode *inode, loff_t size)
{
	struct ramfs_inode *ri = ramfs_inode(inode);
	size_t keep = (size_t)DIV_ROUND_UP(size, (loff_t)PAGE_SIZE);
	struct page *last;

	if (!S_ISREG(inode->i_mode))
		return -EINVAL;
	if (size > RAMFS_MAX_BYTES)
		return -EFBIG;
	if (size < inode->i_size) {
		pages_drop(ri, keep);
		leaves_drop(ri,
			    (unsigned int)DIV_ROUND_UP(keep, PAGES_PER_LEAF));
		last = offset_in_page(size) ? page_at(ri, keep - 1) : NULL;
		if (last)
			memzero_page(last, offset_in_page(size),
				     PAGE_SIZE - offset_in_page(size));
	}
	i_size_write(inode, size);
	return 0;
}

/* Of @left bytes at @pos, those in one page. */
static size_t in_page(loff_t pos, size_t left)
{
	return min_t(size_t, left, PAGE_SIZE - offset_in_page(pos));
}

static ssize_t ramfs_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct inode *inode = iocb->ki_filp->f_inode;
	loff_t start = iocb->ki_pos;
	size_t wanted = iov_iter_count(to);

	inode_lock_shared(inode);
	while (iov_iter_count(to) && iocb->ki_pos < inode->i_size) {
		loff_t pos = iocb->ki_pos;
		size_t part = in_page(pos, iov_iter_count(to)), done;
		struct page *page = page_at(ramfs_inode(inode),
					    (size_t)(pos >> PAGE_SHIFT));

		part = (size_t)min((loff_t)part, inode->i_size - pos);
		if (page)
			done = copy_page_to_iter(page, offset_in_page(pos),
						 part, to);
		else
			done = iov_iter_zero(part, to);
		iocb->ki_pos += (loff_t)done;
		if (done < part)
			break;
	}
	wanted = wanted && start < inode->i_size;
	inode_unlock_shared(inode);
	if (wanted && iocb->ki_pos == start)
		return -EFAULT;
	return (ssize_t)(iocb->ki_pos - start);
}

/* One page's part of a write. Return: bytes, or an error: then none. */
static ssize_t write_part(struct inode *inode, loff_t pos,
			  struct iov_iter *from)
{
	size_t part = in_page(pos, iov_iter_count(from));
	struct page *page;
	size_t done;

	if (pos >= RAMFS_MAX_BYTES)
		return -EFBIG;
	page = page_make(ramfs_inode(inode), (size_t)(pos >> PAGE_SHIFT));
	if (!page)
		return -ENOMEM;
	done = copy_page_from_iter(page, offset_in_page(pos), part, from);
	if (!done)
		return -EFAULT;
	if (pos + (loff_t)done > inode->i_size)
		i_size_write(inode, pos + (loff_t)done);
	return (ssize_t)done;
}

static ssize_t ramfs_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = iocb->ki_filp->f_inode;
	ssize_t done = 0, n = 0;

	inode_lock(inode);
	if (iocb->ki_flags & IOCB_APPEND)
		iocb->ki_pos = inode->i_size;
	while (iov_iter_count(from)) {
		n = write_part(inode, iocb->ki_pos, from);
		if (n < 0)
			break;
		iocb->ki_pos += n;
		done += n;
	}
	/* R2: a page may have been made for bytes that did not come. */
	if (n < 0)
		pages_drop(
			ramfs_inode(inode),
			(size_t)DIV_ROUND_UP(inode->i_size, (loff_t)PAGE_SIZE));
	inode_unlock(inode);
	return done ? done : n;
}

static int ramfs_fsync(struct file *file, loff_t start, loff_t end,
		       int datasync)
{
	(void)file;
	(void)start;
	(void)end;
	(void)datasync;
	return 0; /* RAM is where it belongs */
}

static const struct file_operations ramfs_file_operations = {
	.llseek = generic_file_llseek,
	.read_iter = ramfs_read_iter,
	.write_iter = ramfs_write_iter,
	.fsync = ramfs_fsync,
};

/* --- inodes -------------------------------------------------------------------------- */

static const struct file_operations *operations_of(umode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return &ramfs_file_operations;
	case S_IFDIR: return &simple_dir_operations;
	case S_IFCHR: return &def_chr_fops;
	default: return NULL; /* kinds that nobody serves: -ENXIO */
	}
}

static struct inode *ramfs_make(struct inode *dir, umode_t mode, dev_t rdev,
				const char *target)
{
	struct ramfs_inode *ri = kmem_cache_zalloc(ramfs_inodes, GFP_KERNEL);

	(void)dir;
	if (!ri)
		return ERR_PTR(-ENOMEM);
	if (target) {
		ri->target = kstrdup(target, GFP_KERNEL);
		if (!ri->target) {
			kmem_cache_free(ramfs_inodes, ri);
			return ERR_PTR(-ENOMEM);
		}
		ri->inode.i_size = (loff_t)strlen(target);
	}
	inode_init(&ri->inode, &ramfs_kind, mode);
	ri->inode.i_fop = operations_of(mode);
	ri->inode.i_rdev = rdev;
	return &ri->inode;
}

static const char *ramfs_get_link(struct inode *inode)
{
	return ramfs_inode(inode)->target;
}

static void ramfs_free(struct inode *inode)
{
	struct ramfs_inode *ri = ramfs_inode(inode);

	pages_drop(ri, 0);
	leaves_drop(ri, 0);
	kfree(ri->target);
	kmem_cache_free(ramfs_inodes, ri);
}

static const struct inode_kind ramfs_kind = {
	.name = "ramfs",
	.make = ramfs_make,
	.get_link = ramfs_get_link,
	.truncate = ramfs_truncate,
	.free = ramfs_free,
};

void ramfs_init(void)
{
	ramfs_inodes = kmem_cache_create("ramfs_inode_cache",
					 sizeof(struct ramfs_inode), 0,
					 SLAB_HWCACHE_ALIGN | SLAB_PANIC, NULL);
}

struct dentry *ramfs_make_root(void)
{
	struct inode *inode = ramfs_make(NULL, S_IFDIR | 0755, 0, NULL);
	struct dentry *root;

	if (IS_ERR(inode))
		return NULL;
	root = d_make_root(inode);
	if (!root)
		iput(inode);
	return root;
}
