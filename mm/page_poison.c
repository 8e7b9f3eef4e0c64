/* SPDX-License-Identifier: MIT */
/*
 * page_poison.c - page_poison=1: fill what is freed, look when it is given out
 *
 * A driver that goes on writing to a page after freeing it damages whoever has
 * the page next, who then looks like the culprit. So each page that is freed is
 * filled with PAGE_POISON, and compared before it is given out. What is found
 * is reported with the frame, the first wrong byte and who freed the page:
 *
 *	use-after-free page pfn=0xf806+16 found=42 want=aa bytes=4 free=...
 *
 * @bytes reach from the first wrong byte to the last; one that differs in one
 * bit is said to be "one-bit": memory that does not hold it is as likely.
 *
 * The page is not given out: its bytes are still somebody's. It is cut out of
 * its block and stays allocated, owner "bad"; the rest of the block goes back,
 * and the request is served anew, by other pages. So the sums of zone.h hold,
 * and /proc/vmstat counts such pages (pages_quarantined).
 *
 * The fast paths know nothing of this. They are led away by what they look at
 * in any case:
 *
 *   requests   find no list to go to (node_first_row()), as if some were to
 *              fail on purpose, and take node_alloc_slow(), which asks here;
 *              bulk requests ask for each page by itself then
 *   frees      find lists without room, and no place where a block of any order
 *              may merge freely (whole_pages), so all of them arrive at
 *              zone_free_block(), which calls here
 *
 * Hence there are no lists of the CPUs: each request and each free is the
 * buddy's. Against filling a page that is little.
 *
 * A high page needs a slot of kmap_local for both. Where all of a CPU's are in
 * use it is not filled, or given out without a look; the first time there is a
 * line, since a fault that is looked for may have gone by.
 *
 * Pages that were never freed are not filled: that would write to all memory
 * there is, 64 GiB of it, and give the emulator's host as much to back. A page
 * is looked at from its first free on. Which ones are filled is noted in the
 * records' word `private`, which is nobody's while a page is free: in each
 * page's, of a tail too, is who freed it, or 0 for a page that was not filled.
 * The word is the cache of a page that is in a slab, and kfree() looks before it
 * asks for the state: who freed is an address of code, so it is no cache.
 *
 * Invariants:
 *   - a free page whose private is not 0 was filled when it was freed by it
 *   - a page that is given out has private 0
 *
 * Locking: none while pages are filled or compared, for 4 MiB take a while. A
 * block that is freed is its last user's until it is on a list; one that was
 * taken is the request's. Two CPUs that free one block in the same instant may
 * both fill it, the second one when it is somebody's again: on lists without
 * poison the second one would be believed altogether.
 *
 * Not here: objects inside a slab, which have a poison of their own
 * (slab_debug.c); memory that was bad from the start (memtest.c).
 */
#define pr_fmt(fmt) "page_poison: " fmt

#include <kernel/atomic.h>
#include <kernel/bitops.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <asm/pgtable.h>
#include <mm/highmem.h>
#include <mm/page_poison.h>
#include <mm/zone.h>
#include "internal.h"
#include "page_block.h"

static bool poison_missed; /* the line has been printed */

/* Return: as poison->map(); NULL: the first time it is said. */
static void *poison_map(const struct page_poison *poison, struct page *page)
{
	void *va = poison->map(page);

	if (unlikely(!va) && !READ_ONCE(poison_missed)) {
		WRITE_ONCE(poison_missed, true);
		pr_notice("some pages are passed over: this CPU has no slot of"
			  " kmap_local left for them\n");
	}
	return va;
}

/* --- filling ------------------------------------------------------------- */

static void poison_fill_page(const struct page_poison *poison,
			     struct page *page, unsigned long site)
{
	void *va = poison_map(poison, page);

	page->private = 0;
	if (!va)
		return;
	memset(va, PAGE_POISON, PAGE_SIZE);
	poison->unmap(va);
	/* 0 has a meaning; a site that is not known must not be it. */
	page->private = site ? site : 1;
}

void page_poison_fill(struct zone *z, struct page *page, unsigned int order,
		      unsigned long site)
{
	unsigned long i;

	if (!page_is_allocated(page, order) ||
	    atomic_read(&page->_refcount) > 1)
		return;
	for (i = 0; i < 1ul << order; i++)
		poison_fill_page(z->poison, page + i, site);
}

/* --- looking ------------------------------------------------------------- */

/* What is wrong with a page's bytes. */
struct poison_damage {
	size_t offset; /* of the first wrong byte */
	size_t bytes; /* up to the last one; 0: nothing is wrong */
	u8 found;
};

static void poison_look(const u8 *va, struct poison_damage *d)
{
	const u8 *first = memchr_inv(va, PAGE_POISON, PAGE_SIZE);
	const u8 *last = va + PAGE_SIZE - 1;

	*d = (struct poison_damage){};
	if (likely(!first))
		return;
	while (*last == PAGE_POISON)
		last--;
	d->offset = (size_t)(first - va);
	d->bytes = (size_t)(last - first) + 1;
	d->found = *first;
}

static noinline __cold void poison_report(const struct zone *z,
					  const struct page *page,
					  const struct poison_damage *d,
					  unsigned long site)
{
	const struct report_sites sites = {
		.free = page->private,
		.at = site,
	};
	const u8 wrong = d->found ^ PAGE_POISON;

	mm_report("use-after-free", &sites,
		  "page pfn=%#lx+%zu found=%02x want=%02x bytes=%zu%s",
		  zone_page_to_pfn(z, page), d->offset, d->found, PAGE_POISON,
		  d->bytes,
		  d->bytes == 1 && !(wrong & (wrong - 1)) ? " one-bit" : "");
}

/* Is @page as it was filled, or was not filled? Its private is 0 then. */
static bool poison_page_sound(const struct zone *z, struct page *page,
			      unsigned long site)
{
	struct poison_damage damage = {};
	void *va = page->private ? poison_map(z->poison, page) : NULL;

	if (va) {
		poison_look(va, &damage);
		z->poison->unmap(va);
	}
	if (unlikely(damage.bytes))
		poison_report(z, page, &damage, site);
	else
		page->private = 0;
	return !damage.bytes;
}

/* --- keeping back -------------------------------------------------------- */

static void poison_keep_page(struct zone *z, struct page *page)
{
	unsigned long flags = local_irq_save();

	page->private = 0;
	page_set_owner(page, PAGE_OWNER_BAD);
	zone_stat_row(z)[ZONE_STAT_QUARANTINE]++;
	local_irq_restore(flags);
}

/* Cut the block at @page up: its sound pages, by private, are free again. */
static noinline __cold void poison_keep(struct zone *z, struct page *page,
					unsigned int order, unsigned long site)
{
	struct page *const end = page + (1ul << order);

	zone_split_block(z, page, order);
	for (; page < end; page++) {
		if (page->private)
			poison_keep_page(z, page);
		else
			(void)zone_free_block(z, page, 0, site);
	}
}

static struct zone *node_zone(struct mm_node *node, const struct page *page)
{
	struct zone *z = &node->zones[0];

	while (!zone_has_pfn(z, zone_page_to_pfn(z, page)))
		z++;
	return z;
}

bool page_poison_sound(struct mm_node *node, struct page *page,
		       unsigned int order, unsigned long site)
{
	struct zone *z = node_zone(node, page);
	unsigned long i, nr_bad = 0;

	for (i = 0; i < 1ul << order; i++)
		nr_bad += !poison_page_sound(z, page + i, site);
	if (unlikely(nr_bad))
		poison_keep(z, page, order, site);
	return !nr_bad;
}

/* --- on or off ------------------------------------------------------------ */

/* What is free was not filled, whatever its records say. */
static void zone_forget_poison(const struct zone *z)
{
	pfn_t pfn = z->start_pfn, end;

	while (pfn < z->end_pfn) {
		struct page *page = zone_pfn_to_page(z, pfn);

		/* Records of holes may share memory: they are left alone. */
		if (page_state(page) != PAGE_FREE) {
			pfn++;
			continue;
		}
		end = pfn + (1ul << page_order(page));
		for (; pfn < end; pfn++, page++)
			page->private = 0;
	}
}

void mm_node_set_poison(struct mm_node *node, const struct page_poison *poison)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		struct zone *z = &node->zones[i];

		page_pcp_set_high(z, 0);
		zone_forget_poison(z);
		z->whole_pages = 0;
		z->poison = poison;
	}
	poison_missed = false;
	node->poison = poison;
	node->fault.changed(&node->fault);
}

/* --- the live machine ----------------------------------------------------- */

/* With all slots in use the page stays as it is: that is no fault of his. */
static void *live_map(struct page *page)
{
	if (PageHighMem(page) && kmap_local_depth() >= KMAP_LOCAL_SLOTS)
		return NULL;
	return kmap_local_page(page);
}

static void live_unmap(const void *va)
{
	kunmap_local(va);
}

static const struct page_poison live_poison =
	PAGE_POISON_BY(live_map, live_unmap);

static bool page_poison_wanted;

bool page_poisoning_enabled(void)
{
	return mm_node.poison;
}

void page_poison_init(void)
{
	if (!page_poison_wanted)
		return;
	mm_node_set_poison(&mm_node, &live_poison);
	pr_info("on: freed pages hold %02x until they are given out\n",
		PAGE_POISON);
}

static int page_poison_set(const char *value)
{
	return value ? kstrtobool(value, &page_poison_wanted) : -EINVAL;
}
KERNEL_PARAM(page_poison, "page_poison", page_poison_set,
	     "=0|1: fill pages that are freed, look at them when given out");
