/* SPDX-License-Identifier: MIT */
/*
 * page_trace.h - what a request for pages meets, zone by zone
 *
 * A trace is taken of a node at one moment: which zones a request may use, in
 * which order it asks them, how far down each pass goes, what every zone
 * answers and why. It is made by the rules of the requests themselves
 * (zone_mark.h, page_gfp.c) without making one, and it keeps the figures it was
 * made from: so "what if the order were smaller" can be asked afterwards, too.
 *
 * A failed request leaves one behind (struct alloc_failure), and `why` on the
 * console shows it; `why GFP_WORDS ORDER` shows that of a request which nobody
 * has made.
 */
#ifndef MM_PAGE_TRACE_H
#define MM_PAGE_TRACE_H

#include <kernel/types.h>
#include <kernel/util.h>
#include <mm/gfp.h>

/* As many as there are zones, and passes over them (zone.h, zone_mark.h). */
#define TRACE_ZONES 3u
#define TRACE_PASSES 3u

/* A zone's answer: identifier, the word in the log. */
#define TRACE_VERDICTS(X)                                                  \
	X(NOT_ASKED, "-") /* must be 0 */                                  \
	X(TAKES, "takes")                                                  \
	X(CPU_LIST, "cpu-list") /* this CPU's list has one: no mark */     \
	X(DRAINED, "drained") /* takes, with what this CPU's lists hold: \
	they are drained for it */ \
	X(MERGES, "merges") /* perhaps: if what they hold merges so far; \
	counted as a refusal */ \
	X(EMPTY, "empty")                                                  \
	X(TOO_FEW, "too-few") /* fewer frames than are asked for */        \
	X(MARK, "mark") /* the mark would not be kept */                   \
	X(RESERVE, "reserve") /* the mark would, but not the reserve */    \
	X(NO_BLOCK, "no-block") /* enough frames, in smaller blocks */
#define TRACE_VERDICT_AS_ENUM(id, word) TRACE_##id,
enum trace_verdict { TRACE_VERDICTS(TRACE_VERDICT_AS_ENUM) NR_TRACE_VERDICTS };

struct trace_zone {
	/* What was found. */
	unsigned long free_pages; /* the buddy's */
	unsigned long listed_pages; /* on this CPU's lists */
	u16 orders; /* bit k: the buddy has a block of order k */
	u32 listed; /* bit type * PCP_ORDERS + k: so has that list */
	/* What follows for this request, in each pass. */
	unsigned long mark_pages[TRACE_PASSES];
	unsigned long reserve_pages[TRACE_PASSES];
	u8 verdict[TRACE_PASSES]; /* enum trace_verdict */
};

struct alloc_trace {
	gfp_t gfp;
	unsigned int order;
	const char *refusal; /* the arguments contradict themselves; or NULL */
	struct trace_zone zone[TRACE_ZONES]; /* found: all; judged: allowed */
	u8 nr_list; /* zones that may be used */
	u8 list[TRACE_ZONES]; /* which, best first */
	bool made[TRACE_PASSES]; /* the pass would be made */
	int taken; /* the zone that would serve it; -1: none */
	bool dips; /* from below the min mark */
	bool wakes; /* reclaim would be woken */
	bool nobody_reclaims; /* the node has no reclaim at all */
	/* So often it would reclaim by itself, behind the second pass; what
	 * that would free nobody knows. */
	unsigned int reclaim_rounds;
};

struct mm_node;
struct seq_file;

/**
 * alloc_trace_take - what would a request meet now?
 *
 * Nothing is changed, taken, drained or woken. Figures are read without a lock:
 * exact while nobody else is at it. Lists of other CPUs are out of reach for a
 * request, and so for its trace. Failures on purpose are not foreseen.
 * Context: any.
 */
void alloc_trace_take(struct alloc_trace *trace, const struct mm_node *node,
		      gfp_t gfp, unsigned int order);

/* The same for another request at the moment when @was was taken. */
void alloc_trace_what_if(struct alloc_trace *trace, const struct mm_node *node,
			 const struct alloc_trace *was, gfp_t gfp,
			 unsigned int order);

const char *trace_verdict_word(enum trace_verdict verdict);

/* Would a zone with this answer serve the request? */
static inline bool trace_verdict_serves(enum trace_verdict verdict)
{
	return verdict >= TRACE_TAKES && verdict <= TRACE_DRAINED;
}

/* The largest free block found in a zone: its order; -1: none. */
static inline int trace_largest_order(const struct trace_zone *tz)
{
	return tz->orders ? (int)ilog2(tz->orders) : -1;
}

/* In plain sentences, a line for each pass and each zone asked. */
void alloc_trace_show(struct seq_file *m, const struct mm_node *node,
		      const struct alloc_trace *trace);

/* `why GFP_WORDS ORDER`: what such a request would meet on the live machine
 * now, and what would help it if it failed. Context: any. */
void mm_explain_request(struct seq_file *m, gfp_t gfp, unsigned int order);

/* --- flags as words (page_gfp.c) ------------------------------------------ */

/* Room for the words of any flags. */
#define GFP_TEXT_BYTES 400u

/**
 * gfp_format - @gfp as words: "GFP_KERNEL|__GFP_NOWARN"
 *
 * As Linux's %pGg: the longest word first, bits without one as a number.
 * Return: @buf, cut if @size is below GFP_TEXT_BYTES.
 */
const char *gfp_format(gfp_t gfp, char *buf, size_t size);

/**
 * gfp_parse - the other way: words in either case, or numbers, with | between
 * @gfp: written only on success
 * @wrong: on failure set to the word that is none, inside @text
 *
 * Return: 0 or -EINVAL. Whether the bits go together is not asked.
 */
int __must_check gfp_parse(const char *text, gfp_t *gfp, const char **wrong);

/* The @i-th word there is; NULL behind the last. */
const char *gfp_word_name(unsigned int i);

#endif
