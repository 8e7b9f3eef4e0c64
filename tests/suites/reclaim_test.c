/* SPDX-License-Identifier: MIT */
/*
 * reclaim_test.c - shrinkers, direct reclaim and kswapd's work on a node that
 * is full
 *
 * The node of pressed_node.h, with reclaim of its own and caches that hold its
 * frames: what a cache gives back is free again in that node.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/allocinfo.h>
#include <mm/fault_inject.h>
#include <mm/memalloc.h>
#include <mm/page_alloc.h>
#include <mm/reclaim.h>
#include <asm/processor.h>
#include "log_lines.h"
#include "pressed_node.h"
#include "sched_fixture.h"

static struct reclaim reclaim;

/* Frames held by a shrinker, and how it behaves. */
struct frame_cache {
	struct shrinker shrinker;
	struct list_head frames;
	unsigned long nr;
	gfp_t needs; /* without these it refuses */
	bool lies; /* counts what it never frees */
	bool asks; /* allocates by itself when asked */
	unsigned int counts, scans;
	unsigned long most; /* asked for in one call */
	struct page *asked_page; /* what it got by itself */
	gfp_t gfp; /* of the last scan */
};

static struct frame_cache cache, other;

static unsigned long cache_count(struct shrinker *s, struct shrink_control *sc)
{
	struct frame_cache *c = container_of(s, struct frame_cache, shrinker);

	(void)sc;
	c->counts++;
	return c->nr ? c->nr : SHRINK_EMPTY;
}

static unsigned long cache_give(struct frame_cache *c, unsigned long nr)
{
	unsigned long given;

	for (given = 0; given < nr && c->nr; given++, c->nr--) {
		struct page *page =
			list_first_entry(&c->frames, struct page, lru);

		list_del(&page->lru);
		pressed_give(pressed_zone_of(page), page, 0);
	}
	return given;
}

static unsigned long cache_scan(struct shrinker *s, struct shrink_control *sc)
{
	struct frame_cache *c = container_of(s, struct frame_cache, shrinker);

	c->scans++;
	c->gfp = sc->gfp_mask;
	c->most = max(c->most, sc->nr_to_scan);
	if ((sc->gfp_mask & c->needs) != c->needs)
		return SHRINK_STOP;
	if (c->asks && !c->asked_page)
		c->asked_page = pressed_take(GFP_KERNEL, 0);
	return c->lies ? 0 : cache_give(c, sc->nr_to_scan);
}

/* @c takes up to @nr frames of @type, and registers. */
static void cache_build(struct ktest *t, struct frame_cache *c,
			enum zone_type type, unsigned long nr)
{
	memset(c, 0, sizeof(*c));
	INIT_LIST_HEAD(&c->frames);
	c->shrinker.count_objects = cache_count;
	c->shrinker.scan_objects = cache_scan;
	c->shrinker.seeks = DEFAULT_SEEKS;
	c->shrinker.batch = 4;
	c->shrinker.flags = SHRINKER_PAGES;
	for (; c->nr < nr; c->nr++) {
		struct page *page =
			zone_alloc_block(&pressed.zones[type], 0, PRESSED_SITE);

		if (!page)
			break;
		list_add_tail(&page->lru, &c->frames);
	}
	KTEST_EXPECT_EQ(t,
			shrinker_add(&reclaim.shrinkers, &c->shrinker,
				     "cache-%u", (unsigned int)type),
			0);
}

/* All free, and reclaim without any shrinker. */
static void reclaim_build(void)
{
	pressed_build();
	reclaim_init(&reclaim, &pressed, NULL, 0);
}

/* DMA is full, and @nr of Normal's frames are in a cache. */
static void cache_of(struct ktest *t, unsigned long nr)
{
	reclaim_build();
	pressed_leave(ZONE_DMA, 0);
	cache_build(t, &cache, ZONE_NORMAL, nr);
}

/* So are all of them. */
static void full_build(struct ktest *t)
{
	cache_of(t, PRESSED_FRAMES);
}

/* --- registration ---------------------------------------------------------- */

static void a_shrinker_without_functions_is_refused(struct ktest *t)
{
	static struct shrinker none;

	reclaim_build();
	KTEST_EXPECT_EQ(t, shrinker_add(&reclaim.shrinkers, &none, "none"),
			-EINVAL);
	none.count_objects = cache_count;
	KTEST_EXPECT_EQ(t, shrinker_add(&reclaim.shrinkers, &none, "none"),
			-EINVAL);
	shrinker_remove(&none);
}

static void a_shrinker_is_registered_once(struct ktest *t)
{
	full_build(t);
	KTEST_EXPECT_EQ(
		t, shrinker_add(&reclaim.shrinkers, &cache.shrinker, "again"),
		-EBUSY);
	KTEST_EXPECT_STREQ(t, cache.shrinker.name, "cache-1");
	shrinker_remove(&cache.shrinker);
	shrinker_remove(&cache.shrinker);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, cache.counts, 0);
	KTEST_EXPECT_EQ(t,
			shrinker_add(&reclaim.shrinkers, &cache.shrinker,
				     "a name longer than there is room for"),
			0);
	KTEST_EXPECT_STREQ(t, cache.shrinker.name, "a name longer than ther");
}

/* --- how much is asked for ------------------------------------------------- */

static unsigned long ask(unsigned int priority)
{
	struct shrink_pass pass = { .gfp = GFP_KERNEL,
				    .zone_mask = ~0u,
				    .priority = priority };

	cache.scans = 0;
	shrinker_list_pass(&reclaim.shrinkers, &pass);
	return pass.nr_freed;
}

static void a_share_grows_from_round_to_round(struct ktest *t)
{
	full_build(t);
	/* 128 / 32 * 4 / 2 seeks: 8 in two batches of 4. */
	KTEST_EXPECT_EQ(t, ask(5), 8);
	KTEST_EXPECT_EQ(t, cache.scans, 2);
	KTEST_EXPECT_EQ(t, cache.most, 4);
	KTEST_EXPECT_EQ(t, ask(1), 120);
	KTEST_EXPECT_EQ(t, cache.nr, 0);
	KTEST_EXPECT_EQ(t, ask(0), 0);
	KTEST_EXPECT_EQ(t, cache.scans, 0);
}

static void dear_objects_are_asked_for_less(struct ktest *t)
{
	full_build(t);
	cache.shrinker.seeks = 8;
	KTEST_EXPECT_EQ(t, ask(3), 8);
	cache.shrinker.seeks = 0;
	KTEST_EXPECT_EQ(t, ask(3), 60);
}

/* 60 / 64 * 2 is none; it adds up, for a batch each third round. */
static void small_shares_add_up(struct ktest *t)
{
	full_build(t);
	cache.shrinker.batch = 5;
	KTEST_EXPECT_EQ(t, ask(6), 0);
	KTEST_EXPECT_EQ(t, cache.shrinker.nr_deferred, 4);
	KTEST_EXPECT_EQ(t, ask(6), 0);
	KTEST_EXPECT_EQ(t, cache.shrinker.nr_deferred, 8);
	/* 8 / 2 of what was left, and 128. */
	KTEST_EXPECT_EQ(t, ask(1), 128);
}

static void what_was_refused_is_asked_for_later(struct ktest *t)
{
	struct shrink_pass pass = { .gfp = GFP_NOFS,
				    .zone_mask = ~0u,
				    .priority = 4 };

	full_build(t);
	cache.needs = __GFP_FS;
	shrinker_list_pass(&reclaim.shrinkers, &pass);
	KTEST_EXPECT_EQ(t, pass.nr_freed, 0);
	KTEST_EXPECT_EQ(t, cache.scans, 1);
	KTEST_EXPECT_EQ(t, cache.shrinker.nr_stopped, 1);
	KTEST_EXPECT_EQ(t, cache.shrinker.nr_deferred, 16);
	/* 16 / 2^2, and 128 / 2^2 * 2. */
	KTEST_EXPECT_EQ(t, ask(2), 68);
}

static void no_answer_makes_a_round_endless(struct ktest *t)
{
	full_build(t);
	cache.lies = true;
	KTEST_EXPECT_EQ(t, ask(0), 0);
	KTEST_EXPECT_EQ(t, cache.scans, 2 * 128 / 4);
	cache.shrinker.batch = -3;
	KTEST_EXPECT_EQ(t, ask(0), 0);
	KTEST_EXPECT_EQ(t, cache.most, SHRINK_BATCH);
}

/* Of two that have the same, neither is spared for long. */
static void shrinkers_are_asked_in_turn(struct ktest *t)
{
	unsigned int i;

	cache_of(t, 64);
	cache_build(t, &other, ZONE_NORMAL, 64);
	for (i = 0; i < 4; i++)
		KTEST_EXPECT_NOT_NULL(
			t, pressed_take(GFP_KERNEL | __GFP_NORETRY, 3));
	KTEST_EXPECT_GE(t, cache.scans, 1);
	KTEST_EXPECT_GE(t, other.scans, 1);
}

/* --- direct ---------------------------------------------------------------- */

static void a_sleeper_s_request_frees_what_it_needs(struct ktest *t)
{
	const struct zone *normal = &pressed.zones[ZONE_NORMAL];

	full_build(t);
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_GE(t, pressed_free(ZONE_NORMAL), RECLAIM_PAGES - 1);
	KTEST_EXPECT_LE(t, pressed_free(ZONE_NORMAL), RECLAIM_PAGES + 4);
	KTEST_EXPECT_EQ(t, zone_stat_sum(normal, ZONE_STAT_STALL), 1);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_DIRECT), 1);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_STEAL_DIRECT),
			PRESSED_FRAMES - cache.nr);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_STEAL_KSWAPD), 0);
	KTEST_EXPECT_EQ(t, pressed_check(), 0);
}

static void who_cannot_sleep_does_not_reclaim(struct ktest *t)
{
	full_build(t);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_ATOMIC, 0));
	KTEST_EXPECT_NULL(t, pressed_take(GFP_NOWAIT, 0));
	KTEST_EXPECT_EQ(t, cache.counts, 0);
	KTEST_EXPECT_TRUE(t, kswapd_is_wanted(&reclaim));
}

/* GFP_KERNEL users get every page that can be had, one after the other. */
static void sleepers_succeed_while_there_is_something_to_free(struct ktest *t)
{
	full_build(t);
	/* 16 stay below the min mark. */
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_KERNEL), PRESSED_FRAMES - 16);
	KTEST_EXPECT_EQ(t, cache.nr, 0);
	KTEST_EXPECT_EQ(t, pressed_check(), 0);
}

static void
gfp_nofs_enters_no_shrinker_that_needs_a_file_system(struct ktest *t)
{
	full_build(t);
	cache.needs = __GFP_FS;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_NOFS, 0));
	KTEST_EXPECT_EQ(t, cache.nr, PRESSED_FRAMES);
	KTEST_EXPECT_EQ(t, cache.gfp & (__GFP_FS | __GFP_IO), __GFP_IO);
	KTEST_EXPECT_GE(t, cache.shrinker.nr_stopped, 1);
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_GE(t, cache.gfp & __GFP_FS, 1);
}

/* Reclaim that frees a page each time, and somebody else who takes it. */
static void gfp_buffer_makes_fewer_attempts_than_gfp_kernel(struct ktest *t)
{
	static const gfp_t gfp[] = { GFP_KERNEL, GFP_NOFS, GFP_NOIO };
	unsigned int directs[ARRAY_SIZE(gfp)], i;

	for (i = 0; i < ARRAY_SIZE(gfp); i++) {
		pressed_build_left(0, 0, 0);
		pressed_asked.claims = true;
		KTEST_EXPECT_NULL(t, pressed_take(gfp[i], 0));
		directs[i] = pressed_asked.directs;
	}
	KTEST_EXPECT_EQ(t, directs[0], ALLOC_RECLAIM_ROUNDS);
	KTEST_EXPECT_EQ(t, directs[1], ALLOC_RECLAIM_ROUNDS);
	KTEST_EXPECT_EQ(t, directs[2], ALLOC_RECLAIM_ROUNDS_NOIO);
	full_build(t);
	cache.needs = __GFP_IO;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_NOIO, 0));
	KTEST_EXPECT_EQ(t, cache.nr, PRESSED_FRAMES);
}

/* What a shrinker asks for by itself: no second reclaim, and no mark. */
static void
a_shrinker_that_allocates_is_served_from_the_reserve(struct ktest *t)
{
	cache_of(t, PRESSED_FRAMES - 4);
	cache.asks = true;
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_NOT_NULL(t, cache.asked_page);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_DIRECT), 1);
}

static void memory_that_nobody_can_free_ends_in_null(struct ktest *t)
{
	full_build(t);
	cache.lies = true;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_DIRECT), 1);
	/* Each round asks for at most twice what there is, 4 at a time. */
	KTEST_EXPECT_LE(t, cache.scans, SHRINK_PRIORITIES * 2 * 128 / 4);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 10));
	KTEST_EXPECT_EQ(t, pressed_check(), 0);
}

/* --- other sources --------------------------------------------------------- */

static unsigned int source_calls;
static struct page *source_page;

static unsigned long source_give(void)
{
	source_calls++;
	if (!source_page)
		return 0;
	pressed_give(pressed_zone_of(source_page), source_page, 0);
	source_page = NULL;
	return 1;
}

static const struct reclaim_source source = { "test", source_give };

/* Normal at its min mark, and one page that only the source has. */
static void source_build(void)
{
	pressed_build();
	pressed_leave(ZONE_DMA, 0);
	source_calls = 0;
	source_page =
		zone_alloc_block(&pressed.zones[ZONE_NORMAL], 0, PRESSED_SITE);
	pressed_leave(ZONE_NORMAL, 16);
	reclaim_init(&reclaim, &pressed, &source, 1);
}

static void sources_are_asked_when_shrinkers_have_nothing(struct ktest *t)
{
	source_build();
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, source_calls, 1);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_SOURCE_PAGES), 1);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, source_calls, 2);
}

/* Objects smaller than pages may leave their slabs where they are. */
static void freed_objects_are_followed_by_the_sources(struct ktest *t)
{
	source_build();
	pressed_give(&pressed.zones[ZONE_NORMAL],
		     zone_pfn_to_page(&pressed.zones[ZONE_NORMAL],
				      2 * PRESSED_FRAMES - 17),
		     0);
	cache_build(t, &cache, ZONE_NORMAL, 1);
	cache.shrinker.flags = 0;
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_GE(t, source_calls, 1);
}

/* --- kswapd ---------------------------------------------------------------- */

static void kswapd_frees_until_a_zone_is_above_high(struct ktest *t)
{
	cache_of(t, PRESSED_FRAMES - 20);
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_ATOMIC, 0));
	KTEST_EXPECT_TRUE(t, kswapd_is_wanted(&reclaim));
	pressed.zones[ZONE_DMA].managed_pages = 0; /* hopeless, not its turn */
	KTEST_EXPECT_TRUE(t, kswapd_balance(&reclaim));
	KTEST_EXPECT_FALSE(t, kswapd_is_wanted(&reclaim));
	KTEST_EXPECT_GE(t, pressed_free(ZONE_NORMAL), 32);
	KTEST_EXPECT_LE(t, pressed_free(ZONE_NORMAL), 32 + 4);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_STEAL_DIRECT), 0);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_BALANCED), 1);
	/* Nobody has asked since: not a page more. */
	KTEST_EXPECT_TRUE(t, kswapd_balance(&reclaim));
	KTEST_EXPECT_LE(t, pressed_free(ZONE_NORMAL), 32 + 4);
}

/* The dip: what is taken below min comes back without anybody sleeping. */
static void an_atomic_user_dips_and_the_zone_recovers(struct ktest *t)
{
	const struct zone *normal = &pressed.zones[ZONE_NORMAL];
	unsigned int back;

	full_build(t);
	cache_give(&cache, 16);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_ATOMIC), 10);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 6);
	KTEST_EXPECT_EQ(t, zone_stat_sum(normal, ZONE_STAT_DIP), 10);
	kswapd_balance(&reclaim);
	KTEST_EXPECT_GE(t, pressed_free(ZONE_NORMAL), 32);
	back = (unsigned int)pressed_free(ZONE_NORMAL);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_ATOMIC), back - 6);
}

static void kswapd_gives_up_where_nothing_can_be_freed(struct ktest *t)
{
	unsigned int counts;

	full_build(t);
	cache.lies = true;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_ATOMIC, 0));
	KTEST_EXPECT_FALSE(t, kswapd_balance(&reclaim));
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_GAVE_UP), 1);
	KTEST_EXPECT_LE(t, cache.scans, SHRINK_PRIORITIES * 2 * 128 / 4);
	/* Nobody can wake it for those zones for a while. */
	counts = cache.counts;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_ATOMIC, 0));
	KTEST_EXPECT_FALSE(t, kswapd_is_wanted(&reclaim));
	kswapd_balance(&reclaim);
	KTEST_EXPECT_EQ(t, cache.counts, counts);
	/* When that has passed it tries again. */
	memset(reclaim.retry_ns, 0, sizeof(reclaim.retry_ns));
	cache.lies = false;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_ATOMIC, 0));
	kswapd_balance(&reclaim);
	KTEST_EXPECT_GE(t, pressed_free(ZONE_NORMAL), 32);
}

/* --- the thread ------------------------------------------------------------ */

static void the_thread_does_it_when_somebody_misses_pages(struct ktest *t)
{
	unsigned int i;

	full_build(t);
	pressed.zones[ZONE_DMA].managed_pages = 0;
	KTEST_ASSERT_EQ(t, kswapd_start(&reclaim, 7), 0);
	KTEST_EXPECT_STREQ(t, reclaim.kswapd->comm, "kswapd7");
	for (i = 0; i < 3; i++) {
		unsigned int taken = 20;

		/*
		 * kswapd may run in the middle of it and bring the zone above
		 * high; what is taken behind that nobody misses.
		 */
		while (taken--)
			(void)!pressed_take(GFP_ATOMIC, 0);
		KTEST_EXPECT_TRUE(t,
				  EVENTUALLY(pressed_free(ZONE_NORMAL) > 16 &&
					     !kswapd_is_wanted(&reclaim)));
	}
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_STEAL_DIRECT), 0);
	KTEST_EXPECT_GE(t, reclaim_stat(&reclaim, RECLAIM_STEAL_KSWAPD), 32);
	kswapd_stop(&reclaim);
	KTEST_EXPECT_EQ(t, zone_check(&pressed.zones[ZONE_NORMAL]), 0);
}

static void a_parked_thread_does_it_later(struct ktest *t)
{
	full_build(t);
	pressed.zones[ZONE_DMA].managed_pages = 0;
	KTEST_ASSERT_EQ(t, kswapd_start(&reclaim, 7), 0);
	kswapd_park(&reclaim);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_ATOMIC, 0));
	yield();
	KTEST_EXPECT_TRUE(t, kswapd_is_wanted(&reclaim));
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 0);
	kswapd_unpark(&reclaim);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(pressed_free(ZONE_NORMAL) >= 32));
	kswapd_stop(&reclaim);
}

/* A scan that lasts until it is let go, and somebody who unregisters. */
static struct {
	struct shrinker shrinker;
	bool entered, let_go, removed;
} slow;

static unsigned long many_count(struct shrinker *s, struct shrink_control *sc)
{
	(void)s;
	(void)sc;
	return 1000;
}

static unsigned long slow_scan(struct shrinker *s, struct shrink_control *sc)
{
	(void)s;
	(void)sc;
	WRITE_ONCE(slow.entered, true);
	while (!READ_ONCE(slow.let_go))
		yield();
	return SHRINK_STOP;
}

static int slow_remove(void *data)
{
	(void)data;
	shrinker_remove(&slow.shrinker);
	WRITE_ONCE(slow.removed, true);
	return 0;
}

static int slow_ask(void *data)
{
	(void)data;
	ask(0);
	return 0;
}

static void unregistering_waits_for_calls_under_way(struct ktest *t)
{
	struct task_struct *asker, *remover;

	full_build(t);
	memset(&slow, 0, sizeof(slow));
	slow.shrinker.scan_objects = slow_scan;
	shrinker_remove(&cache.shrinker);
	slow.shrinker.count_objects = many_count;
	KTEST_EXPECT_EQ(
		t, shrinker_add(&reclaim.shrinkers, &slow.shrinker, "slow"), 0);
	asker = kthread_run(slow_ask, NULL, "asker");
	KTEST_ASSERT_TRUE(t, !IS_ERR(asker));
	get_task_struct(asker);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(slow.entered)));
	remover = kthread_run(slow_remove, NULL, "remover");
	KTEST_ASSERT_TRUE(t, !IS_ERR(remover));
	get_task_struct(remover);
	KTEST_ASSERT_TRUE(t, EVENTUALLY(READ_ONCE(slow.shrinker.leaver)));
	yield();
	KTEST_EXPECT_FALSE(t, READ_ONCE(slow.removed));
	/* Nobody is sent into it any more. */
	slow.shrinker.seeks = 0;
	ask(0);
	WRITE_ONCE(slow.let_go, true);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(slow.removed)));
	kthread_stop(asker);
	kthread_stop(remover);
	put_task_struct(asker);
	put_task_struct(remover);
	KTEST_EXPECT_NULL(t, slow.shrinker.on);
}

/* One that stands at the first of three while another one goes through. */
static void a_round_beside_another_leaves_nobody_out(struct ktest *t)
{
	struct shrink_pass beside = { .gfp = GFP_KERNEL,
				      .zone_mask = ~0u,
				      .only_flags = SHRINKER_PAGES };
	struct task_struct *asker;

	full_build(t);
	memset(&slow, 0, sizeof(slow));
	slow.shrinker.count_objects = many_count;
	slow.shrinker.scan_objects = slow_scan;
	KTEST_EXPECT_EQ(
		t, shrinker_add(&reclaim.shrinkers, &slow.shrinker, "slow"), 0);
	cache_build(t, &other, ZONE_NORMAL, 0);
	asker = kthread_run(slow_ask, NULL, "asker");
	KTEST_ASSERT_TRUE(t, !IS_ERR(asker));
	get_task_struct(asker);
	KTEST_EXPECT_TRUE(t, EVENTUALLY(READ_ONCE(slow.entered)));
	KTEST_EXPECT_EQ(t, cache.counts + other.counts, 0);
	shrinker_list_pass(&reclaim.shrinkers, &beside);
	KTEST_EXPECT_EQ(t, cache.counts, 1);
	KTEST_EXPECT_EQ(t, other.counts, 1);
	WRITE_ONCE(slow.let_go, true);
	kthread_stop(asker);
	put_task_struct(asker);
	KTEST_EXPECT_EQ(t, cache.counts, 2);
	KTEST_EXPECT_EQ(t, other.counts, 2);
	KTEST_EXPECT_EQ(t, reclaim.shrinkers.walkers, 0);
	shrinker_remove(&slow.shrinker);
}

/* What a thread has promised goes for all it asks for. */
static void a_promise_takes_bits_from_each_request(struct ktest *t)
{
	unsigned int nofs, noio;

	full_build(t);
	cache.needs = __GFP_FS;
	nofs = memalloc_nofs_save();
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, cache.gfp & (__GFP_IO | __GFP_FS), __GFP_IO);
	noio = memalloc_noio_save();
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, cache.gfp & (__GFP_IO | __GFP_FS), 0);
	memalloc_noio_restore(noio);
	/* Inner sections end, the outer one goes on. */
	memalloc_nofs_restore(memalloc_nofs_save());
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	memalloc_nofs_restore(nofs);
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_KERNEL, 0));
}

/* --- everything ------------------------------------------------------------ */

static void dropping_frees_what_it_is_told_to(struct ktest *t)
{
	cache_of(t, 64);
	cache_build(t, &other, ZONE_NORMAL, 64);
	other.shrinker.flags = 0;
	KTEST_EXPECT_EQ(t, reclaim_drop(&reclaim, true, false), 64);
	KTEST_EXPECT_EQ(t, cache.nr, 0);
	KTEST_EXPECT_EQ(t, other.nr, 64);
	KTEST_EXPECT_EQ(t, reclaim_drop(&reclaim, false, true), 64);
	KTEST_EXPECT_EQ(t, other.nr, 0);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_DROP_PAGECACHE), 1);
	KTEST_EXPECT_EQ(t, reclaim_stat(&reclaim, RECLAIM_DROP_SLAB), 1);
}

static void a_list_tells_who_refused(struct ktest *t)
{
	static char text[256];
	struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };

	full_build(t);
	cache.needs = __GFP_FS;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_NOFS | __GFP_NORETRY, 0));
	cache.shrinker.nr_deferred = 5;
	shrinker_list_show(&reclaim.shrinkers, &m);
	text[m.count] = '\0';
	KTEST_EXPECT_STREQ(t, text,
			   "shrinker=cache-1 objects=128 scanned=0 freed=0"
			   " refused=7 deferred=5\n");
}

/* --- the report ------------------------------------------------------------ */

static struct page *take_loudly(gfp_t gfp, unsigned int order)
{
	return node_alloc_pages(&pressed, gfp, order, PRESSED_SITE);
}

/* A hundred requests that fail: one table. */
static void out_of_memory_is_reported_once_with_who_refused(struct ktest *t)
{
	const u64 from = log_end();
	unsigned int i;

	full_build(t);
	cache.needs = __GFP_FS;
	for (i = 0; i < 100; i++)
		KTEST_EXPECT_NULL(t, take_loudly(GFP_NOFS, 0));
	KTEST_EXPECT_EQ(t,
			log_count(from, "page allocation failure: order:0, "
					"mode:0xc40(GFP_NOFS)"),
			1);
	KTEST_EXPECT_EQ(t, log_count(from, "zone=Normal free_pages=0"), 1);
	KTEST_EXPECT_EQ(
		t, log_count(from, "shrinker=cache-1 objects=128 scanned=0"),
		1);
	KTEST_EXPECT_EQ(t, pressed.last_failure.count, 100);
}

/* In an interrupt nobody asks shrinkers what they have. */
static void a_request_that_cannot_sleep_asks_nobody(struct ktest *t)
{
	const u64 from = log_end();

	full_build(t);
	KTEST_EXPECT_NULL(t, take_loudly(GFP_ATOMIC, 0));
	KTEST_EXPECT_EQ(t, cache.counts, 0);
	KTEST_EXPECT_EQ(t, log_count(from, "shrinker="), 0);
	KTEST_EXPECT_EQ(t, log_count(from, "'why' tells"), 1);
}

/* A large block may be missing with half of memory free. */
static void a_large_block_that_is_missing_accuses_nobody(struct ktest *t)
{
	const u64 from = log_end();

	cache_of(t, 0);
	pressed_leave(ZONE_NORMAL, PRESSED_PIECES);
	KTEST_EXPECT_NULL(t, take_loudly(GFP_KERNEL, 4));
	KTEST_EXPECT_EQ(t, log_count(from, "page allocation failure"), 1);
	KTEST_EXPECT_EQ(t, log_count(from, "shrinker="), 0);
}

/* Requests for pages or objects that the report of the live machine makes. */
static int requests_of_the_report(void)
{
	struct fault_attr page_plan, slab_plan;
	int nr;

	fault_plan_save(&mm_node.fault, &page_plan);
	fault_plan_save(&fault_slab, &slab_plan);
	fault_fail_nth(&mm_node.fault, 0);
	fault_fail_nth(&fault_slab, 0);
	reclaim_report(&mm_node);
	nr = atomic_read(&mm_node.fault.requests) +
	     atomic_read(&fault_slab.requests);
	fault_plan_restore(&fault_slab, &slab_plan);
	fault_plan_restore(&mm_node.fault, &page_plan);
	return nr;
}

/* One area is no match for many small ones of the same place: so the places
 * are named, too, added up. */
static void the_report_names_the_biggest_callers(struct ktest *t)
{
	static struct allocinfo_row rows[64];
	const u64 from = log_end();
	char want[100];

	KTEST_ASSERT_NE(t, allocinfo_collect(rows, ARRAY_SIZE(rows)), 0);
	snprintf(want, sizeof(want), "%pS %s", (void *)rows[0].site,
		 allocinfo_kind_word((enum allocinfo_kind)rows[0].kind));
	KTEST_EXPECT_EQ(t, requests_of_the_report(), 0);
	KTEST_EXPECT_EQ(t, log_count(from, "the biggest holders:"), 1);
	KTEST_EXPECT_EQ(t, log_count(from, "the biggest callers"), 1);
	KTEST_EXPECT_GE(t, log_count(from, want), 1);
}

/* A private node's report is about that: nothing is said of the machine. */
static void a_private_nodes_report_names_its_own_shrinkers(struct ktest *t)
{
	const u64 from = log_end();

	full_build(t);
	reclaim_report(&pressed);
	KTEST_EXPECT_EQ(t, log_count(from, "the biggest"), 0);
	KTEST_EXPECT_EQ(t, log_count(from, "shrinker=cache-1"), 1);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_shrinker_without_functions_is_refused),
	KTEST_CASE(a_shrinker_is_registered_once),
	KTEST_CASE(a_share_grows_from_round_to_round),
	KTEST_CASE(dear_objects_are_asked_for_less),
	KTEST_CASE(small_shares_add_up),
	KTEST_CASE(what_was_refused_is_asked_for_later),
	KTEST_CASE(no_answer_makes_a_round_endless),
	KTEST_CASE(shrinkers_are_asked_in_turn),
	KTEST_CASE(a_sleeper_s_request_frees_what_it_needs),
	KTEST_CASE(who_cannot_sleep_does_not_reclaim),
	KTEST_CASE(sleepers_succeed_while_there_is_something_to_free),
	KTEST_CASE(gfp_nofs_enters_no_shrinker_that_needs_a_file_system),
	KTEST_CASE(gfp_buffer_makes_fewer_attempts_than_gfp_kernel),
	KTEST_CASE(a_shrinker_that_allocates_is_served_from_the_reserve),
	KTEST_CASE(memory_that_nobody_can_free_ends_in_null),
	KTEST_CASE(sources_are_asked_when_shrinkers_have_nothing),
	KTEST_CASE(freed_objects_are_followed_by_the_sources),
	KTEST_CASE(kswapd_frees_until_a_zone_is_above_high),
	KTEST_CASE(an_atomic_user_dips_and_the_zone_recovers),
	KTEST_CASE(kswapd_gives_up_where_nothing_can_be_freed),
	KTEST_CASE(the_thread_does_it_when_somebody_misses_pages),
	KTEST_CASE(a_parked_thread_does_it_later),
	KTEST_CASE(unregistering_waits_for_calls_under_way),
	KTEST_CASE(a_round_beside_another_leaves_nobody_out),
	KTEST_CASE(a_promise_takes_bits_from_each_request),
	KTEST_CASE(dropping_frees_what_it_is_told_to),
	KTEST_CASE(a_list_tells_who_refused),
	KTEST_CASE(out_of_memory_is_reported_once_with_who_refused),
	KTEST_CASE(a_request_that_cannot_sleep_asks_nobody),
	KTEST_CASE(a_large_block_that_is_missing_accuses_nobody),
	KTEST_CASE(the_report_names_the_biggest_callers),
	KTEST_CASE(a_private_nodes_report_names_its_own_shrinkers),
};
KTEST_SUITE(reclaim, cases);
