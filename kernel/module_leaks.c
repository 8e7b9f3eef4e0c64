/* SPDX-License-Identifier: MIT */
/*
 * module_leaks.c - what a module has not given back when it goes
 *
 * Memory is found by who asked for it: whole pages, areas and per-CPU memory
 * remember the call site (mm/allocinfo.h), objects of caches have records
 * (mm/slab_accounted.h), mappings of devices are areas, a pool knows who made it,
 * device numbers who took them.
 * One line for each kind and call site:
 *
 *   mm: BUG module-leak kmalloc-64 obj=c1a3f2c0 count=3 bytes=192 module=uart
 *       alloc=uart_open+0x1c/0x80 [uart] cpu=0 at=uart_open+0x1c/0x80 [uart]
 *
 * A call site is an address, and a module's is its own for as long as it is
 * loaded: where its init code was, too (module.c sees to it).
 *
 * Locking: none; the module is on its way out and nobody can call it.
 */
#define pr_fmt(fmt) "module: " fmt

#include <fs/cdev.h>
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <mm/allocinfo.h>
#include <mm/mempool.h>
#include <mm/slab_accounted.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include "module_internal.h"

/* Sites told apart, of objects and of all the machine's other memory. */
#define OBJECT_ROWS 64u
#define MEMORY_ROWS 2048u

bool module_has_site(const struct loaded_module *lm, unsigned long site)
{
	const unsigned int code[] = { MODULE_TEXT, MODULE_INIT_TEXT };
	unsigned int i;

	for (i = 0; i < sizeof(code) / sizeof(code[0]); i++) {
		if (site - lm->region[code[i]].start <
		    lm->region[code[i]].bytes)
			return true;
	}
	return false;
}

static bool is_site_of(const void *owner, unsigned long site)
{
	return module_has_site(owner, site);
}

/* Return: lines. */
static unsigned int report_objects(const struct loaded_module *lm)
{
	struct accounted_row rows[OBJECT_ROWS];
	unsigned int i, nr = accounted_take(is_site_of, lm, rows, OBJECT_ROWS);

	for (i = 0; i < nr; i++) {
		struct report_sites sites = { .alloc = rows[i].site,
					      .at = rows[i].site };

		mm_report("module-leak", &sites,
			  "%s obj=%p count=%u bytes=%lu module=%s",
			  rows[i].cache, rows[i].first, rows[i].nr,
			  rows[i].bytes, lm->mod.name);
	}
	return nr;
}

static unsigned int report_memory(const struct loaded_module *lm)
{
	struct allocinfo_row *rows = vmalloc(MEMORY_ROWS * sizeof(*rows));
	unsigned int i, nr, lines = 0;

	if (!rows) {
		pr_err("%s: no memory to look for what it holds\n",
		       lm->mod.name);
		return 0;
	}
	nr = allocinfo_collect(rows, MEMORY_ROWS);
	for (i = 0; i < nr; i++) {
		struct report_sites sites = { .alloc = rows[i].site,
					      .at = rows[i].site };

		/* Objects have been told already. */
		if (rows[i].kind == ALLOCINFO_SLAB ||
		    !module_has_site(lm, rows[i].site))
			continue;
		mm_report("module-leak", &sites,
			  "%s count=%u bytes=%llu module=%s",
			  allocinfo_kind_word(rows[i].kind), rows[i].calls,
			  rows[i].bytes, lm->mod.name);
		lines++;
	}
	vfree(rows);
	return lines;
}

/* Areas that show what is not theirs: devices, others' pages. */
static unsigned int report_mappings(const struct loaded_module *lm)
{
	unsigned long cursor = 0;
	unsigned int lines = 0;
	struct vm_info vm;

	while (vm_window_next(&vm_live_window, &cursor, &vm)) {
		struct report_sites sites = { .alloc = vm.site, .at = vm.site };

		if (vm.nr_pages || vm.state == VM_LAZY ||
		    !module_has_site(lm, vm.site))
			continue;
		mm_report("module-leak", &sites,
			  "%s addr=%#lx bytes=%lu module=%s",
			  vm_kind_word(vm.kind), vm.start,
			  vm.end - vm.start - PAGE_SIZE, lm->mod.name);
		lines++;
	}
	return lines;
}

struct leak_search {
	const struct loaded_module *lm;
	unsigned int lines;
};

static void report_pool(void *ctx, const mempool_t *pool)
{
	struct report_sites sites = { .alloc = pool->site, .at = pool->site };
	struct leak_search *search = ctx;

	if (!module_has_site(search->lm, pool->site))
		return;
	mm_report("module-leak", &sites,
		  "mempool obj=%p reserve=%d out=%d module=%s", pool,
		  pool->curr_nr, atomic_read(&pool->nr_out),
		  search->lm->mod.name);
	search->lines++;
}

/* The kernel has taken their memory: no call site of it is the module's. */
static unsigned int report_pools(const struct loaded_module *lm)
{
	struct leak_search search = { .lm = lm };

	mempool_for_each(report_pool, &search);
	return search.lines;
}

static void report_range(void *ctx, const struct chrdev_range *range)
{
	struct report_sites sites = { .alloc = range->site, .at = range->site };
	struct leak_search *search = ctx;

	if (!module_has_site(search->lm, range->site))
		return;
	mm_report("module-leak", &sites,
		  "device-numbers %u:%u count=%u name=%s module=%s",
		  MAJOR(range->from), MINOR(range->from), range->count,
		  range->name, search->lm->mod.name);
	search->lines++;
}

/* Nobody else can have them any more. */
static unsigned int report_numbers(const struct loaded_module *lm)
{
	struct leak_search search = { .lm = lm };

	chrdev_for_each_range(report_range, &search);
	return search.lines;
}

unsigned int module_report_leaks(const struct loaded_module *lm)
{
	return report_objects(lm) + report_memory(lm) + report_mappings(lm) +
	       report_pools(lm) + report_numbers(lm);
}
