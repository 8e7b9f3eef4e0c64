/* SPDX-License-Identifier: MIT */
/*
 * mempool_internal.h - what the files of the mempool room share
 *
 * Room plan, each file calling only those to the right of it:
 *   mempool.c -> mempool_debug.c -> mempool_kinds.c
 */
#ifndef MM_MEMPOOL_INTERNAL_H
#define MM_MEMPOOL_INTERNAL_H

#include <mm/mempool.h>

struct report_sites;

/* --- mempool_kinds.c: what the ready-made allocators make ------------------ */

#define MEMPOOL_NAME_BYTES 96u

/* Name the pool's allocator in a few words. Return: @buf. */
const char *mempool_describe(const mempool_t *pool, char *buf, size_t size);
/* Is @element none that the pool's allocator could have made? Follows no
 * pointer; of an allocator that is not ready-made nothing is known: false. */
bool mempool_is_alien(const mempool_t *pool, const void *element);
/* Bytes of an element that may be filled with a pattern; 0: none. */
size_t mempool_poison_bytes(const mempool_t *pool);

/* --- mempool_debug.c ------------------------------------------------------- */

/* Are new pools tracked? */
bool mempool_debug_wanted(void);

/* Why an element may not be returned; the report's class. */
enum mempool_verdict {
	MEMPOOL_OK,
	MEMPOOL_OVERFULL, /* returned more often than handed out */
	MEMPOOL_FOREIGN, /* never handed out */
};

/*
 * @element was handed out to @site; it comes back: may it? In a tracked pool
 * the record is made and dropped. @sites: filled in as far as it is known.
 * Context: pool->lock held.
 */
void mempool_track_out(mempool_t *pool, const void *element,
		       unsigned long site);
enum mempool_verdict mempool_track_back(mempool_t *pool, const void *element,
					struct report_sites *sites);
void mempool_report_return(const mempool_t *pool, const void *element,
			   enum mempool_verdict verdict,
			   const struct report_sites *sites);

/* Who holds an element; 0: not known. Context: pool->lock held. */
unsigned long mempool_track_holder(const mempool_t *pool);

/* An element goes into the reserve of a tracked pool, or leaves it: then it
 * must be as it was, else that is reported. Context: as above. */
void mempool_track_park(mempool_t *pool, void *element);
void mempool_track_unpark(mempool_t *pool, void *element, unsigned long site);

/* The list of all pools. Context: any. */
void mempool_list_add(mempool_t *pool);
/* Return: false if @pool, which is not looked at, is not on it. */
bool mempool_list_remove(mempool_t *pool);
bool mempool_list_has(const mempool_t *pool);

#define MEMPOOL_TRACK_OUT 256u /* elements out that are on record */
#define MEMPOOL_TRACK_BACK 32u /* returns that are remembered */

/* An element, and who took it or gave it back. */
struct mempool_record {
	const void *element;
	unsigned long site;
};

/* What a tracked pool remembers. Guarded by pool->lock. */
struct mempool_track {
	struct mempool_record out[MEMPOOL_TRACK_OUT]; /* [0, nr_recorded) */
	unsigned int nr_recorded;
	unsigned int nr_unrecorded; /* out as well: there was no room */
	struct mempool_record back[MEMPOOL_TRACK_BACK]; /* a ring */
	unsigned int next_back;
};

#endif
