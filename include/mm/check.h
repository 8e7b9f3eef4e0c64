/* SPDX-License-Identifier: MIT */
/*
 * check.h - every invariant of mm, in one call
 *
 * A room that has a checker puts it into the table with MM_CHECK(); the linker
 * collects them (section mm_checks).
 */
#ifndef MM_CHECK_H
#define MM_CHECK_H

#include <kernel/types.h>

struct mm_checker {
	const char *name; /* "zone", "slab" */
	/* Changes nothing, is bounded, prints each violation by its label.
	 * Return: the number of violations. */
	int (*check)(void);
};

#define MM_CHECK(id, check_name, check_fn)                 \
	static const struct mm_checker mm_checker_##id = { \
		.name = check_name,                        \
		.check = check_fn,                         \
	};                                                 \
	SECTION_ENTRY(mm_checks, const struct mm_checker, mm_checker_##id)

DECLARE_SECTION_TABLE(mm_checks, const struct mm_checker);

/**
 * mm_check - run every checker
 *
 * Prints "check: NAME N violations" for each that found some, and at the end
 * "check: N violations".
 * Return: the number of violations; 0 is health.
 * Context: any; takes the locks of the rooms, one at a time.
 */
int mm_check(void);

#endif
