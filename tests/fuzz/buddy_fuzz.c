/* SPDX-License-Identifier: MIT */
/*
 * buddy_fuzz.c - libFuzzer target: bytes as operations on a node
 *
 * The first thirteen bytes are the shape: pairs of (length, kind) for runs of
 * frames, two zone borders, and which zones are grouped by mobility. All other
 * bytes are the numbers that tests/models/buddy_play.c draws: marks, lists,
 * operations and what they are about, one byte or two for each. Every answer is
 * compared with the reference as in tests/models, and at the end the whole
 * node.
 *
 * Links all of tests/models but the models themselves, and no core.
 */
#include <kernel/string.h>
#include <kernel/util.h>
#include "../models/buddy_play.h"
#include "../models/model_env.h"

#define SHAPE_BYTES 13u
/* Longer inputs find nothing that shorter ones do not, only later. */
#define MAX_OPERATIONS 2000u

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
extern char fuzz_last_line[128];

static struct play play;
static const u8 *next_byte, *end_byte;

/* Error lines come only with a difference: the last one is left for gdb. */
char fuzz_last_line[128];

void model_write(const char *text, unsigned long len)
{
	strscpy(fuzz_last_line, text, min(len + 1, sizeof(fuzz_last_line)));
}

/* The fuzzer keeps the input that led to a trap. */
void model_exit(int status)
{
	(void)status;
	__builtin_trap();
}

static u32 take_byte(void)
{
	return next_byte < end_byte ? *next_byte++ : 0;
}

/* Behind the last byte all is 0. */
static u32 draw_bytes(u32 n)
{
	u32 number = take_byte();

	if (n > 256)
		number |= take_byte() << 8;
	return n ? number % n : 0;
}

/* Five runs of up to 1020 frames, the last one repeated to the end. */
static void shape_load(const u8 *data)
{
	struct geometry *g = &play.g;
	pfn_t end[NR_ZONES], pos = 0;
	unsigned int run;

	g->base_pfn = (data[11] & 7) * 1021ul;
	for (run = 0; pos < GEOMETRY_FRAMES; run = run < 4 ? run + 1 : 0) {
		u32 frames = data[2 * run] * 4u + 1;

		while (frames-- && pos < GEOMETRY_FRAMES)
			g->kind[pos++] = data[2 * run + 1] % 3;
	}
	end[ZONE_DMA] = data[10] * 4ul;
	end[ZONE_NORMAL] = end[ZONE_DMA] + (data[11] >> 3) * 64ul;
	end[ZONE_HIGHMEM] = GEOMETRY_FRAMES - (data[10] & 15);
	for (run = 0; run < NR_ZONES; run++)
		end[run] += g->base_pfn;
	g->group = data[12];
	g->outside = data[12] >> 3;
	geometry_build(g, end);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned int nr = 0;

	if (size < SHAPE_BYTES)
		return 0;
	shape_load(data);
	next_byte = data + SHAPE_BYTES;
	end_byte = data + size;
	play.draw = draw_bytes;
	play_begin(&play);
	play_phase(&play);
	while (next_byte < end_byte && nr++ < MAX_OPERATIONS) {
		play_operation(&play);
		if (buddy_complaint())
			__builtin_trap();
	}
	if (!buddy_compare(&play.g))
		__builtin_trap();
	return 0;
}
