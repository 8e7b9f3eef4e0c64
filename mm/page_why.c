/* SPDX-License-Identifier: MIT */
/*
 * page_why.c - the last failed request: noted and printed
 *
 * When a request gets nothing, its arguments and a trace of what it met
 * (page_trace.c) are kept, because a minute later the zones look different. The
 * log shows a table at most once in five seconds and the number of failures
 * that had none; `why` on the console puts the last one into sentences
 * (page_explain.c).
 *
 * Locking: node->failure_lock guards what is noted. It is taken while no zone
 * lock is held (both have rank LOCK_ZONE); the zones' figures are read without
 * their locks, so a busy machine may have moved on by a block. Lines are
 * printed after it is dropped. Any context; allocates nothing.
 *
 * Not here: the request (page_alloc.c), who holds the memory and who refused to
 * give some back (reclaim_report.c).
 */
#define pr_fmt(fmt) "page_alloc: " fmt

#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include <mm/zone_mark.h>
#include "internal.h"

/* A table is a screen's tenth; faster than this nobody reads them. */
#define TABLE_INTERVAL_NS 5000000000ull

/* Is it time for another table? Counts the failures that get none. */
static bool table_is_due(struct mm_node *node, u64 now_ns,
			 unsigned long *nr_unshown)
{
	if (node->table_shown_ns &&
	    now_ns - node->table_shown_ns < TABLE_INTERVAL_NS) {
		node->nr_unshown++;
		return false;
	}
	/* 0 means never, and the clock may still stand there. */
	node->table_shown_ns = now_ns ? now_ns : 1;
	*nr_unshown = node->nr_unshown;
	node->nr_unshown = 0;
	return true;
}

/*
 * Who holds what is missing, if memory has run out: a large block may be missing
 * with most of it free. Who asks in an interrupt or under a lock cannot ask the
 * rooms above, which have locks of their own.
 */
static void failure_print_holders(struct mm_node *node,
				  const struct alloc_failure *f)
{
	if (f->cause != ALLOC_NO_BLOCK || f->order > ALLOC_COSTLY_ORDER ||
	    !node->reclaim || !node->reclaim->report)
		return;
	if (gfp_may_sleep(f->gfp) && !in_atomic() && !irqs_disabled())
		node->reclaim->report(node);
	else
		pr_warn("who holds it: not asked for a request that cannot"
			" sleep; 'why' tells\n");
}

/* With the answers of the second pass, which goes as far as most flags let. */
static void failure_print_table(struct mm_node *node,
				const struct alloc_failure *f,
				unsigned long nr_unshown)
{
	const struct trace_zone *tz = f->trace.zone;
	char words[GFP_TEXT_BYTES];
	unsigned int i;

	pr_warn("page allocation failure: order:%u, mode:%#x(%s)%s, caller %pS\n",
		f->order, f->gfp, gfp_format(f->gfp, words, sizeof(words)),
		f->cause == ALLOC_INJECTED ? " (injected)" : "",
		(void *)f->site);
	if (nr_unshown)
		pr_warn("failures_not_shown=%lu\n", nr_unshown);
	for (i = 0; i < NR_ZONES; i++, tz++)
		pr_warn("zone=%s free_pages=%lu largest_order=%d mark=%lu"
			" reserve=%lu answer=%s\n",
			node->zones[i].name ? node->zones[i].name : "-",
			tz->free_pages, trace_largest_order(tz),
			tz->mark_pages[ALLOC_PASS_MIN],
			tz->reserve_pages[ALLOC_PASS_MIN],
			trace_verdict_word((enum trace_verdict)tz
						   ->verdict[ALLOC_PASS_MIN]));
	failure_print_holders(node, f);
}

/* Make @f the last failure. Return: whether its table is to be shown. */
static bool failure_keep(struct mm_node *node, struct alloc_failure *f,
			 unsigned long *nr_unshown)
{
	unsigned long flags;
	bool table = false;

	f->time_ns = time_ns();
	alloc_trace_take(&f->trace, node, f->gfp, f->order);
	flags = spin_lock_irqsave(&node->failure_lock);
	f->count = node->last_failure.count + 1;
	node->last_failure = *f;
	if (f->cause == ALLOC_INJECTED || f->cause == ALLOC_NO_BLOCK)
		table = table_is_due(node, f->time_ns, nr_unshown);
	spin_unlock_irqrestore(&node->failure_lock, flags);
	return table;
}

void alloc_failure_note(struct mm_node *node, gfp_t gfp, unsigned int order,
			unsigned long site, enum alloc_cause cause,
			const char *refusal)
{
	struct alloc_failure f = { .cause = cause,
				   .refusal = refusal,
				   .gfp = gfp,
				   .order = order,
				   .site = site };
	unsigned long nr_unshown = 0;

	if (gfp & __GFP_NOWARN)
		return;
	if (failure_keep(node, &f, &nr_unshown))
		failure_print_table(node, &f, nr_unshown);
	else if (cause == ALLOC_REFUSED)
		pr_err("refused: %s: order:%u, mode:%#x, caller %pS\n", refusal,
		       order, gfp, (void *)site);
}

void alloc_failure_note_text(gfp_t gfp, unsigned long site, const char *fmt,
			     ...)
{
	struct alloc_failure f = { .cause = ALLOC_BY_OTHER,
				   .gfp = gfp,
				   .site = site };
	unsigned long nr_unshown;
	va_list args;

	if (gfp & __GFP_NOWARN)
		return;
	va_start(args, fmt);
	vsnprintf(f.text, sizeof(f.text), fmt, args);
	va_end(args);
	failure_keep(&mm_node, &f, &nr_unshown);
}
