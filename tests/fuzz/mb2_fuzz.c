/* SPDX-License-Identifier: MIT */
/*
 * mb2_fuzz.c - libFuzzer target: any bytes as a multiboot2 information block
 *
 * The fuzzer's input is the readable memory, to the byte, so the address
 * sanitizer sees each read beyond it.
 */
#include <kernel/boot_info.h>

#include "boot_info_sound.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct boot_info bi;
	int err = mb2_parse(&bi, data, size, 0x9500);

	fuzz_boot_info_sound(&bi, err);
	return 0;
}
