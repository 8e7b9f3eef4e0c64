/* SPDX-License-Identifier: MIT */
/*
 * store.h - a store of page-sized objects that fills memory nobody needs
 *
 * What a page cache or a file cache is in a larger system, as small as it can
 * be: objects of PAGE_SIZE bytes under 32-bit keys, each with a checksum. The
 * store grows as far as it is let; when memory is short its shrinker gives
 * back the objects that were not used for the longest time, in the zones where
 * memory is wanted. Its users must live with an object that is gone.
 *
 * With a backing behind it nothing is lost: an object is written there before
 * its page is freed, and read back when it is asked for. Without one it is
 * dropped.
 *
 * The machine has one store, `live_store`, for the console command; tests make
 * their own.
 */
#ifndef DRIVERS_STORE_H
#define DRIVERS_STORE_H

#include <kernel/list.h>
#include <kernel/spinlock.h>
#include <mm/shrinker.h>
#include <mm/zone.h>

/* Where objects go that memory has no room for. All may sleep. */
struct store_backing {
	const char *name;
	/* Eviction is refused to those who may not do this: __GFP_IO, and
	 * __GFP_FS if it goes through a file system. */
	gfp_t needs;
	/* Keep the object; it may replace an older one. Return: 0 or -Exxx:
	 * then it stays in memory. */
	int (*out)(void *data, u32 key, struct page *page, u32 sum);
	/* Fill the page. Return: 0; -ENOENT: it was never put out. */
	int (*in)(void *data, u32 key, struct page *page, u32 *sum);
	/* The object is not wanted any more; it may not be there. */
	void (*forget)(void *data, u32 key);
};

struct store_entry;

/* Events and figures: identifier, word in /proc/store, meaning. */
#define STORE_STATS(X)                                                \
	X(PUTS, "puts", "objects stored")                             \
	X(HITS, "hits", "objects found")                              \
	X(MISSES, "misses", "objects not found")                      \
	X(EVICTED, "evicted", "objects that left for want of memory") \
	X(REFUSED, "refused", "times that was not allowed")           \
	X(OUT_FAILED, "out_failed", "times the backing failed")       \
	X(BAD, "bad", "objects whose checksum was wrong")
#define STORE_STAT_AS_ENUM(id, word, help) STORE_##id,
enum store_stat { STORE_STATS(STORE_STAT_AS_ENUM) NR_STORE_STATS };

struct store {
	/* Set once by store_init(). */
	const char *name;
	const struct store_backing *backing; /* NULL: none */
	void *backing_data;
	struct store_entry **buckets;
	unsigned long nr_buckets; /* a power of two */
	struct shrinker shrinker;

	/* Guarded by @lock. */
	spinlock_t lock;
	struct list_head lru[NR_ZONES]; /* by the page's zone; newest first */
	unsigned long nr[NR_ZONES]; /* entries, those on their way out too */
	unsigned long clock; /* counts uses: which of two was earlier */
	unsigned long count[NR_STORE_STATS];
};

struct store_desc {
	const char *name; /* of its shrinker */
	unsigned long nr_buckets; /* chains; rounded up to a power of two */
	const struct store_backing *backing; /* NULL: none */
	void *backing_data; /* for its functions */
};

/**
 * store_init - an empty store, known to reclaim
 * Return: 0; -ENOMEM. Context: process; may sleep.
 */
int __must_check store_init(struct store *store, const struct store_desc *desc);

/* Forget all objects, give everything back. Context: as store_init(); nobody
 * else uses @store. */
void store_exit(struct store *store);

/**
 * store_put - keep a copy of PAGE_SIZE bytes under @key
 * @gfp: how hard to look for memory; its zone bits are the store's affair
 *
 * What was there before is replaced.
 * Return: 0; -ENOMEM: all is as before. Context: as @gfp says, process.
 */
int __must_check store_put(struct store *store, u32 key, const void *data,
			   gfp_t gfp);

/**
 * store_get - copy the object under @key to @data
 *
 * From now on it is the one that was used last. One that only the backing has
 * is brought back to memory, if there is any.
 * Return: 0; -ENOENT: there is none (any more); -EIO: it is not what was put
 * there. Context: process; may sleep.
 */
int __must_check store_get(struct store *store, u32 key, void *data);

/* Return: 0; -ENOENT. Context: process; may sleep. */
int store_delete(struct store *store, u32 key);

/* Forget all objects. Return: how many were in memory. */
unsigned long store_drop(struct store *store);

/* Objects in memory. */
unsigned long store_count(const struct store *store);

struct store_verdict {
	unsigned long good, bad;
};

/* Compare every object in memory with its checksum; none counts as used.
 * Return: bad ones. Context: process; may sleep. */
unsigned long store_verify(struct store *store, struct store_verdict *verdict);

/**
 * store_fill - put made-up objects until there are @nr_pages in memory
 * @first_key: they get this key and those that follow, but for those in use
 *
 * Takes free memory only: nobody is made to give any back for it.
 * Return: objects in memory then. Context: process; may sleep.
 */
unsigned long store_fill(struct store *store, u32 first_key,
			 unsigned long nr_pages);

/* The PAGE_SIZE bytes that store_fill() puts under @key. */
void store_make(u32 key, void *data);

/* What /proc/store shows. */
struct seq_file;
void store_show(struct store *store, struct seq_file *m);

/* Checks that lists, chains and counts agree. Return: violations. */
int store_check(struct store *store);

/**
 * store_live - the machine's store, made when it is first asked for
 * Return: NULL if there is no memory for it. Context: process; may sleep.
 */
struct store *store_live(void);
/* The same; NULL also if nobody has asked for it yet. Context: any. */
struct store *store_live_made(void);

#endif
