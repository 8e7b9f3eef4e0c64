/* SPDX-License-Identifier: MIT */
/*
 * buddy_model.c - millions of random operations against the naive reference
 *
 * Each seed draws a node from one of the memory maps and plays its share of the
 * operations: requests of all orders and zones, right frees and wrong ones. In
 * phases the node is filled, emptied or kept in balance. Every answer is
 * compared at once, the whole node every few hundred operations, and at the
 * end of a seed everything is given back.
 *
 * The first difference ends the run with seed, map and number of operation;
 * --first SEED --seeds 1 repeats it.
 */
#include <kernel/util.h>
#include "buddy_check.h"
#include "model_env.h"

#define DEFAULT_OPS 20000000ull
#define DEFAULT_SEEDS 200u
/* A comparison of everything costs as much as some hundred operations. */
#define OPS_PER_COMPARE 512u
#define OPS_PER_PHASE 512u
/* Each 8th seed has no map: one long run of RAM. */
#define PLAIN_SEEDS 8u
/* Each 16th request is also asked whether it cut the right block. */
#define THOROUGH_MASK 15u

static struct {
	struct geometry g;
	struct xorshift32 random;
	pfn_t held[GEOMETRY_FRAMES]; /* heads handed out */
	u8 held_zone[GEOMETRY_FRAMES];
	unsigned int nr_held;
	u32 alloc_percent; /* of this phase */
	bool large; /* this phase asks for all orders alike */
	u64 nr_refused, nr_failed; /* wrong frees, requests without memory */
} m;

static u32 draw(u32 n)
{
	return xorshift32_below(&m.random, n);
}

static unsigned int zone_of(pfn_t pfn)
{
	unsigned int i = 0;

	while (!naive_has(&m.g.naive[i], pfn))
		i++;
	return i;
}

static void do_alloc(void)
{
	static const gfp_t zone_bits[4] = { 0, 0, __GFP_DMA, __GFP_HIGHMEM };
	unsigned int order = draw(MAX_ORDER);
	u32 thorough = xorshift32_next(&m.random) & THOROUGH_MASK;
	pfn_t pfn;

	if (!m.large) {
		order = min(order, draw(MAX_ORDER));
		order = min(order, draw(MAX_ORDER));
	}
	pfn = buddy_try_alloc(&m.g, GFP_ATOMIC | zone_bits[draw(4)], order,
			      thorough == 0);
	if (pfn == ULONG_MAX) {
		m.nr_failed++;
		return;
	}
	m.held[m.nr_held] = pfn;
	m.held_zone[m.nr_held++] = (u8)zone_of(pfn);
}

/* Free a block that is held, chosen at random, with its own order. */
static void do_right_free(void)
{
	u32 i = draw(m.nr_held);
	pfn_t pfn = m.held[i];
	unsigned int zone = m.held_zone[i];

	m.held[i] = m.held[--m.nr_held];
	m.held_zone[i] = m.held_zone[m.nr_held];
	buddy_try_free(&m.g, zone, pfn, naive_at(&m.g.naive[zone], pfn)->order,
		       draw(4));
}

/* Free any frame as any order. By luck that may be right. */
static void do_any_free(void)
{
	pfn_t pfn = m.g.base_pfn + draw(GEOMETRY_FRAMES);
	unsigned int i;

	if (!buddy_try_free(&m.g, draw(NR_ZONES), pfn, draw(MAX_ORDER + 2),
			    draw(4))) {
		m.nr_refused++;
		return;
	}
	for (i = 0; m.held[i] != pfn; i++)
		continue;
	m.held[i] = m.held[--m.nr_held];
	m.held_zone[i] = m.held_zone[m.nr_held];
}

static void begin_phase(void)
{
	static const u8 percent[] = { 20, 40, 45, 48, 50, 60, 80 };

	m.alloc_percent = percent[draw(ARRAY_SIZE(percent))];
	m.large = draw(3) == 0;
}

static void do_operation(void)
{
	if (draw(16) == 0)
		do_any_free();
	else if (m.nr_held == 0 || draw(100) < m.alloc_percent)
		do_alloc();
	else
		do_right_free();
}

/* Return: the number of the operation that differed, or @ops. */
static u64 play(u64 ops)
{
	u64 op;

	m.nr_held = 0;
	if (!buddy_compare(&m.g))
		return 0;
	for (op = 0; op < ops && !buddy_complaint(); op++) {
		if (op % OPS_PER_PHASE == 0)
			begin_phase();
		do_operation();
		if (op % OPS_PER_COMPARE == OPS_PER_COMPARE - 1)
			buddy_compare(&m.g);
	}
	while (m.nr_held && !buddy_complaint())
		do_right_free();
	if (!buddy_complaint())
		buddy_compare(&m.g);
	return op;
}

int model_run(const struct model_args *args)
{
	u64 ops = args->ops ? args->ops : DEFAULT_OPS, played = 0, op;
	u32 seeds = args->seeds ? args->seeds : DEFAULT_SEEDS, i;

	for (i = args->first_seed; i < args->first_seed + seeds; i++) {
		const struct model_map *map = NULL;
		/* A share for each seed, the rest for the first one. */
		u64 share =
			ops / seeds + (i == args->first_seed ? ops % seeds : 0);

		if (args->nr_maps && i % PLAIN_SEEDS)
			map = &args->maps[i % args->nr_maps];
		xorshift32_seed(&m.random, i * 0x9e3779b9u + 1);
		geometry_draw(&m.g, map, &m.random);
		op = play(share);
		if (buddy_complaint()) {
			model_printf(
				"buddy_model: FAILED seed=%u map=%s op=%llu: %s\n",
				i, map ? map->name : "-", op,
				buddy_complaint());
			return 1;
		}
		played += op;
	}
	model_printf(
		"buddy_model: %llu operations, %u seeds, %u maps: all agreed "
		"(%llu found no memory, %llu wrong frees refused)\n",
		played, seeds, args->nr_maps, m.nr_failed, m.nr_refused);
	return 0;
}
