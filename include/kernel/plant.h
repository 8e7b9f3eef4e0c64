/* SPDX-License-Identifier: MIT */
/*
 * plant.h - bugs that are committed on purpose
 *
 * A room that notices a kind of bug puts one into the table with
 * PLANTED_BUG(); `plant NAME` at the console commits it. Only what is contained
 * is put here: the kernel says its line and goes on. What the CPU notices is
 * in <asm/plant.h>.
 */
#ifndef KERNEL_PLANT_H
#define KERNEL_PLANT_H

#include <kernel/types.h>

struct planted_bug {
	const char *name; /* "P40", as docs/planted.md has it */
	const char *help; /* what is done, one line */
	/* A function that does something behind the bad call, so that the
	 * report's at= names it. Return: 0; -ENOMEM if there was no memory to
	 * misuse, -ENODEV if it had to be high memory,
	 * -ENOSYS where it goes unnoticed by design, -EOPNOTSUPP where it does
	 * without a boot word, which @commit has named. */
	int (*commit)(void);
};

#define PLANTED_BUG(id, bug_name, help_text, fn)             \
	static const struct planted_bug planted_bug_##id = { \
		.name = bug_name,                            \
		.help = help_text,                           \
		.commit = fn,                                \
	};                                                   \
	SECTION_ENTRY(planted_bugs, const struct planted_bug, planted_bug_##id)

DECLARE_SECTION_TABLE(planted_bugs, const struct planted_bug);

/* An address the compiler cannot follow: it would refuse the double free. */
static inline void *plant_hide(void *p)
{
	__asm__ volatile("" : "+r"(p));
	return p;
}

#endif
