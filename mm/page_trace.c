/* SPDX-License-Identifier: MIT */
/*
 * page_trace.c - the decision of a request, followed without making it
 *
 * First what there is in all zones is written down, then the request is judged
 * by these figures alone, pass by pass, as node_alloc_passes() would try it.
 * Floors, contradictions and rounds of reclaim come from the very functions
 * that the requests use. A what-if judges another request by old figures.
 *
 * A zone's answer, in the order of the questions:
 *
 *   - has this CPU's list of that type and order a block? It is given whatever
 *     the marks say.
 *   - are enough frames free, and is there a block? Before a zone is left, this
 *     CPU's lists of it are drained, so both are asked again with what they
 *     hold. Whether their blocks would merge to a larger one is not computed.
 *
 * Invariant: for a zone without lists the verdict is what the request does
 * (tests/suites/gfp_table_test.c holds the two together).
 *
 * Locking: none. Context: any.
 *
 * Not here: sentences (page_explain.c), the last failure (page_why.c).
 */
#include <kernel/percpu.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_alloc.h>
#include <mm/page_trace.h>
#include <mm/zone_mark.h>
#include "internal.h"
#include "page_block.h"

static_assert(TRACE_ZONES == NR_ZONES && TRACE_PASSES == NR_ALLOC_PASSES,
	      "page_trace.h counts them by itself: zone.h includes it");
static_assert(MIGRATE_TYPES * PCP_ORDERS <= 32, "bits of @listed");

const char *trace_verdict_word(enum trace_verdict verdict)
{
#define TRACE_VERDICT_AS_WORD(id, word) word,
	static const char *const words[NR_TRACE_VERDICTS] = { TRACE_VERDICTS(
		TRACE_VERDICT_AS_WORD) };

	return words[verdict];
}

/* --- what there is -------------------------------------------------------- */

static u32 listed_bit(enum migratetype type, unsigned int order)
{
	return (u32)BIT((unsigned int)type * PCP_ORDERS + order);
}

static void trace_zone_look(struct trace_zone *tz, const struct zone *z,
			    unsigned int cpu)
{
	unsigned int type, order;

	tz->free_pages = READ_ONCE(z->nr_free_pages);
	tz->listed_pages = page_pcp_cpu_pages(z, cpu);
	tz->orders = (u16)zone_free_orders(z);
	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < PCP_ORDERS; order++) {
			if (READ_ONCE(z->pcp[cpu].list[type][order].first))
				tz->listed |= listed_bit((enum migratetype)type,
							 order);
		}
	}
}

/* --- what follows --------------------------------------------------------- */

/* Orders of the blocks on this CPU's lists, of any type. */
static unsigned int listed_orders(const struct trace_zone *tz)
{
	unsigned int orders = 0, type;

	for (type = 0; type < MIGRATE_TYPES; type++)
		orders |= tz->listed >> (type * PCP_ORDERS) &
			  (BIT(PCP_ORDERS) - 1);
	return orders;
}

static enum trace_verdict trace_judge_zone(const struct alloc_trace *trace,
					   const struct zone *z,
					   const struct trace_zone *tz,
					   unsigned long mark,
					   unsigned long reserve)
{
	const unsigned int order = trace->order;
	const unsigned long wanted = 1ul << order;
	/* With all that a drain would bring. */
	const unsigned long free = tz->free_pages + tz->listed_pages;

	if (order < PCP_ORDERS &&
	    tz->listed & listed_bit(zone_migratetype(z, trace->gfp), order))
		return TRACE_CPU_LIST;
	if (tz->free_pages >= wanted + mark + reserve && tz->orders >> order)
		return TRACE_TAKES;
	if (!free)
		return TRACE_EMPTY;
	if (free < wanted)
		return TRACE_TOO_FEW;
	if (free < wanted + mark)
		return TRACE_MARK;
	if (free < wanted + mark + reserve)
		return TRACE_RESERVE;
	if ((tz->orders | listed_orders(tz)) >> order)
		return TRACE_DRAINED;
	return tz->listed_pages ? TRACE_MERGES : TRACE_NO_BLOCK;
}

/* Return: a zone would serve it in this pass. */
static bool trace_judge_pass(struct alloc_trace *trace,
			     const struct mm_node *node, enum alloc_pass pass)
{
	unsigned int i;

	trace->made[pass] = true;
	for (i = 0; i < trace->nr_list; i++) {
		const struct zone *z = &node->zones[trace->list[i]];
		struct trace_zone *tz = &trace->zone[trace->list[i]];
		unsigned long mark = zone_mark_for(z, trace->gfp, pass);
		unsigned long reserve = zone_reserve_for(z, trace->gfp, pass);
		enum trace_verdict verdict =
			trace_judge_zone(trace, z, tz, mark, reserve);

		tz->mark_pages[pass] = mark;
		tz->reserve_pages[pass] = reserve;
		tz->verdict[pass] = (u8)verdict;
		if (!trace_verdict_serves(verdict))
			continue;
		trace->taken = trace->list[i];
		trace->dips =
			verdict != TRACE_CPU_LIST &&
			tz->free_pages + tz->listed_pages <
				(1ul << trace->order) + z->mark_pages[MARK_MIN];
		return true;
	}
	return false;
}

/* As node_alloc_passes(). */
static void trace_judge_passes(struct alloc_trace *trace,
			       const struct mm_node *node)
{
	if (trace_judge_pass(trace, node, ALLOC_PASS_LOW))
		return;
	trace->wakes = trace->gfp & __GFP_KSWAPD_RECLAIM;
	if (trace_judge_pass(trace, node, ALLOC_PASS_MIN))
		return;
	if (gfp_may_sleep(trace->gfp) && node->reclaim)
		trace->reclaim_rounds =
			alloc_reclaim_rounds(trace->gfp, trace->order);
	if (trace->gfp & __GFP_NOFAIL)
		trace_judge_pass(trace, node, ALLOC_PASS_ALL);
}

/* The figures are in @trace, all else is still 0. */
static void trace_judge(struct alloc_trace *trace, const struct mm_node *node,
			gfp_t gfp, unsigned int order)
{
	struct zone *const *pos = node->zonelists[gfp & __GFP_ZONE_MASK].zones;

	trace->gfp = gfp;
	trace->order = order;
	trace->taken = -1;
	trace->nobody_reclaims = !node->reclaim;
	for (; *pos; pos++)
		trace->list[trace->nr_list++] = (u8)(*pos - node->zones);
	trace->refusal = alloc_contradiction(gfp, order);
	if (!trace->refusal)
		trace_judge_passes(trace, node);
}

void alloc_trace_take(struct alloc_trace *trace, const struct mm_node *node,
		      gfp_t gfp, unsigned int order)
{
	unsigned int i, cpu;

	*trace = (struct alloc_trace){};
	cpu = get_cpu(); /* its lists are those that were asked */
	for (i = 0; i < NR_ZONES; i++)
		trace_zone_look(&trace->zone[i], &node->zones[i], cpu);
	put_cpu();
	trace_judge(trace, node, gfp, order);
}

void alloc_trace_what_if(struct alloc_trace *trace, const struct mm_node *node,
			 const struct alloc_trace *was, gfp_t gfp,
			 unsigned int order)
{
	unsigned int i;

	*trace = (struct alloc_trace){};
	for (i = 0; i < NR_ZONES; i++) {
		trace->zone[i].free_pages = was->zone[i].free_pages;
		trace->zone[i].listed_pages = was->zone[i].listed_pages;
		trace->zone[i].orders = was->zone[i].orders;
		trace->zone[i].listed = was->zone[i].listed;
	}
	trace_judge(trace, node, gfp, order);
}
