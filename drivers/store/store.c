/* SPDX-License-Identifier: MIT */
/*
 * store.c - page-sized objects, the least recently used ones given back first
 *
 * An object is a page with its bytes, and an entry that has its key and
 * checksum. Entries hang in chains by key, and those with a page on one list for
 * each zone, the newest first; each use moves an entry to the front and notes
 * when it was. Whoever wants memory of certain zones gets the objects that were
 * used longest ago of those whose page lies there: the oldest of the lists'
 * ends.
 *
 * Readers copy without the lock: they take a reference to the page first, so
 * that a page which is dropped meanwhile is freed when the last of them is done.
 * An entry has users, too: its chain, and everybody who writes its page out or
 * reads it back. One that is replaced or deleted meanwhile leaves the chain, and
 * goes, with its page and its place in the backing, when the last user does. So
 * no place is used again while somebody still reads or writes there.
 *
 * An object never changes. So one that was read back may keep its place: if it
 * has to go again, nothing is written.
 *
 *	page    place   on a list   the object is
 *	yes     no      yes         in memory
 *	yes     no      no          in memory, on its way out
 *	yes     yes     yes         in memory, and in the backing, too
 *	no      yes     no          in the backing; coming: somebody reads it
 *	no      no      no          lost: it could not be read back
 *
 * Invariants (store_check()):
 *   T1  each entry is in the chain of its key, and no key is there twice
 *   T2  an entry on a list is on that of its page's zone; one without a page is
 *       on none
 *   T3  nr[zone] entries have their page in that zone, nr_away have none
 *   T4  no two entries of a chain have one place, and nr_places counts all that
 *       hashed entries have, and those of others that still have users
 *
 * Locking: store->lock, rank LOCK_DRIVER, not for interrupts. Pages and entries
 * are allocated and freed outside of it, and the backing is called outside of
 * it. Process context.
 *
 * Not here: what is done to all objects at once, a store's life
 * (store_whole.c); the disk (store_disk.c); the console command and /proc/store
 * (cmd_store.c).
 */
#define pr_fmt(fmt) "store: " fmt

#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>

#include "store_internal.h"

#define STORE_WORDS (PAGE_SIZE / sizeof(u32))

/* Shared by all stores, made with the first. */
static struct kmem_cache *entry_cache;

int store_entries_init(void)
{
	if (!entry_cache)
		entry_cache = KMEM_CACHE(store_entry, SLAB_RECLAIM_ACCOUNT);
	return entry_cache ? 0 : -ENOMEM;
}

void store_event(struct store *s, enum store_stat item)
{
	__atomic_fetch_add(&s->count[item], 1, __ATOMIC_RELAXED);
}

/* --- bytes ----------------------------------------------------------------- */

/*
 * Two sums over words, the second of the first ones, so that order counts; with
 * the key in it, an object under a wrong key is as bad as a damaged one.
 */
static u32 page_sum(u32 key, const void *data)
{
	const u32 *words = data;
	u32 sum = key, sums = 0;
	unsigned int i;

	for (i = 0; i < STORE_WORDS; i++) {
		sum += words[i];
		sums += sum;
	}
	return sum ^ (sums << 16 | sums >> 16);
}

void store_make(u32 key, void *data)
{
	u32 *words = data;
	u32 word = key * 0x9e3779b1u + 1;
	unsigned int i;

	for (i = 0; i < STORE_WORDS; i++) {
		words[i] = word;
		word = word * 0x915f77f5u + key;
	}
}

/* A high page's bytes through this CPU's slots. Return: false: none was free,
 * which was reported. */
static bool page_write(struct page *page, const void *data)
{
	void *va = kmap_local_page(page);

	if (va) {
		memcpy(va, data, PAGE_SIZE);
		kunmap_local(va);
	}
	return va;
}

static bool page_read(struct page *page, void *data)
{
	const void *va = kmap_local_page(page);

	if (va) {
		memcpy(data, va, PAGE_SIZE);
		kunmap_local(va);
	}
	return va;
}

bool store_page_is_sound(struct page *page, u32 key, u32 sum)
{
	const void *va = kmap_local_page(page);
	bool sound = va && page_sum(key, va) == sum;

	if (va)
		kunmap_local(va);
	return sound;
}

/* --- chains and lists: store->lock held ------------------------------------ */

struct store_entry **store_chain(struct store *s, u32 key)
{
	/* The upper bits of a product are the well mixed ones. */
	u32 hash = key * 0x9e3779b1u;

	return &s->buckets[(hash >> 8 ^ hash >> 20) & (s->nr_buckets - 1)];
}

struct store_entry **store_entry_link(struct store *s, u32 key)
{
	struct store_entry **link = store_chain(s, key);

	while (*link && (*link)->key != key)
		link = &(*link)->next;
	return link;
}

unsigned int store_page_zone(const struct page *page)
{
	return pfn_zone(page_to_pfn(page))->type;
}

/* It is the newest from now on. */
static void entry_touch(struct store *s, struct store_entry *e)
{
	e->used = ++s->clock;
	list_move(&e->lru, &s->lru[store_page_zone(e->page)]);
}

static bool entry_is_listed(const struct store_entry *e)
{
	return !list_empty(&e->lru);
}

/* A hashed entry gets @page. */
static void entry_attach(struct store *s, struct store_entry *e,
			 struct page *page)
{
	e->page = page;
	s->nr[store_page_zone(page)]++;
	s->nr_away--;
	entry_touch(s, e);
}

/* A hashed entry loses its page. Return: the page, and the reference. */
static struct page *entry_detach(struct store *s, struct store_entry *e)
{
	struct page *page = e->page;

	list_del_init(&e->lru);
	e->page = NULL;
	s->nr[store_page_zone(page)]--;
	s->nr_away++;
	return page;
}

struct store_entry *store_entry_unlink(struct store *s,
				       struct store_entry **link)
{
	struct store_entry *e = *link;

	BUG_ON(!e); /* listed, and in no chain */
	*link = e->next;
	e->hashed = false;
	list_del_init(&e->lru);
	if (e->page)
		s->nr[store_page_zone(e->page)]--;
	else
		s->nr_away--;
	return e;
}

/* Into chain and list. Its key is not there. */
static void entry_link_in(struct store *s, struct store_entry *e)
{
	struct store_entry **chain = store_chain(s, e->key);

	e->next = *chain;
	*chain = e;
	e->hashed = true;
	s->nr[store_page_zone(e->page)]++;
	entry_touch(s, e);
}

/* The entry used longest ago with its page in one of @zones; NULL: none. */
static struct store_entry *entry_oldest(const struct store *s,
					unsigned int zones)
{
	struct store_entry *oldest = NULL, *e;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		if (!(zones & BIT(i)) || list_empty(&s->lru[i]))
			continue;
		e = list_last_entry(&s->lru[i], struct store_entry, lru);
		/* By the difference: the clock may have gone round. */
		if (!oldest || (long)(e->used - oldest->used) < 0)
			oldest = e;
	}
	return oldest;
}

/* --- an entry's life --------------------------------------------------------- */

/* Where the objects may lie; who may sleep is the caller's affair. */
static gfp_t page_gfp(gfp_t gfp)
{
	return (gfp & ~(__GFP_ZONE_MASK | __GFP_MOBILITY_MASK)) |
	       __GFP_HIGHMEM | __GFP_RECLAIMABLE;
}

/* An entry in no chain with a page of its own, and one user. */
static struct store_entry *entry_alloc(u32 key, u32 sum, gfp_t gfp)
{
	struct store_entry *e = kmem_cache_alloc(
		entry_cache, gfp & ~(__GFP_ZONE_MASK | __GFP_MOBILITY_MASK));

	if (!e)
		return NULL;
	*e = (struct store_entry){ .key = key, .sum = sum, .users = 1 };
	INIT_LIST_HEAD(&e->lru);
	e->page = alloc_pages(page_gfp(gfp), 0);
	if (!e->page) {
		kmem_cache_free(entry_cache, e);
		return NULL;
	}
	return e;
}

/* What was at @place is not wanted any more; @end says how to tell. */
static void place_free(struct store *s, u32 place,
		       void (*end)(void *data, u32 place))
{
	if (!place)
		return;
	end(s->backing_data, place);
	spin_lock(&s->lock);
	s->nr_places--;
	spin_unlock(&s->lock);
}

void store_entry_hold(struct store_entry *e)
{
	e->users++;
}

void store_entry_put(struct store *s, struct store_entry *e)
{
	bool last;

	spin_lock(&s->lock);
	last = !--e->users;
	spin_unlock(&s->lock);
	if (!last)
		return;
	if (e->place)
		place_free(s, e->place, s->backing->forget);
	if (e->page)
		put_page(e->page);
	kmem_cache_free(entry_cache, e);
}

void store_place_drop(struct store *s, u32 place)
{
	if (place)
		place_free(s, place, s->backing->forget);
}

/* --- from the backing -------------------------------------------------------- */

/* The page of @e with a reference; NULL: the caller, and nobody else, reads from
 * its place now, and then calls entry_came(); ERR_PTR(-EIO): it is lost. */
static struct page *entry_claim(struct store *s, struct store_entry *e)
{
	struct page *page;

	spin_lock(&s->lock);
	while (e->coming) {
		spin_unlock(&s->lock);
		wait_event(s->wait, !READ_ONCE(e->coming));
		spin_lock(&s->lock);
	}
	page = e->page;
	if (page)
		get_page(page);
	else if (e->place)
		e->coming = true;
	else
		page = ERR_PTR(-EIO);
	spin_unlock(&s->lock);
	return page;
}

static int entry_read(struct store *s, struct store_entry *e, struct page *page)
{
	int err = s->backing->in(s->backing_data, e->place, page, GFP_KERNEL);
	const char *why = "cannot be read";

	if (!err && store_page_is_sound(page, e->key, e->sum)) {
		store_event(s, STORE_BROUGHT_IN);
		return 0;
	}
	if (!err) {
		store_event(s, STORE_BAD);
		why = "has a wrong checksum";
	}
	store_event(s, STORE_LOST);
	pr_err_ratelimited("key %#x is lost: page %u of the %s %s\n", e->key,
			   e->place, s->backing->name, why);
	return -EIO;
}

/* The end of what entry_claim() began. @page: what @e has from now on, if there
 * is no @err. Return: with a reference for the caller. */
static struct page *entry_came(struct store *s, struct store_entry *e,
			       struct page *page, int err)
{
	bool lost = err == -EIO,
	     keeps = s->backing->has_plenty(s->backing_data);
	u32 place = 0;

	spin_lock(&s->lock);
	e->coming = false;
	if (lost || (!err && page && !keeps)) {
		place = e->place;
		e->place = 0;
	}
	if (!err && page) {
		get_page(page);
		if (e->hashed)
			entry_attach(s, e, page);
		else
			e->page = page;
	}
	spin_unlock(&s->lock);
	wake_up_all(&s->wait);
	if (place)
		place_free(s, place,
			   lost ? s->backing->retire : s->backing->forget);
	return err ? ERR_PTR(err) : page;
}

struct page *store_entry_page(struct store *s, struct store_entry *e)
{
	struct page *page = entry_claim(s, e), *came;
	int err;

	if (page)
		return page;
	page = alloc_pages(page_gfp(GFP_KERNEL), 0);
	err = page ? entry_read(s, e, page) : -ENOMEM;
	came = entry_came(s, e, page, err);
	if (IS_ERR(came) && page)
		put_page(page);
	return came;
}

int store_entry_peek(struct store *s, struct store_entry *e,
		     struct page *scratch)
{
	struct page *page = entry_claim(s, e);
	int err;

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	if (page) {
		put_page(page);
		return -EAGAIN;
	}
	err = entry_read(s, e, scratch);
	entry_came(s, e, NULL, err);
	return err;
}

/* --- put, get, delete ------------------------------------------------------ */

int store_put(struct store *s, u32 key, const void *data, gfp_t gfp)
{
	struct store_entry *e = entry_alloc(key, page_sum(key, data), gfp);
	struct store_entry *old = NULL, **link;

	if (!e)
		return -ENOMEM;
	if (!page_write(e->page, data)) {
		store_entry_put(s, e);
		return -ENOMEM;
	}
	spin_lock(&s->lock);
	link = store_entry_link(s, key);
	if (*link)
		old = store_entry_unlink(s, link);
	entry_link_in(s, e);
	spin_unlock(&s->lock);
	if (old)
		store_entry_put(s, old);
	store_event(s, STORE_PUTS);
	return 0;
}

/* The entry of @key, used just now, with one user more; NULL: none. */
static struct store_entry *entry_find(struct store *s, u32 key)
{
	struct store_entry *e;

	spin_lock(&s->lock);
	e = *store_entry_link(s, key);
	if (e)
		store_entry_hold(e);
	if (e && entry_is_listed(e))
		entry_touch(s, e);
	spin_unlock(&s->lock);
	return e;
}

int store_get(struct store *s, u32 key, void *data)
{
	struct store_entry *e = entry_find(s, key);
	struct page *page;
	bool good;
	u32 sum;

	if (!e) {
		store_event(s, STORE_MISSES);
		return -ENOENT;
	}
	page = store_entry_page(s, e);
	sum = e->sum;
	store_entry_put(s, e);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	good = page_read(page, data) && page_sum(key, data) == sum;
	put_page(page);
	store_event(s, good ? STORE_HITS : STORE_BAD);
	return good ? 0 : -EIO;
}

int store_delete(struct store *s, u32 key)
{
	struct store_entry **link, *e = NULL;

	spin_lock(&s->lock);
	link = store_entry_link(s, key);
	if (*link)
		e = store_entry_unlink(s, link);
	spin_unlock(&s->lock);
	if (!e)
		return -ENOENT;
	store_entry_put(s, e);
	return 0;
}

/* --- on the way out -------------------------------------------------------- */

/* Objects that leave together. */
struct leavers {
	struct list_head pages; /* by lru: nobody needs them any more */
	struct list_head entries; /* the same */
	unsigned int nr_gone; /* of either */
	unsigned int nr; /* that the backing is to take */
	struct store_entry *entry[STORE_CLUSTER];
	struct store_out out[STORE_CLUSTER];
};

/* It leaves memory, or is on its way from now on. Lock held. */
static void entry_leaves(struct store *s, struct store_entry *e,
			 struct leavers *l)
{
	if (!s->backing) {
		store_entry_unlink(s, store_entry_link(s, e->key));
		list_add(&e->lru, &l->entries);
		l->nr_gone++;
	} else if (e->place) {
		list_add(&entry_detach(s, e)->lru, &l->pages);
		l->nr_gone++;
		store_event(s, STORE_CLEAN);
	} else {
		list_del_init(&e->lru);
		store_entry_hold(e);
		l->out[l->nr] =
			(struct store_out){ .page = e->page, .key = e->key };
		l->entry[l->nr++] = e;
	}
}

/* The backing has it at @place, or not. Return: its page may go. */
static struct page *entry_is_out(struct store *s, struct store_entry *e,
				 u32 place)
{
	struct page *page = NULL;

	spin_lock(&s->lock);
	e->place = place;
	s->nr_places += place != 0;
	if (e->hashed && place)
		page = entry_detach(s, e);
	else if (e->hashed)
		entry_touch(s, e);
	spin_unlock(&s->lock);
	return page;
}

/* Return: how many have left memory. */
static unsigned int leavers_put_out(struct store *s, struct leavers *l,
				    gfp_t gfp)
{
	unsigned int i, left = 0;

	if (l->nr)
		s->backing->out(s->backing_data, l->out, l->nr, gfp);
	for (i = 0; i < l->nr; i++) {
		struct page *page =
			entry_is_out(s, l->entry[i], l->out[i].place);

		if (page) {
			put_page(page);
			left++;
		}
		if (!l->out[i].place)
			store_event(s, STORE_OUT_FAILED);
		store_entry_put(s, l->entry[i]);
	}
	return left;
}

static void leavers_free(struct store *s, struct leavers *l)
{
	struct store_entry *e, *next_entry;
	struct page *page, *next_page;

	list_for_each_entry_safe(page, next_page, &l->pages, lru)
		put_page(page);
	list_for_each_entry_safe(e, next_entry, &l->entries, lru)
		store_entry_put(s, e);
}

/* Up to @most of the oldest objects in @zones leave memory. Return: how many
 * did; less than @most: there are no more, or the backing refused some. */
static unsigned int store_evict(struct store *s, unsigned int zones,
				unsigned int most, gfp_t gfp)
{
	struct leavers l = { .nr = 0 };
	struct store_entry *e;
	unsigned int i, left;

	INIT_LIST_HEAD(&l.pages);
	INIT_LIST_HEAD(&l.entries);
	spin_lock(&s->lock);
	while (l.nr + l.nr_gone < most && (e = entry_oldest(s, zones)))
		entry_leaves(s, e, &l);
	spin_unlock(&s->lock);
	left = l.nr_gone + leavers_put_out(s, &l, gfp);
	leavers_free(s, &l);
	for (i = 0; i < left; i++)
		store_event(s, STORE_EVICTED);
	return left;
}

unsigned long store_count_objects(struct shrinker *shrinker,
				  struct shrink_control *sc)
{
	struct store *s = container_of(shrinker, struct store, shrinker);
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		sum += sc->zone_mask & BIT(i) ? READ_ONCE(s->nr[i]) : 0;
	return sum ? sum : SHRINK_EMPTY;
}

unsigned long store_scan_objects(struct shrinker *shrinker,
				 struct shrink_control *sc)
{
	struct store *s = container_of(shrinker, struct store, shrinker);
	const gfp_t needs = s->backing ? s->backing->needs : 0;
	unsigned long nr = 0;
	unsigned int want, left;

	if ((sc->gfp_mask & needs) != needs) {
		store_event(s, STORE_REFUSED);
		return SHRINK_STOP;
	}
	do {
		want = (unsigned int)min(sc->nr_to_scan - nr,
					 (unsigned long)STORE_CLUSTER);
		left = store_evict(s, sc->zone_mask, want, sc->gfp_mask);
		nr += left;
	} while (left == want && nr < sc->nr_to_scan);
	return nr;
}
