/* SPDX-License-Identifier: MIT */
/*
 * store.c - page-sized objects, the least recently used ones given back first
 *
 * An object is a page with its bytes, and an entry that has its key and
 * checksum. Entries hang in chains by key, and on one list for each zone, the
 * newest first; each use moves an entry to the front and notes when it was.
 * Whoever wants memory of certain zones gets the object that was used longest
 * ago of those whose page lies there: the oldest of the lists' ends.
 *
 * Readers copy without the lock: they take a reference to the page first, so
 * that a page which is dropped meanwhile is freed when the last of them is done.
 *
 * On its way out an entry stays in its chain, but is on no list; so it is still
 * found. When the backing has it the entry is looked for again by its key and
 * its very page: if somebody has put another object there or has deleted it,
 * the backing's copy is not wanted any more.
 *
 * Invariants (store_check()):
 *   T1  each entry is in the chain of its key, and no key is there twice
 *   T2  each entry that is not on its way out is on the list of its page's zone
 *   T3  nr[zone] entries have their page in that zone
 *
 * Locking: store->lock, rank LOCK_DRIVER, not for interrupts. Pages and entries
 * are allocated and freed outside of it. Process context.
 *
 * Not here: the console command and /proc/store (cmd_store.c).
 */
#include <drivers/store.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/hash.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#define STORE_WORDS (PAGE_SIZE / sizeof(u32))

struct store_entry {
	struct store_entry *next; /* in its chain */
	struct list_head lru; /* empty: on its way out */
	struct page *page;
	u32 key;
	u32 sum; /* of the page */
	unsigned long used; /* store->clock of the last use */
};

/* Shared by all stores, made with the first. */
static struct kmem_cache *entry_cache;

static void store_event(struct store *s, enum store_stat item)
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

static bool page_is_sound(struct page *page, u32 key, u32 sum)
{
	const void *va = kmap_local_page(page);
	bool sound = va && page_sum(key, va) == sum;

	if (va)
		kunmap_local(va);
	return sound;
}

/* --- chains and lists: store->lock held ------------------------------------ */

static struct store_entry **chain_of(struct store *s, u32 key)
{
	/* The upper bits of a product are the well mixed ones. */
	u32 hash = key * 0x9e3779b1u;

	return &s->buckets[(hash >> 8 ^ hash >> 20) & (s->nr_buckets - 1)];
}

/* The link that points to the entry of @key, or to NULL behind the last. */
static struct store_entry **entry_link(struct store *s, u32 key)
{
	struct store_entry **link = chain_of(s, key);

	while (*link && (*link)->key != key)
		link = &(*link)->next;
	return link;
}

static unsigned int page_zone_type(const struct page *page)
{
	return pfn_zone(page_to_pfn(page))->type;
}

/* It is the newest from now on. */
static void entry_touch(struct store *s, struct store_entry *e)
{
	e->used = ++s->clock;
	list_move(&e->lru, &s->lru[page_zone_type(e->page)]);
}

static bool entry_is_leaving(const struct store_entry *e)
{
	return list_empty(&e->lru);
}

/* Out of chain and list; the caller frees it. */
static void entry_unlink(struct store *s, struct store_entry **link)
{
	struct store_entry *e = *link;

	BUG_ON(!e); /* listed, and in no chain */
	*link = e->next;
	list_del_init(&e->lru);
	s->nr[page_zone_type(e->page)]--;
}

static void entry_free(struct store_entry *e)
{
	put_page(e->page);
	kmem_cache_free(entry_cache, e);
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

/* --- put, get, delete ------------------------------------------------------ */

/* Where the objects may lie; who may sleep is the caller's affair. */
static gfp_t page_gfp(gfp_t gfp)
{
	return (gfp & ~(__GFP_ZONE_MASK | __GFP_MOBILITY_MASK)) |
	       __GFP_HIGHMEM | __GFP_RECLAIMABLE;
}

/* An entry in no chain with a page of its own. */
static struct store_entry *entry_alloc(u32 key, gfp_t gfp)
{
	struct store_entry *e = kmem_cache_alloc(
		entry_cache, gfp & ~(__GFP_ZONE_MASK | __GFP_MOBILITY_MASK));

	if (!e)
		return NULL;
	e->page = alloc_pages(page_gfp(gfp), 0);
	if (!e->page) {
		kmem_cache_free(entry_cache, e);
		return NULL;
	}
	e->key = key;
	INIT_LIST_HEAD(&e->lru);
	return e;
}

/* Into chain and list. Lock held; its key is not there. */
static void entry_link_in(struct store *s, struct store_entry *e)
{
	struct store_entry **chain = chain_of(s, e->key);

	e->next = *chain;
	*chain = e;
	s->nr[page_zone_type(e->page)]++;
	entry_touch(s, e);
}

int store_put(struct store *s, u32 key, const void *data, gfp_t gfp)
{
	struct store_entry *e = entry_alloc(key, gfp), *old, **link;

	if (!e)
		return -ENOMEM;
	e->sum = page_sum(key, data);
	if (!page_write(e->page, data)) {
		entry_free(e);
		return -ENOMEM;
	}
	spin_lock(&s->lock);
	link = entry_link(s, key);
	old = *link;
	if (old)
		entry_unlink(s, link);
	entry_link_in(s, e);
	spin_unlock(&s->lock);
	if (old)
		entry_free(old);
	store_event(s, STORE_PUTS);
	return 0;
}

/* The page of @key with a reference, its entry used just now; NULL: none. */
static struct page *page_find(struct store *s, u32 key, u32 *sum)
{
	struct page *page = NULL;
	struct store_entry *e;

	spin_lock(&s->lock);
	e = *entry_link(s, key);
	if (e) {
		page = e->page;
		*sum = e->sum;
		get_page(page);
		if (!entry_is_leaving(e))
			entry_touch(s, e);
	}
	spin_unlock(&s->lock);
	return page;
}

/* From the backing back into memory. Return: 0, -ENOENT, -ENOMEM, -EIO. */
static int store_bring_in(struct store *s, u32 key)
{
	struct store_entry *e;
	bool is_new;
	int err;

	if (!s->backing)
		return -ENOENT;
	e = entry_alloc(key, GFP_KERNEL);
	if (!e)
		return -ENOMEM;
	err = s->backing->in(s->backing_data, key, e->page, &e->sum);
	if (err) {
		entry_free(e);
		return err;
	}
	spin_lock(&s->lock);
	is_new = !*entry_link(s, key); /* or somebody was quicker */
	if (is_new)
		entry_link_in(s, e);
	spin_unlock(&s->lock);
	if (!is_new)
		entry_free(e);
	return 0;
}

/* A page that was brought in may be gone again: so often it is worth it. */
#define STORE_GET_TRIES 4

int store_get(struct store *s, u32 key, void *data)
{
	int tries = STORE_GET_TRIES, err = 0;
	struct page *page = NULL;
	bool good;
	u32 sum;

	while (!err && tries-- && !(page = page_find(s, key, &sum)))
		err = store_bring_in(s, key);
	if (!page) {
		store_event(s, STORE_MISSES);
		return err ? err : -ENOENT;
	}
	good = page_read(page, data) && page_sum(key, data) == sum;
	put_page(page);
	store_event(s, good ? STORE_HITS : STORE_BAD);
	return good ? 0 : -EIO;
}

int store_delete(struct store *s, u32 key)
{
	struct store_entry **link, *e;

	spin_lock(&s->lock);
	link = entry_link(s, key);
	e = *link;
	if (e)
		entry_unlink(s, link);
	spin_unlock(&s->lock);
	if (s->backing)
		s->backing->forget(s->backing_data, key);
	if (!e)
		return -ENOENT;
	entry_free(e);
	return 0;
}

/* --- on the way out -------------------------------------------------------- */

/* @key's object, whose page is @page, was put out, or that failed. Return: it
 * has left memory. */
static bool entry_is_out(struct store *s, u32 key, const struct page *page,
			 bool failed)
{
	struct store_entry **link, *e;
	bool same, leaves;

	spin_lock(&s->lock);
	link = entry_link(s, key);
	e = *link;
	same = e && e->page == page && entry_is_leaving(e);
	leaves = same && !failed;
	if (leaves)
		entry_unlink(s, link);
	else if (same)
		entry_touch(s, e);
	spin_unlock(&s->lock);
	if (leaves)
		entry_free(e);
	else if (!e)
		s->backing->forget(s->backing_data, key); /* deleted */
	return leaves;
}

/* The page may be used by others until the last of them is done. */
static bool store_put_out(struct store *s, struct page *page, u32 key, u32 sum)
{
	int err = s->backing->out(s->backing_data, key, page, sum);
	bool left = entry_is_out(s, key, page, err);

	put_page(page);
	if (err)
		store_event(s, STORE_OUT_FAILED);
	return left;
}

/* The oldest object with its page in @zones leaves memory. Return: false: there
 * is none, or the backing did not take it. */
static bool store_evict(struct store *s, unsigned int zones)
{
	struct store_entry *e;
	struct page *page = NULL;
	u32 key, sum;

	spin_lock(&s->lock);
	e = entry_oldest(s, zones);
	if (e && !s->backing) {
		entry_unlink(s, entry_link(s, e->key));
	} else if (e) {
		list_del_init(&e->lru);
		page = e->page;
		get_page(page);
		key = e->key;
		sum = e->sum;
	}
	spin_unlock(&s->lock);
	if (!e || (page && !store_put_out(s, page, key, sum)))
		return false;
	if (!page)
		entry_free(e);
	store_event(s, STORE_EVICTED);
	return true;
}

static unsigned long store_count_objects(struct shrinker *shrinker,
					 struct shrink_control *sc)
{
	struct store *s = container_of(shrinker, struct store, shrinker);
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		sum += sc->zone_mask & BIT(i) ? READ_ONCE(s->nr[i]) : 0;
	return sum ? sum : SHRINK_EMPTY;
}

static unsigned long store_scan_objects(struct shrinker *shrinker,
					struct shrink_control *sc)
{
	struct store *s = container_of(shrinker, struct store, shrinker);
	const gfp_t needs = s->backing ? s->backing->needs : 0;
	unsigned long nr;

	if ((sc->gfp_mask & needs) != needs) {
		store_event(s, STORE_REFUSED);
		return SHRINK_STOP;
	}
	for (nr = 0; nr < sc->nr_to_scan && store_evict(s, sc->zone_mask);)
		nr++;
	return nr;
}

unsigned long store_drop(struct store *s)
{
	unsigned long nr = 0;

	for (;; nr++) {
		struct store_entry *e;

		spin_lock(&s->lock);
		e = entry_oldest(s, ~0u);
		if (e)
			entry_unlink(s, entry_link(s, e->key));
		spin_unlock(&s->lock);
		if (!e)
			return nr;
		if (s->backing)
			s->backing->forget(s->backing_data, e->key);
		entry_free(e);
	}
}

/* --- all objects ----------------------------------------------------------- */

unsigned long store_count(const struct store *s)
{
	unsigned long sum = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		sum += READ_ONCE(s->nr[i]);
	return sum;
}

unsigned long store_verify(struct store *s, struct store_verdict *verdict)
{
	unsigned long i;

	*verdict = (struct store_verdict){ .good = 0 };
	for (i = 0; i < s->nr_buckets; i++) {
		struct store_entry *e;

		spin_lock(&s->lock);
		for (e = s->buckets[i]; e; e = e->next) {
			if (page_is_sound(e->page, e->key, e->sum))
				verdict->good++;
			else
				verdict->bad++;
		}
		spin_unlock(&s->lock);
	}
	return verdict->bad;
}

static bool store_has(struct store *s, u32 key)
{
	bool has;

	spin_lock(&s->lock);
	has = *entry_link(s, key) != NULL;
	spin_unlock(&s->lock);
	return has;
}

unsigned long store_fill(struct store *s, u32 first_key, unsigned long nr_pages)
{
	const gfp_t gfp = __GFP_HARDWALL | __GFP_NOWARN;
	void *data = (void *)__get_free_page(GFP_KERNEL | __GFP_NOWARN);
	unsigned long tries = nr_pages + store_count(s);
	u32 key;

	for (key = first_key; data && tries && store_count(s) < nr_pages;
	     key++, tries--) {
		if (store_has(s, key))
			continue;
		store_make(key, data);
		if (store_put(s, key, data, gfp))
			break;
	}
	free_page((unsigned long)data);
	return store_count(s);
}

/* Lock held. T1 and T2 of the chain; counts what it has in each zone. */
static int chain_check(struct store *s, unsigned long i,
		       unsigned long nr[NR_ZONES])
{
	struct store_entry *e, *f;
	int bad = 0;

	for (e = s->buckets[i]; e; e = e->next) {
		bad += chain_of(s, e->key) != &s->buckets[i];
		for (f = e->next; f; f = f->next)
			bad += f->key == e->key;
		nr[page_zone_type(e->page)]++;
	}
	return bad;
}

int store_check(struct store *s)
{
	unsigned long nr[NR_ZONES] = { 0 }, b;
	struct store_entry *e;
	unsigned int i;
	int bad = 0;

	spin_lock(&s->lock);
	for (b = 0; b < s->nr_buckets; b++)
		bad += chain_check(s, b, nr);
	for (i = 0; i < NR_ZONES; i++) {
		unsigned long listed = 0;

		list_for_each_entry(e, &s->lru[i], lru) {
			bad += page_zone_type(e->page) != i;
			listed++;
		}
		bad += nr[i] != s->nr[i] || listed > nr[i];
	}
	spin_unlock(&s->lock);
	return bad;
}

/* --- a store's life -------------------------------------------------------- */

int store_init(struct store *s, const struct store_desc *desc)
{
	unsigned int i;

	if (!entry_cache)
		entry_cache = KMEM_CACHE(store_entry, SLAB_RECLAIM_ACCOUNT);
	if (!entry_cache)
		return -ENOMEM;
	*s = (struct store){ .name = desc->name,
			     .backing = desc->backing,
			     .backing_data = desc->backing_data,
			     .shrinker = { .count_objects = store_count_objects,
					   .scan_objects = store_scan_objects,
					   .seeks = DEFAULT_SEEKS,
					   .flags = SHRINKER_PAGES } };
	s->nr_buckets = 1;
	while (s->nr_buckets < desc->nr_buckets)
		s->nr_buckets *= 2;
	spin_lock_init(&s->lock, "store", LOCK_DRIVER);
	for (i = 0; i < NR_ZONES; i++)
		INIT_LIST_HEAD(&s->lru[i]);
	s->buckets = vzalloc(s->nr_buckets * sizeof(*s->buckets));
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
