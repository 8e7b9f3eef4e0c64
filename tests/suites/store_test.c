/* SPDX-License-Identifier: MIT */
/*
 * store_test.c - the store: its objects, their order, and what reclaim takes
 *
 * Stores of a few objects, made for a case, on the live machine's pages: what
 * is dropped is asked of the store's own shrinker.
 */
#include <drivers/store.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

static struct store store;
static u8 bytes[PAGE_SIZE], read[PAGE_SIZE];

static void store_build(struct ktest *t, const struct store_backing *backing,
			void *data)
{
	const struct store_desc desc = { .name = "store test",
					 .nr_buckets = 5,
					 .backing = backing,
					 .backing_data = data };

	KTEST_EXPECT_EQ(t, store_init(&store, &desc), 0);
	KTEST_EXPECT_EQ(t, store.nr_buckets, 8);
}

static void store_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	store_exit(&store);
}

static int put(u32 key)
{
	store_make(key, bytes);
	return store_put(&store, key, bytes, GFP_KERNEL);
}

/* Is @key there, with its own bytes? */
static bool has(u32 key)
{
	store_make(key, bytes);
	memset(read, 0, sizeof(read));
	return !store_get(&store, key, read) &&
	       !memcmp(bytes, read, sizeof(read));
}

/* Reclaim wants @nr objects. Return: what the shrinker answers. */
static unsigned long take(unsigned long nr, gfp_t gfp)
{
	struct shrink_control sc = { .gfp_mask = gfp,
				     .zone_mask = ~0u,
				     .nr_to_scan = nr };

	return store.shrinker.scan_objects(&store.shrinker, &sc);
}

/* --- objects --------------------------------------------------------------- */

static void what_is_put_is_got(struct ktest *t)
{
	u32 key;

	store_build(t, NULL, NULL);
	for (key = 0; key < 40; key++)
		KTEST_EXPECT_EQ(t, put(key * 7919), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 40);
	for (key = 0; key < 40; key++)
		KTEST_EXPECT_TRUE(t, has(key * 7919));
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), -ENOENT);
	KTEST_EXPECT_EQ(t, store.count[STORE_PUTS], 40);
	KTEST_EXPECT_EQ(t, store.count[STORE_HITS], 40);
	KTEST_EXPECT_EQ(t, store.count[STORE_MISSES], 1);
	store_end(t);
}

static void a_second_put_replaces_the_first(struct ktest *t)
{
	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(3), 0);
	memset(bytes, 0x5a, sizeof(bytes));
	KTEST_EXPECT_EQ(t, store_put(&store, 3, bytes, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 1);
	KTEST_EXPECT_EQ(t, store_get(&store, 3, read), 0);
	KTEST_EXPECT_EQ(t, memcmp(bytes, read, sizeof(read)), 0);
	store_end(t);
}

static void what_is_deleted_is_gone(struct ktest *t)
{
	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(1), 0);
	KTEST_EXPECT_EQ(t, put(2), 0);
	KTEST_EXPECT_EQ(t, store_delete(&store, 1), 0);
	KTEST_EXPECT_EQ(t, store_delete(&store, 1), -ENOENT);
	KTEST_EXPECT_FALSE(t, has(1));
	KTEST_EXPECT_TRUE(t, has(2));
	KTEST_EXPECT_EQ(t, store_drop(&store), 1);
	KTEST_EXPECT_EQ(t, store_drop(&store), 0);
	store_end(t);
}

/* --- what reclaim takes ---------------------------------------------------- */

static void the_least_recently_used_goes_first(struct ktest *t)
{
	u32 key;

	store_build(t, NULL, NULL);
	for (key = 0; key < 6; key++)
		KTEST_EXPECT_EQ(t, put(key), 0);
	KTEST_EXPECT_TRUE(t, has(0));
	KTEST_EXPECT_EQ(t, put(2), 0);
	/* From the oldest: 1 3 4 5 0 2. */
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	KTEST_EXPECT_FALSE(t, has(1) || has(3) || has(4));
	KTEST_EXPECT_TRUE(t, has(5) && has(0) && has(2));
	KTEST_EXPECT_EQ(t, store.count[STORE_EVICTED], 3);
	KTEST_EXPECT_EQ(t, take(10, GFP_KERNEL), 3);
	KTEST_EXPECT_EQ(t, take(10, GFP_KERNEL), 0);
	store_end(t);
}

static void only_zones_that_want_memory_lose_objects(struct ktest *t)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 99 };
	unsigned int i, full = 0;
	u32 key;

	store_build(t, NULL, NULL);
	for (key = 0; key < 9; key++)
		KTEST_EXPECT_EQ(t, put(key), 0);
	for (i = 0; i < NR_ZONES; i++)
		full = store.nr[i] > store.nr[full] ? i : full;
	sc.zone_mask = BIT(NR_ZONES) - 1 - BIT(full);
	KTEST_EXPECT_EQ(t,
			store.shrinker.scan_objects(&store.shrinker, &sc) +
				store.nr[full],
			9);
	sc.zone_mask = BIT(full);
	KTEST_EXPECT_EQ(t, store.shrinker.count_objects(&store.shrinker, &sc),
			store.nr[full]);
	store_drop(&store);
	KTEST_EXPECT_EQ(t, store.shrinker.count_objects(&store.shrinker, &sc),
			SHRINK_EMPTY);
	store_end(t);
}

/* What memory there is stays the same from fill to drop. */
static void filling_stops_at_the_wanted_number(struct ktest *t)
{
	struct store_verdict verdict;

	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(102), 0);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 30), 30);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 20), 30);
	KTEST_EXPECT_TRUE(t, has(100) && has(129));
	KTEST_EXPECT_FALSE(t, has(130));
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 0);
	KTEST_EXPECT_EQ(t, verdict.good, 30);
	store_end(t);
}

/* --- a backing ------------------------------------------------------------- */

#define BACKED 8u

/* Keeps objects in memory, and does what a case wants. */
static struct {
	u8 *object[BACKED]; /* by key; NULL: none */
	u32 sum[BACKED];
	bool fails;
	u32 deletes; /* this key is deleted while it is put out; 0: none */
	u32 replaces; /* this one gets other bytes meanwhile */
	unsigned int outs;
	struct page *last_page; /* that it was given */
} back;

static int back_out(void *data, u32 key, struct page *page, u32 sum)
{
	void *va;

	KTEST_EXPECT_TRUE((struct ktest *)data, key < BACKED);
	back.outs++;
	back.last_page = page;
	if (back.deletes && key == back.deletes)
		store_delete(&store, key);
	if (back.replaces && key == back.replaces) {
		memset(bytes, 0x77, sizeof(bytes));
		if (store_put(&store, key, bytes, GFP_KERNEL))
			return -ENOMEM;
	}
	if (back.fails)
		return -EIO;
	if (!back.object[key])
		back.object[key] = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!back.object[key])
		return -ENOMEM;
	va = kmap_local_page(page);
	memcpy(back.object[key], va, PAGE_SIZE);
	kunmap_local(va);
	back.sum[key] = sum;
	return 0;
}

static int back_in(void *data, u32 key, struct page *page, u32 *sum)
{
	void *va;

	(void)data;
	if (key >= BACKED || !back.object[key])
		return -ENOENT;
	va = kmap_local_page(page);
	memcpy(va, back.object[key], PAGE_SIZE);
	kunmap_local(va);
	*sum = back.sum[key];
	return 0;
}

static void back_forget(void *data, u32 key)
{
	(void)data;
	if (key < BACKED) {
		kfree(back.object[key]);
		back.object[key] = NULL;
	}
}

static const struct store_backing backing = { .name = "test",
					      .needs = __GFP_IO | __GFP_FS,
					      .out = back_out,
					      .in = back_in,
					      .forget = back_forget };

/* Keys 1 .. @nr, the oldest first. */
static void backed_build(struct ktest *t, u32 nr)
{
	u32 key;

	memset(&back, 0, sizeof(back));
	store_build(t, &backing, t);
	for (key = 1; key <= nr; key++)
		KTEST_EXPECT_EQ(t, put(key), 0);
}

static void backed_end(struct ktest *t)
{
	u32 key;

	store_end(t);
	for (key = 0; key < BACKED; key++)
		back_forget(NULL, key);
}

static void with_a_backing_nothing_is_lost(struct ktest *t)
{
	u32 key;

	backed_build(t, 5);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 4);
	KTEST_EXPECT_EQ(t, store_count(&store), 1);
	for (key = 1; key <= 5; key++)
		KTEST_EXPECT_TRUE(t, has(key));
	KTEST_EXPECT_EQ(t, store_count(&store), 5);
	KTEST_EXPECT_FALSE(t, has(6));
	backed_end(t);
}

static void who_may_start_no_io_evicts_nothing(struct ktest *t)
{
	backed_build(t, 3);
	KTEST_EXPECT_EQ(t, take(3, GFP_NOFS), SHRINK_STOP);
	KTEST_EXPECT_EQ(t, take(3, GFP_NOIO), SHRINK_STOP);
	KTEST_EXPECT_EQ(t, back.outs, 0);
	KTEST_EXPECT_EQ(t, store.count[STORE_REFUSED], 2);
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	backed_end(t);
}

static void what_the_backing_refuses_stays(struct ktest *t)
{
	backed_build(t, 2);
	back.fails = true;
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 2);
	KTEST_EXPECT_EQ(t, store.count[STORE_OUT_FAILED], 1);
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	back.fails = false;
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	backed_end(t);
}

static void an_object_deleted_on_its_way_out_does_not_come_back(struct ktest *t)
{
	backed_build(t, 2);
	back.deletes = 1;
	take(1, GFP_KERNEL);
	KTEST_EXPECT_NULL(t, back.object[1]);
	KTEST_EXPECT_FALSE(t, has(1));
	KTEST_EXPECT_TRUE(t, has(2));
	backed_end(t);
}

static void an_object_replaced_on_its_way_out_is_the_new_one(struct ktest *t)
{
	backed_build(t, 2);
	back.replaces = 1;
	take(1, GFP_KERNEL);
	KTEST_EXPECT_EQ(t, store_count(&store), 2);
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), 0);
	KTEST_EXPECT_EQ(t, read[0], 0x77);
	backed_end(t);
}

/* One bit, in memory and behind it. */
static void a_damaged_object_is_noticed(struct ktest *t)
{
	struct store_verdict verdict;
	u8 *va;

	backed_build(t, 2);
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	back.object[1][PAGE_SIZE - 1] ^= 0x10;
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), -EIO);
	KTEST_EXPECT_EQ(t, store.count[STORE_BAD], 1);
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 1);
	KTEST_EXPECT_EQ(t, verdict.good, 1);
	/* The other one stays, and we know its page. */
	back.fails = true;
	take(1, GFP_KERNEL);
	va = kmap_local_page(back.last_page);
	va[0] ^= 1;
	kunmap_local(va);
	KTEST_EXPECT_EQ(t, store_get(&store, 2, read), -EIO);
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 2);
	backed_end(t);
}

/* --- memory that fails ----------------------------------------------------- */

/* Each page in turn: nothing changes, nothing leaks. */
static void a_put_without_memory_changes_nothing(struct ktest *t)
{
	struct fault_attr boot_plan;
	unsigned int nth, failed = 0;

	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(1), 0);
	fault_plan_save(&mm_node.fault, &boot_plan);
	for (nth = 1; nth < 10; nth++) {
		int err;

		store_make(2, bytes);
		fault_fail_nth(&mm_node.fault, nth);
		err = store_put(&store, 2, bytes, GFP_KERNEL | __GFP_NOWARN);
		fault_reset(&mm_node.fault);
		if (!err)
			break;
		failed++;
		KTEST_EXPECT_EQ(t, err, -ENOMEM);
		KTEST_EXPECT_FALSE(t, has(2));
		KTEST_EXPECT_TRUE(t, has(1));
		KTEST_EXPECT_EQ(t, store_check(&store), 0);
	}
	fault_plan_restore(&mm_node.fault, &boot_plan);
	KTEST_EXPECT_GE(t, failed, 1);
	KTEST_EXPECT_TRUE(t, has(2));
	store_end(t);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(what_is_put_is_got),
	KTEST_CASE(a_second_put_replaces_the_first),
	KTEST_CASE(what_is_deleted_is_gone),
	KTEST_CASE(the_least_recently_used_goes_first),
	KTEST_CASE(only_zones_that_want_memory_lose_objects),
	KTEST_CASE(filling_stops_at_the_wanted_number),
	KTEST_CASE(with_a_backing_nothing_is_lost),
	KTEST_CASE(who_may_start_no_io_evicts_nothing),
	KTEST_CASE(what_the_backing_refuses_stays),
	KTEST_CASE(an_object_deleted_on_its_way_out_does_not_come_back),
	KTEST_CASE(an_object_replaced_on_its_way_out_is_the_new_one),
	KTEST_CASE(a_damaged_object_is_noticed),
	KTEST_CASE(a_put_without_memory_changes_nothing),
};
KTEST_SUITE(store, cases);
