/* SPDX-License-Identifier: MIT */
/*
 * module_holding.c - asking all rooms what points into a module
 *
 * Locking: none here; each room has its own.
 */
#include <kernel/bug.h>
#include <kernel/module_holding.h>

void module_holding_found(struct module_search *search, const char *kind,
			  const volatile void *object,
			  const volatile void *code)
{
	struct report_sites sites = { .at = (unsigned long)code };

	search->nr++;
	if (!search->quiet)
		mm_report("module-leak", &sites, "%s obj=%p module=%s", kind,
			  (const void *)(unsigned long)object, search->module);
}

unsigned int module_search_all(struct module_search *search)
{
	const struct module_holding_table *const *pos;

	for_each_section_entry(pos, module_holdings)
		(*pos)->each(search, (*pos)->kind);
	return search->nr;
}
