/* SPDX-License-Identifier: MIT */
/*
 * live_fixture.h - what suites ask that use the live zones
 */
#ifndef TESTS_LIVE_FIXTURE_H
#define TESTS_LIVE_FIXTURE_H

#include <kernel/ktest.h>
#include <kernel/string.h>
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

/* Does the last report, which was announced, say @text? */
static inline void expect_report_says(struct ktest *t, const char *text)
{
	const char *line = ktest_last_report(t);

	if (!strstr(line, text))
		KTEST_FAIL(t, "no \"%s\" in: %s", text, line);
}

#endif
