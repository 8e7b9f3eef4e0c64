/* SPDX-License-Identifier: MIT */
/*
 * naive_zone.h - what a zone should do, frame by frame
 *
 * The reference that the buddy is compared with: one byte for each frame, and
 * every question answered by looking at all frames it is about. There are no
 * lists, no splits and no merges here, so it shares no mistake with the code
 * under test. Because blocks are always merged, which blocks are free follows
 * from which frames are.
 *
 * Frames are numbered from the zone's start_pfn; all functions take pfns.
 */
#ifndef TESTS_NAIVE_ZONE_H
#define TESTS_NAIVE_ZONE_H

#include <mm/zone.h>

enum naive_state {
	NAIVE_HOLE,
	NAIVE_KEPT,
	NAIVE_FREE,
	NAIVE_HEAD,
	NAIVE_TAIL,
	/* On a CPU's list, where a reference follows those; free, but not to be
	 * merged. */
	NAIVE_LISTED,
	NAIVE_LISTED_TAIL,
};

struct naive_frame {
	u8 state; /* enum naive_state */
	u8 order; /* of a HEAD, or LISTED */
	u8 more_users; /* of a HEAD, besides the first */
	u8 compound; /* of a HEAD: its tails stand for it */
};

struct naive_zone {
	pfn_t start_pfn;
	pfn_t end_pfn;
	unsigned long nr_free;
	struct naive_frame *frame; /* end_pfn - start_pfn of them */
};

/* What a free of (pfn, order) must be called; the words of the reports. */
enum naive_verdict {
	NAIVE_OK,
	NAIVE_NO_PAGE,
	NAIVE_RESERVED,
	NAIVE_DOUBLE,
	NAIVE_INSIDE,
	NAIVE_WRONG_ORDER,
	NAIVE_IS_TAIL,
	NAIVE_MISALIGNED,
};

static inline struct naive_frame *naive_at(const struct naive_zone *nz,
					   pfn_t pfn)
{
	return &nz->frame[pfn - nz->start_pfn];
}

static inline bool naive_has(const struct naive_zone *nz, pfn_t pfn)
{
	return pfn >= nz->start_pfn && pfn < nz->end_pfn;
}

static inline void naive_init(struct naive_zone *nz, struct naive_frame *frame,
			      pfn_t start, pfn_t end)
{
	pfn_t i;

	nz->start_pfn = start;
	nz->end_pfn = end;
	nz->nr_free = 0;
	nz->frame = frame;
	for (i = 0; i < end - start; i++)
		frame[i] = (struct naive_frame){ .state = NAIVE_HOLE };
}

static inline void naive_mark(struct naive_zone *nz, pfn_t start, pfn_t end,
			      enum naive_state state)
{
	pfn_t pfn;

	for (pfn = start; pfn < end; pfn++)
		naive_at(nz, pfn)->state = (u8)state;
	if (state == NAIVE_FREE)
		nz->nr_free += end - start;
}

/* Are all of [pfn, pfn + 2^order) frames of the zone, and free? */
static inline bool naive_all_free(const struct naive_zone *nz, pfn_t pfn,
				  unsigned int order)
{
	pfn_t end = pfn + (1ul << order);

	if (pfn < nz->start_pfn || end > nz->end_pfn)
		return false;
	for (; pfn < end; pfn++) {
		if (naive_at(nz, pfn)->state != NAIVE_FREE)
			return false;
	}
	return true;
}

/* Could a request of @order be served? */
static inline bool naive_can_alloc(const struct naive_zone *nz,
				   unsigned int order)
{
	pfn_t step = 1ul << order;
	pfn_t pfn = ALIGN(nz->start_pfn, step);

	for (; pfn + step <= nz->end_pfn; pfn += step) {
		if (naive_all_free(nz, pfn, order))
			return true;
	}
	return false;
}

/* The order of the free block that covers a FREE frame; its head in @head. */
static inline unsigned int naive_free_order(const struct naive_zone *nz,
					    pfn_t pfn, pfn_t *head)
{
	unsigned int order = 0;

	*head = pfn;
	while (order < MAX_ORDER - 1) {
		pfn_t merged = ALIGN_DOWN(pfn, 2ul << order);

		/* One half is known to be free; the other must be, too. */
		if (!naive_all_free(nz, merged, order) ||
		    !naive_all_free(nz, merged + (1ul << order), order))
			break;
		*head = merged;
		order++;
	}
	return order;
}

/* How many free blocks of each order there must be. */
static inline void naive_count_blocks(const struct naive_zone *nz,
				      unsigned long nr_blocks[MAX_ORDER])
{
	pfn_t pfn = nz->start_pfn, head;
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++)
		nr_blocks[order] = 0;
	while (pfn < nz->end_pfn) {
		if (naive_at(nz, pfn)->state != NAIVE_FREE) {
			pfn++;
			continue;
		}
		order = naive_free_order(nz, pfn, &head);
		nr_blocks[order]++;
		pfn = head + (1ul << order);
	}
}

/* Make a block of frames, whatever they are: @head, then @tail's. */
static inline void naive_put(struct naive_zone *nz, pfn_t pfn,
			     unsigned int order, enum naive_state head,
			     enum naive_state tail)
{
	pfn_t i;

	*naive_at(nz, pfn) =
		(struct naive_frame){ .state = (u8)head, .order = (u8)order };
	for (i = 1; i < 1ul << order; i++)
		naive_at(nz, pfn + i)->state = (u8)tail;
}

/* Hand out a block. Return: false if its frames were not all free. */
static inline bool naive_take(struct naive_zone *nz, pfn_t pfn,
			      unsigned int order)
{
	if (!IS_ALIGNED(pfn, 1ul << order) || !naive_all_free(nz, pfn, order))
		return false;
	naive_put(nz, pfn, order, NAIVE_HEAD, NAIVE_TAIL);
	nz->nr_free -= 1ul << order;
	return true;
}

/* What must become of a free? Changes nothing. */
static inline enum naive_verdict naive_judge(const struct naive_zone *nz,
					     pfn_t pfn, unsigned int order)
{
	pfn_t head;

	if (!naive_has(nz, pfn))
		return NAIVE_NO_PAGE;
	switch ((enum naive_state)naive_at(nz, pfn)->state) {
	case NAIVE_HOLE: return NAIVE_NO_PAGE;
	case NAIVE_KEPT: return NAIVE_RESERVED;
	case NAIVE_FREE:
		naive_free_order(nz, pfn, &head);
		return head == pfn ? NAIVE_DOUBLE : NAIVE_INSIDE;
	case NAIVE_HEAD:
		return naive_at(nz, pfn)->order == order ? NAIVE_OK :
							   NAIVE_WRONG_ORDER;
	case NAIVE_LISTED: return NAIVE_DOUBLE;
	case NAIVE_LISTED_TAIL: return NAIVE_INSIDE;
	case NAIVE_TAIL: break;
	}
	if (order >= MAX_ORDER || !IS_ALIGNED(pfn, 1ul << order))
		return NAIVE_MISALIGNED;
	return NAIVE_IS_TAIL;
}

/* Take a block back; the verdict was OK. */
static inline void naive_give(struct naive_zone *nz, pfn_t pfn)
{
	unsigned int order = naive_at(nz, pfn)->order;

	naive_mark(nz, pfn, pfn + (1ul << order), NAIVE_FREE);
}

/* "mm: BUG " + this is how the report of a verdict begins. */
static inline const char *naive_verdict_text(enum naive_verdict verdict)
{
	static const char *const text[] = {
		[NAIVE_OK] = "",
		[NAIVE_NO_PAGE] = "bad-free no-page pfn=",
		[NAIVE_RESERVED] = "bad-free reserved pfn=",
		[NAIVE_DOUBLE] = "double-free page pfn=",
		[NAIVE_INSIDE] = "double-free page pfn=",
		[NAIVE_WRONG_ORDER] = "wrong-order pfn=",
		[NAIVE_IS_TAIL] = "bad-free tail pfn=",
		[NAIVE_MISALIGNED] = "bad-free misaligned pfn=",
	};

	return text[verdict];
}

/* The class alone: what ktest_expect_report() wants. */
static inline const char *naive_verdict_class(enum naive_verdict verdict)
{
	switch (verdict) {
	case NAIVE_DOUBLE:
	case NAIVE_INSIDE: return "double-free";
	case NAIVE_WRONG_ORDER: return "wrong-order";
	default: return "bad-free";
	}
}

#endif
