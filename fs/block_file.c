/* SPDX-License-Identifier: MIT */
/*
 * block_file.c - /dev/DISK as a file: bytes at any place
 *
 * There is no page cache: a read goes to the disk each time, and a write is on
 * its way before write() returns. Bytes travel through pages of the call's own,
 * up to CHUNK_PAGES at once. A write that begins or ends within a sector reads
 * what is around it first; it keeps all other writers of the disk's file out
 * meanwhile, so that neither's bytes are lost.
 *
 * A read that hits a bad sector is tried again in smaller pieces, so that all
 * before it is delivered; then comes -EIO.
 *
 * Locking: bd_write_sem, for reading by writers of whole sectors, for writing by
 * others. Context: process.
 */
#include <kernel/cred.h>
#include <kernel/export.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/uaccess.h>

#include "block_internal.h"

#define CHUNK_PAGES 16u
#define CHUNK_BYTES ((size_t)(CHUNK_PAGES * PAGE_SIZE))
#define SECTOR_MASK ((loff_t)SECTOR_SIZE - 1)

/* Memory for one transfer, and where on the disk it is. */
struct chunk {
	struct block_device *bdev;
	loff_t start; /* whole sectors */
	size_t bytes;
	unsigned int nr_pages; /* that there are */
	struct page *page[CHUNK_PAGES];
};

static struct block_device *file_bdev(const struct file *file)
{
	return file->private_data;
}

/* --- chunks --------------------------------------------------------------------------- */

/* As many as @bytes want, or as there are: one at least. */
static int chunk_alloc(struct chunk *c, size_t bytes)
{
	size_t want = min(bytes / (size_t)PAGE_SIZE + 2, (size_t)CHUNK_PAGES);

	for (c->nr_pages = 0; c->nr_pages < want; c->nr_pages++) {
		gfp_t gfp = c->nr_pages ? GFP_HIGHUSER | __GFP_NORETRY |
						  __GFP_NOWARN :
					  GFP_HIGHUSER;

		c->page[c->nr_pages] = alloc_page(gfp);
		if (!c->page[c->nr_pages])
			break;
	}
	return c->nr_pages ? 0 : -ENOMEM;
}

static void chunk_free(struct chunk *c)
{
	while (c->nr_pages)
		__free_page(c->page[--c->nr_pages]);
}

/* The sectors around [@pos, @pos + @bytes), as many as there is memory for and
 * @limit says. Return: how many of @bytes are within. */
static size_t chunk_place(struct chunk *c, loff_t pos, size_t bytes,
			  size_t limit)
{
	size_t room = min((size_t)(c->nr_pages * PAGE_SIZE), limit);
	size_t before = (size_t)(pos & SECTOR_MASK);

	c->start = pos - (loff_t)before;
	bytes = min(bytes, room - before);
	c->bytes = (before + bytes + SECTOR_SIZE - 1) & ~(SECTOR_SIZE - 1);
	return bytes;
}

static int chunk_io(struct chunk *c, blk_opf_t opf)
{
	unsigned short nr =
		(unsigned short)((c->bytes + PAGE_SIZE - 1) / PAGE_SIZE);
	struct bio *bio = bio_alloc(c->bdev, nr, opf, GFP_NOIO);
	size_t left = c->bytes;
	unsigned int i;
	int err;

	bio->bi_iter.bi_sector = (sector_t)c->start >> SECTOR_SHIFT;
	for (i = 0; i < nr; i++) {
		unsigned int n = (unsigned int)min(left, (size_t)PAGE_SIZE);

		bio_add_page(bio, c->page[i], n, 0);
		left -= n;
	}
	err = submit_bio_wait(bio);
	bio_put(bio);
	return err;
}

/* Between the chunk, from @pos on, and the caller's memory. Return: bytes; fewer
 * than @bytes if that memory cannot be used. */
static size_t chunk_copy(struct chunk *c, loff_t pos, size_t bytes,
			 struct iov_iter *iter)
{
	size_t at = (size_t)(pos - c->start), done = 0;

	while (done < bytes) {
		struct page *page = c->page[at / PAGE_SIZE];
		size_t off = at % PAGE_SIZE;
		size_t n = min(bytes - done, (size_t)PAGE_SIZE - off), moved;

		if (iov_iter_rw(iter) == READ)
			moved = copy_page_to_iter(page, off, n, iter);
		else
			moved = copy_page_from_iter(page, off, n, iter);
		done += moved;
		at += moved;
		if (moved < n)
			break;
	}
	return done;
}

/* --- reading and writing -------------------------------------------------------------- */

/* How much to try next where @limit bytes have failed; 0: it is hopeless. */
static size_t smaller(size_t limit)
{
	if (limit > PAGE_SIZE)
		return PAGE_SIZE;
	return limit > SECTOR_SIZE ? SECTOR_SIZE : 0;
}

/* Return: bytes, or an error. */
static ssize_t read_some(struct chunk *c, loff_t pos, struct iov_iter *to)
{
	size_t limit, n;
	int err = -EIO;

	for (limit = CHUNK_BYTES; limit && err == -EIO;
	     limit = smaller(min(limit, c->bytes))) {
		n = chunk_place(c, pos, iov_iter_count(to), limit);
		err = chunk_io(c, REQ_OP_READ);
	}
	if (err)
		return err;
	n = chunk_copy(c, pos, n, to);
	return n ? (ssize_t)n : -EFAULT;
}

/* Keep what is around the bytes, or all of it if they are whole sectors. */
static ssize_t write_some(struct chunk *c, loff_t pos, struct iov_iter *from,
			  bool whole)
{
	size_t n = chunk_place(c, pos, iov_iter_count(from), CHUNK_BYTES);
	int err = whole ? 0 : chunk_io(c, REQ_OP_READ);

	if (err)
		return err;
	n = chunk_copy(c, pos, n, from);
	if (whole && n < c->bytes) {
		iov_iter_revert(from, n % SECTOR_SIZE);
		n -= n % SECTOR_SIZE;
		c->bytes = n;
	}
	if (!n)
		return -EFAULT;
	err = chunk_io(c, REQ_OP_WRITE | REQ_SYNC);
	return err ? err : (ssize_t)n;
}

/* [pos, end of @iter], cut at the disk's end. False: it is there already. */
static bool rw_within(struct block_device *bdev, loff_t pos,
		      struct iov_iter *iter)
{
	loff_t size = bdev_nr_bytes(bdev);

	if (pos >= size)
		return false;
	if ((loff_t)iov_iter_count(iter) > size - pos)
		iov_iter_truncate(iter, (size_t)(size - pos));
	return true;
}

static ssize_t blkdev_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct chunk c = { .bdev = file_bdev(iocb->ki_filp) };
	ssize_t n = 0, done = 0;

	if (!iov_iter_count(to) || !rw_within(c.bdev, iocb->ki_pos, to))
		return 0;
	if (chunk_alloc(&c, iov_iter_count(to)))
		return -ENOMEM;
	while (n >= 0 && iov_iter_count(to)) {
		n = read_some(&c, iocb->ki_pos, to);
		if (n > 0) {
			iocb->ki_pos += n;
			done += n;
		}
	}
	chunk_free(&c);
	return done ? done : n;
}

static ssize_t write_all(struct chunk *c, struct kiocb *iocb,
			 struct iov_iter *from, bool whole)
{
	ssize_t n = 0, done = 0;

	while (n >= 0 && iov_iter_count(from)) {
		n = write_some(c, iocb->ki_pos, from, whole);
		if (n > 0) {
			iocb->ki_pos += n;
			done += n;
		}
	}
	return done ? done : n;
}

static ssize_t blkdev_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct chunk c = { .bdev = file_bdev(iocb->ki_filp) };
	ssize_t n;

	if (!iov_iter_count(from))
		return 0;
	if (iocb->ki_flags & IOCB_APPEND)
		iocb->ki_pos = bdev_nr_bytes(c.bdev);
	if (!rw_within(c.bdev, iocb->ki_pos, from))
		return -ENOSPC;
	if (chunk_alloc(&c, iov_iter_count(from)))
		return -ENOMEM;
	if ((iocb->ki_pos | (loff_t)iov_iter_count(from)) & SECTOR_MASK) {
		down_write(&c.bdev->bd_write_sem);
		n = write_all(&c, iocb, from, false);
		up_write(&c.bdev->bd_write_sem);
	} else {
		down_read(&c.bdev->bd_write_sem);
		n = write_all(&c, iocb, from, true);
		up_read(&c.bdev->bd_write_sem);
	}
	chunk_free(&c);
	return n;
}

/* --- the rest --------------------------------------------------------------------------- */

static loff_t blkdev_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence,
				 bdev_nr_bytes(file_bdev(file)));
}

static int blkdev_fsync(struct file *file, loff_t start, loff_t end,
			int datasync)
{
	(void)start;
	(void)end;
	(void)datasync;
	return blkdev_issue_flush(file_bdev(file));
}

static int set_read_only(struct block_device *bdev, const int __user *arg)
{
	int read_only = 0;

	if (!capable(CAP_SYS_ADMIN))
		return -EACCES;
	if (get_user(read_only, arg))
		return -EFAULT;
	set_disk_ro(bdev->bd_disk, read_only != 0);
	return 0;
}

static int get_size(struct block_device *bdev, unsigned long __user *arg)
{
	sector_t sectors = bdev_nr_sectors(bdev);

	if (sectors > ULONG_MAX)
		return -EFBIG;
	return put_user((unsigned long)sectors, arg);
}

/* By drivers that have getgeo(); before Linux 2.6.16 their ioctl() told it. */
static int get_geometry(struct block_device *bdev,
			struct hd_geometry __user *arg)
{
	const struct block_device_operations *fops = bdev->bd_disk->fops;
	struct hd_geometry geo = { 0 };
	int err;

	if (!disk_enter(bdev->bd_disk))
		return -ENXIO;
	err = fops->getgeo(bdev, &geo);
	disk_leave(bdev->bd_disk);
	if (err)
		return err;
	return copy_to_user(arg, &geo, sizeof(geo)) ? -EFAULT : 0;
}

static long ask_driver(struct block_device *bdev, fmode_t mode,
		       unsigned int cmd, unsigned long arg)
{
	const struct block_device_operations *fops = bdev->bd_disk->fops;
	long err = -ENOTTY;

	if (!disk_enter(bdev->bd_disk))
		return -ENXIO;
	if (fops->ioctl)
		err = fops->ioctl(bdev, mode, cmd, arg);
	disk_leave(bdev->bd_disk);
	return err;
}

static long blkdev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct block_device *bdev = file_bdev(file);
	void __user *user = (void __user *)arg;
	u64 bytes;

	switch (cmd) {
	case BLKROSET: return set_read_only(bdev, user);
	case BLKROGET:
		return put_user((int)get_disk_ro(bdev->bd_disk),
				(int __user *)user);
	case BLKGETSIZE: return get_size(bdev, user);
	case BLKSSZGET: return put_user((int)SECTOR_SIZE, (int __user *)user);
	case BLKPBSZGET:
		return put_user(queue_physical_block_size(bdev->bd_disk->queue),
				(unsigned int __user *)user);
	case BLKGETSIZE64:
		bytes = (u64)bdev_nr_bytes(bdev);
		return copy_to_user(user, &bytes, sizeof(bytes)) ? -EFAULT : 0;
	case HDIO_GETGEO:
		if (bdev->bd_disk->fops->getgeo)
			return get_geometry(bdev, user);
		return ask_driver(bdev, file->f_mode, cmd, arg);
	default: return ask_driver(bdev, file->f_mode, cmd, arg);
	}
}

/* --- opening ------------------------------------------------------------------------------ */

static fmode_t open_mode(const struct file *file)
{
	fmode_t mode = file->f_mode & (FMODE_READ | FMODE_WRITE);

	if (file->f_flags & O_NONBLOCK)
		mode |= FMODE_NDELAY;
	return mode;
}

static int blkdev_open(struct inode *inode, struct file *file)
{
	fmode_t mode = open_mode(file);
	struct block_device *bdev;

	bdev = blkdev_get_by_dev(inode->i_rdev, mode, NULL);
	if (IS_ERR(bdev))
		return (int)PTR_ERR(bdev);
	file->private_data = bdev;
	return 0;
}

static int blkdev_release(struct inode *inode, struct file *file)
{
	(void)inode;
	blkdev_put(file_bdev(file), open_mode(file));
	return 0;
}

const struct file_operations def_blk_fops = {
	.open = blkdev_open,
	.release = blkdev_release,
	.llseek = blkdev_llseek,
	.read_iter = blkdev_read_iter,
	.write_iter = blkdev_write_iter,
	.fsync = blkdev_fsync,
	.unlocked_ioctl = blkdev_ioctl,
};

void block_init(void)
{
	bios_init();
	requests_init();
	stats_init();
	disks_init();
}
