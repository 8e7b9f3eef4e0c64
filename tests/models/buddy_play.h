/* SPDX-License-Identifier: MIT */
/*
 * buddy_play.h - one operation after the other on a node
 *
 * Which, and on what, is decided by numbers that the caller draws: from a
 * generator (buddy_model.c) or from the bytes of an input (buddy_fuzz.c).
 */
#ifndef TESTS_BUDDY_PLAY_H
#define TESTS_BUDDY_PLAY_H

#include "buddy_check.h"

struct play {
	struct geometry g; /* drawn by the caller */
	u32 (*draw)(u32 n); /* a number in [0, n) */
	pfn_t held[GEOMETRY_FRAMES]; /* heads handed out */
	u16 held_at[GEOMETRY_FRAMES]; /* of a frame: its place in held[] */
	unsigned int nr_held;
	u32 alloc_percent; /* of this phase */
	bool large; /* this phase asks for all orders alike */
	u64 nr_refused, nr_failed; /* wrong frees, requests without memory */
};

/* Before the first operation: nothing is held. There is one play at a time. */
void play_begin(struct play *p);
/* How much is asked for and how, until the next phase. */
void play_phase(struct play *p);
/* Any operation. */
void play_operation(struct play *p);
/* Free what is held. */
void play_end(struct play *p);

#endif
