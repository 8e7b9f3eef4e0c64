/* SPDX-License-Identifier: MIT */
/* suites.c - what is left of tables when the suites are gone (suites.h). */
#include <kernel/compiler.h>
#include <kernel/suites.h>

struct suites_gone suites_gone;

const void *section_entry_from(const void *pos, const void *stop)
{
	const void *const *p = pos;

	/* The table itself may be the suites', and so its entries. */
	while ((const void *)p < stop && (suites_were_at((unsigned long)p) ||
					  suites_were_at((unsigned long)*p)))
		p++;
	return p;
}
