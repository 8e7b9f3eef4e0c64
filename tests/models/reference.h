/* SPDX-License-Identifier: MIT */
/*
 * reference.h - what a node should do: marks, lists and types, said again
 *
 * The rules of zone_mark.h, page_pcp.c and page_mobility.c in the words of
 * their file heads, over the bytes of naive_zone.h. Nothing here calls what it
 * is compared with; of a zone only its marks are read, and after a request the
 * choices that are left free: which of several blocks was taken.
 */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include <mm/zone_mark.h>
#include "geometry.h"

/* How a zone serves a request. */
enum reference_way {
	WAY_NONE, /* it does not */
	WAY_LIST, /* the newest block of this CPU's list */
	WAY_REFILL, /* the same, after the list got some blocks */
	WAY_BLOCK, /* a block of the buddy */
};

struct reference_answer {
	enum reference_way way;
	unsigned int zone;
	unsigned int rank; /* 0: the best zone that the request could have */
	unsigned int type; /* whose pageblocks are looked at first */
	unsigned long floor; /* frames that stay */
};

/* The zones of a request that span anything, best first; -1 ends. */
void reference_zones(const struct geometry *g, gfp_t gfp,
		     int list[NR_ZONES + 1]);

/* Is the request nonsense? */
bool reference_refuses(gfp_t gfp, unsigned int order);

/* Frames that must stay free in @zone: mark and reserve. */
unsigned long reference_floor(unsigned int zone, gfp_t gfp,
			      enum alloc_pass pass);

/* The type of a request in @zone. */
unsigned int reference_type(const struct geometry *g, unsigned int zone,
			    gfp_t gfp);

/* How a pass over the zones ends. Drains the lists of those that cannot serve,
 * or only after it. */
struct reference_answer reference_pass(struct geometry *g, gfp_t gfp,
				       unsigned int order,
				       enum alloc_pass pass);

/* How often a request may reclaim by itself. */
unsigned int reference_rounds(gfp_t gfp, unsigned int order);

/* --- lists ---------------------------------------------------------------- */

void reference_set_high(struct geometry *g, unsigned int zone,
			unsigned long high);
/* Return: frames that went back. */
unsigned long reference_drain(struct geometry *g, unsigned int zone);
/* A right free by the public's call. */
void reference_free(struct geometry *g, unsigned int zone, pfn_t pfn);
/* Put a free block on a list. Return: false if it was not free. */
bool reference_push(struct geometry *g, unsigned int zone, unsigned int type,
		    unsigned int order, pfn_t pfn);
/* Hand out the newest block of a list. */
pfn_t reference_pop(struct geometry *g, unsigned int zone, unsigned int type,
		    unsigned int order);

/* --- types ---------------------------------------------------------------- */

/* Free blocks by type and order. */
struct reference_counts {
	unsigned long nr[MIGRATE_TYPES][MAX_ORDER];
};

void reference_count(const struct geometry *g, unsigned int zone,
		     struct reference_counts *counts);

/* The pageblock of a frame, counted from the zone's first. */
unsigned int reference_pageblock(const struct geometry *g, unsigned int zone,
				 pfn_t pfn);

/* What a request did to a zone, besides the blocks it took. */
struct reference_took {
	int claimed; /* the pageblock that changed its type; -1: none */
	bool stole;
	unsigned int nr_blocks; /* of @order, of which one was handed out */
};

/**
 * reference_explain - may a request have done that?
 * @g: as before the request
 * @counts: what is left afterwards
 *
 * Return: NULL, or what is wrong.
 */
const char *reference_explain(const struct geometry *g,
			      const struct reference_answer *answer,
			      unsigned int order,
			      const struct reference_took *took,
			      struct reference_counts *counts);

#endif
