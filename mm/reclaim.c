/* SPDX-License-Identifier: MIT */
/*
 * reclaim.c - direct reclaim and the work of kswapd
 *
 * Both ask the shrinkers in rounds: in the first each loses 1/4096 of what it
 * has (times 4 / seeks), in the next 1/2048, in the last all. After each call
 * it is seen whether that was enough, so mostly a few cheap rounds do it, and
 * only a machine that is really full comes to the last. Then the other sources
 * are asked: free blocks on other CPUs' lists, empty slabs and per-CPU pages,
 * lazily freed areas. They cost a call to all CPUs, so they come last; but
 * behind a round that freed objects, not whole pages, they are what tells
 * whether that was enough.
 *
 *   direct   wants 32 pages, or the block asked for. Objects that are freed
 *            may leave their slabs empty but in place: so if the request would
 *            still not be served, the sources are asked, whatever was freed.
 *            One call is one descent through all rounds; page_alloc.c makes up
 *            to 16 for GFP_KERNEL, fewer for those who may not start I/O.
 *   kswapd   wants every zone that somebody missed pages in to be above its
 *            high mark. A round that freed something is repeated, one that did
 *            not goes deeper. Where nothing is left to free the zone is left
 *            alone for a second, so a full machine does not burn its CPU.
 *
 * Whoever reclaims and allocates meanwhile does not reclaim again: what he asks
 * for is needed to free more, so no mark holds it (reclaim_context()).
 *
 * Invariants:
 *   M1  one call of direct makes at most SHRINK_PRIORITIES rounds, each bounded
 *       by K2 (shrinker.c); it asks the sources behind each round that freed
 *       objects, and if the last one did not, once more in the end
 *   M2  a run of kswapd that goes on has freed something since its last round,
 *       or goes one round deeper
 *
 * Locking: none here. Counters are atomic; wake() may be called with any lock
 * held that a request for pages may be made under: it takes the lock of a run
 * queue. Who wakes kswapd does so in an RCU read section, and kswapd_stop() lets
 * a grace period pass before the thread goes. A zone that is wanted already is
 * not asked for again, and its bit is taken before kswapd looks at it, so no
 * wish is lost.
 *
 * Not here: who is asked (shrinker.c), the machine's sources (reclaim_live.c),
 * when a request reclaims (page_alloc.c).
 */
#include <kernel/bug.h>
#include <kernel/kthread.h>
#include <kernel/rcupdate.h>
#include <kernel/sched.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/memalloc.h>
#include <mm/page_alloc.h>
#include <mm/reclaim.h>
#include <mm/zone_mark.h>
#include "internal.h"

static void reclaim_count(struct reclaim *r, enum reclaim_stat item,
			  unsigned long nr)
{
	__atomic_fetch_add(&r->count[item], nr, __ATOMIC_RELAXED);
}

static struct reclaim *reclaim_of(const struct mm_node *node)
{
	return container_of(node->reclaim, struct reclaim, ops);
}

/* --- who reclaims --------------------------------------------------------- */

/* A thread's flag: it may sleep meanwhile, and go on on another CPU. */
static bool reclaim_enter(void)
{
	return !memalloc_noreclaim_save();
}

static void reclaim_leave(void)
{
	memalloc_noreclaim_restore(0);
}

/* What an interrupt handler asks for is not the interrupted thread's. */
static gfp_t reclaim_context(gfp_t gfp)
{
	if (in_interrupt())
		return gfp;
	if (current->flags & PF_MEMALLOC)
		return (gfp | __GFP_MEMALLOC) &
		       ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL);
	if (current->flags & PF_MEMALLOC_NOIO)
		return gfp & ~(__GFP_IO | __GFP_FS);
	return current->flags & PF_MEMALLOC_NOFS ? gfp & ~__GFP_FS : gfp;
}

/* --- one round ------------------------------------------------------------ */

static unsigned long reclaim_round(struct reclaim *r, struct shrink_pass *pass,
				   bool kswapd)
{
	const struct shrink_pass before = *pass;

	shrinker_list_pass(&r->shrinkers, pass);
	reclaim_count(r, kswapd ? RECLAIM_SCAN_KSWAPD : RECLAIM_SCAN_DIRECT,
		      pass->nr_scanned_pages - before.nr_scanned_pages);
	reclaim_count(r, kswapd ? RECLAIM_STEAL_KSWAPD : RECLAIM_STEAL_DIRECT,
		      pass->nr_freed_pages - before.nr_freed_pages);
	reclaim_count(r, RECLAIM_OBJECTS_SCANNED,
		      pass->nr_scanned - before.nr_scanned);
	return pass->nr_freed - before.nr_freed;
}

/* Return: pages given back. */
static unsigned long reclaim_sources(struct reclaim *r)
{
	unsigned long pages = 0;
	unsigned int i;

	for (i = 0; i < r->nr_sources; i++)
		pages += r->sources[i].give();
	reclaim_count(r, RECLAIM_SOURCE_PAGES, pages);
	return pages;
}

/* --- direct --------------------------------------------------------------- */

static unsigned int node_zone_mask(const struct mm_node *node, gfp_t gfp)
{
	struct zone *const *pos = node->zonelists[gfp & __GFP_ZONE_MASK].zones;
	unsigned int mask = 0;

	for (; *pos; pos++)
		mask |= BIT((*pos)->type);
	return mask;
}

/* Would @z serve the request now, as far as can be seen without a lock? */
static bool zone_would_serve(const struct zone *z, gfp_t gfp,
			     unsigned int order)
{
	return zone_free_orders(z) >> order &&
	       READ_ONCE(z->nr_free_pages) >=
		       zone_floor(z, gfp, ALLOC_PASS_MIN) + (1ul << order);
}

/* What was just freed may lie on this CPU's lists: from there the request would
 * drain it, too. */
static bool node_would_serve(const struct mm_node *node, gfp_t gfp,
			     unsigned int order)
{
	struct zone *const *pos = node->zonelists[gfp & __GFP_ZONE_MASK].zones;

	for (; *pos; pos++) {
		if (zone_would_serve(*pos, gfp, order) ||
		    (page_pcp_drain_zone(*pos) &&
		     zone_would_serve(*pos, gfp, order)))
			return true;
	}
	return false;
}

struct direct_goal {
	unsigned long pages; /* wanted */
	unsigned long given; /* by the sources so far */
};

static bool direct_is_enough(const struct shrink_pass *pass)
{
	const struct direct_goal *goal = pass->private;

	return pass->nr_freed_pages + goal->given >= goal->pages;
}

static unsigned long reclaim_direct(struct mm_node *node, gfp_t gfp,
				    unsigned int order)
{
	struct reclaim *r = reclaim_of(node);
	struct direct_goal goal = { .pages = max(RECLAIM_PAGES, 1ul << order) };
	struct shrink_pass pass = { .gfp = gfp,
				    .zone_mask = node_zone_mask(node, gfp),
				    .priority = SHRINK_PRIORITIES,
				    .enough = direct_is_enough,
				    .private = &goal };
	bool asked = false;

	if (!reclaim_enter())
		return 0;
	reclaim_count(r, RECLAIM_DIRECT, 1);
	while (pass.priority-- && !direct_is_enough(&pass)) {
		unsigned long pages = pass.nr_freed_pages;

		asked = reclaim_round(r, &pass, false) !=
			pass.nr_freed_pages - pages;
		if (asked)
			goal.given += reclaim_sources(r);
	}
	if (!asked && !node_would_serve(node, gfp, order))
		goal.given += reclaim_sources(r);
	reclaim_leave();
	return pass.nr_freed + goal.given;
}

/* --- kswapd ---------------------------------------------------------------- */

/* Is @z left alone for a while? */
static bool zone_is_hopeless(const struct reclaim *r, const struct zone *z)
{
	return r->retry_ns[z->type] > time_ns();
}

/* kswapd_stop() may come in between: it waits until nobody has the task. */
static void kswapd_wake(struct reclaim *r)
{
	struct task_struct *task;

	rcu_read_lock();
	task = rcu_dereference(r->kswapd);
	if (task)
		wake_up_process(task);
	rcu_read_unlock();
}

static void reclaim_wake(struct zone *z, unsigned int order)
{
	struct mm_node *node =
		container_of(z - z->type, struct mm_node, zones[0]);
	struct reclaim *r = reclaim_of(node);
	unsigned int bit = BIT(z->type);

	(void)order;
	if (READ_ONCE(r->wanted_zones) & bit || zone_is_hopeless(r, z))
		return;
	__atomic_fetch_or(&r->wanted_zones, bit, __ATOMIC_SEQ_CST);
	kswapd_wake(r);
}

bool kswapd_is_wanted(const struct reclaim *r)
{
	return READ_ONCE(r->wanted_zones);
}

/* Blocks on this CPU's lists are free, but not for others. */
static bool zone_is_above_high(struct zone *z)
{
	const unsigned long high = z->mark_pages[MARK_HIGH];

	if (READ_ONCE(z->nr_free_pages) >= high)
		return true;
	return page_pcp_drain_zone(z) && READ_ONCE(z->nr_free_pages) >= high;
}

/* Those of @mask that are not above their high marks. */
static unsigned int zones_below_high(struct mm_node *node, unsigned int mask)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		struct zone *z = &node->zones[i];

		if (!z->managed_pages || zone_is_above_high(z))
			mask &= ~BIT(i);
	}
	return mask;
}

static bool kswapd_is_enough(const struct shrink_pass *pass)
{
	return !zones_below_high(pass->private, pass->zone_mask);
}

/* Rounds, ever deeper, until no zone of @mask is low. Return: those that are,
 * although nothing more can be freed. */
static unsigned int kswapd_rounds(struct reclaim *r, unsigned int mask)
{
	struct shrink_pass pass = { .gfp = GFP_KERNEL,
				    .priority = SHRINK_PRIORITIES - 1,
				    .enough = kswapd_is_enough,
				    .private = r->node };

	while ((mask = zones_below_high(r->node, mask))) {
		unsigned long pages = pass.nr_freed_pages, freed;

		pass.zone_mask = mask;
		freed = reclaim_round(r, &pass, true);
		if (freed != pass.nr_freed_pages - pages)
			reclaim_sources(r);
		if (!freed && !pass.priority--)
			break;
	}
	if (mask && reclaim_sources(r))
		mask = zones_below_high(r->node, mask);
	return mask;
}

bool kswapd_balance(struct reclaim *r)
{
	unsigned int mask =
		__atomic_exchange_n(&r->wanted_zones, 0, __ATOMIC_SEQ_CST);
	unsigned int i;

	if (!mask || !reclaim_enter())
		return !mask;
	reclaim_count(r, RECLAIM_RUNS, 1);
	mask = kswapd_rounds(r, mask);
	reclaim_leave();
	reclaim_count(r, mask ? RECLAIM_GAVE_UP : RECLAIM_BALANCED, 1);
	for (i = 0; i < NR_ZONES; i++) {
		if (mask & BIT(i))
			r->retry_ns[i] = time_ns() + KSWAPD_BACKOFF_NS;
	}
	return !mask;
}

/* A run, unless somebody has parked it. Of the two stores and loads here and in
 * kswapd_park() at least one load sees the other's store. */
static void kswapd_run(struct reclaim *r)
{
	__atomic_store_n(&r->running, true, __ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&r->parked, __ATOMIC_SEQ_CST))
		kswapd_balance(r);
	__atomic_store_n(&r->running, false, __ATOMIC_SEQ_CST);
}

static int kswapd_main(void *data)
{
	struct reclaim *r = data;

	current->flags |= PF_KSWAPD;
	for (;;) {
		set_current_state(TASK_IDLE);
		if (kthread_should_stop())
			break;
		if (!kswapd_is_wanted(r) || READ_ONCE(r->parked))
			schedule();
		__set_current_state(TASK_RUNNING);
		kswapd_run(r);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

void kswapd_park(struct reclaim *r)
{
	might_sleep();
	__atomic_store_n(&r->parked, true, __ATOMIC_SEQ_CST);
	/* Only tests park it, and a run is short. */
	while (__atomic_load_n(&r->running, __ATOMIC_SEQ_CST))
		yield();
}

void kswapd_unpark(struct reclaim *r)
{
	__atomic_store_n(&r->parked, false, __ATOMIC_SEQ_CST);
	if (kswapd_is_wanted(r))
		kswapd_wake(r);
}

int kswapd_start(struct reclaim *r, unsigned int nr)
{
	struct task_struct *task = kthread_run(kswapd_main, r, "kswapd%u", nr);

	if (IS_ERR(task))
		return (int)PTR_ERR(task);
	rcu_assign_pointer(r->kswapd, task);
	/* Whoever missed pages before it was there. */
	if (kswapd_is_wanted(r))
		kswapd_wake(r);
	return 0;
}

void kswapd_stop(struct reclaim *r)
{
	struct task_struct *task = r->kswapd;

	if (!task)
		return;
	RCU_INIT_POINTER(r->kswapd, NULL);
	synchronize_rcu();
	kthread_stop(task);
}

/* --- everything ------------------------------------------------------------ */

unsigned long reclaim_drop(struct reclaim *r, bool pages, bool objects)
{
	struct shrink_pass pass = { .gfp = GFP_KERNEL,
				    .zone_mask = ~0u,
				    .only_flags = objects ? 0 : SHRINKER_PAGES,
				    .not_flags = pages ? 0 : SHRINKER_PAGES };
	unsigned int shift = 0;

	if (!reclaim_enter())
		return 0;
	reclaim_count(r, RECLAIM_DROP_PAGECACHE, pages);
	reclaim_count(r, RECLAIM_DROP_SLAB, objects);
	/* Whoever fills caches meanwhile cannot make it endless. */
	while (reclaim_round(r, &pass, false) >> shift++)
		;
	if (objects)
		reclaim_sources(r);
	reclaim_leave();
	return pass.nr_freed;
}

void reclaim_init(struct reclaim *r, struct mm_node *node,
		  const struct reclaim_source *sources, unsigned int nr_sources)
{
	*r = (struct reclaim){ .ops = { .wake = reclaim_wake,
					.direct = reclaim_direct,
					.context = reclaim_context,
					.report = reclaim_report },
			       .node = node,
			       .sources = sources,
			       .nr_sources = nr_sources };
	shrinker_list_init(&r->shrinkers);
	node->reclaim = &r->ops;
}
