/* SPDX-License-Identifier: MIT */
/*
 * x86_device_load_test.c - disk, floppy and allocators at once; a sound may play
 *
 * For device_load=SECONDS, and on all CPUs, threads write a disk from scattered
 * pages and read it back into others, one reads the floppy again and again, and
 * some allocate and free. Whoever gets data looks at all of it; what interrupts
 * were lost the drivers' own files say, afterwards.
 *
 * Locking: each worker's room is its own until it was joined.
 */
#include <fs/blkdev.h>
#include <fs/fs.h>
#include <kernel/err.h>
#include <kernel/hash.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>
#include <mm/slab.h>

#define DISK "/dev/hda"
#define FLOPPY "/dev/fd0"
#define MODE (FMODE_READ | FMODE_WRITE | FMODE_EXCL)
#define NR_DISK 3u
#define NR_ALLOC 2u
#define NR_WORKERS (NR_DISK + NR_ALLOC + 1)
#define BIO_PAGES 32u
#define REGION_BIOS 64u /* 8 MiB of the disk for each disk worker */
#define PAGE_SECTORS ((unsigned int)(PAGE_SIZE / SECTOR_SIZE))
#define PAGE_WORDS (PAGE_SIZE / sizeof(u32))
#define FLOPPY_BYTES (1440u << 10)
#define TRACK_BYTES 9216u
#define SLOTS 64u
#define MOST_SECONDS 3600ul

static unsigned long load_seconds; /* 0: not asked for */

static int load_set(const char *value)
{
	int err = value ? kstrtoul(value, 10, &load_seconds) : -EINVAL;

	if (!err && load_seconds - 1 < MOST_SECONDS)
		return 0;
	load_seconds = 0;
	return err ? err : -ERANGE;
}
KERNEL_PARAM(device_load, "device_load", load_set,
	     "=SECONDS: suite x86_device_load overwrites /dev/hda");

struct worker {
	struct task_struct *task;
	unsigned int idx; /* among its kind */
	struct xorshift32 random;
	unsigned long rounds; /* that are through */
	unsigned long wrong; /* words, tracks, items that were not as left */
	int err; /* the first one */
	u32 crc; /* floppy */
};

static struct worker workers[NR_WORKERS];
static struct block_device *bdev;

/* --- the disk ------------------------------------------------------------------- */

struct disk_room {
	struct page *from[BIO_PAGES];
	struct page *to[BIO_PAGES];
};

static void room_free(struct disk_room *room)
{
	unsigned int i;

	for (i = 0; i < BIO_PAGES; i++) {
		if (room->from[i])
			__free_page(room->from[i]);
		if (room->to[i])
			__free_page(room->to[i]);
	}
	kfree(room);
}

static struct disk_room *room_make(void)
{
	struct disk_room *room = kzalloc(sizeof(*room), GFP_KERNEL);
	unsigned int i;

	for (i = 0; room && i < BIO_PAGES; i++) {
		room->from[i] = alloc_page(GFP_HIGHUSER);
		room->to[i] = alloc_page(GFP_HIGHUSER);
		if (!room->from[i] || !room->to[i]) {
			room_free(room);
			return NULL;
		}
	}
	return room;
}

static int move(struct page *const *page, sector_t sector, blk_opf_t opf)
{
	struct bio *bio = bio_alloc(bdev, BIO_PAGES, opf, GFP_NOIO);
	unsigned int i;
	int err;

	bio->bi_iter.bi_sector = sector;
	for (i = 0; i < BIO_PAGES; i++)
		bio_add_page(bio, page[i], PAGE_SIZE, 0);
	err = submit_bio_wait(bio);
	bio_put(bio);
	return err;
}

static void pages_fill(struct page *const *page, u32 seed)
{
	struct xorshift32 random = { seed };
	unsigned int i, word;

	for (i = 0; i < BIO_PAGES; i++) {
		u32 *va = kmap_local_page(page[i]);

		for (word = 0; word < PAGE_WORDS; word++)
			va[word] = xorshift32_next(&random);
		kunmap_local(va);
	}
}

static unsigned long pages_wrong(struct page *const *page, u32 seed)
{
	struct xorshift32 random = { seed };
	unsigned long wrong = 0;
	unsigned int i, word;

	for (i = 0; i < BIO_PAGES; i++) {
		const u32 *va = kmap_local_page(page[i]);

		for (word = 0; word < PAGE_WORDS; word++)
			wrong += va[word] != xorshift32_next(&random);
		kunmap_local(va);
	}
	return wrong;
}

/* Out of some pages, and back into others. */
static int disk_round(struct worker *w, struct disk_room *room)
{
	u32 place = w->idx * REGION_BIOS +
		    xorshift32_below(&w->random, REGION_BIOS);
	sector_t sector = (sector_t)place * BIO_PAGES * PAGE_SECTORS;
	u32 seed = xorshift32_next(&w->random) | 1;
	int err;

	pages_fill(room->from, seed);
	pages_fill(room->to, ~seed | 1);
	err = move(room->from, sector, REQ_OP_WRITE);
	if (!err)
		err = move(room->to, sector, REQ_OP_READ);
	if (!err)
		w->wrong += pages_wrong(room->to, seed);
	return err;
}

static int disk_work(void *arg)
{
	struct worker *w = arg;
	struct disk_room *room = room_make();

	w->err = room ? 0 : -ENOMEM;
	while (!w->err && !kthread_should_stop()) {
		w->err = disk_round(w, room);
		w->rounds++;
	}
	if (room)
		room_free(room);
	return 0;
}

/* --- the floppy -------------------------------------------------------------------- */

static int floppy_pass(struct file *file, char *track, u32 *crc)
{
	loff_t pos = 0;

	*crc = 0;
	while (pos < FLOPPY_BYTES) {
		ssize_t got = kernel_read(file, track, TRACK_BYTES, &pos);

		if (got != (ssize_t)TRACK_BYTES)
			return got < 0 ? (int)got : -EIO;
		*crc = crc32_ieee(*crc, track, TRACK_BYTES);
	}
	return 0;
}

static void floppy_passes(struct worker *w, struct file *file, char *track)
{
	u32 crc;

	do {
		w->err = floppy_pass(file, track, &crc);
		w->wrong += w->rounds && crc != w->crc;
		w->crc = crc;
		w->rounds++;
	} while (!w->err && !kthread_should_stop());
}

static int floppy_work(void *arg)
{
	struct worker *w = arg;
	struct file *file = filp_open(FLOPPY, O_RDONLY, 0);
	char *track;

	if (IS_ERR(file)) {
		w->err = (int)PTR_ERR(file);
		return 0;
	}
	track = vmalloc(TRACK_BYTES);
	w->err = track ? 0 : -ENOMEM;
	if (track)
		floppy_passes(w, file, track);
	vfree(track);
	filp_close(file, NULL);
	return 0;
}

/* --- allocators ----------------------------------------------------------------------- */

struct item {
	u8 *va; /* NULL: none */
	size_t bytes;
	unsigned int kind; /* 0: kmalloc, 1: pages, 2: vmalloc */
	u8 mark;
};

static void item_take(struct item *item, struct xorshift32 *random)
{
	static const u32 most[] = { 16384, 32768, 131072 };
	gfp_t gfp = GFP_KERNEL | __GFP_NOWARN;

	item->kind = xorshift32_below(random, ARRAY_SIZE(most));
	item->bytes = 1 + xorshift32_below(random, most[item->kind]);
	item->mark = (u8)xorshift32_next(random);
	if (item->kind == 0)
		item->va = kmalloc(item->bytes, gfp);
	else if (item->kind == 1)
		item->va = (u8 *)__get_free_pages(gfp, get_order(item->bytes));
	else
		item->va = __vmalloc(item->bytes, gfp | __GFP_HIGHMEM);
	if (item->va)
		memset(item->va, item->mark, item->bytes);
}

/* Return: 1 if it is not as it was left. */
static unsigned int item_give(struct item *item)
{
	unsigned int wrong;

	if (!item->va)
		return 0;
	wrong = memchr_inv(item->va, item->mark, item->bytes) != NULL;
	if (item->kind == 0)
		kfree(item->va);
	else if (item->kind == 1)
		free_pages((unsigned long)item->va, get_order(item->bytes));
	else
		vfree(item->va);
	item->va = NULL;
	return wrong;
}

static int alloc_work(void *arg)
{
	struct worker *w = arg;
	struct item *items = kcalloc(SLOTS, sizeof(*items), GFP_KERNEL);
	unsigned int i;

	w->err = items ? 0 : -ENOMEM;
	while (items && !kthread_should_stop()) {
		struct item *item = &items[xorshift32_below(&w->random, SLOTS)];

		w->wrong += item_give(item);
		item_take(item, &w->random);
		w->rounds += item->va != NULL;
		cond_resched();
	}
	for (i = 0; items && i < SLOTS; i++)
		w->wrong += item_give(&items[i]);
	kfree(items);
	return 0;
}

/* --- all at once ------------------------------------------------------------------------ */

static const struct {
	const char *name;
	int (*work)(void *arg);
	unsigned int nr;
} kinds[] = {
	{ "disk", disk_work, NR_DISK },
	{ "alloc", alloc_work, NR_ALLOC },
	{ "floppy", floppy_work, 1 },
};

static bool worker_start(struct worker *w, unsigned int kind, unsigned int idx)
{
	*w = (struct worker){ .idx = idx };
	xorshift32_seed(&w->random, 1 + idx + kind * NR_WORKERS);
	w->task = kthread_create(kinds[kind].work, w, "%s/%u", kinds[kind].name,
				 idx);
	if (IS_ERR(w->task))
		return false;
	get_task_struct(w->task);
	wake_up_process(w->task);
	return true;
}

static unsigned int workers_start(struct ktest *t)
{
	unsigned int kind, idx, nr = 0;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (idx = 0; idx < kinds[kind].nr; idx++, nr++) {
			if (!KTEST_EXPECT_TRUE(
				    t, worker_start(&workers[nr], kind, idx)))
				return nr;
		}
	}
	return nr;
}

static void workers_join(unsigned int nr)
{
	while (nr--) {
		kthread_stop(workers[nr].task);
		put_task_struct(workers[nr].task);
	}
}

static void workers_judge(struct ktest *t)
{
	unsigned int kind, idx, nr = 0;

	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		unsigned long rounds = 0;

		for (idx = 0; idx < kinds[kind].nr; idx++, nr++) {
			KTEST_EXPECT_EQ(t, workers[nr].err, 0);
			KTEST_EXPECT_EQ(t, workers[nr].wrong, 0);
			KTEST_EXPECT_NE(t, workers[nr].rounds, 0);
			rounds += workers[nr].rounds;
		}
		pr_info("device_load: %s rounds=%lu\n", kinds[kind].name,
			rounds);
	}
	pr_info("device_load: floppy crc32=%08x\n",
		workers[NR_WORKERS - 1].crc);
}

static void devices_and_allocators_work_at_once(struct ktest *t)
{
	unsigned int nr;

	if (!load_seconds) {
		ktest_skip(t, "device_load= was not given: " DISK
			      " would be overwritten");
		return;
	}
	bdev = blkdev_get_by_path(DISK, MODE, &bdev);
	KTEST_ASSERT_TRUE(t, !IS_ERR(bdev));
	nr = workers_start(t);
	schedule_timeout_uninterruptible((long)load_seconds * HZ);
	workers_join(nr);
	if (nr == NR_WORKERS)
		workers_judge(t);
	blkdev_put(bdev, MODE);
}

static const struct ktest_case x86_device_load_cases[] = {
	KTEST_CASE(devices_and_allocators_work_at_once),
};
KTEST_SUITE_SLOW(x86_device_load, x86_device_load_cases);
