/* SPDX-License-Identifier: MIT */
/*
 * store_disk.c - a disk behind a store: pages of memory on pages of the disk
 *
 * The disk is cut into pages. The first has a mark, the others are places for
 * objects. A map in memory says which are taken; nothing on the disk does: what
 * is there is of no use once the keys and checksums in memory are gone.
 *
 * Objects that leave together are written with one transfer, to pages side by
 * side as far as there are any; the search goes on where the last one ended, so
 * a disk that is not full is written in order. Pages go to the disk from where
 * they are, high ones too; whether they have to be copied for it is the
 * driver's affair.
 *
 * Writing is what frees memory, so it must not wait for any: bios come from the
 * block layer's reserve (bio.h), one at a time, all else lies on the stack or
 * was allocated with the disk.
 *
 * Errors:
 *   write   a transfer that fails is tried again page by page. A page of the
 *           disk that cannot be written stays taken, and its object stays in
 *           memory. After WRITE_PATIENCE pages in a row nothing more is written:
 *           the disk is gone, and asking it again costs every request for
 *           memory its time.
 *   read    the store gives the object up, and retires its place.
 *
 * Invariants:
 *   D1  bit n of the map is set if page n is an object's, is bad, or is the mark
 *   D2  nr_free + the set bits are all pages of the disk
 *
 * Locking: disk->lock, rank LOCK_DRIVER, guards the map; it is not held during
 * I/O. Counters are atomic.
 */
#define pr_fmt(fmt) "store: " fmt

#include <fs/blkdev.h>
#include <kernel/bitmap.h>
#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "store_internal.h"

#define PAGE_SECTORS ((sector_t)(PAGE_SIZE / SECTOR_SIZE))
#define DISK_MODE (FMODE_READ | FMODE_WRITE | FMODE_EXCL)

/* At the start of the first page, which is zeroes but for it. */
static const char disk_mark[] = "pagewright store\n";

/* A disk with anything in its first pages is somebody's: superblocks of the
 * file systems that are in use begin within 64 KiB. */
#define LOOK_PAGES 17ul

/* Places are 32 bits, and the map of so many is 128 MiB. */
#define MOST_PAGES 0x40000000ul

/* Less may be a flaw of the surface. */
#define WRITE_PATIENCE STORE_CLUSTER

struct store_disk {
	/* Set once. */
	struct block_device *bdev;
	const char *name;
	unsigned long nr_pages;

	/* Guarded by @lock. */
	spinlock_t lock;
	unsigned long *map;
	unsigned long nr_free;
	unsigned long next; /* where to look first */
	unsigned long nr_bad;
	unsigned int failures; /* pages not written, since one was */
	bool given_up; /* nothing more is written */
	bool said_full; /* and not much came free since */

	/* Atomic. Pages whose I/O was started. */
	unsigned long outs[NR_STORE_WHO];
	unsigned long ins[NR_STORE_WHO];
};

/* Of all disks, for /proc/vmstat. */
static unsigned long all_outs, all_ins;

static void count_pages(unsigned long *mine, unsigned long *all,
			unsigned int nr)
{
	__atomic_fetch_add(mine, nr, __ATOMIC_RELAXED);
	__atomic_fetch_add(all, nr, __ATOMIC_RELAXED);
}

/* --- for whom --------------------------------------------------------------- */

enum store_who store_who(gfp_t gfp)
{
	if (current->flags & PF_KSWAPD)
		return STORE_WHO_KSWAPD;
	if (!gfp_may_sleep(gfp))
		return STORE_WHO_ATOMIC;
	if (!(gfp & __GFP_IO))
		return STORE_WHO_NOIO;
	if (!(gfp & __GFP_FS))
		return STORE_WHO_NOFS;
	if (!(gfp & __GFP_HARDWALL))
		return STORE_WHO_KERNEL;
	return gfp & __GFP_HIGHMEM ? STORE_WHO_HIGHUSER : STORE_WHO_USER;
}

unsigned long store_disk_outs(const struct store_disk *d, enum store_who who)
{
	return READ_ONCE(d->outs[who]);
}

unsigned long store_disk_ins(const struct store_disk *d, enum store_who who)
{
	return READ_ONCE(d->ins[who]);
}

unsigned long store_disk_bad(const struct store_disk *d)
{
	return READ_ONCE(d->nr_bad);
}

/* --- the map ------------------------------------------------------------------ */

/* Take a run of up to @nr pages, at @first. Return: how many, 0: none. */
static unsigned int run_take(struct store_disk *d, unsigned int nr, u32 *first)
{
	unsigned long at = d->nr_pages;

	spin_lock(&d->lock);
	nr = (unsigned int)min((unsigned long)nr, d->nr_free);
	for (; nr; nr /= 2) {
		at = bitmap_find_next_zero_area(d->map, d->nr_pages, d->next,
						nr, 0);
		if (at + nr > d->nr_pages)
			at = bitmap_find_next_zero_area(d->map, d->nr_pages, 0,
							nr, 0);
		if (at + nr <= d->nr_pages)
			break;
	}
	if (nr) {
		bitmap_set(d->map, at, nr);
		d->nr_free -= nr;
		d->next = at + nr;
		*first = (u32)at;
	}
	spin_unlock(&d->lock);
	return nr;
}

static void disk_forget(void *data, u32 place)
{
	struct store_disk *d = data;

	spin_lock(&d->lock);
	if (!WARN_ON_ONCE(!place || !__test_and_clear_bit(place, d->map)))
		d->nr_free++;
	if (d->nr_free > d->nr_pages / 8)
		d->said_full = false;
	spin_unlock(&d->lock);
}

/* Told once, however often it is asked for more. */
static void disk_is_full(struct store_disk *d)
{
	bool said;

	spin_lock(&d->lock);
	said = d->said_full;
	d->said_full = true;
	spin_unlock(&d->lock);
	if (!said)
		pr_err("%s is full: objects stay in memory\n", d->name);
}

/* It stays taken. */
static void disk_retire(void *data, u32 place)
{
	struct store_disk *d = data;

	(void)place;
	spin_lock(&d->lock);
	d->nr_bad++;
	spin_unlock(&d->lock);
}

/* A copy that is kept saves a write; more than half of the disk is not for
 * that. */
static bool disk_has_plenty(void *data)
{
	struct store_disk *d = data;

	return READ_ONCE(d->nr_free) > d->nr_pages / 2;
}

static unsigned long disk_capacity(void *data)
{
	const struct store_disk *d = data;

	return d->nr_pages - 1 - READ_ONCE(d->nr_bad);
}

/* --- one transfer --------------------------------------------------------------- */

/* @nr pages from page @at of the disk on; their memory is out[].page. */
static int disk_move(struct store_disk *d, blk_opf_t opf, u32 at,
		     const struct store_out *out, unsigned int nr)
{
	struct bio *bio = bio_alloc(d->bdev, (unsigned short)nr, opf, GFP_NOIO);
	unsigned int i;
	int err;

	bio->bi_iter.bi_sector = at * PAGE_SECTORS;
	for (i = 0; i < nr; i++)
		bio_add_page(bio, out[i].page, PAGE_SIZE, 0);
	err = submit_bio_wait(bio);
	bio_put(bio);
	return err;
}

static int disk_move_page(struct store_disk *d, blk_opf_t opf, u32 at,
			  struct page *page)
{
	const struct store_out one = { .page = page };

	return disk_move(d, opf, at, &one, 1);
}

static int disk_in(void *data, u32 place, struct page *page, gfp_t gfp)
{
	struct store_disk *d = data;

	count_pages(&d->ins[store_who(gfp)], &all_ins, 1);
	return disk_move_page(d, REQ_OP_READ, place, page);
}

/* --- out ------------------------------------------------------------------------ */

static int disk_write(struct store_disk *d, u32 first,
		      const struct store_out *out, unsigned int nr, gfp_t gfp)
{
	count_pages(&d->outs[store_who(gfp)], &all_outs, nr);
	return disk_move(d, REQ_OP_WRITE, first, out, nr);
}

/* The one whose patience is over says so. */
static void page_failed(struct store_disk *d, u32 place, u32 key, int err)
{
	bool ends = false;

	spin_lock(&d->lock);
	d->nr_bad++;
	if (++d->failures >= WRITE_PATIENCE && !d->given_up)
		ends = d->given_up = true;
	spin_unlock(&d->lock);
	pr_err_ratelimited("page %u of %s cannot be written: error %d;"
			   " key %#x stays in memory\n",
			   place, d->name, -err, key);
	if (ends)
		pr_err("%u pages in a row could not be written to %s:"
		       " no more is tried\n",
		       WRITE_PATIENCE, d->name);
}

static void writing_works(struct store_disk *d)
{
	spin_lock(&d->lock);
	d->failures = 0;
	spin_unlock(&d->lock);
}

static void page_out_alone(struct store_disk *d, u32 place,
			   struct store_out *out, gfp_t gfp)
{
	int err;

	if (READ_ONCE(d->given_up)) {
		disk_forget(d, place);
		return;
	}
	err = disk_write(d, place, out, 1, gfp);
	if (err) {
		page_failed(d, place, out->key, err);
	} else {
		out->place = place;
		writing_works(d);
	}
}

/* @nr pages that are taken, from @first on. */
static void run_out(struct store_disk *d, u32 first, struct store_out *out,
		    unsigned int nr, gfp_t gfp)
{
	bool all = nr > 1 && !disk_write(d, first, out, nr, gfp);
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (all)
			out[i].place = first + i;
		else
			page_out_alone(d, first + i, &out[i], gfp);
	}
	if (all)
		writing_works(d);
}

static void disk_out(void *data, struct store_out *out, unsigned int nr,
		     gfp_t gfp)
{
	struct store_disk *d = data;
	unsigned int run;
	u32 first = 0;

	for (; nr && !READ_ONCE(d->given_up); nr -= run, out += run) {
		run = run_take(d, nr, &first);
		if (!run) {
			disk_is_full(d);
			break;
		}
		run_out(d, first, out, run, gfp);
	}
}

/* --- shown ----------------------------------------------------------------------- */

#define STORE_WHO_AS_WORD(id, word) word,
static const char *const who_words[NR_STORE_WHO] = { STORE_WHO(
	STORE_WHO_AS_WORD) };

static void disk_show(void *data, struct seq_file *m)
{
	const struct store_disk *d = data;
	unsigned int i;

	seq_printf(m, "disk %s\n", d->name);
	seq_printf(m, "disk_pages %lu\n", d->nr_pages);
	seq_printf(m, "disk_free %lu\n", READ_ONCE(d->nr_free));
	seq_printf(m, "disk_bad %lu\n", READ_ONCE(d->nr_bad));
	for (i = 0; i < NR_STORE_WHO; i++)
		seq_printf(m, "out_%s %lu\n", who_words[i],
			   store_disk_outs(d, i));
	for (i = 0; i < NR_STORE_WHO; i++)
		seq_printf(m, "in_%s %lu\n", who_words[i],
			   store_disk_ins(d, i));
}

const struct store_backing store_disk_backing = {
	.name = "disk",
	.needs = __GFP_IO,
	.out = disk_out,
	.in = disk_in,
	.forget = disk_forget,
	.retire = disk_retire,
	.has_plenty = disk_has_plenty,
	.capacity = disk_capacity,
	.show = disk_show,
};

static unsigned long pages_swapped_in(void)
{
	return READ_ONCE(all_ins);
}

static unsigned long pages_swapped_out(void)
{
	return READ_ONCE(all_outs);
}

/* --- open and close ----------------------------------------------------------------- */

/* Page @at of the disk: our mark's, zeroes, or something else. Return: 0;
 * -EEXIST; or an error of the disk. */
static int page_look(struct store_disk *d, u32 at, struct page *page,
		     bool *marked)
{
	const char *va = page_address(page);
	int err = disk_move_page(d, REQ_OP_READ, at, page);

	if (err)
		return err;
	*marked = !at && !memcmp(va, disk_mark, sizeof(disk_mark));
	return *marked || !memchr_inv(va, 0, PAGE_SIZE) ? 0 : -EEXIST;
}

/* Is it empty, or ours? */
static int disk_look(struct store_disk *d, struct page *page)
{
	bool marked = false;
	int err = 0;
	u32 at;

	for (at = 0; !err && !marked && at < min(LOOK_PAGES, d->nr_pages); at++)
		err = page_look(d, at, page, &marked);
	if (err == -EEXIST)
		pr_err("%s refused: it is not empty, and not a store's;"
		       " 'force' overwrites it\n",
		       d->name);
	else if (err)
		pr_err("%s refused: its start cannot be read: %s\n", d->name,
		       errno_text(err));
	return err;
}

static int disk_mark_it(struct store_disk *d, struct page *page)
{
	int err;

	clear_highpage(page);
	memcpy(page_address(page), disk_mark, sizeof(disk_mark));
	err = disk_move_page(d, REQ_OP_WRITE, 0, page);
	if (err)
		pr_err("%s refused: its first page cannot be written: %s\n",
		       d->name, errno_text(err));
	return err;
}

static int disk_claim(struct store_disk *d, unsigned int flags)
{
	struct page *page = alloc_page(GFP_KERNEL);
	int err = page ? 0 : -ENOMEM;

	if (!err && !(flags & STORE_DISK_FORCE))
		err = disk_look(d, page);
	if (!err)
		err = disk_mark_it(d, page);
	if (page)
		__free_page(page);
	return err;
}

/* Each object keeps its entry in low memory: there cannot be more than fill all of
 * it, and the map of as many takes some 3 parts in 1000. */
static unsigned long most_pages(void)
{
	sector_t entries = (sector_t)(totalram_pages() - totalhigh_pages()) *
			   (PAGE_SIZE / sizeof(struct store_entry));

	return (unsigned long)min(entries, (sector_t)MOST_PAGES);
}

static int map_init(struct store_disk *d)
{
	sector_t pages = bdev_nr_sectors(d->bdev) / PAGE_SECTORS;

	d->nr_pages = (unsigned long)min(pages, (sector_t)most_pages());
	if (d->nr_pages < 2) {
		pr_err("%s refused: it has no room for a page and a mark\n",
		       d->name);
		return -ENOSPC;
	}
	d->map = vzalloc(BITS_TO_LONGS(d->nr_pages) * sizeof(long));
	if (!d->map)
		return -ENOMEM;
	__set_bit(0, d->map);
	d->nr_free = d->nr_pages - 1;
	return 0;
}

struct store_disk *store_disk_open(const char *path, unsigned int flags)
{
	struct store_disk *d = kzalloc(sizeof(*d), GFP_KERNEL);
	int err;

	if (!d)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&d->lock, "store_disk", LOCK_DRIVER);
	d->bdev = blkdev_get_by_path(path, DISK_MODE, d);
	err = IS_ERR(d->bdev) ? (int)PTR_ERR(d->bdev) : 0;
	if (err) {
		pr_err("%s refused: %s\n", path, errno_text(err));
		goto out_free;
	}
	d->name = d->bdev->bd_disk->disk_name;
	err = map_init(d);
	if (!err)
		err = disk_claim(d, flags);
	if (err)
		goto out_put;
	mm_usage_register(MM_USAGE_PSWPIN, pages_swapped_in);
	mm_usage_register(MM_USAGE_PSWPOUT, pages_swapped_out);
	return d;

out_put:
	vfree(d->map);
	blkdev_put(d->bdev, DISK_MODE);
out_free:
	kfree(d);
	return ERR_PTR(err);
}

void store_disk_close(struct store_disk *d)
{
	blkdev_put(d->bdev, DISK_MODE);
	vfree(d->map);
	kfree(d);
}
