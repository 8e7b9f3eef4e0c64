/* SPDX-License-Identifier: MIT */
/*
 * live_fixture.h - what suites ask that use the live zones
 */
#ifndef TESTS_LIVE_FIXTURE_H
#define TESTS_LIVE_FIXTURE_H

#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/zone.h>

/* All invariants of all live zones. Return: the number of violations. */
static inline int live_zones_check(void)
{
	struct zone *z;
	int bad = 0;

	for_each_zone(z)
		bad += zone_check(z);
	return bad;
}

/*
 * Is there so much memory that a case can have @bytes, and leave as much to
 * others? If not, it is skipped: the machine is a small one.
 */
static inline bool live_room_for(struct ktest *t, unsigned long bytes)
{
	if (nr_free_pages() / 2 >= bytes >> PAGE_SHIFT)
		return true;
	ktest_skip(t, "needs more memory than this machine has to spare");
	return false;
}

/* Does the last report, which was announced, say @text? */
static inline void expect_report_says(struct ktest *t, const char *text)
{
	const char *line = ktest_last_report(t);

	if (!strstr(line, text))
		KTEST_FAIL(t, "no \"%s\" in: %s", text, line);
}

#endif
