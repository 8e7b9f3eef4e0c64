/* SPDX-License-Identifier: MIT */
/*
 * buddy_model.c - millions of random operations against the naive reference
 *
 * Each seed draws a node from one of the memory maps, with or without marks,
 * CPU's lists and pages grouped by mobility, and plays its share of the
 * operations (buddy_play.c). In phases the node is filled, emptied or kept in
 * balance. Every answer is compared at once, the whole node every few hundred
 * operations, and at the end of a seed everything is given back.
 *
 * The first difference ends the run with seed, map and number of operation;
 * --first SEED --seeds 1 repeats it, with --ops as many as one seed had.
 */
#include "buddy_play.h"
#include "model_env.h"

#define DEFAULT_OPS 20000000ull
#define DEFAULT_SEEDS 200u
/* A comparison of everything costs as much as some hundred operations. */
#define OPS_PER_COMPARE 512u
#define OPS_PER_PHASE 512u
/* Each 8th seed has no map: one long run of RAM. */
#define PLAIN_SEEDS 8u

static struct play play;
static struct xorshift32 generator;

static u32 draw_random(u32 n)
{
	return xorshift32_below(&generator, n);
}

/* Return: the number of the operation that differed, or @ops. */
static u64 play_seed(u64 ops)
{
	u64 op;

	play_begin(&play);
	if (!buddy_compare(&play.g))
		return 0;
	for (op = 0; op < ops && !buddy_complaint(); op++) {
		if (op % OPS_PER_PHASE == 0)
			play_phase(&play);
		play_operation(&play);
		if (op % OPS_PER_COMPARE == OPS_PER_COMPARE - 1)
			buddy_compare(&play.g);
	}
	play_end(&play);
	if (!buddy_complaint())
		buddy_compare(&play.g);
	return op;
}

int model_run(const struct model_args *args)
{
	u64 ops = args->ops ? args->ops : DEFAULT_OPS, played = 0, op;
	u32 seeds = args->seeds ? args->seeds : DEFAULT_SEEDS, i;

	play.draw = draw_random;
	for (i = args->first_seed; i < args->first_seed + seeds; i++) {
		const struct model_map *map = NULL;
		/* A share for each seed, the rest for the first one. */
		u64 share =
			ops / seeds + (i == args->first_seed ? ops % seeds : 0);

		if (args->nr_maps && i % PLAIN_SEEDS)
			map = &args->maps[i % args->nr_maps];
		xorshift32_seed(&generator, i * 0x9e3779b9u + 1);
		geometry_draw(&play.g, map, &generator);
		op = play_seed(share);
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
		played, seeds, args->nr_maps, play.nr_failed, play.nr_refused);
	return 0;
}
