/* SPDX-License-Identifier: MIT */
/*
 * mm_init.c - from a memory map to zones that hand out pages
 *
 * When mm_boot() has made RAM known to bootmem, mm_init()
 *
 *   plans       zone ends, max_pfn and the size of the page array follow from
 *               the RAM there is (mm_plan_make);
 *   allocates   the array from bootmem, at the top of low memory, so that the
 *               DMA zone stays as free as it can be;
 *   builds      three zones, all holes (mm_node_build);
 *   hands over  free RAM in the largest blocks there are; reserved RAM is
 *               marked frame by frame, it is little (mm_hand_over);
 *   counts      where every page of RAM went (conservation.c).
 *
 *   frame  0        4096 (16 MiB)        0x38000 (896 MiB)        max_pfn
 *          |--DMA---|--------Normal------|------------High--------|
 *                              mem_map --^
 *
 * The cost is one store of 24 bytes of zeroes a frame, in one stretch, and a
 * few stores a block. Nothing else walks the array.
 *
 * The array covers holes too, from frame 0 to the top of RAM. A machine with
 * little RAM low and some far up would spend its low memory on records of the
 * hole between them: the array may take half of the free low memory. Where it
 * would take more it is laid out in sections (page_records.h), and then only
 * RAM costs records. What has no room even so is left unused, from the top,
 * and named.
 *
 * Invariants: zones touch, in order, from frame 0 to max_pfn; max_low_pfn is
 * the end of the direct map and the start of ZONE_HIGHMEM; every frame that is
 * RAM and below max_pfn is in the buddy or RESERVED.
 *
 * Locking: none, one CPU. Context: boot.
 *
 * Not here: sanitising (boot/memmap.c), what zones do (page_alloc.c).
 */
#define pr_fmt(fmt) "mm: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <asm/pgtable.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/page_poison.h>
#include <mm/page_records.h>
#include <mm/page_trace.h>
#include <mm/show.h>
#include <mm/zone_mark.h>

#include "internal.h"

/* Contracts in page.h. Written once, here; nobody changes them after boot. */
struct page *mem_map;
EXPORT_SYMBOL(mem_map);
pfn_t max_pfn;
EXPORT_SYMBOL(max_pfn);
pfn_t max_low_pfn;
EXPORT_SYMBOL(max_low_pfn);
void *high_memory;
EXPORT_SYMBOL(high_memory);

/* As Linux prints them; the third one is what the books call High. */
static const char *const zone_names[NR_ZONES] = { "DMA", "Normal", "HighMem" };

/* Page tables from then on; they are made with locks held, so never sleep. */
static void *buddy_table_page(void)
{
	struct page *page = alloc_page(GFP_ATOMIC | __GFP_ZERO);

	if (!page)
		return NULL;
	page_set_owner(page, PAGE_OWNER_PGTABLE);
	return page_address(page);
}

/* --- the plan ------------------------------------------------------------ */

/* RAM below low_end, in pages, and what of it is free. */
struct low_ram {
	pfn_t all;
	pfn_t free;
	pfn_t largest_free; /* the longest run */
	pfn_t end; /* one past the last */
	pfn_t top; /* of all RAM, low or not */
};

static void low_ram_count(struct low_ram *low, const struct bootmem *bm,
			  pfn_t low_end)
{
	struct bootmem_cursor c;
	struct bootmem_span span;

	*low = (struct low_ram){ 0 };
	bootmem_cursor_init(&c, bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		pfn_t start = phys_to_pfn(span.start);
		pfn_t end = min(phys_to_pfn(span.end), low_end);

		low->top = phys_to_pfn(span.end);
		if (start >= end)
			continue;
		low->all += end - start;
		low->end = end;
		if (span.reserved)
			continue;
		low->free += end - start;
		low->largest_free = max(low->largest_free, end - start);
	}
}

/* RAM pages below @limit: their top in *top. Return: those at or above. */
static pfn_t ram_below(const struct bootmem *bm, pfn_t limit, pfn_t *top)
{
	struct bootmem_cursor c;
	struct bootmem_span span;
	pfn_t above = 0;

	*top = 0;
	bootmem_cursor_init(&c, bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		pfn_t start = phys_to_pfn(span.start);
		pfn_t end = phys_to_pfn(span.end);

		if (end > limit)
			above += end - max(start, limit);
		if (start < limit)
			*top = min(end, limit);
	}
	return above;
}

static unsigned long pages_to_kib(pfn_t pages)
{
	return pages << (PAGE_SHIFT - 10);
}

/*
 * A zone ends at its limit or where RAM of its kind ends; so a machine with
 * little RAM has zones of no frames, which start where they end. Frames between
 * the last low RAM and the limit of low memory are high: they have no address
 * in the direct map, which ends with the RAM.
 */
static void plan_zones(struct mm_plan *plan, const struct mm_limits *limits,
		       const struct low_ram *low)
{
	const pfn_t low_end = min(low->end, plan->max_pfn);
	const pfn_t end[NR_ZONES] = { min(limits->dma_end, low_end), low_end,
				      plan->max_pfn };
	pfn_t start = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		plan->zone_start[i] = start;
		plan->zone_end[i] = end[i];
		start = end[i];
	}
	plan->max_low_pfn = low_end;
}

/* One array, as far up as @budget_bytes of it reach. */
static void plan_flat(struct mm_plan *plan, const struct bootmem *bm, pfn_t top,
		      u64 budget_bytes)
{
	u64 records = div_u64(budget_bytes, sizeof(struct page));

	if (top > records)
		/* Whole largest blocks, so that the top is no odd end. */
		top = ALIGN_DOWN((pfn_t)records, 1ul << (MAX_ORDER - 1));
	plan->no_record_pages = ram_below(bm, top, &plan->max_pfn);
	plan->map_bytes = PAGE_ALIGN(plan->max_pfn * sizeof(struct page));
	plan->window_bytes = 0;
}

/*
 * Sections instead, if that leaves less RAM unused. Two limits: real records
 * cost what those of a flat array would, and the window has so many addresses.
 */
static void plan_sections(struct mm_plan *plan, const struct bootmem *bm,
			  unsigned long room, u64 budget_bytes)
{
	pfn_t limit =
		ALIGN_DOWN(room / sizeof(struct page), RECORDS_SECTION_PAGES);
	pfn_t unused, top;

	limit = min(limit, records_limit(bm, budget_bytes));
	unused = ram_below(bm, limit, &top);
	if (unused >= plan->no_record_pages)
		return;
	plan->no_record_pages = unused;
	plan->max_pfn = top;
	plan->map_bytes = records_bytes(bm, top);
	plan->window_bytes =
		ALIGN(top, RECORDS_SECTION_PAGES) * sizeof(struct page);
}

/*
 * Two limits to the records: half of the free low memory, so that the array
 * cannot eat what it is there to manage, and the longest free run, since it is
 * one piece. What the machine needs is what is taken, the array, and a rest.
 */
int mm_plan_make(struct mm_plan *plan, const struct bootmem *bm,
		 const struct mm_limits *limits)
{
	struct low_ram low;
	u64 budget_bytes;

	BUG_ON(limits->low_end < limits->dma_end);
	*plan = (struct mm_plan){ 0 };
	low_ram_count(&low, bm, limits->low_end);
	budget_bytes = (u64)min(low.free / 2, low.largest_free) << PAGE_SHIFT;
	plan_flat(plan, bm, low.top, budget_bytes);
	if (plan->no_record_pages)
		plan_sections(plan, bm, limits->records_room, budget_bytes);
	plan_zones(plan, limits, &low);
	plan->have_kib = pages_to_kib(low.all);
	plan->need_kib = pages_to_kib(low.all - low.free) +
			 plan->map_bytes / 1024 + limits->min_free_kib;
	return plan->have_kib < plan->need_kib ? -ENOMEM : 0;
}

/* --- third step: zones -------------------------------------------------- */

unsigned long mm_plan_types_bytes(const struct mm_plan *plan)
{
	unsigned long bytes = 0;
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		bytes += nr_pageblocks(plan->zone_start[i], plan->zone_end[i]);
	return bytes;
}

/* Two zones may share a pageblock: each has an entry of its own for it. */
void mm_node_build(struct mm_node *node, struct page *map, u8 *types,
		   const struct mm_plan *plan)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		const struct zone_desc desc = {
			.name = zone_names[i],
			.type = (enum zone_type)i,
			.map = map,
			.map_base_pfn = 0,
			.start_pfn = plan->zone_start[i],
			.end_pfn = plan->zone_end[i],
			.types = types,
		};

		zone_init(&node->zones[i], &desc);
		zone_group_by_mobility(&node->zones[i]);
		if (types)
			types += nr_pageblocks(desc.start_pfn, desc.end_pfn);
	}
	mm_node_init_zonelists(node);
}

/* A span may cross zone edges; each zone takes its part. */
static void hand_over_span(struct mm_node *node,
			   const struct bootmem_span *span)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++) {
		struct zone *z = &node->zones[i];
		pfn_t start = max(phys_to_pfn(span->start), z->start_pfn);
		pfn_t end = min(phys_to_pfn(span->end), z->end_pfn);

		if (start >= end)
			continue;
		if (span->reserved)
			zone_add_reserved(z, start, end);
		else
			zone_add_free(z, start, end);
	}
}

void mm_hand_over(struct mm_node *node, struct bootmem *bm)
{
	struct bootmem_cursor c;
	struct bootmem_span span;

	BUG_ON(bm->handed_over);
	bootmem_cursor_init(&c, bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span))
		hand_over_span(node, &span);
	bootmem_hand_over(bm);
}

/* --- the live machine --------------------------------------------------- */

/* Say what RAM is not used, a line for each reason. */
static void log_unused(const struct memmap *map, const struct mm_plan *plan)
{
	u64 hidden = memmap_pages_between(map, mm_limit_pfn(), map->limit_pfn);

	if (map->clipped_pages)
		pr_warn("%lluK of RAM from %#llx up left unused: beyond the"
			" address width of CPU or kernel\n",
			map->clipped_pages << (PAGE_SHIFT - 10),
			pfn_to_phys(map->limit_pfn));
	if (map->dropped_pages)
		pr_warn("%lluK of RAM left unused: too many pieces\n",
			map->dropped_pages << (PAGE_SHIFT - 10));
	if (hidden)
		pr_warn("%lluK of RAM from %#llx up left unused: mem=\n",
			hidden << (PAGE_SHIFT - 10),
			pfn_to_phys(mm_limit_pfn()));
	if (plan->no_record_pages)
		pr_warn("%luK of RAM from %#llx up left unused: no room for"
			" its page records in low memory\n",
			pages_to_kib(plan->no_record_pages),
			pfn_to_phys(plan->max_pfn));
}

/* Linux's lines, ends inclusive as there. */
static void log_zones(const struct mm_plan *plan, const struct bootmem *bm)
{
	unsigned int i;

	printk(KERN_INFO "Zone ranges:\n");
	for (i = 0; i < NR_ZONES; i++) {
		if (plan->zone_start[i] == plan->zone_end[i])
			printk(KERN_INFO "  %-8s empty\n", zone_names[i]);
		else
			printk(KERN_INFO "  %-8s [mem 0x%016llx-0x%016llx]\n",
			       zone_names[i], pfn_to_phys(plan->zone_start[i]),
			       pfn_to_phys(plan->zone_end[i]) - 1);
	}
	printk(KERN_INFO "Early memory node ranges\n");
	for (i = 0; i < bm->memory.nr; i++)
		printk(KERN_INFO "  node   0: [mem 0x%016llx-0x%016llx]\n",
		       bm->memory.ranges[i].start,
		       bm->memory.ranges[i].end - 1);
}

static unsigned long owned_kib(const char *owner)
{
	return (unsigned long)(bootmem_owned_bytes(&bootmem_live, owner) >> 10);
}

/*
 * Linux's line. Present is all RAM in zones, so what "reserved" counts is the
 * image, the array and all else that the buddy was not given.
 */
static void log_memory(void)
{
	unsigned long present = 0;
	struct zone *z;

	for_each_zone(z)
		present += z->present_pages;
	printk(KERN_INFO
	       "Memory: %luK/%luK available (%luK kernel code, %luK rwdata,"
	       " %luK rodata, %luK init, %luK bss, %luK reserved, %luK"
	       " highmem)\n",
	       pages_to_kib(nr_free_pages()), pages_to_kib(present),
	       owned_kib(MM_OWNER_CODE), owned_kib(MM_OWNER_DATA),
	       owned_kib(MM_OWNER_RODATA), owned_kib(MM_OWNER_INIT),
	       owned_kib(MM_OWNER_BSS),
	       pages_to_kib(present - totalram_pages()),
	       pages_to_kib(totalhigh_pages()));
}

/* The line comes first, and alone: tests and people look for it. */
static void __noreturn too_little(const struct mm_plan *plan)
{
	pr_emerg("need %lu KiB, have %lu KiB\n", plan->need_kib,
		 plan->have_kib);
	panic("mm: too little memory to run");
}

/* Low memory for one of the plan's arrays, not cleared; 0: there is none. */
static phys_addr_t take_array(const struct mm_plan *plan, unsigned long bytes,
			      unsigned long align, pfn_t min_pfn,
			      const char *owner)
{
	const struct bootmem_request req = {
		.size_bytes = bytes,
		.align_bytes = align, /* 0: bootmem's own */
		.min = pfn_to_phys(min_pfn),
		.max = pfn_to_phys(plan->max_low_pfn),
		.dir = BOOTMEM_TOPDOWN,
		.owner = owner,
	};

	return bootmem_alloc(&bootmem_live, &req);
}

/* The page array, in Normal if that has room, else anywhere in low memory. */
static phys_addr_t take_mem_map(const struct mm_plan *plan)
{
	phys_addr_t map = take_array(plan, plan->map_bytes, PAGE_SIZE,
				     plan->zone_start[ZONE_NORMAL],
				     MM_OWNER_MEM_MAP);

	return map ? map :
		     take_array(plan, plan->map_bytes, PAGE_SIZE, 0,
				MM_OWNER_MEM_MAP);
}

/* A byte for each pageblock: at most 16 KiB. */
static phys_addr_t take_types(const struct mm_plan *plan)
{
	return take_array(plan, mm_plan_types_bytes(plan), 0, 0,
			  MM_OWNER_PAGEBLOCKS);
}

static void *clear_array(phys_addr_t array, unsigned long bytes)
{
	return memset(phys_to_virt(array), 0, bytes);
}

/* The array of a plan in sections: addresses for it, and what they show. */
static struct page *mem_map_in_sections(const struct mm_plan *plan,
					void *records)
{
	unsigned long window = kpt_take_records(plan->window_bytes);

	if (records_map(&bootmem_live, window, plan->window_bytes, records))
		panic("mm: no memory for the page tables of mem_map");
	pr_info("mem_map: %luK of RAM for %luK of records, holes share a page\n",
		plan->map_bytes >> 10, plan->window_bytes >> 10);
	return (struct page *)window;
}

/* The plan for what bootmem has now. Return: as mm_plan_make(). */
static int live_plan_make(struct mm_plan *plan)
{
	const struct arch_layout *layout = arch_layout();
	const struct mm_limits limits = {
		.dma_end = phys_to_pfn(layout->dma_limit),
		.low_end = phys_to_pfn(layout->lowmem_limit),
		.min_free_kib = MM_MIN_FREE_KIB,
		.records_room = layout->records_room,
	};

	return mm_plan_make(plan, &bootmem_live, &limits);
}

static void give_back(phys_addr_t array, unsigned long bytes)
{
	if (array && bootmem_free(&bootmem_live, array, bytes))
		panic("mm: cannot give back what was just taken");
}

bool mm_init_has_room(void)
{
	phys_addr_t records, types;
	struct mm_plan plan;

	if (live_plan_make(&plan))
		return false;
	records = take_mem_map(&plan);
	types = take_types(&plan);
	give_back(types, mm_plan_types_bytes(&plan));
	give_back(records, plan.map_bytes);
	return records && types;
}

void mm_init(const struct boot_info *bi, const struct memmap *map)
{
	phys_addr_t records, types;
	struct mm_plan plan;

	BUG_ON(bi != mm_boot_info() || map != mm_firmware_map());
	if (live_plan_make(&plan))
		too_little(&plan);
	log_unused(map, &plan);
	log_zones(&plan, &bootmem_live);
	records = take_mem_map(&plan);
	types = take_types(&plan);
	if (!records || !types)
		too_little(&plan);
	clear_array(types, mm_plan_types_bytes(&plan));
	mem_map = clear_array(records, plan.map_bytes);
	if (plan.window_bytes)
		mem_map = mem_map_in_sections(&plan, mem_map);
	max_pfn = plan.max_pfn;
	max_low_pfn = plan.max_low_pfn;
	/* From here on the array's end is the limit, if it is the lower one. */
	if (plan.no_record_pages)
		mm_limit_lower(plan.max_pfn);
	high_memory = phys_to_virt(pfn_to_phys(max_low_pfn));
	mm_node_build(&mm_node, mem_map, phys_to_virt(types), &plan);
	mm_hand_over(&mm_node, &bootmem_live);
	mm_conservation_check(map);
	mm_tuning_default(&mm_tuning, &mm_node);
	mm_node_set_marks(&mm_node, &mm_tuning);
	page_pcp_init();
	page_poison_init();
	vsnprintf_set_gfp_words(gfp_format);
	kpt_set_table_source(buddy_table_page);
	mm_usage_register(MM_USAGE_PCP, page_pcp_all_pages);
	mm_usage_register(MM_USAGE_PAGE_TABLES, kpt_nr_table_pages);
	log_memory();
}
