/* SPDX-License-Identifier: MIT */
/*
 * shrinker.h - whoever keeps memory only for speed gives it back when asked
 *
 * A cache that could do without what it keeps registers a shrinker: one
 * function that says how many objects it could free, one that frees some. When
 * memory is short, reclaim (mm/reclaim.h) asks all of them for a share of what
 * they have, first a small one, then larger ones. Names and rules are those of
 * Linux 6.1.
 *
 * A call may not be able to free anything just now: a file system that must
 * take a lock which the request's caller may hold is told by the missing
 * __GFP_FS in @gfp_mask, and answers SHRINK_STOP. What it was asked for and did
 * not do is remembered and asked for on the next occasion.
 */
#ifndef MM_SHRINKER_H
#define MM_SHRINKER_H

#include <kernel/list.h>
#include <kernel/spinlock.h>
#include <kernel/vsnprintf.h>
#include <kernel/types.h>
#include <mm/gfp.h>

struct shrink_control {
	/* What may be done meanwhile: without __GFP_IO start no I/O, without
	 * __GFP_FS call into no file system. */
	gfp_t gfp_mask;
	/* Not on Linux: bit n: memory is wanted in zone n (enum zone_type).
	 * Who knows where its objects lie counts and frees these alone. */
	unsigned int zone_mask;
	/* scan_objects: so many objects to look at. */
	unsigned long nr_to_scan;
	/* scan_objects: so many were looked at; preset to @nr_to_scan. */
	unsigned long nr_scanned;
};

/* count_objects: there is none now, and that costs nothing to find out. */
#define SHRINK_EMPTY (~0ul - 1)
/* scan_objects: nothing can be freed in this context. */
#define SHRINK_STOP (~0ul)

/* How dear an object is to make again; more: fewer are asked for. 0: it costs
 * nothing, half of all are asked for at once. */
#define DEFAULT_SEEKS 2
/* Objects asked for in one call, where @batch is 0. */
#define SHRINK_BATCH 128ul

/* Each object is a whole page: it counts as page cache. Not on Linux. */
#define SHRINKER_PAGES 0x1u

#define SHRINKER_NAME_BYTES 24u

struct shrinker {
	/* The owner's, set before register_shrinker(). */

	/* Return: objects that could be freed, 0 or SHRINK_EMPTY: none. Must
	 * be quick. Context: may sleep. */
	unsigned long (*count_objects)(struct shrinker *shrinker,
				       struct shrink_control *sc);
	/* Return: objects freed; SHRINK_STOP. May sleep; what it allocates by
	 * itself is served from the reserves and reclaims nothing. */
	unsigned long (*scan_objects)(struct shrinker *shrinker,
				      struct shrink_control *sc);
	long batch; /* 0: SHRINK_BATCH */
	int seeks; /* DEFAULT_SEEKS */
	unsigned int flags; /* SHRINKER_* */

	/* Reclaim's; guarded by the lock of the list it is on. */
	char name[SHRINKER_NAME_BYTES];
	struct list_head list;
	struct shrinker_list *on; /* NULL: not registered */
	unsigned int users; /* passes that are in one of the functions */
	struct task_struct *leaver; /* waits for @users to go; NULL: nobody */
	unsigned long nr_deferred; /* asked for before, and not done */
	/* Since registration. */
	unsigned long nr_scanned;
	unsigned long nr_freed;
	unsigned long nr_stopped; /* calls that answered SHRINK_STOP */
};

/**
 * register_shrinker - from now on @shrinker is asked when memory is short
 * @fmt: its name in reports; cut after SHRINKER_NAME_BYTES
 *
 * Return: 0; -EINVAL, after one line, if a function is missing; -EBUSY if it is
 * registered already.
 * Context: process. Allocates nothing.
 */
int __must_check __printf(2, 3)
	register_shrinker(struct shrinker *shrinker, const char *fmt, ...);

/**
 * unregister_shrinker - never ask @shrinker again
 *
 * Waits for calls that are under way. One that is not registered is left alone.
 * Context: process; may sleep. Not from its own functions.
 */
void unregister_shrinker(struct shrinker *shrinker);

/* --- lists of shrinkers: the machine's, and those of tests ---------------- */

struct shrinker_list {
	spinlock_t lock;
	struct list_head shrinkers;
	unsigned int walkers; /* who walk the list now */
};

void shrinker_list_init(struct shrinker_list *list);

/* As register_shrinker(), on a list of one's own. */
int __must_check __printf(3, 4)
	shrinker_add(struct shrinker_list *list, struct shrinker *shrinker,
		     const char *fmt, ...);

/* The same with the name's arguments in a list. */
int __must_check shrinker_vadd(struct shrinker_list *list,
			       struct shrinker *shrinker, const char *fmt,
			       va_list args);

/* As unregister_shrinker(), whichever list it is on. */
void shrinker_remove(struct shrinker *shrinker);

/* One round of asking. */
struct shrink_pass {
	gfp_t gfp;
	unsigned int zone_mask;
	/* Each is asked for 1/2^priority of its objects, times 4 / seeks. */
	unsigned int priority;
	unsigned int only_flags; /* ask those alone that have all of these */
	unsigned int not_flags; /* and none of these */
	/* Asked after each call: is it enough? NULL: never. */
	bool (*enough)(const struct shrink_pass *pass);
	void *private; /* enough()'s */
	/* Out: added to. */
	unsigned long nr_scanned; /* objects */
	unsigned long nr_freed; /* objects */
	unsigned long nr_scanned_pages; /* those that were whole pages */
	unsigned long nr_freed_pages;
};

/* Of the largest share: all a shrinker has, and once again. */
#define SHRINK_PRIORITIES 13u

/**
 * shrinker_list_pass - ask every shrinker of @list for its share
 *
 * Who is asked first changes from pass to pass, unless another one is under
 * way. A shrinker is called at most
 * 2 x (what it counts) / batch + 1 times, whatever it answers.
 * Context: may sleep.
 */
void shrinker_list_pass(struct shrinker_list *list, struct shrink_pass *pass);

/**
 * shrinker_list_count - objects that those with @only_flags could free
 * Context: may sleep.
 */
unsigned long shrinker_list_count(struct shrinker_list *list,
				  unsigned int only_flags);

struct seq_file;

/* A line for each: what it has, what it was asked for, what it refused.
 * Context: may sleep. */
void shrinker_list_show(struct shrinker_list *list, struct seq_file *m);

#endif
