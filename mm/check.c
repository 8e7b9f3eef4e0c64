/* SPDX-License-Identifier: MIT */
/*
 * check.c - the walk over every invariant of mm
 *
 * A room registers its checker by itself (MM_CHECK); only that of the zones is
 * here, because it checks one zone, and somebody has to know which are live.
 *
 * Locking: none held between checkers.
 */
#include <kernel/printk.h>
#include <mm/check.h>
#include <mm/zone.h>

/* The answer to a command: shown at any log level, and in the log too. */
#define check_say(...)                       \
	do {                                 \
		console_printf(__VA_ARGS__); \
		pr_debug(__VA_ARGS__);       \
	} while (0)

int mm_check(void)
{
	const struct mm_checker *const *pos;
	int total = 0;

	for_each_section_entry(pos, mm_checks) {
		int bad = (*pos)->check();

		if (bad)
			check_say("check: %s %d violations\n", (*pos)->name,
				  bad);
		total += bad;
	}
	check_say("check: %d violations\n", total);
	return total;
}

static int check_zones(void)
{
	struct zone *z;
	int bad = 0;

	for_each_zone(z)
		bad += zone_check(z);
	return bad;
}
MM_CHECK(zone, "zone", check_zones);
