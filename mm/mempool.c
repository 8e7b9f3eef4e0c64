/* SPDX-License-Identifier: MIT */
/*
 * mempool.c - elements from an allocator, with a reserve behind it
 *
 * A request asks the allocator first, in a way that neither sleeps nor eats
 * the emergency reserve of the zones. That fails only when memory is short, so
 * the fast path is that call and a count. Then comes the pool's own reserve,
 * then, for those who may sleep, the allocator in earnest, and then waiting.
 * An element that is given back while the reserve lacks one goes there, and a
 * waiter is woken; so as long as elements come back, each waiter gets one.
 *
 * Waiters wait exclusively: one return wakes one. A waiter who was woken, but
 * was served by the allocator, hands the wake-up on, or an element would lie
 * in the reserve while somebody sleeps. Nobody sleeps longer than
 * MEMPOOL_WAIT_JIFFIES at a time: the allocator may have memory again though
 * nobody gave an element back.
 *
 * mempool_free() decides without the lock whether the reserve is full. It may
 * see an old figure, but never one older than the taking of the very element
 * it gives back: the reader's barrier there has its partner in
 * mempool_alloc_short(), behind the taking. So if all elements that the reserve
 * gave out come back, it is full again, and no waiter is missed.
 *
 * Invariants: E1..E5 in mempool_debug.c.
 *
 * Locking: pool->lock (irq-safe, LOCK_MEMPOOL) guards the reserve. The
 * allocator is called without it. nr_out is atomic.
 *
 * Not here: the ready-made allocators (mempool_kinds.c), records and checks
 * (mempool_debug.c).
 */
#include <kernel/barrier.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/mempool.h>
#include <mm/slab.h>
#include <mm/sleep_check.h>
#include "mempool_internal.h"
#include "slab_internal.h"

/* The allocator is to fail early and quietly: there is a reserve behind it,
 * and that of the zones is for those who have none. */
#define MEMPOOL_GFP (__GFP_NOMEMALLOC | __GFP_NORETRY | __GFP_NOWARN)
/* The first time it does not even wait. */
#define MEMPOOL_GFP_NOT (__GFP_DIRECT_RECLAIM | __GFP_IO)
/* Nobody sleeps longer without asking the allocator again; Linux's figure. */
#define MEMPOOL_WAIT_JIFFIES (5 * HZ)

/* ---- the reserve --------------------------------------------------------- */

/* The reserve has @curr_nr of @min_nr elements now. Lock held. */
static void mempool_count(mempool_t *pool, int curr_nr, int min_nr)
{
	lockdep_assert_held(&pool->lock);
	WRITE_ONCE(pool->curr_nr, curr_nr);
	pool->min_nr = min_nr;
	WRITE_ONCE(pool->look, curr_nr < min_nr || pool->track);
}

/* Context: pool->lock held; there is room. */
static void mempool_put(mempool_t *pool, void *element)
{
	lockdep_assert_held(&pool->lock);
	BUG_ON(pool->curr_nr >= pool->min_nr);
	mempool_track_park(pool, element);
	pool->elements[pool->curr_nr] = element;
	mempool_count(pool, pool->curr_nr + 1, pool->min_nr);
}

/* Context: pool->lock held; there is one. */
static void *mempool_get(mempool_t *pool, unsigned long site)
{
	void *element;

	lockdep_assert_held(&pool->lock);
	BUG_ON(pool->curr_nr <= 0);
	mempool_count(pool, pool->curr_nr - 1, pool->min_nr);
	element = pool->elements[pool->curr_nr];
	mempool_track_unpark(pool, element, site);
	return element;
}

/* Give elements back to the allocator until @keep are left. */
static void mempool_drain(mempool_t *pool, int keep, unsigned long site)
{
	for (;;) {
		unsigned long flags = spin_lock_irqsave(&pool->lock);
		void *element = NULL;

		if (pool->curr_nr > keep)
			element = mempool_get(pool, site);
		spin_unlock_irqrestore(&pool->lock, flags);
		if (!element)
			return;
		pool->free(element, pool->pool_data);
	}
}

/* Put @element into the reserve if that lacks one. */
static bool mempool_offer(mempool_t *pool, void *element)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	bool lacks = pool->curr_nr < pool->min_nr;

	if (lacks)
		mempool_put(pool, element);
	spin_unlock_irqrestore(&pool->lock, flags);
	return lacks;
}

/* Fill the reserve. Return: false if the allocator has nothing left. */
static bool mempool_fill(mempool_t *pool)
{
	while (READ_ONCE(pool->curr_nr) < pool->min_nr) {
		void *element = pool->alloc(GFP_KERNEL, pool->pool_data);

		if (!element)
			return false;
		/* Somebody may have filled it with what he gave back. */
		if (!mempool_offer(pool, element))
			pool->free(element, pool->pool_data);
	}
	return true;
}

/* ---- making and taking apart --------------------------------------------- */

static noinline __cold int mempool_refuse(const mempool_t *pool,
					  const char *what, int nr,
					  unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("mempool-args", &sites, "%s %d pool=%p", what, nr, pool);
	return -EINVAL;
}

static int mempool_init_at(mempool_t *pool, int min_nr,
			   mempool_alloc_t *alloc_fn, mempool_free_t *free_fn,
			   void *pool_data, unsigned long site)
{
	might_sleep_at("mempool_create", site);
	if (min_nr < 1)
		return mempool_refuse(NULL, "min_nr", min_nr, site);
	if (!alloc_fn || !free_fn)
		return mempool_refuse(NULL, "no allocator, min_nr", min_nr,
				      site);
	*pool = (mempool_t){
		.alloc = alloc_fn,
		.free = free_fn,
		.pool_data = pool_data,
		.min_nr = min_nr,
		.site = site,
		.cache = alloc_fn == mempool_alloc_slab ? pool_data : NULL,
		.lock = SPINLOCK_INIT("mempool", LOCK_MEMPOOL),
	};
	init_waitqueue_head(&pool->wait);
	if (mempool_debug_wanted()) {
		pool->cache = NULL;
		pool->track = kzalloc(sizeof(*pool->track), GFP_KERNEL);
		if (!pool->track)
			return -ENOMEM;
	}
	pool->elements =
		kmalloc_array((size_t)min_nr, sizeof(void *), GFP_KERNEL);
	if (!pool->elements || !mempool_fill(pool)) {
		mempool_drain(pool, 0, site);
		kfree(pool->elements);
		kfree(pool->track);
		*pool = (mempool_t){ 0 };
		return -ENOMEM;
	}
	mempool_list_add(pool);
	return 0;
}

int mempool_init(mempool_t *pool, int min_nr, mempool_alloc_t *alloc_fn,
		 mempool_free_t *free_fn, void *pool_data)
{
	return mempool_init_at(pool, min_nr, alloc_fn, free_fn, pool_data,
			       _RET_IP_);
}
EXPORT_SYMBOL(mempool_init);

mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc_fn,
			  mempool_free_t *free_fn, void *pool_data)
{
	mempool_t *pool = kmalloc(sizeof(*pool), GFP_KERNEL);

	if (pool && mempool_init_at(pool, min_nr, alloc_fn, free_fn, pool_data,
				    _RET_IP_)) {
		kfree(pool);
		return NULL;
	}
	return pool;
}
EXPORT_SYMBOL(mempool_create);

static noinline __cold void mempool_report_busy(mempool_t *pool,
						unsigned long site)
{
	struct report_sites sites = { .at = site };
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	char name[MEMPOOL_NAME_BYTES];

	sites.alloc = mempool_track_holder(pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	mm_report("mempool-busy", &sites, "out=%d pool=%p %s%s",
		  atomic_read(&pool->nr_out), pool,
		  mempool_describe(pool, name, sizeof(name)),
		  sites.alloc ? " first" : "");
}

/* Return: false, after a report, if elements are out. */
static bool mempool_exit_at(mempool_t *pool, unsigned long site)
{
	if (atomic_read(&pool->nr_out)) {
		mempool_report_busy(pool, site);
		return false;
	}
	mempool_list_remove(pool);
	mempool_drain(pool, 0, site);
	kfree(pool->elements);
	kfree(pool->track);
	pool->elements = NULL;
	pool->track = NULL;
	return true;
}

void mempool_exit(mempool_t *pool)
{
	might_sleep_at("mempool_exit", _RET_IP_);
	if (mempool_initialized(pool))
		mempool_exit_at(pool, _RET_IP_);
}
EXPORT_SYMBOL(mempool_exit);

void mempool_destroy(mempool_t *pool)
{
	might_sleep_at("mempool_destroy", _RET_IP_);
	if (!pool)
		return;
	if (!mempool_list_has(pool))
		mempool_refuse(pool, "destroy, pools of this address:", 0,
			       _RET_IP_);
	else if (mempool_exit_at(pool, _RET_IP_))
		kfree(pool);
}
EXPORT_SYMBOL(mempool_destroy);

/* The reserve gets room for @nr, more than now. */
static int mempool_enlarge(mempool_t *pool, int nr)
{
	void **elements = kmalloc_array((size_t)nr, sizeof(void *), GFP_KERNEL);
	void **old = pool->elements;
	unsigned long flags;

	if (!elements)
		return -ENOMEM;
	flags = spin_lock_irqsave(&pool->lock);
	memcpy(elements, old, (size_t)pool->curr_nr * sizeof(void *));
	pool->elements = elements;
	mempool_count(pool, pool->curr_nr, nr);
	spin_unlock_irqrestore(&pool->lock, flags);
	kfree(old);
	return 0;
}

static void mempool_set_min_nr(mempool_t *pool, int nr)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);

	mempool_count(pool, pool->curr_nr, nr);
	spin_unlock_irqrestore(&pool->lock, flags);
}

int mempool_resize(mempool_t *pool, int new_min_nr)
{
	int err;

	might_sleep_at("mempool_resize", _RET_IP_);
	if (new_min_nr < 1 || !mempool_initialized(pool))
		return mempool_refuse(pool, "resize to", new_min_nr, _RET_IP_);
	if (new_min_nr > pool->min_nr) {
		err = mempool_enlarge(pool, new_min_nr);
		if (err)
			return err;
	}
	mempool_set_min_nr(pool, new_min_nr);
	mempool_drain(pool, new_min_nr, _RET_IP_);
	/* What cannot be had now comes from those who give back. */
	(void)mempool_fill(pool);
	wake_up_all(&pool->wait);
	return 0;
}
EXPORT_SYMBOL(mempool_resize);

/* ---- taking -------------------------------------------------------------- */

/* From the reserve; NULL if that is empty. */
static void *mempool_take_reserve(mempool_t *pool, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	void *element = NULL;

	if (pool->curr_nr) {
		element = mempool_get(pool, site);
		pool->nr_reserve_takes++;
		mempool_track_out(pool, element, site);
		atomic_inc(&pool->nr_out);
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

/* From the allocator; NULL if that has none. */
static void *mempool_take_new(mempool_t *pool, gfp_t gfp, unsigned long site)
{
	void *element = pool->alloc(gfp, pool->pool_data);
	unsigned long flags;

	if (!element)
		return NULL;
	atomic_inc(&pool->nr_out);
	if (!pool->track)
		return element;
	flags = spin_lock_irqsave(&pool->lock);
	mempool_track_out(pool, element, site);
	spin_unlock_irqrestore(&pool->lock, flags);
	return element;
}

/* Sleep until an element may have come back. */
static void mempool_wait(mempool_t *pool)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	DEFINE_WAIT(wait);

	pool->nr_waits++;
	spin_unlock_irqrestore(&pool->lock, flags);
	prepare_to_wait_exclusive(&pool->wait, &wait, TASK_UNINTERRUPTIBLE);
	/* Looked at in the queue: who gives back from now on wakes us. */
	if (!READ_ONCE(pool->curr_nr))
		io_schedule_timeout(MEMPOOL_WAIT_JIFFIES);
	finish_wait(&pool->wait, &wait);
}

/* The allocator has none for those who do not wait. */
static noinline void *mempool_alloc_short(mempool_t *pool, gfp_t gfp,
					  unsigned long site)
{
	bool may_sleep = gfp_may_sleep(gfp), waited = false;
	void *element;

	for (;;) {
		element = mempool_take_reserve(pool, site);
		if (!element && may_sleep)
			element = mempool_take_new(pool, gfp, site);
		if (element || !may_sleep)
			break;
		mempool_wait(pool);
		waited = true;
	}
	/* The wake-up may have been for an element that is still there. */
	if (waited && READ_ONCE(pool->curr_nr))
		wake_up(&pool->wait);
	/* Whoever gives @element back sees that it was taken: the partner of
	 * the barrier in mempool_free(). */
	smp_wmb();
	return element;
}

/* All but an object that lies ready in its cache. */
static noinline void *mempool_alloc_slow(mempool_t *pool, gfp_t gfp,
					 unsigned long site)
{
	void *element;

	gfp = gfp_check_sleep(gfp, "mempool_alloc", site);
	if (unlikely(gfp & __GFP_ZERO)) {
		mempool_refuse(pool, "__GFP_ZERO, in reserve", pool->curr_nr,
			       site);
		return NULL;
	}
	gfp |= MEMPOOL_GFP;
	element = mempool_take_new(pool, gfp & ~MEMPOOL_GFP_NOT, site);
	return likely(element) ? element : mempool_alloc_short(pool, gfp, site);
}

/*
 * The fast paths: those of kmem_cache_alloc(). The first checks whether the
 * caller may sleep on its way, and says so by finding nothing.
 */
void *__mempool_alloc_sleep(mempool_t *pool, gfp_t gfp)
{
	struct kmem_cache *cache = pool->cache;
	void *element;

	if (likely(cache)) {
		element = slab_alloc_kernel(cache);
		if (likely(element)) {
			atomic_inc(&pool->nr_out);
			return element;
		}
	}
	return mempool_alloc_slow(pool, gfp, _RET_IP_);
}
EXPORT_SYMBOL(__mempool_alloc_sleep);

void *__mempool_alloc(mempool_t *pool, gfp_t gfp)
{
	struct kmem_cache *cache = pool->cache;
	void *element;

	if (likely(cache && !(gfp & (__GFP_ZERO | __GFP_DIRECT_RECLAIM)))) {
		element = slab_alloc_nowait(cache);
		if (likely(element)) {
			atomic_inc(&pool->nr_out);
			return element;
		}
	}
	return mempool_alloc_slow(pool, gfp, _RET_IP_);
}
EXPORT_SYMBOL(__mempool_alloc);

/* ---- giving back --------------------------------------------------------- */

static noinline __cold void mempool_report_overfull(mempool_t *pool,
						    const void *element,
						    unsigned long site)
{
	const struct report_sites sites = { .at = site };

	atomic_inc(&pool->nr_out);
	mempool_report_return(pool, element, MEMPOOL_OVERFULL, &sites);
}

/* The reserve lacks elements, the pool is tracked, or @element is odd. */
static void mempool_free_checked(mempool_t *pool, void *element,
				 unsigned long site)
{
	struct report_sites sites = { .at = site };
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	enum mempool_verdict verdict = MEMPOOL_OVERFULL;
	bool lacks = false;

	if (likely(pool->track || atomic_read(&pool->nr_out) > 0))
		verdict = mempool_track_back(pool, element, &sites);
	if (likely(verdict == MEMPOOL_OK)) {
		atomic_dec(&pool->nr_out);
		lacks = pool->curr_nr < pool->min_nr;
		if (lacks)
			mempool_put(pool, element);
	}
	spin_unlock_irqrestore(&pool->lock, flags);
	if (unlikely(verdict != MEMPOOL_OK))
		mempool_report_return(pool, element, verdict, &sites);
	else if (lacks)
		wake_up(&pool->wait);
	else
		pool->free(element, pool->pool_data);
}

/* All but an object of the right cache, with the reserve full. */
static noinline void mempool_free_slow(mempool_t *pool, void *element,
				       unsigned long site)
{
	if (!element)
		return;
	/* See the head of this file; the partner is in
	 * mempool_alloc_short(). */
	smp_rmb();
	if (pool->cache || READ_ONCE(pool->look))
		mempool_free_checked(pool, element, site);
	else if (unlikely(atomic_sub_return(1, &pool->nr_out) < 0))
		mempool_report_overfull(pool, element, site);
	else
		pool->free(element, pool->pool_data);
}

void mempool_free(void *element, mempool_t *pool)
{
	const struct page *page = slab_page_hint(element);
	struct kmem_cache *cache = pool->cache;

	if (unlikely(!page || page->slab_cache != cache || !cache)) {
		mempool_free_slow(pool, element, _RET_IP_);
		return;
	}
	/* See the head of this file; the partner is in
	 * mempool_alloc_short(). */
	smp_rmb();
	if (unlikely(READ_ONCE(pool->look))) {
		mempool_free_checked(pool, element, _RET_IP_);
		return;
	}
	if (unlikely(atomic_sub_return(1, &pool->nr_out) < 0)) {
		mempool_report_overfull(pool, element, _RET_IP_);
		return;
	}
	if (unlikely(!slab_push(cache, page, element)))
		kmem_cache_free(cache, element);
}
EXPORT_SYMBOL(mempool_free);
