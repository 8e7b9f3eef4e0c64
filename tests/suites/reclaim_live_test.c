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
#include <kernel/kthread.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/time.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/reclaim.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/zone_mark.h>

static struct store store;

static unsigned long low_managed_pages(void)
{
	return mm_node.zones[ZONE_DMA].managed_pages +
	       mm_node.zones[ZONE_NORMAL].managed_pages;
}

static unsigned long percent_of_ram(unsigned long percent)
{
	return (unsigned long)div_u64((u64)totalram_pages() * percent, 100);
}

/*
 * Free pages, and those that caches, page tables and stacks keep: a cache may
 * have got an array for another CPU meanwhile, and that is no leak.
 */
static unsigned long settled_free(void)
{
	kthread_flush();
	reclaim_drop(&live_reclaim, false, true);
	drain_all_pages(NULL);
	return nr_free_pages() + mm_usage(MM_USAGE_SLAB_RECLAIMABLE) +
	       mm_usage(MM_USAGE_SLAB_UNRECLAIMABLE) +
	       mm_usage(MM_USAGE_PAGE_TABLES) + mm_usage(MM_USAGE_KERNEL_STACK);
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
	KTEST_EXPECT_GE(t, verdict.good, 1);
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
	kswapd_unpark(&live_reclaim);
	stored = store_count(&store);
	/* More than is free, and less than can be freed in low memory. */
	want = low_managed_pages() / 2;
	KTEST_EXPECT_EQ(t, chain_take(&chain, GFP_KERNEL, want), want);
	pr_info("taken=%lu left=%lu stalls=%lu steal_direct=%lu"
		" steal_kswapd=%lu\n",
		want, store_count(&store),
		reclaim_stat(&live_reclaim, RECLAIM_DIRECT),
		reclaim_stat(&live_reclaim, RECLAIM_STEAL_DIRECT),
		reclaim_stat(&live_reclaim, RECLAIM_STEAL_KSWAPD));
	kswapd_park(&live_reclaim);
	if (stored < FILL_MOST)
		KTEST_EXPECT_LE(t, store_count(&store), stored - 1);
	chain_give(&chain);
	store_end(t);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

/* The zone that GFP_ATOMIC users of low memory draw on first. */
static struct zone *low_zone_first(void)
{
	return mm_node.zonelists[0].zones[0];
}

/* kswapd has 5 seconds, of which it needs a fraction. */
static bool is_above_high_soon(const struct zone *z)
{
	const u64 end_ns = time_ns() + 5000000000ull;

	while (READ_ONCE(z->nr_free_pages) < z->mark_pages[MARK_HIGH]) {
		if (time_ns() > end_ns)
			return false;
		yield();
	}
	return true;
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
	kswapd_unpark(&live_reclaim);
	/* The next one wakes it, and may live on what it frees. */
	chain_take(&chain, GFP_ATOMIC, 1);
	KTEST_EXPECT_TRUE(t, is_above_high_soon(z));
	KTEST_EXPECT_GE(t, reclaim_stat(&live_reclaim, RECLAIM_STEAL_KSWAPD),
			steals + 1);
	KTEST_EXPECT_EQ(t, chain_take(&chain, GFP_ATOMIC, 8), 8);
	kswapd_park(&live_reclaim);
	chain_give(&chain);
	store_end(t);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

/* --- other sources --------------------------------------------------------- */

static void empty_percpu_pages_go_back_when_memory_is_short(struct ktest *t)
{
	unsigned long free = settled_free();
	void __percpu *p = __alloc_percpu(2 * PAGE_SIZE, PAGE_SIZE);
	LIST_HEAD(chain);

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	free_percpu(p);
	/* Not so many that they would have gone by themselves. */
	KTEST_EXPECT_GE(t, percpu_live.nr_empty, PERCPU_EMPTY_LOW + 1);
	/* The last request reclaims, and gets nothing. */
	KTEST_EXPECT_GE(t, chain_take(&chain, GFP_KERNEL | GFP_DMA, ULONG_MAX),
			1);
	KTEST_EXPECT_EQ(t, percpu_live.nr_empty, PERCPU_EMPTY_LOW);
	KTEST_EXPECT_EQ(t, percpu_space_check(&percpu_live), 0);
	chain_give(&chain);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

/* --- many at once ---------------------------------------------------------- */

#define NR_USERS 4u
#define USER_ROUNDS 3u
/* Held at once. */
#define USER_PAGES 128u

/* A thread that takes and gives pages, and uses the store. */
static struct user {
	struct task_struct *task;
	unsigned int number;
	unsigned long failed; /* requests that got nothing */
	unsigned long bad; /* objects that were not what was put there */
	u8 *bytes; /* a page */
} users[NR_USERS];

/* Keys of its own above those that filled the store. */
static void user_uses_store(struct user *u, unsigned int round)
{
	u32 key = 0x80000000u + (u->number << 16) + round * 64, i;
	int err;

	for (i = 0; i < 64; i++) {
		store_make(key + i, u->bytes);
		err = store_put(&store, key + i, u->bytes, GFP_KERNEL);
		u->failed += err == -ENOMEM;
	}
	for (i = 0; i < 64; i++) {
		err = store_get(&store, key + i, u->bytes);
		u->bad += err && err != -ENOENT;
	}
}

static int user_main(void *data)
{
	struct user *u = data;
	unsigned int round;

	for (round = 0; round < USER_ROUNDS; round++) {
		LIST_HEAD(chain);

		u->failed +=
			USER_PAGES - chain_take(&chain, GFP_KERNEL, USER_PAGES);
		user_uses_store(u, round);
		chain_give(&chain);
	}
	return 0;
}

static bool user_start(struct ktest *t, unsigned int i)
{
	struct user *u = &users[i];

	*u = (struct user){ .number = i,
			    .bytes = kmalloc(PAGE_SIZE, GFP_KERNEL) };
	if (!KTEST_EXPECT_NOT_NULL(t, u->bytes))
		return false;
	u->task = kthread_create(user_main, u, "user%u", i);
	if (!KTEST_EXPECT_TRUE(t, !IS_ERR(u->task)))
		return false;
	get_task_struct(u->task);
	wake_up_process(u->task);
	return true;
}

static void many_users_at_once_succeed_and_lose_nothing(struct ktest *t)
{
	unsigned long free = settled_free();
	unsigned int i, nr = 0;
	LIST_HEAD(rest);

	if (!store_begin(t))
		return;
	/* Down to the low marks: whatever they want must be made free. */
	chain_take(&rest, __GFP_HARDWALL, ULONG_MAX);
	kswapd_unpark(&live_reclaim);
	while (nr < NR_USERS && user_start(t, nr))
		nr++;
	for (i = 0; i < nr; i++) {
		kthread_stop(users[i].task);
		put_task_struct(users[i].task);
		KTEST_EXPECT_EQ(t, users[i].failed, 0);
		KTEST_EXPECT_EQ(t, users[i].bad, 0);
		kfree(users[i].bytes);
	}
	kswapd_park(&live_reclaim);
	chain_give(&rest);
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
	KTEST_EXPECT_EQ(t, register_shrinker(&fs.shrinker, "fs test"), 0);
	chain_take(&chain, GFP_NOFS, ULONG_MAX);
	KTEST_EXPECT_EQ(t, fs.entered, 0);
	KTEST_EXPECT_GE(t, fs.turned_away, 1);
	KTEST_EXPECT_NULL(t, alloc_pages(GFP_KERNEL | __GFP_NOWARN, 0));
	KTEST_EXPECT_GE(t, fs.entered, 1);
	unregister_shrinker(&fs.shrinker);
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

/* Requests that reclaimed by themselves. */
static unsigned long way_stalls(const struct fill_way *way)
{
	const struct zonelist *list =
		&mm_node.zonelists[way->gfp & __GFP_ZONE_MASK];

	return zone_stat_sum(list->zones[0], ZONE_STAT_STALL);
}

/* Take all for @way; then ten more requests, each of which ends after a bounded
 * number of rounds, if not with what kswapd has found meanwhile. */
static void fill_and_expect_null(struct ktest *t, struct list_head *chain,
				 const struct fill_way *way)
{
	unsigned long rounds, stalls;
	unsigned int tries = 10;

	chain_take(chain, way->gfp, ULONG_MAX);
	rounds = reclaim_stat(&live_reclaim, RECLAIM_DIRECT);
	stalls = way_stalls(way);
	KTEST_EXPECT_LE(t, chain_take(chain, way->gfp, tries), tries - 1);
	while (tries--)
		chain_take(chain, way->gfp, 1);
	rounds = reclaim_stat(&live_reclaim, RECLAIM_DIRECT) - rounds;
	stalls = way_stalls(way) - stalls;
	KTEST_EXPECT_GE(t, stalls, 1);
	KTEST_EXPECT_LE(t, rounds, stalls * ALLOC_RECLAIM_ROUNDS);
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
		fill_and_expect_null(t, &alone, &fill_ways[i]);
		chain_give(&alone);
		KTEST_EXPECT_EQ(t, settled_free(), free);
	}
	/* The best first, so that each is full when the next begins. */
	while (i--)
		fill_and_expect_null(t, &together, &fill_ways[i]);
	chain_give(&together);
	KTEST_EXPECT_EQ(t, settled_free(), free);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(gfp_kernel_users_succeed_while_the_store_can_shrink),
	KTEST_CASE(gfp_atomic_dips_and_kswapd_brings_the_zone_above_high),
	KTEST_CASE(empty_percpu_pages_go_back_when_memory_is_short),
	KTEST_CASE(many_users_at_once_succeed_and_lose_nothing),
	KTEST_CASE(gfp_nofs_turns_back_at_a_file_system_s_shrinker),
	KTEST_CASE(each_zone_can_be_full_alone_and_together),
};
KTEST_SUITE_SLOW(reclaim_live, cases);
