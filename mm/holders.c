/* SPDX-License-Identifier: MIT */
/*
 * holders.c - the biggest holders of memory
 *
 * All tables are walked, and of what they name the largest few are kept, sorted
 * in place: nothing is allocated, for whoever asks has just run out of it. Two
 * tables are here: what was taken at boot, the lists of bootmem, each owner
 * once, with all it has; and whole pages, by who asked for them, counted along
 * the records. Pages of caches and areas are left to these.
 *
 * Locking: none of its own; each room's function takes its room's lock. Pages
 * are counted under zone->lock, some blocks at a time, so a count may mix two
 * moments.
 */
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/bootmem.h>
#include <mm/holders.h>
#include <mm/zone.h>

/* Enough to see a pattern, few enough to be read. */
#define HOLDERS_SHOWN 6u

struct holder {
	const char *kind;
	unsigned long pages;
	char name[HOLDER_NAME_BYTES];
};

/* The largest so far, in falling order. */
struct holder_list {
	const char *kind; /* of the table that is being walked */
	unsigned int nr;
	struct holder holder[HOLDERS_SHOWN];
};

void holder_name(struct holder_list *list, unsigned long pages, const char *fmt,
		 ...)
{
	unsigned int i = list->nr;
	struct holder *h;
	va_list args;

	while (i && list->holder[i - 1].pages < pages)
		i--;
	if (!pages || i == HOLDERS_SHOWN)
		return;
	if (list->nr < HOLDERS_SHOWN)
		list->nr++;
	h = &list->holder[i];
	memmove(h + 1, h, (list->nr - 1 - i) * sizeof(*h));
	h->kind = list->kind;
	h->pages = pages;
	va_start(args, fmt);
	vsnprintf(h->name, sizeof(h->name), fmt, args);
	va_end(args);
}

void mm_show_holders(struct seq_file *m)
{
	const struct mm_holder_table *const *pos;
	struct holder_list list = { .nr = 0 };
	unsigned int i;

	for_each_section_entry(pos, mm_holders) {
		list.kind = (*pos)->kind;
		(*pos)->each(&list);
	}
	for (i = 0; i < list.nr; i++)
		seq_printf(m, "  %s %s: %lu pages\n", list.holder[i].kind,
			   list.holder[i].name, list.holder[i].pages);
}

/* Has one of the first @nr ranges the owner of range @nr? */
static bool owner_was_named(const struct bootmem_list *ranges, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (!strcmp(ranges->ranges[i].owner, ranges->ranges[nr].owner))
			return true;
	}
	return false;
}

/* Ranges that are no RAM count, too: they are few. */
static void boot_holders(struct holder_list *list)
{
	const struct bootmem_list *reserved = &bootmem_live.reserved;
	unsigned int i;

	for (i = 0; i < reserved->nr; i++) {
		const char *owner = reserved->ranges[i].owner;

		if (!owner_was_named(reserved, i))
			holder_name(
				list,
				(unsigned long)(bootmem_owned_bytes(
							&bootmem_live, owner) >>
						PAGE_SHIFT),
				"%s", owner);
	}
}
MM_HOLDER(boot, "reserved at boot for", boot_holders);

/* --- whole pages ---------------------------------------------------------- */

/* Callers told apart; those that come later share a line. */
#define SITES_COUNTED 48u
/* Blocks looked at for one hold of the lock. */
#define COUNT_BATCH 1024u

struct site_counts {
	unsigned int nr;
	unsigned long other_pages;
	struct {
		unsigned long site;
		unsigned long pages;
	} row[SITES_COUNTED];
};

static void site_count(struct site_counts *counts, unsigned long site,
		       unsigned long pages)
{
	unsigned int i;

	for (i = 0; i < counts->nr && counts->row[i].site != site;)
		i++;
	if (i == SITES_COUNTED) {
		counts->other_pages += pages;
		return;
	}
	if (i == counts->nr) {
		counts->row[i].pages = 0;
		counts->row[counts->nr++].site = site;
	}
	counts->row[i].pages += pages;
}

/* From block to block; a tail or hole is a step of one. Lock held.
 * Return: where the next batch begins. */
static pfn_t count_batch(struct site_counts *counts, const struct zone *z,
			 pfn_t pfn)
{
	unsigned int i;

	for (i = 0; i < COUNT_BATCH && pfn < z->end_pfn; i++) {
		const struct page *page = zone_pfn_to_page(z, pfn);
		unsigned long pages = 1;

		if (page_state(page) != PAGE_NONE)
			pages <<= page_order(page);
		if (page_state(page) == PAGE_ALLOCATED &&
		    page_owner(page) != PAGE_OWNER_VMALLOC &&
		    page_owner(page) != PAGE_OWNER_PERCPU)
			site_count(counts, page->site, pages);
		pfn += pages;
	}
	return pfn;
}

static void page_holders(struct holder_list *list)
{
	struct site_counts counts = { .nr = 0 };
	struct zone *z;
	unsigned int i;
	pfn_t pfn;

	for_each_zone(z) {
		for (pfn = z->start_pfn; pfn < z->end_pfn;) {
			unsigned long flags = spin_lock_irqsave(&z->lock);

			pfn = count_batch(&counts, z, pfn);
			spin_unlock_irqrestore(&z->lock, flags);
		}
	}
	for (i = 0; i < counts.nr; i++)
		holder_name(list, counts.row[i].pages, "%pS",
			    (void *)counts.row[i].site);
	holder_name(list, counts.other_pages, "other callers");
}
MM_HOLDER(pages, "whole pages of", page_holders);
