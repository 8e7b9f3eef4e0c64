/* SPDX-License-Identifier: MIT */
/*
 * store_whole.c - a store's life, and what is done to all its objects
 *
 * Chains are walked by position, one entry at a time: the lock is not held
 * while an object's bytes are added up or read. Who puts and deletes meanwhile
 * may make a walk miss an object, or see one twice.
 */
#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/vmalloc.h>

#include "store_internal.h"

/* --- how many ---------------------------------------------------------------- */

unsigned long store_count(const struct store *s)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		sum += READ_ONCE(s->nr[i]);
	return sum;
}

unsigned long store_count_all(const struct store *s)
{
	return store_count(s) + READ_ONCE(s->nr_away);
}

/* --- forget ------------------------------------------------------------------ */

/* The first of a chain leaves it; NULL: there is none. */
static struct store_entry *chain_pop(struct store *s, unsigned long i)
{
	struct store_entry *e = NULL;

	spin_lock(&s->lock);
	if (s->buckets[i])
		e = store_entry_unlink(s, &s->buckets[i]);
	spin_unlock(&s->lock);
	return e;
}

unsigned long store_drop(struct store *s)
{
	struct store_entry *e;
	unsigned long i, nr = 0;

	for (i = 0; i < s->nr_buckets; i++) {
		while ((e = chain_pop(s, i))) {
			store_entry_put(s, e);
			nr++;
		}
	}
	return nr;
}

/* --- verify ------------------------------------------------------------------ */

/* The entry at @position of a chain, with one user more; NULL: its end. */
static struct store_entry *chain_at(struct store *s, unsigned long i,
				    unsigned long position)
{
	struct store_entry *e;

	spin_lock(&s->lock);
	for (e = s->buckets[i]; e && position; position--)
		e = e->next;
	if (e)
		store_entry_hold(e);
	spin_unlock(&s->lock);
	return e;
}

/* If it is in memory, with a reference. */
static struct page *entry_page_now(struct store *s, struct store_entry *e)
{
	struct page *page;

	spin_lock(&s->lock);
	page = e->page;
	if (page)
		get_page(page);
	spin_unlock(&s->lock);
	return page;
}

/* Return: 0: good; -EIO: not; -ENOMEM: not known. */
static int entry_verify(struct store *s, struct store_entry *e,
			struct page *scratch)
{
	int err;

	do {
		struct page *page = entry_page_now(s, e);

		if (page) {
			bool sound = store_page_is_sound(page, e->key, e->sum);

			put_page(page);
			return sound ? 0 : -EIO;
		}
		err = scratch ? store_entry_peek(s, e, scratch) : -ENOMEM;
	} while (err == -EAGAIN); /* somebody brought it in */
	return err;
}

unsigned long store_verify(struct store *s, struct store_verdict *verdict)
{
	struct page *scratch = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);
	struct store_entry *e;
	unsigned long i, position;

	*verdict = (struct store_verdict){ .good = 0 };
	for (i = 0; i < s->nr_buckets && !signal_pending(current); i++) {
		for (position = 0; (e = chain_at(s, i, position)); position++) {
			int err = entry_verify(s, e, scratch);

			store_entry_put(s, e);
			verdict->good += !err;
			verdict->bad += err == -EIO;
			verdict->unread += err == -ENOMEM;
		}
	}
	if (scratch)
		__free_page(scratch);
	return verdict->bad;
}

/* --- fill ---------------------------------------------------------------------- */

static bool store_has(struct store *s, u32 key)
{
	bool has;

	spin_lock(&s->lock);
	has = *store_entry_link(s, key) != NULL;
	spin_unlock(&s->lock);
	return has;
}

unsigned long store_fill(struct store *s, u32 first_key, unsigned long nr)
{
	const gfp_t gfp = s->backing ? GFP_USER | __GFP_NOWARN :
				       __GFP_HARDWALL | __GFP_NOWARN;
	void *data = (void *)__get_free_page(GFP_KERNEL | __GFP_NOWARN);
	unsigned long tries = nr + store_count_all(s);
	u32 key;

	for (key = first_key; data && tries && store_count_all(s) < nr &&
			      !signal_pending(current);
	     key++, tries--) {
		if (store_has(s, key))
			continue;
		store_make(key, data);
		if (store_put(s, key, data, gfp))
			break;
	}
	free_page((unsigned long)data);
	return store_count_all(s);
}

/* --- check ------------------------------------------------------------------- */

/* Lock held. T1 of a chain, and T2; counts pages in each zone, at the end those
 * without, and places. */
static int chain_check(struct store *s, unsigned long i,
		       unsigned long nr[NR_ZONES + 1], unsigned long *places)
{
	struct store_entry *e, *f;
	int bad = 0;

	for (e = s->buckets[i]; e; e = e->next) {
		bad += store_chain(s, e->key) != &s->buckets[i] || !e->hashed;
		for (f = e->next; f; f = f->next) {
			bad += f->key == e->key;
			bad += f->place && f->place == e->place;
		}
		bad += !e->page && !list_empty(&e->lru);
		nr[e->page ? store_page_zone(e->page) : NR_ZONES]++;
		*places += e->place != 0;
	}
	return bad;
}

/* Lock held. T2 and T3 of a zone that @nr pages lie in. */
static int zone_list_check(struct store *s, unsigned int zone, unsigned long nr)
{
	struct store_entry *e;
	unsigned long listed = 0;
	int bad = 0;

	list_for_each_entry(e, &s->lru[zone], lru) {
		bad += !e->page || store_page_zone(e->page) != zone;
		listed++;
	}
	return bad + (nr != s->nr[zone] || listed > nr);
}

int store_check(struct store *s)
{
	unsigned long nr[NR_ZONES + 1] = { 0 }, places = 0, b;
	unsigned int i;
	int bad = 0;

	spin_lock(&s->lock);
	for (b = 0; b < s->nr_buckets; b++)
		bad += chain_check(s, b, nr, &places);
	for (i = 0; i < NR_ZONES; i++)
		bad += zone_list_check(s, i, nr[i]);
	bad += nr[NR_ZONES] != s->nr_away;
	bad += places > s->nr_places;
	spin_unlock(&s->lock);
	return bad;
}

/* --- a store's life -------------------------------------------------------- */

/* Of each object in memory that has a place in chain @i; 0: there is none. */
static u32 chain_place_take(struct store *s, unsigned long i)
{
	struct store_entry *e;
	u32 place = 0;

	spin_lock(&s->lock);
	for (e = s->buckets[i]; e && !place; e = e->next) {
		if (e->page) {
			place = e->place;
			e->place = 0;
		}
	}
	spin_unlock(&s->lock);
	return place;
}

/* Objects in memory do not need the backing. Return: 0; -EBUSY: others do. */
static int backing_leave(struct store *s)
{
	unsigned long i;
	u32 place;

	for (i = 0; s->backing && i < s->nr_buckets; i++) {
		while ((place = chain_place_take(s, i)))
			store_place_drop(s, place);
	}
	return READ_ONCE(s->nr_places) ? -EBUSY : 0;
}

/* Two clusters are as much as a request for a page wants. */
#define STORE_BATCH ((long)(2 * STORE_CLUSTER))

int store_back(struct store *s, const struct store_backing *backing, void *data)
{
	int err;

	mutex_lock(&s->backing_mutex);
	/* So that nothing is on its way out, or dropped. */
	unregister_shrinker(&s->shrinker);
	err = backing_leave(s);
	if (!err) {
		s->backing = backing;
		s->backing_data = data;
		s->shrinker.batch = backing ? STORE_BATCH : 0;
	}
	WARN_ON_ONCE(register_shrinker(&s->shrinker, "%s", s->name));
	mutex_unlock(&s->backing_mutex);
	return err;
}

int store_init(struct store *s, const struct store_desc *desc)
{
	unsigned int i;

	if (store_entries_init())
		return -ENOMEM;
	*s = (struct store){ .name = desc->name,
			     .backing = desc->backing,
			     .backing_data = desc->backing_data,
			     .shrinker = {
				     .count_objects = store_count_objects,
				     .scan_objects = store_scan_objects,
				     .batch = desc->backing ? STORE_BATCH : 0,
				     .seeks = DEFAULT_SEEKS,
				     .flags = SHRINKER_PAGES } };
	s->nr_buckets = 1;
	while (s->nr_buckets < desc->nr_buckets)
		s->nr_buckets *= 2;
	spin_lock_init(&s->lock, "store", LOCK_DRIVER);
	mutex_init(&s->backing_mutex);
	init_waitqueue_head(&s->wait);
	for (i = 0; i < NR_ZONES; i++)
		INIT_LIST_HEAD(&s->lru[i]);
	s->buckets = vzalloc(s->nr_buckets * sizeof(struct store_entry *));
	return s->buckets ? register_shrinker(&s->shrinker, "%s", s->name) :
			    -ENOMEM;
}

void store_exit(struct store *s)
{
	unregister_shrinker(&s->shrinker);
	store_drop(s);
	vfree(s->buckets);
	s->buckets = NULL;
}

/* --- the machine's ------------------------------------------------------------ */

/* A chain for each 4 pages of RAM, within reason. */
#define STORE_LIVE_BUCKETS_MOST 65536ul

static struct store live;

struct store *store_live_made(void)
{
	return live.buckets ? &live : NULL;
}

struct store *store_live(void)
{
	const struct store_desc desc = {
		.name = "store",
		.nr_buckets =
			min(totalram_pages() / 4, STORE_LIVE_BUCKETS_MOST),
	};

	if (!live.buckets && store_init(&live, &desc))
		return NULL;
	return &live;
}
