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
 * its page is freed, and read back when it is asked for; key and checksum stay
 * in memory. Without one it is dropped. A backing may come and go while the
 * store is used (store_back()); a disk is one (store_disk_open()).
 *
 * The machine has one store, for the console command; tests make their own.
 */
#ifndef DRIVERS_STORE_H
#define DRIVERS_STORE_H

#include <kernel/list.h>
#include <kernel/mutex.h>
#include <kernel/spinlock.h>
#include <kernel/wait.h>
#include <mm/shrinker.h>
#include <mm/zone.h>

struct block_device;
struct seq_file;

/* --- where objects go ------------------------------------------------------- */

/* One on its way out. */
struct store_out {
	struct page *page; /* nobody writes to it */
	u32 key; /* for messages */
	u32 place; /* out: where it is now, above 0; 0: it failed */
};

/* At most so many at once. */
#define STORE_CLUSTER 16u

/* Where objects go that memory has no room for. The store knows an object by
 * its place there, and no place is used by two calls at a time. */
struct store_backing {
	const char *name;
	/* Eviction is refused to those who may not do this: __GFP_IO, and
	 * __GFP_FS if it goes through a file system. */
	gfp_t needs;
	/* Keep @nr objects, each at a place nobody else has. One that fails
	 * stays in memory. @gfp: of the request that it is done for. May sleep,
	 * and allocates nothing that waits for memory to be freed. */
	void (*out)(void *data, struct store_out *objects, unsigned int nr,
		    gfp_t gfp);
	/* Fill the page. Return: 0; -Exxx: it cannot be had, now or ever. May
	 * sleep. */
	int (*in)(void *data, u32 place, struct page *page, gfp_t gfp);
	/* Nobody wants what is there any more. Context: process. */
	void (*forget)(void *data, u32 place);
	/* The same; and what was put there did not come back: let it be. */
	void (*retire)(void *data, u32 place);
	/* May objects that are in memory again keep their places? */
	bool (*has_plenty)(void *data);
	/* Objects it has room for. */
	unsigned long (*capacity)(void *data);
	/* More lines for /proc/store; NULL: none. */
	void (*show)(void *data, struct seq_file *m);
};

/* --- the store -------------------------------------------------------------- */

struct store_entry;

/* Events and figures: identifier, word in /proc/store, meaning. */
#define STORE_STATS(X)                                                    \
	X(PUTS, "puts", "objects stored")                                 \
	X(HITS, "hits", "objects found")                                  \
	X(MISSES, "misses", "objects not found")                          \
	X(EVICTED, "evicted", "objects that left for want of memory")     \
	X(CLEAN, "evicted_clean", "of these, the backing had them still") \
	X(BROUGHT_IN, "brought_in", "objects read back")                  \
	X(REFUSED, "refused", "times that was not allowed")               \
	X(OUT_FAILED, "out_failed", "objects that the backing refused")   \
	X(LOST, "lost", "objects that could not be read back")            \
	X(BAD, "bad", "objects whose checksum was wrong")
#define STORE_STAT_AS_ENUM(id, word, help) STORE_##id,
enum store_stat { STORE_STATS(STORE_STAT_AS_ENUM) NR_STORE_STATS };

struct store {
	/* Set once by store_init(). */
	const char *name;
	struct store_entry **buckets;
	unsigned long nr_buckets; /* a power of two */
	struct shrinker shrinker;
	struct mutex backing_mutex; /* one store_back() at a time */
	wait_queue_head_t wait; /* for an object that is on its way in */

	/* Changed by store_back() while the shrinker is off and no entry has a
	 * place. */
	const struct store_backing *backing; /* NULL: none */
	void *backing_data;

	/* Guarded by @lock. */
	spinlock_t lock;
	struct list_head lru[NR_ZONES]; /* by the page's zone; newest first */
	unsigned long nr[NR_ZONES]; /* objects in memory, leaving ones too */
	unsigned long nr_away; /* objects not in memory, lost ones too */
	unsigned long nr_places; /* that entries have, unhashed ones too */
	unsigned long clock; /* counts uses: which of two was earlier */
	unsigned long count[NR_STORE_STATS]; /* atomic */
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
 * store_back - give a store a backing, or take it away
 * @backing: NULL: from now on objects are dropped
 *
 * Return: 0; -EBUSY: objects are in the old one alone. Then all is as before.
 * Context: process; may sleep.
 */
int __must_check store_back(struct store *store,
			    const struct store_backing *backing, void *data);

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
 * there, or cannot be read back, and that stays so; -ENOMEM: there is no page
 * to bring it in. Context: process; may sleep.
 */
int __must_check store_get(struct store *store, u32 key, void *data);

/* Return: 0; -ENOENT. Context: process; may sleep. */
int store_delete(struct store *store, u32 key);

/* Forget all objects. Return: how many there were. Context: process. */
unsigned long store_drop(struct store *store);

/* Objects in memory; all objects. */
unsigned long store_count(const struct store *store);
unsigned long store_count_all(const struct store *store);

struct store_verdict {
	unsigned long good, bad;
	unsigned long unread; /* there was no page to read them into */
};

/* Compare every object with its checksum, those of the backing too; none
 * counts as used. A signal ends it early. Return: bad ones.
 * Context: process; may sleep. */
unsigned long store_verify(struct store *store, struct store_verdict *verdict);

/**
 * store_fill - put made-up objects until there are @nr of them
 * @first_key: they get this key and those that follow, but for those in use
 *
 * Without a backing it takes free memory only: nobody is made to give any back
 * for it. With one, objects leave memory for those that follow them. A signal
 * ends it early.
 * Return: objects there are then. Context: process; may sleep.
 */
unsigned long store_fill(struct store *store, u32 first_key, unsigned long nr);

/* The PAGE_SIZE bytes that store_fill() puts under @key. */
void store_make(u32 key, void *data);

/* What /proc/store shows. */
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

/* --- a disk behind it ------------------------------------------------------- */

/* For whom I/O is started: identifier, word in /proc/store. */
#define STORE_WHO(X)                \
	X(KSWAPD, "kswapd")         \
	X(KERNEL, "GFP_KERNEL")     \
	X(HIGHUSER, "GFP_HIGHUSER") \
	X(USER, "GFP_USER")         \
	X(NOFS, "GFP_NOFS")         \
	X(NOIO, "GFP_NOIO")         \
	X(ATOMIC, "GFP_ATOMIC")
#define STORE_WHO_AS_ENUM(id, word) STORE_WHO_##id,
enum store_who { STORE_WHO(STORE_WHO_AS_ENUM) NR_STORE_WHO };

/* Whose request it is: kswapd's, or the nearest of the GFP words. */
enum store_who store_who(gfp_t gfp);

struct store_disk;
extern const struct store_backing store_disk_backing;

#define STORE_DISK_FORCE 0x1u /* whatever is on it is overwritten */

/**
 * store_disk_open - make a disk the data of store_disk_backing
 * @path: of its file, as /dev/hda
 * @flags: STORE_DISK_*
 *
 * It is ours alone until store_disk_close(). Its first page gets a mark. A disk
 * with something else at its start is refused: somebody may want that. Of one
 * that is larger than memory could tell of, the rest is not used.
 * Return: the disk, or ERR_PTR, each with a line: -EEXIST: it is not empty;
 * -ENOSPC: it is too small; -EBUSY: in use; -EIO; -ENOMEM; or what opening it
 * says. Context: process; may sleep.
 */
struct store_disk *store_disk_open(const char *path, unsigned int flags);
/* No store uses it any more. */
void store_disk_close(struct store_disk *disk);

/* Pages that were written and read for @who. */
unsigned long store_disk_outs(const struct store_disk *disk,
			      enum store_who who);
unsigned long store_disk_ins(const struct store_disk *disk, enum store_who who);
/* Pages of it that are not used again, since an error. */
unsigned long store_disk_bad(const struct store_disk *disk);

#endif
