/* SPDX-License-Identifier: MIT */
/*
 * allocinfo.c - bytes and calls by the place in the code that asked
 *
 * Every room is asked what it has handed out: blocks of pages by their records,
 * vmalloc areas by the tree, per-CPU objects by their tags, slab objects by the
 * records of allocinfo_objects.c. What two rooms could both name is named by
 * the one that its owner asked: a page of an area is the area's.
 *
 * Rows are found by hashing, in an array that the caller brings; the last row
 * takes whatever finds no other.
 *
 * Locking: that of the rooms, one at a time and for a moment each. One CPU at a
 * time shows the top, for its rows are static.
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/sort.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/zone.h>
#include "allocinfo_internal.h"

/* Rows of /proc/allocinfo, and of a report that may not allocate. */
#define ROWS_SHOWN 1024u
#define ROWS_TOP 192u
/* Rows looked at for one caller. */
#define ROW_PROBES 32u
/* Blocks looked at for one hold of a zone's lock. */
#define WALK_BATCH 1024u

const char *allocinfo_kind_word(enum allocinfo_kind kind)
{
#define ALLOCINFO_AS_WORD(id, word) word,
	static const char *const words[] = { ALLOCINFO_KINDS(
		ALLOCINFO_AS_WORD) };

	return kind < NR_ALLOCINFO_KINDS ? words[kind] : "?";
}

/* Rows that are being filled in; a row is found by its site and kind. */
struct tally {
	struct allocinfo_row *rows; /* calls 0: free */
	unsigned int room;
};

/* The row of @site and @kind, a new one if need be. */
static struct allocinfo_row *
row_of(struct tally *tally, enum allocinfo_kind kind, unsigned long site)
{
	unsigned int room = tally->room - 1, tries;
	unsigned int i = (unsigned int)(site ^ site >> 9) % room;

	for (tries = 0; tries < ROW_PROBES; tries++) {
		struct allocinfo_row *row = &tally->rows[i];

		if (!row->calls)
			*row = (struct allocinfo_row){ .site = site,
						       .kind = (u8)kind };
		if (row->site == site && row->kind == kind)
			return row;
		i = i + 1 < room ? i + 1 : 0;
	}
	return &tally->rows[room];
}

/* @calls more, @bytes more in all, that @site has of @kind. */
static void row_add(struct tally *tally, enum allocinfo_kind kind,
		    unsigned long site, u64 bytes, unsigned long calls)
{
	struct allocinfo_row *row = row_of(tally, kind, site);

	row->bytes += bytes;
	row->calls += (u32)calls;
}

/* --- whole pages ---------------------------------------------------------- */

/* Is this block its owner's own, or part of what another room names? */
static bool block_counts(const struct page *page)
{
	if (page_state(page) != PAGE_ALLOCATED)
		return false;
	switch (page_owner(page)) {
	case PAGE_OWNER_VMALLOC:
	case PAGE_OWNER_STACK:
	case PAGE_OWNER_PERCPU: return false;
	default: return true;
	}
}

/* From block to block; a tail or hole is a step of one. Lock held.
 * Return: where the next batch begins. */
static pfn_t count_blocks(struct tally *tally, const struct zone *z, pfn_t pfn)
{
	unsigned int i;

	for (i = 0; i < WALK_BATCH && pfn < z->end_pfn; i++) {
		const struct page *page = zone_pfn_to_page(z, pfn);
		unsigned long pages = 1;

		if (page_state(page) != PAGE_NONE)
			pages <<= page_order(page);
		if (block_counts(page))
			row_add(tally,
				page_owner(page) == PAGE_OWNER_KMALLOC ?
					ALLOCINFO_KMALLOC :
					ALLOCINFO_PAGES,
				page->site, (u64)pages << PAGE_SHIFT, 1);
		pfn += pages;
	}
	return pfn;
}

static void count_pages(struct tally *tally)
{
	struct zone *z;
	pfn_t pfn;

	for_each_zone(z) {
		for (pfn = z->start_pfn; pfn < z->end_pfn;) {
			unsigned long flags = spin_lock_irqsave(&z->lock);

			pfn = count_blocks(tally, z, pfn);
			spin_unlock_irqrestore(&z->lock, flags);
		}
	}
}

/* --- areas and objects ---------------------------------------------------- */

/* Those that are freed and wait for their flush are nobody's any more; pages
 * that were mapped only are whose they are. */
static void count_areas(struct tally *tally)
{
	unsigned long cursor = 0;
	struct vm_info vm;

	while (vm_window_next(&vm_live_window, &cursor, &vm)) {
		if (!vm_kind_has_pages(vm.kind) || vm.state == VM_LAZY)
			continue;
		row_add(tally,
			vm.kind == VM_KIND_STACK ? ALLOCINFO_STACK :
						   ALLOCINFO_VMALLOC,
			vm.site, (u64)vm.nr_pages << PAGE_SHIFT, 1);
	}
}

static void count_percpu(struct tally *tally)
{
	unsigned long cursor = 0;
	struct percpu_object o;

	while (percpu_space_next(&percpu_live, &cursor, &o))
		row_add(tally, ALLOCINFO_PERCPU, o.site,
			(u64)o.bytes * percpu_live.desc.nr_units, 1);
}

static void count_objects(struct tally *tally)
{
	struct allocinfo_row row;
	unsigned int cursor = 0;

	while (allocinfo_next_caller(&cursor, &row))
		row_add(tally, ALLOCINFO_SLAB, row.site, row.bytes, row.calls);
}

/* --- all together --------------------------------------------------------- */

/* The most bytes first; free rows last. */
static int row_compare(const void *a, const void *b)
{
	const struct allocinfo_row *ra = a, *rb = b;

	if (ra->bytes != rb->bytes)
		return ra->bytes > rb->bytes ? -1 : 1;
	return (ra->calls < rb->calls) - (ra->calls > rb->calls);
}

unsigned int allocinfo_collect(struct allocinfo_row *rows, unsigned int room)
{
	struct tally tally = { rows, room };
	unsigned int nr = 0;

	if (room < 2)
		return 0;
	memset(rows, 0, room * sizeof(*rows));
	count_pages(&tally);
	count_areas(&tally);
	count_percpu(&tally);
	count_objects(&tally);
	heap_sort(rows, room, sizeof(*rows), row_compare);
	while (nr < room && rows[nr].calls)
		nr++;
	return nr;
}

static void row_show(struct seq_file *m, const struct allocinfo_row *row)
{
	seq_printf(m, "%12llu %8u ", row->bytes, row->calls);
	if (row->site)
		seq_printf(m, "%pS %s\n", (void *)row->site,
			   allocinfo_kind_word((enum allocinfo_kind)row->kind));
	else
		seq_puts(m, "other callers\n");
}

void allocinfo_show_top(struct seq_file *m, unsigned int most)
{
	static struct allocinfo_row rows[ROWS_TOP];
	static atomic_t busy;
	unsigned int i, nr;

	if (atomic_xchg(&busy, 1))
		return;
	nr = min(allocinfo_collect(rows, ROWS_TOP), most);
	for (i = 0; i < nr; i++)
		row_show(m, &rows[i]);
	atomic_set(&busy, 0);
}

/* --- /proc/allocinfo ------------------------------------------------------ */

static void allocinfo_head(struct seq_file *m)
{
	unsigned long known, missed;

	seq_puts(m, "allocinfo - version: 1.0\n"
		    "#     <size>  <calls> <tag info>\n");
	if (!allocinfo_is_watching()) {
		seq_puts(m, "# slab objects are not counted: "
			    "echo on > /proc/allocinfo\n");
		return;
	}
	allocinfo_objects(&known, &missed);
	seq_printf(m, "# slab objects: %lu known, %lu missed\n", known, missed);
}

static void allocinfo_show(struct seq_file *m)
{
	struct allocinfo_row *rows =
		kmalloc(ROWS_SHOWN * sizeof(*rows), GFP_KERNEL | __GFP_NOWARN);
	unsigned int i, nr;

	allocinfo_head(m);
	/* Without memory the biggest must do. */
	if (!rows) {
		allocinfo_show_top(m, ROWS_TOP);
		return;
	}
	nr = allocinfo_collect(rows, ROWS_SHOWN);
	for (i = 0; i < nr; i++)
		row_show(m, &rows[i]);
	kfree(rows);
}

/* "on" or "off", and nothing else but the end of the line. */
static int allocinfo_write(struct proc_write *w)
{
	size_t len = w->len;
	bool on;

	if (len && w->text[len - 1] == '\n')
		len--;
	on = len == 2 && !memcmp(w->text, "on", 2);
	if (!on && !(len == 3 && !memcmp(w->text, "off", 3)))
		return proc_refuse(w, -EINVAL, "takes on or off");
	if (allocinfo_watch(on))
		return proc_refuse(w, -ENOMEM, "no memory for the records");
	return 0;
}
PROC_FILE_RW(allocinfo, "allocinfo", allocinfo_show, allocinfo_write);
