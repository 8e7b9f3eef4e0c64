/* SPDX-License-Identifier: MIT */
/*
 * boot_info_sound.h - what holds of a boot_info, whatever the input was
 *
 * Shared by the fuzz targets of both multiboot parsers. A broken promise traps,
 * which the fuzzer reports with the input that led there.
 */
#ifndef FUZZ_BOOT_INFO_SOUND_H
#define FUZZ_BOOT_INFO_SOUND_H

#include <kernel/boot_info.h>
#include <kernel/memmap.h>
#include <kernel/string.h>

#define FUZZ_REQUIRE(cond)                \
	do {                              \
		if (!(cond))              \
			__builtin_trap(); \
	} while (0)

static inline bool fuzz_is_kept(const struct boot_info *bi, u64 start, u64 end)
{
	u32 i;

	for (i = 0; i < bi->nr_ranges; i++)
		if (bi->ranges[i].start <= start && end <= bi->ranges[i].end)
			return true;
	return start == end;
}

static inline void fuzz_texts_sound(const struct boot_info *bi)
{
	u32 i;

	FUZZ_REQUIRE(strnlen(bi->loader, sizeof(bi->loader)) <
		     sizeof(bi->loader));
	FUZZ_REQUIRE(strnlen(bi->cmdline, sizeof(bi->cmdline)) <
		     sizeof(bi->cmdline));
	for (i = 0; i < bi->nr_modules; i++)
		FUZZ_REQUIRE(strnlen(bi->modules[i].string,
				     BOOT_MODULE_STRING_BYTES) <
			     BOOT_MODULE_STRING_BYTES);
}

static inline void fuzz_lists_sound(const struct boot_info *bi)
{
	u32 i;

	FUZZ_REQUIRE(bi->nr_mmap <= BOOT_MMAP_ENTRIES);
	FUZZ_REQUIRE(bi->nr_modules <= BOOT_MODULES);
	FUZZ_REQUIRE(bi->nr_ranges <= BOOT_RANGES);
	for (i = 0; i < bi->nr_ranges; i++) {
		FUZZ_REQUIRE(bi->ranges[i].start < bi->ranges[i].end);
		FUZZ_REQUIRE(bi->ranges[i].end <= 1ull << 52);
	}
	for (i = 0; i < bi->nr_modules; i++)
		FUZZ_REQUIRE(fuzz_is_kept(bi, bi->modules[i].start,
					  bi->modules[i].end));
}

/* Every problem has words, and a failure has at least one problem. */
static inline void fuzz_problems_sound(const struct boot_info *bi, int err)
{
	char buf[160];
	unsigned int i;
	int len;

	for (i = 0; (len = boot_info_problem(bi, i, buf, sizeof(buf))); i++)
		FUZZ_REQUIRE(buf[len] == '\0');
	FUZZ_REQUIRE(i <= NR_BOOT_PROBLEMS);
	FUZZ_REQUIRE(err == 0 || i > 0);
}

static inline void fuzz_boot_info_sound(const struct boot_info *bi, int err)
{
	static struct memmap map;

	fuzz_texts_sound(bi);
	fuzz_lists_sound(bi);
	fuzz_problems_sound(bi, err);
	FUZZ_REQUIRE((err == 0) == (bi->nr_mmap > 0));
	if (memmap_sanitize(&map, bi->mmap, bi->nr_mmap, 36) == 0)
		FUZZ_REQUIRE(map.nr_runs > 0);
	FUZZ_REQUIRE(memmap_check(&map) == 0);
	FUZZ_REQUIRE(map.nr_runs_dropped == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

#endif
