/* SPDX-License-Identifier: MIT */
/*
 * page_why.c - the last failed request: noted, printed, explained
 *
 * When a request gets nothing, its arguments and the state of the node's zones
 * at that moment are kept, because a minute later the zones look different.
 * The log shows a table at most once in five seconds and the number of failures
 * that had none; `why` on the console puts the last one into sentences.
 *
 * Locking: node->failure_lock guards what is noted. It is taken while no zone
 * lock is held (both have rank LOCK_ZONE); the zones' figures are read without
 * their locks, so a busy machine may have moved on by a block. Lines are
 * printed after it is dropped. Any context.
 *
 * Not here: the request (page_alloc.c), what could be freed (reclaim).
 */
#define pr_fmt(fmt) "page_alloc: " fmt

#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include "internal.h"

/* A table is a screen's tenth; faster than this nobody reads them. */
#define TABLE_INTERVAL_NS 5000000000ull

static bool zone_is_allowed(const struct mm_node *node, gfp_t gfp,
			    const struct zone *z)
{
	struct zone *const *pos = node->zonelists[gfp & __GFP_ZONE_MASK].zones;

	for (; *pos; pos++) {
		if (*pos == z)
			return true;
	}
	return false;
}

static void failure_take_zones(const struct mm_node *node,
			       struct alloc_failure *f)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		const struct zone *z = &node->zones[i];
		u32 orders = zone_free_orders(z);

		f->zone[i].allowed = zone_is_allowed(node, f->gfp, z);
		f->zone[i].free_pages = READ_ONCE(z->nr_free_pages);
		f->zone[i].largest_order = orders ? (int)ilog2(orders) : -1;
	}
}

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

static void failure_print_table(const struct mm_node *node,
				const struct alloc_failure *f,
				unsigned long nr_unshown)
{
	unsigned int i;

	pr_warn("page allocation failure: order:%u, mode:%#x%s, caller %pS\n",
		f->order, f->gfp,
		f->cause == ALLOC_INJECTED ? " (injected)" : "",
		(void *)f->site);
	if (nr_unshown)
		pr_warn("failures_not_shown=%lu\n", nr_unshown);
	for (i = 0; i < NR_ZONES; i++)
		pr_warn("zone=%s allowed=%s free_pages=%lu largest_order=%d\n",
			node->zones[i].name ? node->zones[i].name : "-",
			f->zone[i].allowed ? "yes" : "no",
			f->zone[i].free_pages, f->zone[i].largest_order);
}

/* Make @f the last failure. Return: whether its table is to be shown. */
static bool failure_keep(struct mm_node *node, struct alloc_failure *f,
			 unsigned long *nr_unshown)
{
	unsigned long flags;
	bool table = false;

	f->time_ns = time_ns();
	failure_take_zones(node, f);
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

/* Allowed zones: how much was free in them, and the largest block. */
static void explain_zones(const struct mm_node *node,
			  const struct alloc_failure *f, struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		const char *name = node->zones[i].name;

		if (!f->zone[i].allowed)
			continue;
		seq_printf(m, "  zone %s: %lu pages free", name,
			   f->zone[i].free_pages);
		if (f->zone[i].largest_order < 0)
			seq_puts(m, "\n");
		else
			seq_printf(m, ", the largest block has %lu\n",
				   1ul << f->zone[i].largest_order);
	}
}

/* Empty, nearly empty, or in pieces? The remedy differs. */
static void explain_no_block(const struct mm_node *node,
			     const struct alloc_failure *f, struct seq_file *m)
{
	unsigned long wanted = 1ul << f->order, free = 0, elsewhere = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		if (f->zone[i].allowed)
			free += f->zone[i].free_pages;
		else if (f->zone[i].largest_order >= (int)f->order)
			elsewhere += f->zone[i].free_pages;
	}
	seq_puts(m, "No zone that it may use had a free block that large:\n");
	explain_zones(node, f, m);
	if (free == 0)
		seq_puts(m, "These zones were empty.\n");
	else if (free < wanted)
		seq_printf(m, "Together that is less than the %lu wanted.\n",
			   wanted);
	else
		seq_printf(m,
			   "There were %lu pages free, enough for %lu, but "
			   "in pieces: memory was fragmented.\n",
			   free, wanted);
	if (elsewhere)
		seq_printf(m,
			   "Zones that it may not use had %lu pages free, "
			   "with blocks large enough.\n",
			   elsewhere);
}

static void explain_caller(const struct alloc_failure *f, struct seq_file *m)
{
	unsigned long pages = f->order < MAX_ORDER ? 1ul << f->order : 0;

	seq_printf(m, "Failure %lu: %pS asked for ", f->count, (void *)f->site);
	if (pages)
		seq_printf(m, "%lu page%s in a row (order %u)", pages,
			   pages == 1 ? "" : "s", f->order);
	else
		seq_printf(m, "order %u", f->order);
	seq_printf(m, " with gfp %#x, at %lu ms, and got nothing.\n", f->gfp,
		   (unsigned long)div_u64(f->time_ns, 1000000));
}

/* In that allocator's words; whether pages were short, the reader can see. */
static void explain_by_other(const struct mm_node *node,
			     const struct alloc_failure *f, struct seq_file *m)
{
	seq_printf(m,
		   "Failure %lu: %pS got nothing, with gfp %#x, at %lu ms.\n",
		   f->count, (void *)f->site, f->gfp,
		   (unsigned long)div_u64(f->time_ns, 1000000));
	seq_printf(m, "%s.\nThe zones that it may use, at that moment:\n",
		   f->text);
	explain_zones(node, f, m);
}

void alloc_failure_explain(const struct mm_node *node,
			   const struct alloc_failure *f, struct seq_file *m)
{
	if (f->cause == ALLOC_NEVER_FAILED) {
		seq_puts(m, "No request for pages has failed so far.\n");
		return;
	}
	if (f->cause == ALLOC_BY_OTHER) {
		explain_by_other(node, f, m);
		return;
	}
	explain_caller(f, m);
	switch (f->cause) {
	case ALLOC_REFUSED:
		seq_printf(m,
			   "The request was refused: %s. Memory was not "
			   "looked at.\n",
			   f->refusal);
		break;
	case ALLOC_INJECTED:
		seq_puts(m, "It failed on purpose: failure injection "
			    "(fail_page_alloc=) chose it.\n");
		break;
	default: explain_no_block(node, f, m); break;
	}
}

void mm_explain_last_failure(struct seq_file *m)
{
	struct alloc_failure f;
	unsigned long flags;

	flags = spin_lock_irqsave(&mm_node.failure_lock);
	f = mm_node.last_failure;
	spin_unlock_irqrestore(&mm_node.failure_lock, flags);
	alloc_failure_explain(&mm_node, &f, m);
}
