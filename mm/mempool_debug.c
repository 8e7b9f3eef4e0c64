/* SPDX-License-Identifier: MIT */
/*
 * mempool_debug.c - who has which element, and is a pool what its rules say?
 *
 * A tracked pool sends every request through its slow path, where each element
 * that is handed out gets a record of who took it, and the last returns are
 * remembered. So an element that comes back is known to have been out, or to
 * have come back before, or to be none of the pool's. An element in the
 * reserve is filled with a pattern: who writes to one that he gave back is
 * noticed when it is handed out again.
 *
 * There is room for a fixed number of records. Elements beyond that are only
 * counted; while there are such, an unknown element gets the benefit of the
 * doubt.
 *
 * Invariants (mempool_check() walks them all):
 *   E1  0 <= curr_nr <= min_nr, and nr_out is not negative
 *   E2  the reserve holds elements, none of them twice
 *   E3  each could be of the pool's allocator
 *   E4  the reserve's elements are untouched, in a tracked pool
 *   E5  records and those without one are as many as are out
 *
 * Locking: pool->lock guards a pool's records; mempool_list_lock the list, and
 * is taken first.
 */
#define pr_fmt(fmt) "mempool: " fmt

#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/poison.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/check.h>
#include "mempool_internal.h"

/* In elements that wait in the reserve. */
#define MEMPOOL_POISON POISON_FREE
/* So many elements are looked at for doubles: enough to catch who gives back
 * twice in a row, few enough for a lock to be held. */
#define MEMPOOL_LOOK_BACK 64

static spinlock_t mempool_list_lock = SPINLOCK_INIT("mempools", LOCK_MEMPOOLS);
static struct list_head mempool_list = { &mempool_list, &mempool_list };

static bool mempool_debug = CONFIG_MM_DEBUG;

bool mempool_debug_wanted(void)
{
	return READ_ONCE(mempool_debug);
}

bool mempool_set_debug(bool on)
{
	bool was = mempool_debug;

	WRITE_ONCE(mempool_debug, on);
	return was;
}

static int mempool_debug_set(const char *value)
{
	if (value)
		return -EINVAL;
	mempool_set_debug(true);
	return 0;
}
KERNEL_PARAM(mempool_debug, "mempool_debug", mempool_debug_set,
	     ": keep a record of each element that memory pools hand out");

/* ---- records ------------------------------------------------------------- */

void mempool_track_out(mempool_t *pool, const void *element, unsigned long site)
{
	struct mempool_track *track = pool->track;

	lockdep_assert_held(&pool->lock);
	if (!track)
		return;
	if (track->nr_recorded < MEMPOOL_TRACK_OUT)
		track->out[track->nr_recorded++] =
			(struct mempool_record){ element, site };
	else
		track->nr_unrecorded++;
}

static struct mempool_record *mempool_record_find(struct mempool_record *from,
						  unsigned int nr,
						  const void *element)
{
	for (; nr; nr--, from++) {
		if (from->element == element)
			return from;
	}
	return NULL;
}

/* @site gave @element back. */
static void mempool_track_remember(struct mempool_track *track,
				   const void *element, unsigned long site)
{
	struct mempool_record *back;

	/* At most one record of an element: the last return is meant. */
	back = mempool_record_find(track->back, MEMPOOL_TRACK_BACK, element);
	if (!back) {
		back = &track->back[track->next_back];
		track->next_back = (track->next_back + 1) % MEMPOOL_TRACK_BACK;
	}
	*back = (struct mempool_record){ element, site };
}

/* Is @element in the reserve, as far as we look? */
static bool mempool_in_reserve(const mempool_t *pool, const void *element)
{
	int end = max(pool->curr_nr - MEMPOOL_LOOK_BACK, 0);
	int i;

	for (i = pool->curr_nr - 1; i >= end; i--) {
		if (pool->elements[i] == element)
			return true;
	}
	return false;
}

static enum mempool_verdict mempool_judge(mempool_t *pool, const void *element,
					  struct report_sites *sites)
{
	struct mempool_track *track = pool->track;
	const struct mempool_record *back = NULL;

	if (track)
		back = mempool_record_find(track->back, MEMPOOL_TRACK_BACK,
					   element);
	if (back)
		sites->free = back->site;
	if (mempool_in_reserve(pool, element))
		return MEMPOOL_OVERFULL;
	if (mempool_is_alien(pool, element))
		return back ? MEMPOOL_OVERFULL : MEMPOOL_FOREIGN;
	if (!track || track->nr_unrecorded)
		return MEMPOOL_OK;
	return back ? MEMPOOL_OVERFULL : MEMPOOL_FOREIGN;
}

enum mempool_verdict mempool_track_back(mempool_t *pool, const void *element,
					struct report_sites *sites)
{
	struct mempool_track *track = pool->track;
	struct mempool_record *out = NULL;
	enum mempool_verdict verdict = MEMPOOL_OK;

	lockdep_assert_held(&pool->lock);
	if (track)
		out = mempool_record_find(track->out, track->nr_recorded,
					  element);
	if (!out)
		verdict = mempool_judge(pool, element, sites);
	if (verdict != MEMPOOL_OK || !track)
		return verdict;
	if (out)
		*out = track->out[--track->nr_recorded];
	else
		track->nr_unrecorded--;
	mempool_track_remember(track, element, sites->at);
	return MEMPOOL_OK;
}

void mempool_report_return(const mempool_t *pool, const void *element,
			   enum mempool_verdict verdict,
			   const struct report_sites *sites)
{
	char name[MEMPOOL_NAME_BYTES];

	mm_report(verdict == MEMPOOL_OVERFULL ? "mempool-overfull" :
						"mempool-foreign",
		  sites, "element=%p pool=%p %s out=%d", element, pool,
		  mempool_describe(pool, name, sizeof(name)),
		  atomic_read(&pool->nr_out));
}

unsigned long mempool_track_holder(const mempool_t *pool)
{
	const struct mempool_track *track = pool->track;

	return track && track->nr_recorded ? track->out[0].site : 0;
}

/* ---- the pattern --------------------------------------------------------- */

void mempool_track_park(mempool_t *pool, void *element)
{
	if (pool->track)
		memset(element, MEMPOOL_POISON, mempool_poison_bytes(pool));
}

/* The first byte of a waiting element that is not as it should be. */
static const unsigned char *mempool_damage(const mempool_t *pool,
					   const void *element)
{
	if (!pool->track)
		return NULL;
	return memchr_inv(element, MEMPOOL_POISON, mempool_poison_bytes(pool));
}

void mempool_track_unpark(mempool_t *pool, void *element, unsigned long site)
{
	const unsigned char *damage = mempool_damage(pool, element);
	struct report_sites sites = { .at = site };
	const struct mempool_record *back;
	char name[MEMPOOL_NAME_BYTES];

	if (likely(!damage))
		return;
	back = mempool_record_find(pool->track->back, MEMPOOL_TRACK_BACK,
				   element);
	sites.free = back ? back->site : 0;
	mm_report("use-after-free", &sites,
		  "write mempool %s obj=%p+%zu found=%02x want=%02x",
		  mempool_describe(pool, name, sizeof(name)), element,
		  (size_t)(damage - (const unsigned char *)element), *damage,
		  MEMPOOL_POISON);
}

/* ---- all pools ----------------------------------------------------------- */

void mempool_list_add(mempool_t *pool)
{
	unsigned long flags = spin_lock_irqsave(&mempool_list_lock);

	list_add_tail(&pool->link, &mempool_list);
	spin_unlock_irqrestore(&mempool_list_lock, flags);
}

/* List lock held. */
static bool mempool_is_listed(const mempool_t *pool)
{
	const mempool_t *pos;

	list_for_each_entry(pos, &mempool_list, link) {
		if (pos == pool)
			return true;
	}
	return false;
}

bool mempool_list_has(const mempool_t *pool)
{
	unsigned long flags = spin_lock_irqsave(&mempool_list_lock);
	bool listed = mempool_is_listed(pool);

	spin_unlock_irqrestore(&mempool_list_lock, flags);
	return listed;
}

bool mempool_list_remove(mempool_t *pool)
{
	unsigned long flags = spin_lock_irqsave(&mempool_list_lock);
	bool listed = mempool_is_listed(pool);

	if (listed)
		list_del(&pool->link);
	spin_unlock_irqrestore(&mempool_list_lock, flags);
	return listed;
}

void mempool_for_each(void (*fn)(void *ctx, const mempool_t *pool), void *ctx)
{
	unsigned long flags = spin_lock_irqsave(&mempool_list_lock);
	const mempool_t *pool;

	list_for_each_entry(pool, &mempool_list, link)
		fn(ctx, pool);
	spin_unlock_irqrestore(&mempool_list_lock, flags);
}

/* ---- the checker --------------------------------------------------------- */

static int mempool_violation(const mempool_t *pool, const char *label,
			     const char *what, const void *element)
{
	char name[MEMPOOL_NAME_BYTES];

	pr_err("%s pool=%p %s: %s %p\n", label, pool,
	       mempool_describe(pool, name, sizeof(name)), what, element);
	return 1;
}

static int mempool_check_element(const mempool_t *pool, int i)
{
	const void *element = pool->elements[i];
	int bad = 0, j;

	if (!element)
		return mempool_violation(pool, "E2", "no element", element);
	for (j = i + 1; j < min(pool->curr_nr, i + MEMPOOL_LOOK_BACK); j++) {
		if (pool->elements[j] == element)
			bad += mempool_violation(pool, "E2", "twice", element);
	}
	if (mempool_is_alien(pool, element))
		return bad + mempool_violation(pool, "E3", "alien", element);
	if (mempool_damage(pool, element))
		bad += mempool_violation(pool, "E4", "written to", element);
	return bad;
}

int mempool_check(mempool_t *pool)
{
	unsigned long flags = spin_lock_irqsave(&pool->lock);
	int out = atomic_read(&pool->nr_out), bad = 0, i;
	const struct mempool_track *track = pool->track;

	if (pool->curr_nr < 0 || pool->curr_nr > pool->min_nr || out < 0)
		bad += mempool_violation(pool, "E1", "counts of", pool);
	for (i = 0; i < min(pool->curr_nr, pool->min_nr); i++)
		bad += mempool_check_element(pool, i);
	if (track && track->nr_recorded + track->nr_unrecorded != (unsigned)out)
		bad += mempool_violation(pool, "E5", "records of", pool);
	spin_unlock_irqrestore(&pool->lock, flags);
	return bad;
}

static int mempool_check_all(void)
{
	unsigned long flags = spin_lock_irqsave(&mempool_list_lock);
	mempool_t *pool;
	int bad = 0;

	list_for_each_entry(pool, &mempool_list, link)
		bad += mempool_check(pool);
	spin_unlock_irqrestore(&mempool_list_lock, flags);
	return bad;
}
MM_CHECK(mempool, "mempool", mempool_check_all);
