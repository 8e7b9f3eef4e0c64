/* SPDX-License-Identifier: MIT */
/*
 * x86_ide_test.c - a real disk: what is written from memory scattered all over
 * the machine is what is read back into other memory
 *
 * It overwrites the disk, so the boot word ide_test= has to name one. Where the
 * machine has high memory, the pages are high ones.
 */
#include <fs/blkdev.h>
#include <kernel/completion.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/random.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/vmalloc.h>

#include "page_io.h"

#define MOST_PAGES (MIB(64) / PAGE_SIZE)
#define PAGE_SECTORS (unsigned int)(PAGE_SIZE / SECTOR_SIZE)
#define BIO_PAGES 64u
#define CUTS 5u /* the pages are cut alike both times */
#define MOST_PIECES 3u /* that a page is cut into */
#define PAGE_WORDS (PAGE_SIZE / sizeof(u32))
#define MODE (FMODE_READ | FMODE_WRITE | FMODE_EXCL)

static char disk_name[DISK_NAME_LEN];
static unsigned long bad_sector; /* 0: none */

static int disk_set(const char *value)
{
	if (!value || !*value)
		return -EINVAL;
	return strscpy(disk_name, value, sizeof(disk_name)) < 0 ? -EINVAL : 0;
}
KERNEL_PARAM(ide_test, "ide_test", disk_set,
	     "=DISK: suite x86_ide overwrites it");

static int bad_set(const char *value)
{
	return value ? kstrtoul(value, 0, &bad_sector) : -EINVAL;
}
KERNEL_PARAM(ide_test_bad, "ide_test_bad", bad_set,
	     "=SECTOR: which of it cannot be read");

static struct block_device *bdev;

/* Return: false: the case is skipped, or has failed. */
static bool begin(struct ktest *t)
{
	char path[sizeof(disk_name) + 8];

	if (!disk_name[0]) {
		ktest_skip(t, "ide_test= names no disk to overwrite");
		return false;
	}
	snprintf(path, sizeof(path), "/dev/%s", disk_name);
	bdev = blkdev_get_by_path(path, MODE, disk_name);
	return KTEST_EXPECT_FALSE(t, IS_ERR(bdev));
}

static void end(void)
{
	blkdev_put(bdev, MODE);
}

/* --- bios on their way ------------------------------------------------------- */

static atomic_t nr_under_way, nr_errors;
static DECLARE_WAIT_QUEUE_HEAD(all_through);

static void bio_through(struct bio *bio)
{
	if (bio->bi_status)
		atomic_inc(&nr_errors);
	bio_put(bio);
	if (atomic_dec_and_test(&nr_under_way))
		wake_up(&all_through);
}

/* @page in one to three pieces of whole sectors, the last of the page first: so
 * that each is a segment of its own. */
static void add_in_pieces(struct bio *bio, struct page *page,
			  struct xorshift32 *random)
{
	unsigned int pieces = 1 + xorshift32_below(random, MOST_PIECES);
	unsigned int end = PAGE_SECTORS;

	for (; pieces > 1; pieces--) {
		unsigned int n = 1 + xorshift32_below(random, end - pieces + 1);

		end -= n;
		bio_add_page(bio, page, n * SECTOR_SIZE, end * SECTOR_SIZE);
	}
	bio_add_page(bio, page, end * SECTOR_SIZE, 0);
}

/* Page i is at the disk's i-th place, cut by @seed. Return: bios that failed. */
static int move_all(struct page **page, unsigned long nr, blk_opf_t opf,
		    u32 seed)
{
	struct xorshift32 random = { seed };
	unsigned long i, end;

	atomic_set(&nr_errors, 0);
	atomic_set(&nr_under_way, 1);
	for (i = 0; i < nr; i = end) {
		struct bio *bio =
			bio_alloc(bdev, BIO_PAGES * MOST_PIECES, opf, GFP_NOIO);

		bio->bi_iter.bi_sector = (sector_t)i * PAGE_SECTORS;
		bio->bi_end_io = bio_through;
		end = min(i + BIO_PAGES, nr);
		for (; i < end; i++)
			add_in_pieces(bio, page[i], &random);
		atomic_inc(&nr_under_way);
		submit_bio(bio);
	}
	if (!atomic_dec_and_test(&nr_under_way))
		wait_event(all_through, !atomic_read(&nr_under_way));
	return atomic_read(&nr_errors);
}

/* --- memory ----------------------------------------------------------------------- */

static void pages_free(struct page **page, unsigned long nr)
{
	while (nr)
		__free_page(page[--nr]);
}

/* In no order at all. Return: how many there are. */
static unsigned long pages_get(struct page **page, unsigned long want, u32 seed)
{
	struct xorshift32 random = { seed };
	unsigned long nr, i;

	for (nr = 0; nr < want; nr++) {
		page[nr] =
			alloc_page(GFP_HIGHUSER | __GFP_NORETRY | __GFP_NOWARN);
		if (!page[nr])
			break;
	}
	for (i = nr; i > 1; i--) {
		u32 other = xorshift32_below(&random, (u32)i);

		swap(page[i - 1], page[other]);
	}
	return nr;
}

static u32 page_fill(struct page *page, struct xorshift32 *random)
{
	u32 *word = kmap_local_page(page), sum = 0;
	unsigned int i;

	for (i = 0; i < PAGE_WORDS; i++) {
		word[i] = xorshift32_next(random);
		sum = sum * 31 + word[i];
	}
	kunmap_local(word);
	return sum;
}

static u32 page_sum(struct page *page)
{
	u32 *word = kmap_local_page(page), sum = 0;
	unsigned int i;

	for (i = 0; i < PAGE_WORDS; i++)
		sum = sum * 31 + word[i];
	kunmap_local(word);
	return sum;
}

static void say_where(struct page **page, unsigned long nr)
{
	unsigned long i, high = 0, far = 0;

	for (i = 0; i < nr; i++) {
		high += PageHighMem(page[i]) != 0;
		far += page_to_phys(page[i]) >> 32 != 0;
	}
	pr_info("x86_ide: pages=%lu high=%lu above_4g=%lu\n", nr, high, far);
}

static unsigned long disk_pages(void)
{
	return (unsigned long)min(bdev_nr_sectors(bdev) / PAGE_SECTORS,
				  (u64)MOST_PAGES);
}

/* Write pages, forget them, read into others. */
static void round_trip(struct ktest *t, struct page **page, u32 *sum)
{
	struct xorshift32 random = { 0x1234567 };
	unsigned long i, nr = pages_get(page, disk_pages(), 77);
	unsigned long got, nr_wrong = 0;

	KTEST_EXPECT_GE(t, nr, 1024); /* 4 MiB */
	say_where(page, nr);
	for (i = 0; i < nr; i++)
		sum[i] = page_fill(page[i], &random);
	KTEST_EXPECT_EQ(t, move_all(page, nr, REQ_OP_WRITE, CUTS), 0);
	pages_free(page, nr);
	got = pages_get(page, nr, 99);
	for (i = 0; i < got; i++)
		clear_highpage(page[i]);
	KTEST_EXPECT_EQ(t, move_all(page, got, REQ_OP_READ, CUTS), 0);
	for (i = 0; i < got; i++)
		nr_wrong += page_sum(page[i]) != sum[i];
	KTEST_EXPECT_EQ(t, nr_wrong, 0);
	KTEST_EXPECT_GE(t, got, nr / 2);
	pages_free(page, got);
}

static void scattered_pages_go_out_and_come_back_as_others(struct ktest *t)
{
	struct page **page;
	u32 *sum;

	if (!begin(t))
		return;
	page = vmalloc(MOST_PAGES * sizeof(*page));
	sum = vmalloc(MOST_PAGES * sizeof(*sum));
	if (KTEST_EXPECT_TRUE(t, page && sum))
		round_trip(t, page, sum);
	vfree(page);
	vfree(sum);
	KTEST_EXPECT_EQ(t, blkdev_issue_flush(bdev), 0);
	end();
}

/* --- many threads ------------------------------------------------------------------- */

#define THREADS 8u
#define ROUNDS 40u
#define OWN_SECTORS 64u

struct worker {
	struct task_struct *task;
	unsigned int index;
	unsigned int nr_wrong;
};

static int worker_run(void *data)
{
	struct worker *w = data;
	struct xorshift32 random = { w->index + 1 };
	struct page *page = alloc_page(GFP_KERNEL);
	u8 *byte = page_address(page);
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		unsigned int nr = 1 + xorshift32_next(&random) % PAGE_SECTORS;
		sector_t sector = w->index * OWN_SECTORS +
				  xorshift32_next(&random) % (OWN_SECTORS - nr);
		u8 want = (u8)xorshift32_next(&random);

		memset(byte, want, nr * SECTOR_SIZE);
		w->nr_wrong += page_io(bdev, page, sector, nr, REQ_OP_WRITE) !=
			       0;
		memset(byte, ~want, nr * SECTOR_SIZE);
		w->nr_wrong += page_io(bdev, page, sector, nr, REQ_OP_READ) !=
			       0;
		w->nr_wrong += byte[0] != want ||
			       byte[nr * SECTOR_SIZE - 1] != want;
	}
	__free_page(page);
	return 0;
}

static void requests_come_from_many_threads(struct ktest *t)
{
	static struct worker worker[THREADS];
	unsigned int i;

	if (!begin(t))
		return;
	for (i = 0; i < THREADS; i++) {
		worker[i] = (struct worker){ .index = i };
		worker[i].task =
			kthread_create(worker_run, &worker[i], "ide/%u", i);
		KTEST_ASSERT_TRUE(t, !IS_ERR(worker[i].task));
		get_task_struct(worker[i].task);
		wake_up_process(worker[i].task);
	}
	for (i = 0; i < THREADS; i++) {
		kthread_stop(worker[i].task);
		put_task_struct(worker[i].task);
		KTEST_EXPECT_EQ(t, worker[i].nr_wrong, 0);
	}
	end();
}

/* --- errors ------------------------------------------------------------------------------ */

#define READS 16u

static struct {
	struct completion done;
	struct page *page;
	int err;
} reads[READS];

static void read_through(struct bio *bio)
{
	unsigned long i = (unsigned long)bio->bi_private;

	reads[i].err = blk_status_to_errno(bio->bi_status);
	bio_put(bio);
	complete(&reads[i].done);
}

static void read_send(unsigned long i, sector_t sector)
{
	struct bio *bio = bio_alloc(bdev, 1, REQ_OP_READ, GFP_NOIO);

	init_completion(&reads[i].done);
	reads[i].page = alloc_page(GFP_KERNEL);
	bio->bi_iter.bi_sector = sector;
	bio->bi_end_io = read_through;
	bio->bi_private = (void *)i;
	bio_add_page(bio, reads[i].page, PAGE_SIZE, 0);
	submit_bio(bio);
}

static void a_bad_sector_is_its_own_readers_only(struct ktest *t)
{
	unsigned long i, bad = READS / 2;

	if (!begin(t))
		return;
	if (!bad_sector) {
		end();
		ktest_skip(t, "ide_test_bad= names no bad sector");
		return;
	}
	/* Side by side, so that they are requests together; the bad one in the
	 * middle. */
	for (i = 0; i < READS; i++)
		read_send(i,
			  (bad_sector / PAGE_SECTORS + i - bad) * PAGE_SECTORS);
	for (i = 0; i < READS; i++) {
		wait_for_completion(&reads[i].done);
		KTEST_EXPECT_EQ(t, reads[i].err, i == bad ? -EIO : 0);
		__free_page(reads[i].page);
	}
	end();
}

static void the_disk_ends_where_it_says(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	sector_t size;

	if (begin(t)) {
		size = bdev_nr_sectors(bdev);
		KTEST_EXPECT_EQ(
			t, page_io(bdev, page, size - 1, 1, REQ_OP_READ), 0);
		KTEST_EXPECT_EQ(
			t, page_io(bdev, page, size - 1, 2, REQ_OP_READ), -EIO);
		KTEST_EXPECT_EQ(t, page_io(bdev, page, size, 1, REQ_OP_WRITE),
				-EIO);
		end();
	}
	__free_page(page);
}

static const struct ktest_case x86_ide_cases[] = {
	KTEST_CASE(scattered_pages_go_out_and_come_back_as_others),
	KTEST_CASE(requests_come_from_many_threads),
	KTEST_CASE(a_bad_sector_is_its_own_readers_only),
	KTEST_CASE(the_disk_ends_where_it_says),
};
KTEST_SUITE_SLOW(x86_ide, x86_ide_cases);
