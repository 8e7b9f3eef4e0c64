/* SPDX-License-Identifier: MIT */
/*
 * store_disk_test.c - a store behind which there is a disk: what goes out, what
 * comes back, and what becomes of it when the disk fails
 *
 * The disk is the test's own, of 31 pages and a mark. Memory is not short: what
 * leaves is asked of the store's shrinker.
 */
#include <drivers/store.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/parse.h>
#include <kernel/random.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/show.h>

#include "../../drivers/store/store_internal.h"
#include "log_lines.h"
#include "proc_text.h"
#include "ram_disk.h"
#include "room.h"
#include "store_fixture.h"

#define rd SUITE_ROOM(struct ram_disk)
#define PATH "/dev/ramtest"
#define PAGE_SECTORS (unsigned int)(PAGE_SIZE / SECTOR_SIZE)
#define DISK_PAGES (RAM_DISK_SECTORS / PAGE_SECTORS)
#define PLACES (DISK_PAGES - 1)
#define MARK "pagewright store\n"

static struct store_disk *disk;

static bool store_begin(struct ktest *t)
{
	struct store_desc desc = { .name = "store disk test",
				   .nr_buckets = 8,
				   .backing = &store_disk_backing };

	if (!ram_disk_make(t, rd))
		return false;
	memset(rd->data, 0, PAGE_SIZE * DISK_PAGES);
	disk = store_disk_open(PATH, 0);
	if (!KTEST_EXPECT_FALSE(t, IS_ERR(disk)))
		return false;
	desc.backing_data = disk;
	rd->nr_log = 0;
	return KTEST_EXPECT_EQ(t, store_init(&store, &desc), 0);
}

/* Nothing has a place any more but the bad ones. */
static void store_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	store_exit(&store);
	KTEST_EXPECT_EQ(t, store.nr_places, 0);
	KTEST_EXPECT_EQ(t, store_disk_backing.capacity(disk),
			PLACES - store_disk_bad(disk));
	store_disk_close(disk);
	ram_disk_free(rd);
}

static void put_keys(struct ktest *t, u32 first, u32 end)
{
	for (; first < end; first++)
		KTEST_EXPECT_EQ(t, put(first), 0);
}

/* --- whose disk it is ------------------------------------------------------- */

static long refused(const char *path, unsigned int flags)
{
	struct store_disk *d = store_disk_open(path, flags);

	if (!IS_ERR(d)) {
		store_disk_close(d);
		return 0;
	}
	return PTR_ERR(d);
}

static void a_disk_with_something_on_it_is_left_alone(struct ktest *t)
{
	if (!ram_disk_make(t, rd))
		return;
	KTEST_EXPECT_EQ(t, refused(PATH, 0), -EEXIST);
	/* One byte, where file systems that leave the first page free begin. */
	memset(rd->data, 0, PAGE_SIZE * DISK_PAGES);
	rd->data[16 * PAGE_SIZE + 5] = 1;
	KTEST_EXPECT_EQ(t, refused(PATH, 0), -EEXIST);
	KTEST_EXPECT_NULL(t, memchr_inv(rd->data, 0, 16 * PAGE_SIZE));
	/* The mark counts where it belongs, and nowhere else. */
	memset(rd->data, 0, PAGE_SIZE * DISK_PAGES);
	memcpy(rd->data + 3 * PAGE_SIZE, MARK, sizeof(MARK));
	KTEST_EXPECT_EQ(t, refused(PATH, 0), -EEXIST);
	KTEST_EXPECT_EQ(t, rd->disk->bdev.bd_openers, 0);
	memset(rd->data, 7, PAGE_SIZE);
	KTEST_EXPECT_EQ(t, refused(PATH, STORE_DISK_FORCE), 0);
	KTEST_EXPECT_EQ(t, memcmp(rd->data, MARK, sizeof(MARK)), 0);
	KTEST_EXPECT_NULL(t, memchr_inv(rd->data + sizeof(MARK), 0,
					PAGE_SIZE - sizeof(MARK)));
	/* It has our mark now; what is behind it does not count. */
	KTEST_EXPECT_EQ(t, refused(PATH, 0), 0);
	rd->data[0]++;
	KTEST_EXPECT_EQ(t, refused(PATH, 0), -EEXIST);
	ram_disk_free(rd);
}

static void a_disk_that_cannot_be_had_is_refused(struct ktest *t)
{
	if (!store_begin(t))
		return;
	KTEST_EXPECT_EQ(t, refused(PATH, 0), -EBUSY);
	KTEST_EXPECT_EQ(t, refused("/dev/florble", 0), -ENOENT);
	KTEST_EXPECT_EQ(t, refused("/dev/null", 0), -ENOTBLK);
	store_end(t);
	if (!ram_disk_make(t, rd))
		return;
	memset(rd->data, 0, PAGE_SIZE * DISK_PAGES);
	set_capacity(rd->disk, 2 * PAGE_SECTORS - 1);
	KTEST_EXPECT_EQ(t, refused(PATH, 0), -ENOSPC);
	set_capacity(rd->disk, 2 * PAGE_SECTORS);
	KTEST_EXPECT_EQ(t, refused(PATH, 0), 0);
	rd->bad = 0;
	KTEST_EXPECT_EQ(t, refused(PATH, 0), -EIO);
	KTEST_EXPECT_EQ(t, refused(PATH, STORE_DISK_FORCE), -EIO);
	ram_disk_free(rd);
}

/* The map takes next to nothing of memory, however large the disk is. */
static void of_a_huge_disk_as_much_is_used_as_memory_can_tell(struct ktest *t)
{
	const unsigned long entries = PAGE_SIZE / sizeof(struct store_entry);
	const unsigned long low = totalram_pages() - totalhigh_pages();
	struct store_disk *d;

	if (!ram_disk_make(t, rd))
		return;
	memset(rd->data, 0, PAGE_SIZE * DISK_PAGES);
	set_capacity(rd->disk, 1ull << 40);
	d = store_disk_open(PATH, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(d))) {
		KTEST_EXPECT_EQ(t, store_disk_backing.capacity(d),
				low * entries - 1);
		store_disk_close(d);
	}
	ram_disk_free(rd);
}

/* --- out and back ----------------------------------------------------------- */

static void what_leaves_together_is_written_together(struct ktest *t)
{
	unsigned long outs = mm_usage(MM_USAGE_PSWPOUT);
	unsigned long ins = mm_usage(MM_USAGE_PSWPIN);
	u32 key;

	if (!store_begin(t))
		return;
	put_keys(t, 0, 24);
	KTEST_EXPECT_EQ(t, take(24, GFP_KERNEL), 24);
	KTEST_EXPECT_EQ(t, rd->nr_log, 2);
	KTEST_EXPECT_EQ(t, rd->log[0].sector, PAGE_SECTORS);
	KTEST_EXPECT_EQ(t, rd->log[0].sectors, STORE_CLUSTER * PAGE_SECTORS);
	KTEST_EXPECT_EQ(t, rd->log[1].sectors, 8 * PAGE_SECTORS);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_PSWPOUT), outs + 24);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_PSWPIN), ins);
	for (key = 0; key < 24; key++)
		KTEST_EXPECT_TRUE(t, has(key));
	KTEST_EXPECT_EQ(t, rd->nr_log, 26);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_PSWPOUT), outs + 24);
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_PSWPIN), ins + 24);
	store_end(t);
}

/* Holes are for when it has been round. */
static void the_disk_is_written_in_order(struct ktest *t)
{
	if (!store_begin(t))
		return;
	put_keys(t, 0, 4);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 4);
	KTEST_EXPECT_EQ(t, store_delete(&store, 0), 0);
	KTEST_EXPECT_EQ(t, put(9), 0);
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	KTEST_EXPECT_EQ(t, rd->log[1].sector, 5 * PAGE_SECTORS);
	store_end(t);
}

/* With less, what comes back has to be written again. */
static void copies_are_kept_while_half_of_the_disk_is_free(struct ktest *t)
{
	u32 key;

	if (!store_begin(t))
		return;
	put_keys(t, 0, 24);
	KTEST_EXPECT_EQ(t, take(24, GFP_KERNEL), 24);
	KTEST_EXPECT_TRUE(t, has(0));
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	KTEST_EXPECT_EQ(t, store.count[STORE_CLEAN], 0);
	for (key = 1; key < 12; key++)
		KTEST_EXPECT_EQ(t, store_delete(&store, key), 0);
	KTEST_EXPECT_TRUE(t, has(0));
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	KTEST_EXPECT_EQ(t, store.count[STORE_CLEAN], 1);
	store_end(t);
}

/* A few free places are no reason to say it again. */
static void a_full_disk_says_so_once(struct ktest *t)
{
	u64 from = log_end();
	u32 key;

	if (!store_begin(t))
		return;
	put_keys(t, 0, PLACES + 4);
	KTEST_EXPECT_EQ(t, take(PLACES + 4, GFP_KERNEL), PLACES);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, store_delete(&store, 0), 0);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 1);
	KTEST_EXPECT_EQ(t, log_count(from, "ramtest is full"), 1);
	for (key = 1; key < 9; key++)
		KTEST_EXPECT_EQ(t, store_delete(&store, key), 0);
	put_keys(t, 100, 108);
	KTEST_EXPECT_EQ(t, take(16, GFP_KERNEL), 8);
	KTEST_EXPECT_EQ(t, log_count(from, "ramtest is full"), 2);
	store_end(t);
}

static void a_full_disk_leaves_the_rest_in_memory(struct ktest *t)
{
	u32 key;

	if (!store_begin(t))
		return;
	put_keys(t, 0, PLACES + 4);
	KTEST_EXPECT_EQ(t, take(PLACES + 4, GFP_KERNEL), PLACES);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 4);
	/* Places of every other one: holes of a page. */
	for (key = 0; key < PLACES; key += 2)
		KTEST_EXPECT_EQ(t, store_delete(&store, key), 0);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 4);
	for (key = 1; key < PLACES + 4; key += key < PLACES ? 2 : 1)
		KTEST_EXPECT_TRUE(t, has(key));
	store_end(t);
}

static void io_is_counted_for_whom_it_was_started(struct ktest *t)
{
	static const struct {
		gfp_t gfp;
		enum store_who who;
		unsigned long left; /* of 1 */
	} word[] = {
		{ GFP_KERNEL, STORE_WHO_KERNEL, 1 },
		{ GFP_KERNEL | __GFP_HIGHMEM, STORE_WHO_KERNEL, 1 },
		{ GFP_HIGHUSER, STORE_WHO_HIGHUSER, 1 },
		{ GFP_USER, STORE_WHO_USER, 1 },
		{ GFP_NOFS, STORE_WHO_NOFS, 1 },
		{ GFP_NOIO, STORE_WHO_NOIO, SHRINK_STOP },
		{ GFP_NOWAIT, STORE_WHO_ATOMIC, SHRINK_STOP },
		{ GFP_ATOMIC, STORE_WHO_ATOMIC, SHRINK_STOP },
	};
	unsigned int i;

	if (!store_begin(t))
		return;
	put_keys(t, 0, ARRAY_SIZE(word));
	for (i = 0; i < ARRAY_SIZE(word); i++) {
		unsigned long outs = store_disk_outs(disk, word[i].who);
		unsigned long nr = word[i].left == 1;

		KTEST_EXPECT_EQ(t, store_who(word[i].gfp), word[i].who);
		KTEST_EXPECT_EQ(t, take(1, word[i].gfp), word[i].left);
		KTEST_EXPECT_EQ(t, store_disk_outs(disk, word[i].who),
				outs + nr);
	}
	KTEST_EXPECT_EQ(t, rd->nr_log, 5);
	KTEST_EXPECT_TRUE(t, has(0));
	KTEST_EXPECT_EQ(t, store_disk_ins(disk, STORE_WHO_KERNEL), 1);
	store_end(t);
}

/* --- errors ----------------------------------------------------------------- */

static void a_page_that_cannot_be_written_stays_in_memory(struct ktest *t)
{
	u32 key;

	if (!store_begin(t))
		return;
	put_keys(t, 0, 8);
	rd->bad = 4 * PAGE_SECTORS + 3; /* key 3's place, from 1 on */
	KTEST_EXPECT_EQ(t, take(8, GFP_KERNEL), 7);
	KTEST_EXPECT_EQ(t, store_count(&store), 1);
	KTEST_EXPECT_EQ(t, store.count[STORE_OUT_FAILED], 1);
	KTEST_EXPECT_EQ(t, store_disk_bad(disk), 1);
	/* To another page of the disk. */
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	for (key = 0; key < 8; key++)
		KTEST_EXPECT_TRUE(t, has(key));
	KTEST_EXPECT_EQ(t, store_disk_bad(disk), 1);
	store_end(t);
}

/* What /proc/store says of the disk. */
static unsigned long pages_free(struct ktest *t)
{
	const char *line;

	store_disk_backing.show(disk, text_begin());
	line = strstr(text_end(t), "disk_free ");
	return line ? (unsigned long)simple_strtoull(line + 10, NULL, 10) :
		      ULONG_MAX;
}

static void flaws_far_apart_are_not_a_disk_that_is_gone(struct ktest *t)
{
	unsigned int i;

	if (!store_begin(t))
		return;
	for (i = 0; i <= STORE_CLUSTER; i++) {
		put_keys(t, 1, 2);
		rd->broken = true;
		KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 0);
		rd->broken = false;
		KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	}
	KTEST_EXPECT_EQ(t, store_disk_bad(disk), STORE_CLUSTER + 1);
	store_end(t);
}

static void a_disk_that_is_gone_is_not_asked_for_ever(struct ktest *t)
{
	unsigned int tries, asked;
	u32 key;

	if (!store_begin(t))
		return;
	put_keys(t, 0, 20);
	rd->broken = true;
	/* One alone, so that it is over in the middle of the next ones. */
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 0);
	for (tries = 0; tries < 20; tries++)
		KTEST_EXPECT_EQ(t, take(20, GFP_KERNEL), 0);
	asked = rd->nr_log;
	KTEST_EXPECT_EQ(t, store_disk_bad(disk), STORE_CLUSTER);
	KTEST_EXPECT_EQ(t, pages_free(t), PLACES - STORE_CLUSTER);
	KTEST_EXPECT_LE(t, asked, DISK_PAGES);
	KTEST_EXPECT_EQ(t, take(20, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, rd->nr_log, asked);
	for (key = 0; key < 20; key++)
		KTEST_EXPECT_TRUE(t, has(key));
	KTEST_EXPECT_EQ(t, store_count(&store), 20);
	store_end(t);
}

static void a_page_that_cannot_be_read_loses_its_object_alone(struct ktest *t)
{
	unsigned int asked;
	u32 key;

	if (!store_begin(t))
		return;
	put_keys(t, 0, 8);
	KTEST_EXPECT_EQ(t, take(8, GFP_KERNEL), 8);
	rd->bad = 3 * PAGE_SECTORS;
	for (key = 0; key < 8; key++)
		KTEST_EXPECT_EQ(t, has(key), key != 2);
	asked = rd->nr_log;
	KTEST_EXPECT_EQ(t, store_get(&store, 2, read), -EIO);
	KTEST_EXPECT_EQ(t, rd->nr_log, asked);
	KTEST_EXPECT_EQ(t, store.count[STORE_LOST], 1);
	KTEST_EXPECT_EQ(t, store_disk_bad(disk), 1);
	rd->bad = RAM_DISK_FINE;
	KTEST_EXPECT_EQ(t, put(2), 0);
	KTEST_EXPECT_TRUE(t, has(2));
	/* Nobody else gets that place. */
	put_keys(t, 8, PLACES);
	KTEST_EXPECT_EQ(t, take(PLACES, GFP_KERNEL), PLACES - 1);
	store_end(t);
}

static void another_page_than_was_written_is_noticed(struct ktest *t)
{
	if (!store_begin(t))
		return;
	put_keys(t, 0, 2);
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	memcpy(rd->data + PAGE_SIZE, rd->data + 2 * PAGE_SIZE, PAGE_SIZE);
	KTEST_EXPECT_EQ(t, store_get(&store, 0, read), -EIO);
	KTEST_EXPECT_EQ(t, store.count[STORE_BAD], 1);
	KTEST_EXPECT_EQ(t, store_disk_bad(disk), 1);
	KTEST_EXPECT_TRUE(t, has(1));
	store_end(t);
}

/* --- no memory -------------------------------------------------------------- */

/* No page and no object is to be had at all, by anybody. */
static void putting_out_asks_nobody_for_memory(struct ktest *t)
{
	struct fault_attr page_plan, slab_plan;
	unsigned long left = 0;

	if (!store_begin(t))
		return;
	put_keys(t, 0, 20);
	fault_plan_save(&mm_node.fault, &page_plan);
	fault_plan_save(&fault_slab, &slab_plan);
	if (KTEST_EXPECT_EQ(t, fault_attr_parse(&mm_node.fault, "1,100,0,-1"),
			    0) &&
	    KTEST_EXPECT_EQ(t, fault_attr_parse(&fault_slab, "1,100,0,-1"), 0))
		left = take(20, GFP_KERNEL);
	fault_plan_restore(&mm_node.fault, &page_plan);
	fault_plan_restore(&fault_slab, &slab_plan);
	KTEST_EXPECT_EQ(t, left, 20);
	KTEST_EXPECT_TRUE(t, has(0) && has(19));
	store_end(t);
}

/* Each page in turn fails: what cannot be brought in stays away. */
static void bringing_in_without_memory_loses_nothing(struct ktest *t)
{
	struct fault_attr boot_plan;
	unsigned int nth, failed = 0;
	int err = -ENOMEM;

	if (!store_begin(t))
		return;
	put_keys(t, 0, 2);
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	fault_plan_save(&mm_node.fault, &boot_plan);
	for (nth = 1; err && nth < 10; nth++) {
		fault_fail_nth(&mm_node.fault, nth);
		err = store_get(&store, 1, read);
		fault_reset(&mm_node.fault);
		failed += err != 0;
		KTEST_EXPECT_TRUE(t, !err || err == -ENOMEM);
		KTEST_EXPECT_EQ(t, store_check(&store), 0);
	}
	fault_plan_restore(&mm_node.fault, &boot_plan);
	KTEST_EXPECT_GE(t, failed, 1);
	KTEST_EXPECT_TRUE(t, has(0) && has(1));
	store_end(t);
}

/* --- a model ----------------------------------------------------------------- */

#define KEYS 48u
#define STEPS 3000u

/* What should be there: 0: nothing; else the seed of its bytes. */
static u32 model[KEYS];
static bool may_be_lost[KEYS];

static int model_put(u32 key, u32 seed)
{
	int err;

	store_make(seed, bytes);
	err = store_put(&store, key, bytes, GFP_KERNEL);
	if (!err) {
		model[key] = seed;
		may_be_lost[key] = false;
	}
	return err;
}

/* Lost ones are known to be, and stay lost. */
static void model_get(struct ktest *t, u32 key)
{
	bool broken = rd->bad != RAM_DISK_FINE;
	int err = store_get(&store, key, read);

	if (err == -EIO && model[key] && (broken || may_be_lost[key])) {
		may_be_lost[key] = true;
		return;
	}
	KTEST_EXPECT_EQ(t, err, model[key] ? 0 : -ENOENT);
	if (!err) {
		store_make(model[key], bytes);
		KTEST_EXPECT_EQ(t, memcmp(bytes, read, PAGE_SIZE), 0);
	}
}

static void model_step(struct ktest *t, struct xorshift32 *random)
{
	u32 key = xorshift32_below(random, KEYS);

	switch (xorshift32_below(random, 16)) {
	case 0:
		KTEST_EXPECT_EQ(t, store_delete(&store, key),
				model[key] ? 0 : -ENOENT);
		model[key] = 0;
		break;
	case 1: rd->bad = xorshift32_below(random, RAM_DISK_SECTORS); break;
	case 2:
	case 3: rd->bad = RAM_DISK_FINE; break;
	case 4:
	case 5: take(1 + xorshift32_below(random, KEYS), GFP_KERNEL); break;
	case 6:
	case 7:
	case 8:
		KTEST_EXPECT_EQ(t, model_put(key, xorshift32_next(random) | 1),
				0);
		break;
	default: model_get(t, key);
	}
}

static void a_random_life_agrees_with_a_table(struct ktest *t)
{
	struct xorshift32 random = { 20261122 };
	unsigned int step;
	u32 key;

	if (!store_begin(t))
		return;
	memset(model, 0, sizeof(model));
	memset(may_be_lost, 0, sizeof(may_be_lost));
	for (step = 0; step < STEPS; step++) {
		model_step(t, &random);
		if (step % 64 == 0)
			KTEST_EXPECT_EQ(t, store_check(&store), 0);
	}
	rd->bad = RAM_DISK_FINE;
	for (key = 0; key < KEYS; key++)
		model_get(t, key);
	KTEST_EXPECT_GE(t, store.count[STORE_BROUGHT_IN], 200);
	KTEST_EXPECT_GE(t, store.count[STORE_CLEAN], 1);
	KTEST_EXPECT_GE(t, store_disk_bad(disk), 1);
	KTEST_EXPECT_EQ(t, store.count[STORE_BAD], 0);
	store_end(t);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_disk_with_something_on_it_is_left_alone),
	KTEST_CASE(a_disk_that_cannot_be_had_is_refused),
	KTEST_CASE(of_a_huge_disk_as_much_is_used_as_memory_can_tell),
	KTEST_CASE(what_leaves_together_is_written_together),
	KTEST_CASE(the_disk_is_written_in_order),
	KTEST_CASE(copies_are_kept_while_half_of_the_disk_is_free),
	KTEST_CASE(a_full_disk_says_so_once),
	KTEST_CASE(a_full_disk_leaves_the_rest_in_memory),
	KTEST_CASE(io_is_counted_for_whom_it_was_started),
	KTEST_CASE(a_page_that_cannot_be_written_stays_in_memory),
	KTEST_CASE(flaws_far_apart_are_not_a_disk_that_is_gone),
	KTEST_CASE(a_disk_that_is_gone_is_not_asked_for_ever),
	KTEST_CASE(a_page_that_cannot_be_read_loses_its_object_alone),
	KTEST_CASE(another_page_than_was_written_is_noticed),
	KTEST_CASE(putting_out_asks_nobody_for_memory),
	KTEST_CASE(bringing_in_without_memory_loses_nothing),
	KTEST_CASE(a_random_life_agrees_with_a_table),
};
KTEST_SUITE(store_disk, cases);
