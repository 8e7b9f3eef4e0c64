/* SPDX-License-Identifier: MIT */
/*
 * reclaim.h - giving memory back when it gets short
 *
 * Reclaim belongs to a node: `live_reclaim` to the machine's, tests make their
 * own. It has a list of shrinkers and a few other sources: free blocks on CPUs'
 * lists, empty slabs and per-CPU pages, freed areas that wait for their flush.
 * It works in two ways:
 *
 *   direct   a request that may sleep and found nothing frees some by itself,
 *            and asks again, a bounded number of times (page_gfp.c has the
 *            figures). Its gfp words go to the shrinkers: GFP_NOFS enters no
 *            file system, GFP_NOIO starts no I/O.
 *   kswapd   a thread is woken when a zone is below its low mark, and frees
 *            until it is above the high one. GFP_ATOMIC users, who cannot do
 *            anything by themselves, live on what lies between.
 *
 * mm/reclaim.c says how; the knobs are files of /proc/sys/vm.
 */
#ifndef MM_RECLAIM_H
#define MM_RECLAIM_H

#include <mm/shrinker.h>
#include <mm/zone.h>

/* Events, as vmstat shows them. */
#define RECLAIM_STATS(X)                                                 \
	X(SCAN_KSWAPD, "whole pages that kswapd asked for")              \
	X(SCAN_DIRECT, "whole pages that callers asked for")             \
	X(STEAL_KSWAPD, "whole pages that kswapd freed")                 \
	X(STEAL_DIRECT, "whole pages that callers freed")                \
	X(OBJECTS_SCANNED, "objects that shrinkers looked at")           \
	X(DIRECT, "times a caller reclaimed")                            \
	X(RUNS, "times kswapd looked for memory")                        \
	X(BALANCED, "times it brought all zones above their high marks") \
	X(GAVE_UP, "times it found nothing more to free")                \
	X(SOURCE_PAGES, "pages from lists, slabs and areas that nobody " \
			"used")                                          \
	X(DROP_PAGECACHE, "writes of 1 or 3 to drop_caches")             \
	X(DROP_SLAB, "writes of 2 or 3 to drop_caches")
#define RECLAIM_STAT_AS_ENUM(id, help) RECLAIM_##id,
enum reclaim_stat { RECLAIM_STATS(RECLAIM_STAT_AS_ENUM) NR_RECLAIM_STATS };

/* Memory that is free already, or kept for speed alone, but not the buddy's. */
struct reclaim_source {
	const char *name;
	/* Return: pages given back. Context: may sleep. */
	unsigned long (*give)(void);
};

struct reclaim {
	/* Set once by reclaim_init(). */
	struct mm_reclaim ops; /* what the node's requests call */
	struct mm_node *node;
	const struct reclaim_source *sources;
	unsigned int nr_sources;

	struct shrinker_list shrinkers;

	/* Written without a lock, by atomic operations. */
	unsigned int wanted_zones; /* bit n: kswapd is to look at zone n */
	unsigned long count[NR_RECLAIM_STATS];

	/* NULL: there is no such thread (yet). */
	struct task_struct *kswapd;
	bool running; /* kswapd is in a run */
	bool parked; /* and is to begin no other */
	/* kswapd's. */
	u64 retry_ns[NR_ZONES]; /* nothing to free there: not before this */
};

/* What a caller of direct reclaim frees at once, if it can: pages. */
#define RECLAIM_PAGES 32ul
/* kswapd leaves a zone alone for so long when it could free nothing: 1 s. */
#define KSWAPD_BACKOFF_NS 1000000000ull

extern struct reclaim live_reclaim;

/**
 * reclaim_init - let @r give back memory of @node
 * @sources: asked in this order when shrinkers were not enough; may be NULL if
 *	@nr_sources is 0
 *
 * From now on requests on @node that may sleep reclaim.
 * Context: nobody else uses @r yet.
 */
void reclaim_init(struct reclaim *r, struct mm_node *node,
		  const struct reclaim_source *sources,
		  unsigned int nr_sources);

/**
 * reclaim_report - log who holds the most memory, and all shrinkers
 *
 * Caches, areas and callers are the live machine's, and named for it only. At
 * most one report is made at a time.
 * Context: process, no spinlock held; may sleep. Allocates nothing.
 */
void reclaim_report(struct mm_node *node);

/* The live machine's, with its sources. Context: boot, behind vmalloc_init().*/
void live_reclaim_init(void);

/* Its kswapd. Without memory for one there is a line in the log, and callers
 * reclaim by themselves. Context: process, once. */
void live_reclaim_start(void);

/**
 * kswapd_balance - one run: free until every zone that wants it is above high
 *
 * Return: false if some is not: there is nothing more to free, and the zone is
 * left alone for KSWAPD_BACKOFF_NS.
 * Context: process; may sleep.
 */
bool kswapd_balance(struct reclaim *r);

/**
 * kswapd_start - make the thread that does so whenever somebody wants it
 * @nr: of its name, kswapd0 for the machine's node
 * Return: 0, or the error of kthread_create(). Context: process; may sleep.
 */
int __must_check kswapd_start(struct reclaim *r, unsigned int nr);

/* End it. No request on the node may be under way. Context: as above. */
void kswapd_stop(struct reclaim *r);

/**
 * kswapd_park - let the thread do nothing until kswapd_unpark()
 *
 * For those who count pages. A run that is under way ends first; what is wanted
 * meanwhile is done afterwards. kswapd_balance() works as ever.
 * Context: process; may sleep; one at a time.
 */
void kswapd_park(struct reclaim *r);
void kswapd_unpark(struct reclaim *r);

/* Does any zone wait for kswapd? Context: any. */
bool kswapd_is_wanted(const struct reclaim *r);

/**
 * reclaim_drop - free all that shrinkers can, and what slabs and lists keep
 * @pages: those whose objects are whole pages
 * @objects: all others, and empty slabs
 * Return: objects freed. Context: process; may sleep.
 */
unsigned long reclaim_drop(struct reclaim *r, bool pages, bool objects);

static inline unsigned long reclaim_stat(const struct reclaim *r,
					 enum reclaim_stat item)
{
	return READ_ONCE(r->count[item]);
}

#endif
