/* SPDX-License-Identifier: MIT */
/*
 * conservation.c - where did every page of the firmware's RAM go?
 *
 *   ram = reserved + boot + buddy + ignored, exact to the page
 *
 * Each term is counted from a source of its own, none by subtraction:
 *
 *   ram        the sanitised firmware map: all its runs, and what it clipped
 *   reserved   bootmem's lists: RAM kept by address (image, loader, page 0)
 *   boot       bootmem's lists: RAM allocated before the hand-over
 *   buddy      the zones' own counters of what they were given
 *   ignored    the firmware map from the limit up, and what it clipped
 *
 * So a run that got lost on its way into bootmem, a span that the hand-over
 * gave twice or to no zone, and a reservation of RAM that is not there each
 * tear the line apart. It is printed at every boot; tests match its prefix.
 *
 * Invariant: the equation itself. Locking: none; after start-up nothing that is
 * read here changes. Until then pages may move from reserved to buddy
 * (boot_release.c), which the equation does not see.
 */
#define pr_fmt(fmt) "mm: " fmt
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/check.h>
#include <mm/mm_init.h>

/* Frames of a reserved span below @limit_pfn; 0 for a free one. */
static u64 span_reserved_pages(const struct bootmem_span *span, pfn_t limit_pfn)
{
	pfn_t start = phys_to_pfn(span->start);
	pfn_t end = min(phys_to_pfn(span->end), limit_pfn);

	return span->reserved && start < end ? end - start : 0;
}

/*
 * A page that is both kept and allocated cannot be: bootmem gives each page of
 * a PAGE_SIZE walk to exactly one range.
 */
void mm_conservation_count(struct mm_conservation *c, const struct memmap *map,
			   const struct bootmem *bm, const struct mm_node *node,
			   pfn_t limit_pfn)
{
	struct bootmem_cursor cursor;
	struct bootmem_span span;
	unsigned int i;

	*c = (struct mm_conservation){
		.ram = map->clipped_pages + map->dropped_pages,
		.ignored = map->clipped_pages + map->dropped_pages,
	};
	for (i = 0; i < map->nr_runs; i++)
		c->ram += map->runs[i].end - map->runs[i].start;
	c->ignored += memmap_pages_between(map, limit_pfn, map->limit_pfn);
	for (i = 0; i < NR_ZONES; i++)
		c->buddy += node->zones[i].managed_pages;
	bootmem_cursor_init(&cursor, bm, PAGE_SIZE);
	while (bootmem_next_span(&cursor, &span)) {
		u64 pages = span_reserved_pages(&span, limit_pfn);

		if (pages && span.reserved->kind == BOOTMEM_ALLOCATED)
			c->boot += pages;
		else
			c->reserved += pages;
	}
}

bool mm_conservation_holds(const struct mm_conservation *c)
{
	return c->ram == c->reserved + c->boot + c->buddy + c->ignored;
}

int mm_conservation_format(const struct mm_conservation *c, char *buf,
			   size_t size)
{
	return scnprintf(buf, size,
			 "mm: conservation: ram=%llu reserved=%llu boot=%llu"
			 " buddy=%llu ignored=%llu %s",
			 c->ram, c->reserved, c->boot, c->buddy, c->ignored,
			 mm_conservation_holds(c) ? "ok" : "BROKEN");
}

/* Pages below @limit_pfn under the owner and kind of @r. */
static u64 owner_pages(const struct bootmem *bm, const struct bootmem_range *r,
		       pfn_t limit_pfn)
{
	struct bootmem_cursor c;
	struct bootmem_span span;
	u64 pages = 0;

	bootmem_cursor_init(&c, bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		if (span.reserved && span.reserved->kind == r->kind &&
		    strcmp(span.reserved->owner, r->owner) == 0)
			pages += span_reserved_pages(&span, limit_pfn);
	}
	return pages;
}

/* Has an earlier range the owner and kind of range @i? */
static bool owner_seen(const struct bootmem_list *list, unsigned int i)
{
	const struct bootmem_range *r = &list->ranges[i];

	while (i-- > 0) {
		if (list->ranges[i].kind == r->kind &&
		    strcmp(list->ranges[i].owner, r->owner) == 0)
			return true;
	}
	return false;
}

/*
 * One line an owner, in order of first address. Each owner's pages are summed
 * by a walk of its own: owners are few, and there is nowhere to keep a table.
 */
static void print_owners(const struct bootmem *bm, pfn_t limit_pfn)
{
	const struct bootmem_list *list = &bm->reserved;
	unsigned int i;

	for (i = 0; i < list->nr; i++) {
		const struct bootmem_range *r = &list->ranges[i];
		u64 pages;

		if (owner_seen(list, i))
			continue;
		pages = owner_pages(bm, r, limit_pfn);
		if (pages)
			pr_debug("conservation: %s owner=\"%s\" pages=%llu\n",
				 r->kind == BOOTMEM_ALLOCATED ? "boot" :
								"reserved",
				 r->owner, pages);
	}
}

/* Every range that the buddy does not get, for the log. */
static void print_ranges(const struct bootmem *bm)
{
	unsigned int i;

	pr_info("taken before the hand-over:\n");
	for (i = 0; i < bm->reserved.nr; i++) {
		const struct bootmem_range *r = &bm->reserved.ranges[i];

		pr_info("  [mem 0x%08llx-0x%08llx] %s\n", r->start, r->end - 1,
			r->owner);
	}
}

/* At boot: the machine must not run on memory it cannot account for. */
void mm_conservation_check(const struct memmap *map)
{
	struct mm_conservation c;
	char line[MM_CONSERVATION_BYTES];

	mm_conservation_count(&c, map, &bootmem_live, &mm_node, mm_limit_pfn());
	mm_conservation_format(&c, line, sizeof(line));
	print_ranges(&bootmem_live);
	printk(KERN_INFO "%s\n", line);
	print_owners(&bootmem_live, mm_limit_pfn());
	if (!mm_conservation_holds(&c))
		panic("mm: pages of RAM are lost or counted twice");
}

/*
 * Part of `check`: no term changes after start-up, so a difference means
 * that somebody wrote over a counter or a list. Before mm_boot() all is well.
 */
static int conservation_check_live(void)
{
	struct mm_conservation c;
	char line[MM_CONSERVATION_BYTES];

	if (!mm_firmware_map())
		return 0;
	mm_conservation_count(&c, mm_firmware_map(), &bootmem_live, &mm_node,
			      mm_limit_pfn());
	if (mm_conservation_holds(&c))
		return 0;
	mm_conservation_format(&c, line, sizeof(line));
	printk(KERN_ERR "%s\n", line);
	return 1;
}
MM_CHECK(conservation, "conservation", conservation_check_live);
