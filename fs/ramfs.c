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
 * Files can be mapped: fault() gives the very pages. A page that a process sees
 * is counted, so it outlives the file; but when a file is made shorter, what is
 * behind its end is taken from all who see it.
 *
 * Invariants (i_rwsem held):
 *   R1  i_size is at most RAMFS_MAX_BYTES
 *   R2  no page lies wholly behind i_size, unless a write is under way
 *   R3  bytes behind i_size in its last page are 0, unless the file was ever
 *       mapped: who sees the page may write there, so they are cleared when the
 *       file grows. A file that grows shows no old bytes.
 *
 * Locking: the inode's i_rwsem, shared to read, alone to write. Copies from and
 * to processes are made while it is held, so faults come within it: i_rwsem,
 * then mmap_lock, then pages_lock, which guards finding and making pages and is
 * never held around a copy. Pages are dropped with i_rwsem held alone: who reads
 * or writes may use one that he has found.
 *
 * A write that runs out of memory has written what it could: a short count, or
 * -ENOMEM if that is nothing.
 */
#include <fs/blkdev.h>
#include <fs/cdev.h>
#include <fs/ramfs.h>
#include <kernel/bug.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_addr.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/user_space.h>

#define PAGES_PER_LEAF (PAGE_SIZE / sizeof(struct page *))

struct ramfs_inode {
	struct inode inode;
	char *target; /* of a link */

	struct mutex pages_lock; /* guards, together with i_rwsem: */
	struct page ***leaves; /* NULL: none */
	unsigned int nr_leaves;

	/* Guarded by @pages_lock. */
	struct list_head shown; /* stretches that show it, by vm_shown */
	unsigned long nr_cuts; /* times it was made shorter; see maps_cut() */
	bool was_mapped; /* ever: bytes behind the end may not be 0 */
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

static struct page *page_at(struct ramfs_inode *ri, size_t index)
{
	struct page **place, *page;

	mutex_lock(&ri->pages_lock);
	place = page_place(ri, index);
	page = place ? *place : NULL;
	mutex_unlock(&ri->pages_lock);
	return page;
}

/* Room for a page's pointer; pages_lock held. Return: false: no memory. */
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

/* The page, made of zeroes if there is none; pages_lock held. NULL: no memory. */
static struct page *page_make_locked(struct ramfs_inode *ri, size_t index)
{
	struct page **place = page_place(ri, index);
	struct page *page = place ? *place : NULL;

	if (page || !make_place(ri, index))
		return page;
	page = alloc_page(GFP_HIGHUSER | __GFP_ZERO);
	if (page) {
		*page_place(ri, index) = page;
		atomic_long_inc(&fs_counts.ramfs_pages);
	}
	return page;
}

static struct page *page_make(struct ramfs_inode *ri, size_t index)
{
	struct page *page;

	mutex_lock(&ri->pages_lock);
	page = page_make_locked(ri, index);
	mutex_unlock(&ri->pages_lock);
	return page;
}

/* Give back the pages from @index on; pages_lock held. A page that somebody
 * sees is his until he sees it no more. */
static void pages_drop_locked(struct ramfs_inode *ri, size_t index)
{
	size_t end = ri->nr_leaves * PAGES_PER_LEAF;

	while (index < end) {
		struct page **place = page_place(ri, index);
		size_t next = (index / PAGES_PER_LEAF + 1) * PAGES_PER_LEAF;

		if (place && *place) {
			put_page(*place);
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

static void pages_drop(struct ramfs_inode *ri, size_t index)
{
	mutex_lock(&ri->pages_lock);
	pages_drop_locked(ri, index);
	mutex_unlock(&ri->pages_lock);
}

static size_t pages_up_to(loff_t size)
{
	return (size_t)DIV_ROUND_UP(size, (loff_t)PAGE_SIZE);
}

/* --- mappings ---------------------------------------------------------------------- */

static struct ramfs_inode *vma_inode(const struct vm_area_struct *vma)
{
	return ramfs_inode(file_inode(vma->vm_file));
}

/* A stretch shows it: it has seen all cuts so far (vm_private_data), or, if it
 * is the upper part of another one, those that the other one has. */
static void ramfs_vma_open(struct vm_area_struct *vma)
{
	struct ramfs_inode *ri = vma_inode(vma);

	mutex_lock(&ri->pages_lock);
	list_add(&vma->vm_shown, &ri->shown);
	mutex_unlock(&ri->pages_lock);
}

static void ramfs_vma_close(struct vm_area_struct *vma)
{
	struct ramfs_inode *ri = vma_inode(vma);

	mutex_lock(&ri->pages_lock);
	list_del(&vma->vm_shown);
	mutex_unlock(&ri->pages_lock);
}

static vm_fault_t ramfs_fault(struct vm_fault *vmf)
{
	struct ramfs_inode *ri = vma_inode(vmf->vma);
	vm_fault_t ret = VM_FAULT_SIGBUS;

	mutex_lock(&ri->pages_lock);
	if (vmf->pgoff < pages_up_to(i_size_read(&ri->inode))) {
		vmf->page = page_make_locked(ri, vmf->pgoff);
		if (vmf->page)
			get_page(vmf->page);
		ret = vmf->page ? 0 : VM_FAULT_OOM;
	}
	mutex_unlock(&ri->pages_lock);
	return ret;
}

static const struct vm_operations_struct ramfs_vm_operations = {
	.open = ramfs_vma_open,
	.close = ramfs_vma_close,
	.fault = ramfs_fault,
};

static int ramfs_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct ramfs_inode *ri = ramfs_inode(file_inode(file));

	vma->vm_ops = &ramfs_vm_operations;
	mutex_lock(&ri->pages_lock);
	ri->was_mapped = true;
	vma->vm_private_data = (void *)ri->nr_cuts;
	list_add(&vma->vm_shown, &ri->shown);
	mutex_unlock(&ri->pages_lock);
	return 0;
}

/* The user of a stretch that has not seen the last cut; NULL: all have. */
static struct mm_struct *user_uncut(struct ramfs_inode *ri)
{
	void *now = (void *)ri->nr_cuts;
	struct mm_struct *found = NULL;
	struct vm_area_struct *vma;

	mutex_lock(&ri->pages_lock);
	list_for_each_entry(vma, &ri->shown, vm_shown) {
		if (vma->vm_private_data == now)
			continue;
		if (mmget_not_zero(vma->vm_mm)) {
			found = vma->vm_mm;
			break;
		}
		/* He is about to be gone, with all that he sees. */
		vma->vm_private_data = now;
	}
	mutex_unlock(&ri->pages_lock);
	return found;
}

/* Take what is behind page @index from one user. */
static void user_cut(struct ramfs_inode *ri, struct mm_struct *mm, size_t index)
{
	struct vm_area_struct *vma;

	mmap_write_lock(mm);
	for (vma = find_vma(mm, 0); vma; vma = vma_next_of(vma)) {
		if (vma->vm_ops != &ramfs_vm_operations || vma_inode(vma) != ri)
			continue;
		vma_zap_from(vma, index);
		vma->vm_private_data = (void *)ri->nr_cuts;
	}
	mmap_write_unlock(mm);
}

/*
 * The file ends at page @index now: i_size says so already, so no fault shows
 * more. mmap_lock cannot be taken while the list is held, hence one user at a
 * time, and a mark on the stretches of those who are done. i_rwsem held alone.
 */
static void maps_cut(struct ramfs_inode *ri, size_t index)
{
	struct mm_struct *mm;

	mutex_lock(&ri->pages_lock);
	ri->nr_cuts++;
	mutex_unlock(&ri->pages_lock);
	while ((mm = user_uncut(ri)) != NULL) {
		user_cut(ri, mm, index);
		mmput(mm);
	}
}

/* --- contents ---------------------------------------------------------------------- */

/* Clear what is behind @size in its page. */
static void tail_clear(struct ramfs_inode *ri, loff_t size)
{
	struct page *last = NULL;

	if (offset_in_page(size))
		last = page_at(ri, (size_t)(size >> PAGE_SHIFT));
	if (last)
		memzero_page(last, offset_in_page(size),
			     PAGE_SIZE - offset_in_page(size));
}

static void make_longer(struct inode *inode, loff_t size)
{
	if (ramfs_inode(inode)->was_mapped)
		tail_clear(ramfs_inode(inode), inode->i_size);
	i_size_write(inode, size);
}

static void make_shorter(struct inode *inode, loff_t size)
{
	struct ramfs_inode *ri = ramfs_inode(inode);
	size_t keep = pages_up_to(size);

	i_size_write(inode, size);
	maps_cut(ri, keep);
	mutex_lock(&ri->pages_lock);
	pages_drop_locked(ri, keep);
	leaves_drop(ri, (unsigned int)DIV_ROUND_UP(keep, PAGES_PER_LEAF));
	mutex_unlock(&ri->pages_lock);
	tail_clear(ri, size);
}

static int ramfs_truncate(struct inode *inode, loff_t size)
{
	if (!S_ISREG(inode->i_mode))
		return -EINVAL;
	if (size > RAMFS_MAX_BYTES)
		return -EFBIG;
	if (size < inode->i_size)
		make_shorter(inode, size);
	else if (size > inode->i_size)
		make_longer(inode, size);
	inode_touch(inode, S_MTIME | S_CTIME);
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
	file_accessed(iocb->ki_filp);
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
	/* Before the new bytes come: those may be in the same page. */
	if (pos > inode->i_size && ramfs_inode(inode)->was_mapped)
		tail_clear(ramfs_inode(inode), inode->i_size);
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
		pages_drop(ramfs_inode(inode), pages_up_to(inode->i_size));
	if (done)
		inode_touch(inode, S_MTIME | S_CTIME);
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
	.mmap = ramfs_mmap,
	.fsync = ramfs_fsync,
};

/* --- inodes -------------------------------------------------------------------------- */

static const struct file_operations *operations_of(umode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return &ramfs_file_operations;
	case S_IFDIR: return &simple_dir_operations;
	case S_IFCHR: return &def_chr_fops;
	case S_IFBLK: return &def_blk_fops;
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
	mutex_init(&ri->pages_lock);
	INIT_LIST_HEAD(&ri->shown);
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
