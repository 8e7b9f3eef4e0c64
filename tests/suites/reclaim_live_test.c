/* SPDX-License-Identifier: MIT */
/*
 * reclaim_live_test.c - the machine itself with its memory in a store
 *
 * The store holds 80 % of RAM, or what the reserves leave of it; then others
 * want memory. All is given back, and the counts must be as before.
 */
#define pr_fmt(fmt) "reclaim_live: " fmt

#include <drivers/store.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/reclaim.h>
#include <mm/zone_mark.h>

static struct store store;

static unsigned long percent_of_ram(unsigned long percent)
{
	return (unsigned long)div_u64((u64)totalram_pages() * percent, 100);
}

/* What others keep for speed is given back: so counts can be compared. */
static unsigned long settled_free(void)
{
	reclaim_drop(&live_reclaim, false, true);
	drain_all_pages(NULL);
	return nr_free_pages();
}

/* Chains of records make the entries' caches dear on a machine of 64 GiB. */
#define FILL_MOST (1ul << 18)

static bool store_begin(struct ktest *t)
{
	const struct store_desc desc = { .name = "store live test",
					 .nr_buckets = 16384 };
	unsigned long want = percent_of_ram(80), got;

	if (!KTEST_EXPECT_EQ(t, store_init(&store, &desc), 0))
		return false;
	got = store_fill(&store, 0, min(want, FILL_MOST));
	pr_info("ram=%lu stored=%lu\n", totalram_pages(), got);
	return true;
}

/* What is left is what was put there. */
static void store_end(struct ktest *t)
{
	struct store_verdict verdict;

	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 0);
	KTEST_EXPECT_EQ(t, verdict.good, store_count(&store));
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	store_exit(&store);
}

static unsigned long chain_take(struct list_head *chain, gfp_t gfp,
				unsigned long most)
{
	unsigned long nr;

	for (nr = 0; nr < most; nr++) {
		struct page *page = alloc_pages(gfp | __GFP_NOWARN, 0);

		if (!page)
			break;
		list_add(&page->lru, chain);
	}
	return nr;
}

static void chain_give(struct list_head *chain)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, chain, lru)
		__free_page(page);
	INIT_LIST_HEAD(chain);
}

/* --- the store full -------------------------------------------------------- */

static void gfp_kernel_users_succeed_while_the_store_can_shrink(struct ktest *t)
{
	unsigned long free = settled_free(), want, stored;
	LIST_HEAD(chain);

	if (!store_begin(t))
		return;
	stored = store_count(&store);
	/* More than is free, and less than can be freed in low memory. */
	want = (mm_node.zones[ZONE_DMA].managed_pages +
		mm_node.zones[ZONE_NORMAL].managed_pages) /
	       2;
	KTEST_EXPECT_EQ(t, chain_take(&chain, GFP_KERNEL, want), want);
	pr_info("taken=%lu left=%lu stalls=%lu steal_direct=%lu"
		" steal_kswapd=%lu\n",
		want, store_count(&store),
		reclaim_stat(&live_reclaim, RECLAIM_DIRECT),
		reclaim_stat(&live_reclaim, RECLAIM_STEAL_DIRECT),
		reclaim_stat(&live_reclaim, RECLAIM_STEAL_KSWAPD));
	if (stored < FILL_MOST)
		KTEST_EXPECT_LE(t, store_count(&store), stored - 1);
	KTEST_EXPECT_GE(t, store_count(&store), 1);
	chain_give(&chain);
	store_end(t);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

/* kswapd is kept away, and let in again. */
static void kswapd_hold(bool hold)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		live_reclaim.retry_ns[i] = hold ? U64_MAX : 0;
}

/* The zone that GFP_ATOMIC users of low memory draw on first. */
static struct zone *low_zone_first(void)
{
	return mm_node.zonelists[0].zones[0];
}

/* Fill low memory to its low marks, in the store as far as it takes any. */
static void store_fill_low(void)
{
	store_fill(&store, 0, totalram_pages());
}

static void
gfp_atomic_dips_and_kswapd_brings_the_zone_above_high(struct ktest *t)
{
	struct zone *z = low_zone_first();
	unsigned long free = settled_free(), dips, steals, got;
	LIST_HEAD(chain);

	if (totalram_pages() > FILL_MOST || !store_begin(t)) {
		ktest_skip(t, "more memory than the store is to hold");
		return;
	}
	kswapd_hold(true);
	store_fill_low();
	dips = zone_stat_sum(z, ZONE_STAT_DIP);
	steals = reclaim_stat(&live_reclaim, RECLAIM_STEAL_KSWAPD);
	got = chain_take(&chain, GFP_ATOMIC, ULONG_MAX);
	pr_info("atomic_got=%lu free=%lu min=%lu high=%lu\n", got,
		z->nr_free_pages, z->mark_pages[MARK_MIN],
		z->mark_pages[MARK_HIGH]);
	KTEST_EXPECT_GE(t, got, 1);
	KTEST_EXPECT_GE(t, zone_stat_sum(z, ZONE_STAT_DIP), dips + 1);
	KTEST_EXPECT_LE(t, z->nr_free_pages, z->mark_pages[MARK_MIN] - 1);
	kswapd_hold(false);
	KTEST_EXPECT_NULL(t, alloc_pages(GFP_ATOMIC | __GFP_NOWARN, 0));
	kswapd_balance(&live_reclaim);
	KTEST_EXPECT_GE(t, z->nr_free_pages, z->mark_pages[MARK_HIGH]);
	KTEST_EXPECT_GE(t, reclaim_stat(&live_reclaim, RECLAIM_STEAL_KSWAPD),
			steals + 1);
	KTEST_EXPECT_EQ(t, chain_take(&chain, GFP_ATOMIC, 8), 8);
	chain_give(&chain);
	store_end(t);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

/* --- a file system's shrinker ---------------------------------------------- */

static struct fs_shrinker {
	struct shrinker shrinker;
	unsigned int entered; /* with __GFP_FS */
	unsigned int turned_away;
} fs;

static unsigned long fs_count(struct shrinker *s, struct shrink_control *sc)
{
	(void)s;
	(void)sc;
	return 1000;
}

static unsigned long fs_scan(struct shrinker *s, struct shrink_control *sc)
{
	(void)s;
	if (!(sc->gfp_mask & __GFP_FS)) {
		fs.turned_away++;
		return SHRINK_STOP;
	}
	fs.entered++;
	return 0;
}

static void gfp_nofs_turns_back_at_a_file_system_s_shrinker(struct ktest *t)
{
	unsigned long free = settled_free();
	LIST_HEAD(chain);

	if (totalram_pages() > FILL_MOST) {
		ktest_skip(t, "more memory than a case should take");
		return;
	}
	fs = (struct fs_shrinker){ .shrinker = { .count_objects = fs_count,
						 .scan_objects = fs_scan,
						 .seeks = DEFAULT_SEEKS } };
	kswapd_hold(true); /* it may enter */
	KTEST_EXPECT_EQ(t, register_shrinker(&fs.shrinker, "fs test"), 0);
	chain_take(&chain, GFP_NOFS, ULONG_MAX);
	KTEST_EXPECT_EQ(t, fs.entered, 0);
	KTEST_EXPECT_GE(t, fs.turned_away, 1);
	KTEST_EXPECT_NULL(t, alloc_pages(GFP_KERNEL | __GFP_NOWARN, 0));
	KTEST_EXPECT_GE(t, fs.entered, 1);
	unregister_shrinker(&fs.shrinker);
	kswapd_hold(false);
	chain_give(&chain);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

/* --- nothing to free ------------------------------------------------------- */

static const struct fill_way {
	const char *name;
	gfp_t gfp;
} fill_ways[] = {
	{ "DMA", GFP_KERNEL | __GFP_DMA },
	{ "Normal", GFP_KERNEL },
	{ "High", GFP_KERNEL | __GFP_HIGHMEM },
};

/* Full for @way; each further request ends after a bounded number of rounds. */
static void expect_null_soon(struct ktest *t, const struct fill_way *way)
{
	unsigned long rounds = reclaim_stat(&live_reclaim, RECLAIM_DIRECT);
	unsigned int i;

	for (i = 0; i < 10; i++)
		KTEST_EXPECT_NULL(t, alloc_pages(way->gfp | __GFP_NOWARN, 0));
	rounds = reclaim_stat(&live_reclaim, RECLAIM_DIRECT) - rounds;
	KTEST_EXPECT_GE(t, rounds, 10);
	KTEST_EXPECT_LE(t, rounds, 10 * ALLOC_RECLAIM_ROUNDS);
}

static void each_zone_can_be_full_alone_and_together(struct ktest *t)
{
	unsigned long free = settled_free();
	LIST_HEAD(together);
	LIST_HEAD(alone);
	unsigned int i;

	if (totalram_pages() > FILL_MOST) {
		ktest_skip(t, "more memory than a case should take");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(fill_ways); i++) {
		chain_take(&alone, fill_ways[i].gfp, ULONG_MAX);
		expect_null_soon(t, &fill_ways[i]);
		chain_give(&alone);
		KTEST_EXPECT_EQ(t, settled_free(), free);
	}
	/* The best first, so that each is full when the next begins. */
	while (i--)
		chain_take(&together, fill_ways[i].gfp, ULONG_MAX);
	for (i = 0; i < ARRAY_SIZE(fill_ways); i++)
		expect_null_soon(t, &fill_ways[i]);
	chain_give(&together);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(gfp_kernel_users_succeed_while_the_store_can_shrink),
	KTEST_CASE(gfp_atomic_dips_and_kswapd_brings_the_zone_above_high),
	KTEST_CASE(gfp_nofs_turns_back_at_a_file_system_s_shrinker),
	KTEST_CASE(each_zone_can_be_full_alone_and_together),
};
KTEST_SUITE_SLOW(reclaim_live, cases);
