/* SPDX-License-Identifier: MIT */
/*
 * memmap_fuzz.c - libFuzzer target: any map through the sanitiser
 *
 * The first byte is the CPU's address width; then come entries of 17 bytes
 * (base, length, type). The rules are asked anew, without the sanitiser's
 * arithmetic, for the frames around each end of an entry: nowhere else can the
 * answer change.
 */
#include <kernel/errno.h>
#include <kernel/memmap.h>
#include <kernel/string.h>

#include "boot_info_sound.h"

#define ENTRY_BYTES 17
#define MAX_ENTRIES 64
#define FRAMES_END (1ull << 52)

static struct boot_mmap_entry raw[MAX_ENTRIES];
static unsigned int nr;
static struct memmap map;

static bool contains(const struct boot_mmap_entry *e, u64 byte)
{
	return byte >= e->base && byte - e->base < e->length;
}

static bool naive_usable(u64 pfn)
{
	u64 first = pfn << 12;
	bool covered = false;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		const struct boot_mmap_entry *e = &raw[i];
		bool head = contains(e, first);

		if (e->type == 1)
			covered |= head && contains(e, first + 0xfff);
		else if (head || (e->length && e->base - first < 0x1000))
			return false;
	}
	return covered;
}

/* Compare the frames next to the one that @byte lies in. */
static void compare_around(u64 byte)
{
	u64 frame = byte >> 12;
	u64 pfn;

	for (pfn = frame ? frame - 1 : 0; pfn <= frame + 1; pfn++)
		if (pfn < map.limit_pfn)
			FUZZ_REQUIRE(memmap_page_usable(&map, (pfn_t)pfn) ==
				     naive_usable(pfn));
}

static void entries_load(const u8 *data, size_t size)
{
	for (nr = 0; nr < MAX_ENTRIES && size >= ENTRY_BYTES; nr++) {
		memcpy(&raw[nr].base, data, 8);
		memcpy(&raw[nr].length, data + 8, 8);
		raw[nr].type = data[16];
		data += ENTRY_BYTES;
		size -= ENTRY_BYTES;
	}
}

/* Every page is in the runs, clipped or dropped, and counted once. */
static void sums_hold(void)
{
	struct memmap_zones z;

	memmap_zone_pages(&map, MEMMAP_NORMAL_END_PFN, &z);
	FUZZ_REQUIRE(z.dma + z.normal <= MEMMAP_NORMAL_END_PFN);
	FUZZ_REQUIRE(z.dma + z.normal + z.high ==
		     memmap_pages_between(&map, 0, map.limit_pfn));
	FUZZ_REQUIRE(z.ignored <= FRAMES_END - map.limit_pfn);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	char buf[192];
	unsigned int i;
	int err;

	if (size == 0)
		return 0;
	entries_load(data + 1, size - 1);
	err = memmap_sanitize(&map, raw, nr, data[0]);
	FUZZ_REQUIRE(err == (map.nr_runs ? 0 : -ENOMEM));
	FUZZ_REQUIRE(memmap_check(&map) == 0);
	FUZZ_REQUIRE(map.nr_runs_dropped == 0);
	FUZZ_REQUIRE(memmap_summary(&map, buf, sizeof(buf)) < (int)sizeof(buf));
	sums_hold();
	for (i = 0; i < nr; i++) {
		compare_around(raw[i].base);
		compare_around(raw[i].base + raw[i].length);
	}
	for (i = 0; i < map.nr_runs; i++) {
		compare_around((u64)map.runs[i].start << 12);
		compare_around((u64)map.runs[i].end << 12);
	}
	return 0;
}
