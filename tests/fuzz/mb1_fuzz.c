/* SPDX-License-Identifier: MIT */
/*
 * mb1_fuzz.c - libFuzzer target: any bytes as memory with a multiboot1 block
 *
 * The input is physical memory from WINDOW_PHYS on, with the information block
 * at its start; all that the block points to has to lie in it too. The reader
 * hands out the fuzzer's own bytes, so the address sanitizer sees each access
 * beyond what was asked for, and refuses what the interface forbids to ask.
 */
#include <kernel/boot_info.h>

#include "boot_info_sound.h"

#define WINDOW_PHYS 0x1000u

struct window {
	const u8 *data;
	size_t size;
};

static const void *window_map(void *ctx, u64 phys, size_t len)
{
	const struct window *w = ctx;

	FUZZ_REQUIRE(len > 0);
	FUZZ_REQUIRE((phys & (MB1_READ_BYTES - 1)) + len <= MB1_READ_BYTES);
	if (phys < WINDOW_PHYS || phys - WINDOW_PHYS > w->size ||
	    len > w->size - (phys - WINDOW_PHYS))
		return NULL;
	return w->data + (phys - WINDOW_PHYS);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct boot_info bi;
	struct window window = { data, size };
	struct mb1_reader reader = { window_map, &window };
	int err = mb1_parse(&bi, &reader, WINDOW_PHYS);

	fuzz_boot_info_sound(&bi, err);
	return 0;
}
