/* SPDX-License-Identifier: MIT */
/*
 * zone_fixture.h - private zones and nodes for the suites of the buddy
 *
 * Records only: there is no memory behind their frames, and none is touched.
 * One zone or node at a time, of all suites together (zone_fixture.c); making
 * one forgets the one before.
 */
#ifndef TESTS_ZONE_FIXTURE_H
#define TESTS_ZONE_FIXTURE_H

#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include "room.h"

/* Two blocks of the largest order, and a bit of a third. */
#define FIXTURE_FRAMES 2100u

/* Who asks and who frees, in reports: any address that has no symbol. */
#define FIXTURE_SITE 0x1234ul

extern struct zone fixture_the_zone;

struct zone_fixture {
	struct mm_node node; /* built by each suite its own way */
	struct page map[FIXTURE_FRAMES];
};
#define fixture_map (SUITE_ROOM(struct zone_fixture)->map)
#define fixture_node (SUITE_ROOM(struct zone_fixture)->node)

/* An empty zone over [start, end): all frames are holes. */
static inline struct zone *fixture_zone_empty(pfn_t start, pfn_t end)
{
	const struct zone_desc desc = { .name = "Test",
					.type = ZONE_NORMAL,
					.map = fixture_map,
					.start_pfn = start,
					.end_pfn = end };

	memset(fixture_map, 0, sizeof(fixture_map));
	zone_init(&fixture_the_zone, &desc);
	return &fixture_the_zone;
}

/* A zone with all of [start, end) free. */
static inline struct zone *fixture_zone(pfn_t start, pfn_t end)
{
	struct zone *z = fixture_zone_empty(start, end);

	zone_add_free(z, start, end);
	return z;
}

static inline struct page *fixture_alloc(struct zone *z, unsigned int order)
{
	return zone_alloc_block(z, order, FIXTURE_SITE);
}

static inline int fixture_free(struct zone *z, struct page *page,
			       unsigned int order)
{
	return zone_free_block(z, page, order, FIXTURE_SITE);
}

/* Is the last report "mm: BUG " + @want + a blank and sites? */
static inline void fixture_expect_line(struct ktest *t, const char *want)
{
	static const char prefix[] = "mm: BUG ";
	const char *line = ktest_last_report(t);
	size_t len = strlen(want);

	if (!strncmp(line, prefix, sizeof(prefix) - 1) &&
	    !strncmp(line + sizeof(prefix) - 1, want, len) &&
	    line[sizeof(prefix) - 1 + len] == ' ')
		return;
	KTEST_FAIL(t, "report \"%s\", want \"%s%s ...\"", line, prefix, want);
}

#endif
