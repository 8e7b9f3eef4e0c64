/* SPDX-License-Identifier: MIT */
/*
 * page_explain.c - `why`: a request's fate in plain sentences
 *
 * From a trace (page_trace.c): what was asked, which zones were asked in which
 * order, what each answered, with the figures. Then what would have helped:
 * each idea is a changed request, tried on the figures of that very moment, and
 * is told only if it would have been served. Then, for the live machine, who
 * holds the most memory now.
 *
 * Locking: node->failure_lock while the last failure is copied. Allocates
 * nothing. Context: any.
 *
 * Not here: the judgement itself (page_trace.c), the log's table (page_why.c).
 */
#include <kernel/math64.h>
#include <kernel/seq_file.h>
#include <mm/holders.h>
#include <mm/page_alloc.h>
#include <mm/page_trace.h>
#include <mm/zone_mark.h>
#include "internal.h"

static const char *plural(unsigned long n)
{
	return n == 1 ? "" : "s";
}

/* --- the trace ------------------------------------------------------------ */

/* The count and the lists are read one after the other, so on a busy machine
 * there may be frames and no block. */
static unsigned long trace_largest_pages(const struct trace_zone *tz)
{
	return tz->orders ? 1ul << ilog2(tz->orders) : 0;
}

static void show_verdict(struct seq_file *m, const struct alloc_trace *trace,
			 const struct trace_zone *tz,
			 enum trace_verdict verdict)
{
	const unsigned long wanted = 1ul << trace->order;

	switch (verdict) {
	case TRACE_TAKES: seq_puts(m, "it takes it"); break;
	case TRACE_CPU_LIST:
		seq_puts(m, "this CPU's list serves it, marks or not");
		break;
	case TRACE_DRAINED:
		seq_puts(m, "it takes it when this CPU's lists are drained");
		break;
	case TRACE_MERGES:
		seq_printf(m,
			   "no block of %lu, unless the %lu on this CPU's"
			   " lists merge to one",
			   wanted, tz->listed_pages);
		break;
	case TRACE_EMPTY: seq_puts(m, "it is empty"); break;
	case TRACE_TOO_FEW:
		seq_printf(m, "fewer than the %lu wanted", wanted);
		break;
	case TRACE_MARK: seq_puts(m, "too few above the mark"); break;
	case TRACE_RESERVE:
		seq_puts(m, "too few above mark and reserve; without the"
			    " reserve it would do");
		break;
	case TRACE_NO_BLOCK:
		seq_printf(m,
			   "fragmented: no block of %lu, the largest has %lu",
			   wanted, trace_largest_pages(tz));
		break;
	case TRACE_NOT_ASKED:
	case NR_TRACE_VERDICTS: break;
	}
}

static void show_zone(struct seq_file *m, const struct mm_node *node,
		      const struct alloc_trace *trace, unsigned int zone,
		      enum alloc_pass pass)
{
	const struct trace_zone *tz = &trace->zone[zone];
	enum trace_verdict verdict = (enum trace_verdict)tz->verdict[pass];

	if (verdict == TRACE_NOT_ASKED)
		return;
	seq_printf(m, "  zone %s: %lu pages free", node->zones[zone].name,
		   tz->free_pages);
	if (tz->listed_pages)
		seq_printf(m, " and %lu on this CPU's lists", tz->listed_pages);
	if (tz->mark_pages[pass] + tz->reserve_pages[pass])
		seq_printf(m, ", %lu must stay (mark %lu, reserve %lu)",
			   tz->mark_pages[pass] + tz->reserve_pages[pass],
			   tz->mark_pages[pass], tz->reserve_pages[pass]);
	seq_puts(m, ": ");
	show_verdict(m, trace, tz, verdict);
	seq_puts(m, ".\n");
}

/* Does every zone refuse in @pass, for the reason of the pass before, and is
 * that no matter of marks? */
static bool pass_is_nothing_new(const struct alloc_trace *trace,
				enum alloc_pass pass)
{
	unsigned int i;

	for (i = 0; i < trace->nr_list; i++) {
		const u8 *verdict = trace->zone[trace->list[i]].verdict;

		if (pass == ALLOC_PASS_LOW ||
		    verdict[pass] != verdict[pass - 1] ||
		    verdict[pass] == TRACE_MARK ||
		    verdict[pass] == TRACE_RESERVE)
			return false;
	}
	return true;
}

static void show_pass(struct seq_file *m, const struct mm_node *node,
		      const struct alloc_trace *trace, enum alloc_pass pass)
{
	unsigned int i;

	if (pass_is_nothing_new(trace, pass)) {
		seq_puts(m, "  each zone answers the same.\n");
		return;
	}
	for (i = 0; i < trace->nr_list; i++)
		show_zone(m, node, trace, trace->list[i], pass);
}

/* What stands between the second pass and the last. */
static void show_reclaim(struct seq_file *m, const struct alloc_trace *trace)
{
	if (!gfp_may_sleep(trace->gfp))
		seq_puts(m, "It may not sleep, so it does not reclaim by"
			    " itself.\n");
	else if (trace->nobody_reclaims)
		seq_puts(m, "It may sleep and reclaim, but nobody gives memory"
			    " back.\n");
	else
		seq_printf(m,
			   "It may sleep: it reclaims and asks again, up to %u"
			   " time%s.\n",
			   trace->reclaim_rounds,
			   plural(trace->reclaim_rounds));
}

/* @nr_list is not 0. */
static void show_passes(struct seq_file *m, const struct mm_node *node,
			const struct alloc_trace *trace)
{
	seq_puts(m, "First, each zone down to its low mark:\n");
	show_pass(m, node, trace, ALLOC_PASS_LOW);
	if (!trace->made[ALLOC_PASS_MIN])
		return;
	seq_printf(m, "%s as far down as its flags allow:\n",
		   trace->wakes ? "Reclaim is woken; then" :
				  "It wakes no reclaim. Then");
	show_pass(m, node, trace, ALLOC_PASS_MIN);
	if (trace->taken >= 0 && !trace->made[ALLOC_PASS_ALL])
		return;
	show_reclaim(m, trace);
	if (!trace->made[ALLOC_PASS_ALL])
		return;
	seq_puts(m, "It must not fail, so at last all there is:\n");
	show_pass(m, node, trace, ALLOC_PASS_ALL);
}

void alloc_trace_show(struct seq_file *m, const struct mm_node *node,
		      const struct alloc_trace *trace)
{
	if (trace->refusal) {
		seq_printf(m, "It is refused: %s. Memory is not looked at.\n",
			   trace->refusal);
		return;
	}
	if (!trace->nr_list) {
		seq_puts(m, "There is no zone that it may use.\n");
		return;
	}
	show_passes(m, node, trace);
	if (trace->taken < 0)
		seq_puts(m, "So it gets nothing.\n");
	else
		seq_printf(m, "So zone %s serves it%s.\n",
			   node->zones[trace->taken].name,
			   trace->dips ? ", from below its min mark" : "");
}

/* --- why not, in one sentence --------------------------------------------- */

/* Empty, nearly empty, kept back, or in pieces? The remedy differs. */
static void explain_no_block(struct seq_file *m,
			     const struct alloc_trace *trace)
{
	unsigned long wanted = 1ul << trace->order, free = 0;
	bool pieces = false;
	unsigned int i;

	for (i = 0; i < trace->nr_list; i++) {
		const struct trace_zone *tz = &trace->zone[trace->list[i]];

		free += tz->free_pages + tz->listed_pages;
		pieces |= tz->verdict[ALLOC_PASS_MIN] >= TRACE_NO_BLOCK;
	}
	if (trace->taken >= 0)
		seq_puts(m, "Memory came back between its last attempt and"
			    " this look.\n");
	else if (free == 0)
		seq_puts(m, "All zones that it may use are empty.\n");
	else if (free < wanted)
		seq_printf(m,
			   "Together the zones that it may use have fewer than"
			   " the %lu wanted.\n",
			   wanted);
	else if (pieces)
		seq_printf(m,
			   "%lu pages free are enough for %lu, but they lie in"
			   " pieces: memory is fragmented.\n",
			   free, wanted);
	else
		seq_printf(m,
			   "%lu pages free are kept back for requests that"
			   " must not fail, or must lie there.\n",
			   free);
}

/* --- what would help ------------------------------------------------------ */

/* A request that differs a little, for those with @has and without @lacks. */
static const struct idea {
	gfp_t has, lacks;
	gfp_t clear, set;
	const char *text;
} ideas[] = {
	{ .has = __GFP_DMA,
	  .clear = __GFP_DMA,
	  .text = "without __GFP_DMA, if any address will do" },
	{ .lacks = __GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM,
	  .set = __GFP_HIGHMEM,
	  .text = "with __GFP_HIGHMEM, if it needs no kernel address" },
	{ .has = __GFP_HARDWALL,
	  .clear = __GFP_HARDWALL,
	  .text = "as GFP_KERNEL, which goes one mark deeper than GFP_USER" },
	{ .lacks = __GFP_HIGH,
	  .clear = __GFP_DIRECT_RECLAIM | __GFP_HARDWALL | __GFP_NOFAIL,
	  .set = __GFP_HIGH | __GFP_ATOMIC,
	  .text = "as GFP_ATOMIC, which dips below the min mark, if it truly"
		  " cannot wait" },
};

static void help_by_flags(struct seq_file *m, const struct mm_node *node,
			  const struct alloc_trace *was)
{
	struct alloc_trace trace;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ideas); i++) {
		const struct idea *idea = &ideas[i];

		if ((was->gfp & idea->has) != idea->has ||
		    was->gfp & idea->lacks)
			continue;
		alloc_trace_what_if(&trace, node, was,
				    (was->gfp & ~idea->clear) | idea->set,
				    was->order);
		if (trace.taken >= 0)
			seq_printf(m, "  %s: zone %s serves it.\n", idea->text,
				   node->zones[trace.taken].name);
	}
}

static void help_by_order(struct seq_file *m, const struct mm_node *node,
			  const struct alloc_trace *was)
{
	unsigned int order = min(was->order, 0u + MAX_ORDER);
	struct alloc_trace trace;

	while (order--) {
		alloc_trace_what_if(&trace, node, was, was->gfp, order);
		if (trace.taken < 0)
			continue;
		seq_printf(m, "  a smaller order: up to %u is served.\n",
			   order);
		return;
	}
}

/* Where the fewest pages are missing above the floor, and how many. */
static void help_by_pages(struct seq_file *m, const struct mm_node *node,
			  const struct alloc_trace *was)
{
	unsigned long least = ULONG_MAX;
	unsigned int i, zone = 0;

	for (i = 0; i < was->nr_list; i++) {
		const struct trace_zone *tz = &was->zone[was->list[i]];
		unsigned long need = (1ul << was->order) +
				     tz->mark_pages[ALLOC_PASS_MIN] +
				     tz->reserve_pages[ALLOC_PASS_MIN];
		unsigned long have = tz->free_pages + tz->listed_pages;

		if (have >= need || need - have >= least)
			continue;
		least = need - have;
		zone = was->list[i];
	}
	if (least == ULONG_MAX)
		return;
	seq_printf(m, "  %lu page%s given back to zone %s%s.\n", least,
		   plural(least), node->zones[zone].name,
		   was->order ? ", if a block comes of it" : "");
}

/* Reclaim that its flags keep it from. */
static void help_by_reclaim(struct seq_file *m, const struct alloc_trace *was)
{
	if (was->nobody_reclaims)
		return;
	if (!gfp_may_sleep(was->gfp))
		seq_puts(m, "  as GFP_KERNEL, where it may sleep: it reclaims"
			    " then.\n");
	else if (was->reclaim_rounds < ALLOC_RECLAIM_ROUNDS)
		seq_printf(m, "  reclaiming more than %s.\n",
			   was->gfp & __GFP_NORETRY ?
				   "once: without __GFP_NORETRY" :
			   was->reclaim_rounds == 1 ?
				   "once: with __GFP_RETRY_MAYFAIL" :
				   "a few times: with __GFP_IO");
}

/* What else gives much memory. */
static void help_by_others(struct seq_file *m, const struct alloc_trace *was)
{
	if (was->order)
		seq_puts(m, "  vmalloc(), if its pages need not lie in a"
			    " row.\n");
	if (was->order > ALLOC_COSTLY_ORDER)
		seq_puts(m, "  a buffer taken at boot, before memory is in"
			    " pieces (bigphysarea=, alloc_bootmem).\n");
}

static void show_help(struct seq_file *m, const struct mm_node *node,
		      const struct alloc_trace *was)
{
	if (was->taken >= 0 || (was->refusal && was->order < MAX_ORDER))
		return;
	seq_puts(m, "What helps, each by itself:\n");
	help_by_order(m, node, was);
	if (!was->refusal) {
		help_by_flags(m, node, was);
		help_by_pages(m, node, was);
		help_by_reclaim(m, was);
	}
	help_by_others(m, was);
}

static void show_live_holders(struct seq_file *m, const struct mm_node *node)
{
	if (node != &mm_node)
		return;
	seq_puts(m, "The biggest holders now:\n");
	mm_show_holders(m);
}

/* --- the last failure ----------------------------------------------------- */

static void explain_request(struct seq_file *m, gfp_t gfp, unsigned int order)
{
	char words[GFP_TEXT_BYTES];

	if (order < MAX_ORDER)
		seq_printf(m, "%lu page%s in a row (order %u)", 1ul << order,
			   plural(1ul << order), order);
	else
		seq_printf(m, "order %u", order);
	seq_printf(m, " with %s (%#x)", gfp_format(gfp, words, sizeof(words)),
		   gfp);
}

static unsigned long failure_ms(const struct alloc_failure *f)
{
	return (unsigned long)div_u64(f->time_ns, 1000000);
}

/* In that allocator's words; whether pages were short, the reader can see. */
static void explain_by_other(const struct mm_node *node,
			     const struct alloc_failure *f, struct seq_file *m)
{
	char words[GFP_TEXT_BYTES];
	unsigned int i;

	seq_printf(m,
		   "Failure %lu: %pS got nothing, with %s (%#x), at %lu ms.\n",
		   f->count, (void *)f->site,
		   gfp_format(f->gfp, words, sizeof(words)), f->gfp,
		   failure_ms(f));
	seq_printf(m, "%s.\nThe zones that it may use, at that moment:\n",
		   f->text);
	for (i = 0; i < f->trace.nr_list; i++)
		seq_printf(m, "  zone %s: %lu pages free\n",
			   node->zones[f->trace.list[i]].name,
			   f->trace.zone[f->trace.list[i]].free_pages);
}

static void explain_by_pages(const struct mm_node *node,
			     const struct alloc_failure *f, struct seq_file *m)
{
	seq_printf(m, "Failure %lu: %pS asked for ", f->count, (void *)f->site);
	explain_request(m, f->gfp, f->order);
	seq_printf(m, ", at %lu ms, and got nothing.\n", failure_ms(f));
	switch (f->cause) {
	case ALLOC_REFUSED:
		seq_printf(m,
			   "The request was refused: %s. Memory was not "
			   "looked at.\n",
			   f->refusal);
		if (f->trace.refusal)
			show_help(m, node, &f->trace);
		return;
	case ALLOC_INJECTED:
		seq_puts(m, "It failed on purpose: failure injection "
			    "(fail_page_alloc=) chose it.\n");
		return;
	default: break;
	}
	seq_puts(m, "What it met at that moment:\n");
	alloc_trace_show(m, node, &f->trace);
	explain_no_block(m, &f->trace);
	show_help(m, node, &f->trace);
	show_live_holders(m, node);
}

void alloc_failure_explain(const struct mm_node *node,
			   const struct alloc_failure *f, struct seq_file *m)
{
	if (f->cause == ALLOC_NEVER_FAILED)
		seq_puts(m, "No request for pages has failed so far.\n");
	else if (f->cause == ALLOC_BY_OTHER)
		explain_by_other(node, f, m);
	else
		explain_by_pages(node, f, m);
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

void mm_explain_request(struct seq_file *m, gfp_t gfp, unsigned int order)
{
	struct alloc_trace trace;

	alloc_trace_take(&trace, &mm_node, gfp, order);
	explain_request(m, gfp, order);
	seq_puts(m, ", now:\n");
	alloc_trace_show(m, &mm_node, &trace);
	if (trace.taken >= 0 || trace.refusal)
		return;
	explain_no_block(m, &trace);
	show_help(m, &mm_node, &trace);
	show_live_holders(m, &mm_node);
}
