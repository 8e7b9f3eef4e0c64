/* SPDX-License-Identifier: MIT */
/*
 * show_records_test.c - the records of zones and caches
 *
 * Where COM2 has a listener his records are not taken from him, and the cases
 * are skipped: tools/docs.py checks there what he gets.
 */
#include <kernel/ktest.h>
#include <kernel/record.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/show.h>
#include <mm/slab.h>
#include "private_machine.h"

#define U BOOT_MMAP_USABLE
#define LINES 8u
#define LINE_BYTES 400u

/* The lines that were written, without the time; those beyond are counted. */
static struct {
	char text[LINES][LINE_BYTES];
	unsigned int nr;
	unsigned int nr_of_caches;
	unsigned int nr_of_kmalloc_64;
} seen;

static void capture(const char *text, size_t len)
{
	const char *time = strstr(text, "\"t\":");
	const char *fields = time ? strchr(time, ',') : NULL;

	if (seen.nr < LINES && fields && len < LINE_BYTES)
		strlcpy(seen.text[seen.nr], fields + 1, LINE_BYTES);
	seen.nr++;
	seen.nr_of_caches += strstr(text, "{\"k\":\"cache\",") == text;
	seen.nr_of_kmalloc_64 += strstr(text, "\"kmalloc-64\"") != NULL;
}

/* Return: false if the case is skipped. */
static bool capture_begin(struct ktest *t)
{
	if (record_enabled()) {
		ktest_skip(t, "somebody listens to the records");
		return false;
	}
	memset(&seen, 0, sizeof(seen));
	record_set_sink(capture);
	return true;
}

static void a_zone_is_told_with_its_blocks_and_its_events(struct ktest *t)
{
	/* 3 frames to use in DMA, 64 in Normal. */
	static const struct boot_mmap_entry map[] = {
		{ 0, 0x4000, U },
		{ 0x40000, 0x40000, U },
	};
	const struct mm_limits limits = { .dma_end = 64, .low_end = 256 };
	struct private_machine *pm =
		private_machine_new(t, map, ARRAY_SIZE(map), &limits, ~0ul);

	if (!pm || !private_machine_hand_over(t, pm)) {
		private_machine_free(pm);
		return;
	}
	KTEST_EXPECT_NOT_NULL(
		t, zone_alloc_block(&pm->node.zones[ZONE_NORMAL], 5, 0));
	if (capture_begin(t)) {
		mm_record_zones_of(&pm->node);
		record_set_sink(NULL);
		KTEST_EXPECT_EQ(t, seen.nr, 2 * NR_ZONES);
		KTEST_EXPECT_STREQ(
			t, seen.text[0],
			"\"name\":\"DMA\",\"start\":0,\"end\":64,\"present\":4,"
			"\"managed\":3,\"free\":3,\"pcp\":0,"
			"\"blocks\":[1,1,0,0,0,0,0,0,0,0,0]}\n");
		KTEST_EXPECT_STREQ(
			t, seen.text[2],
			"\"name\":\"Normal\",\"start\":64,\"end\":128,"
			"\"present\":64,\"managed\":64,\"free\":32,\"pcp\":0,"
			"\"blocks\":[0,0,0,0,0,1,0,0,0,0,0]}\n");
		KTEST_EXPECT_STREQ(
			t, seen.text[3],
			"\"zone\":\"Normal\",\"alloc\":1,\"alloc_pages\":32,"
			"\"free\":0,\"free_pages\":0,\"split\":1,\"merge\":0,"
			"\"fallback\":0,\"fail\":0,\"dip\":0,\"wake\":0,"
			"\"stall\":0,\"steal\":0,\"claim\":0,"
			"\"quarantine\":0}\n");
	}
	private_machine_free(pm);
}

static void count_cache(struct kmem_cache *cache, void *arg)
{
	(void)cache;
	(*(unsigned int *)arg)++;
}

static void every_cache_is_told_once(struct ktest *t)
{
	unsigned int caches = 0;

	if (!capture_begin(t))
		return;
	mm_record_caches();
	record_set_sink(NULL);
	slab_for_each_cache(count_cache, &caches);
	KTEST_EXPECT_TRUE(t, caches > 4);
	KTEST_EXPECT_EQ(t, seen.nr, caches);
	KTEST_EXPECT_EQ(t, seen.nr_of_caches, caches);
	KTEST_EXPECT_EQ(t, seen.nr_of_kmalloc_64, 1);
}

static const struct ktest_case show_records_cases[] = {
	KTEST_CASE(a_zone_is_told_with_its_blocks_and_its_events),
	KTEST_CASE(every_cache_is_told_once),
};
KTEST_SUITE(show_records, show_records_cases);
