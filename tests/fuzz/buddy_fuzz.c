/* SPDX-License-Identifier: MIT */
/*
 * buddy_fuzz.c - libFuzzer target: bytes as operations on a node
 *
 * The first twelve bytes are the shape: pairs of (length, kind) for runs of
 * frames, and two zone borders. Then each operation has three bytes: what, and
 * a frame or an order. Every answer is compared with the naive reference as in
 * tests/models, and at the end the whole node.
 *
 * Links tests/models/{model_env,geometry,buddy_check}.c and no core.
 */
#include <kernel/string.h>
#include "../models/buddy_check.h"
#include "../models/model_env.h"

#define SHAPE_BYTES 12u
#define OPERATION_BYTES 3u
/* Longer inputs find nothing that shorter ones do not, only later. */
#define MAX_OPERATIONS 2000u

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
extern char fuzz_last_line[128];

static struct geometry g;

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

/* Five runs of up to 1020 frames, the last one repeated to the end. */
static void shape_load(const u8 *data)
{
	pfn_t end[NR_ZONES], pos = 0;
	unsigned int run;

	g.base_pfn = (data[11] & 7) * 1021ul;
	for (run = 0; pos < GEOMETRY_FRAMES; run = run < 4 ? run + 1 : 0) {
		u32 frames = data[2 * run] * 4u + 1;

		while (frames-- && pos < GEOMETRY_FRAMES)
			g.kind[pos++] = data[2 * run + 1] % 3;
	}
	end[ZONE_DMA] = data[10] * 4ul;
	end[ZONE_NORMAL] = end[ZONE_DMA] + (data[11] >> 3) * 64ul;
	end[ZONE_HIGHMEM] = GEOMETRY_FRAMES - (data[10] & 15);
	for (run = 0; run < NR_ZONES; run++)
		end[run] += g.base_pfn;
	geometry_build(&g, end);
}

static void operation(const u8 *op)
{
	static const gfp_t zone_bits[4] = { 0, __GFP_DMA, __GFP_HIGHMEM, 0 };
	u32 number = op[1] | (u32)op[2] << 8;
	pfn_t pfn = g.base_pfn + number % GEOMETRY_FRAMES;
	unsigned int order = op[0] >> 4, zone;

	if (op[0] & 1) {
		buddy_try_alloc(&g, GFP_ATOMIC | zone_bits[op[1] & 3],
				order % MAX_ORDER, true);
		return;
	}
	/* With its own order a free is mostly right, else mostly wrong. */
	for (zone = 0; zone < NR_ZONES - 1; zone++) {
		if (naive_has(&g.naive[zone], pfn))
			break;
	}
	if ((op[0] & 2) && naive_has(&g.naive[zone], pfn))
		order = naive_at(&g.naive[zone], pfn)->order;
	buddy_try_free(&g, zone, pfn, order, op[0] & 4);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned int nr = 0;

	if (size < SHAPE_BYTES)
		return 0;
	shape_load(data);
	data += SHAPE_BYTES;
	size -= SHAPE_BYTES;
	while (size >= OPERATION_BYTES && nr++ < MAX_OPERATIONS) {
		operation(data);
		if (buddy_complaint())
			__builtin_trap();
		data += OPERATION_BYTES;
		size -= OPERATION_BYTES;
	}
	if (!buddy_compare(&g))
		__builtin_trap();
	return 0;
}
