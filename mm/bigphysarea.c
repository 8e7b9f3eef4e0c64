/* SPDX-License-Identifier: MIT */
/*
 * bigphysarea.c - a large piece of low memory, kept for drivers from boot on
 *
 * A buddy system hands out powers of two up to 4 MiB, and after some hours of
 * work hardly those. So the area is taken while memory is still whole, and
 * never given to the buddy. Within it any number of pages can be had, at the
 * first place that fits.
 *
 * The table has an entry for each page; it is taken at boot too, so that no
 * request ever fails for want of a record. Blocks handed out and the free runs
 * between them tile the area. The first and the last entry of each say how long
 * it is and whether it is used, the entries between count for nothing:
 *
 *	page    0    1    2    3    4    5    6    7
 *	        |--- used --|  |-- free --|  |-used-|
 *	run     3u   .    3u   3    .    3   2u   2u
 *
 * So the walk goes from run to run, and a block that comes free finds both its
 * neighbours in the entries beside it. A table costs 8 bytes for 4 KiB.
 *
 * Invariants (bigphys_area_check() walks them all):
 *   B1  runs tile the area: none is empty, the last ends where the area ends
 *   B2  the entries of a run's first and last page say the same
 *   B3  no two free runs touch
 *   B4  nr_free_pages and nr_blocks are what the runs add up to
 *
 * Locking: area->lock, irq-safe, rank LOCK_RESERVE; no other lock is taken
 * inside. Reports and clearing come after it was dropped. Callable from
 * interrupt context.
 *
 * Not here: what mem= hides (drivers/highram).
 */
#define pr_fmt(fmt) "bigphysarea: " fmt
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/bigphysarea.h>
#include <mm/bootmem.h>
#include <mm/check.h>
#include <mm/gfp.h>
#include <mm/mm_init.h>
#include <asm/pgtable.h>

static_assert(sizeof(long) != 4 || sizeof(struct bigphys_entry) == 8,
	      "the table costs 2 KiB for each MiB");

struct bigphys_area bigphysarea_live = {
	.name = "bigphysarea",
	.lock = SPINLOCK_INIT("bigphysarea", LOCK_RESERVE),
};

/* --- runs --------------------------------------------------------------- */

static unsigned long entry_pages(const struct bigphys_entry *e)
{
	return e->run & ~BIGPHYS_USED;
}

static bool entry_used(const struct bigphys_entry *e)
{
	return e->run & BIGPHYS_USED;
}

/* The run that begins at @idx. A table that is written over must not make a
 * walk endless, nor lead it elsewhere. */
static unsigned long run_len(const struct bigphys_area *a, unsigned long idx)
{
	unsigned long len = entry_pages(&a->table[idx]);

	BUG_ON(!len || len > a->nr_pages - idx);
	return len;
}

/* Pages [idx, idx + nr_pages) become one run. Sites stay as they are. */
static void run_set(struct bigphys_area *a, unsigned long idx,
		    unsigned long nr_pages, u32 used)
{
	u32 run = (u32)nr_pages | used;

	VM_BUG_ON(!nr_pages || nr_pages > a->nr_pages - idx);
	a->table[idx].run = run;
	a->table[idx + nr_pages - 1].run = run;
}

void bigphys_area_init(struct bigphys_area *a, const char *name, caddr_t base,
		       unsigned long nr_pages, struct bigphys_entry *table)
{
	BUG_ON(!nr_pages || nr_pages > BIGPHYS_MAX_PAGES ||
	       !IS_ALIGNED((unsigned long)base, PAGE_SIZE));
	*a = (struct bigphys_area){
		.name = name,
		.base = base,
		.nr_pages = nr_pages,
		.table = table,
		.nr_free_pages = nr_pages,
	};
	spin_lock_init(&a->lock, name, LOCK_RESERVE);
	memset(table, 0, nr_pages * sizeof(*table));
	run_set(a, 0, nr_pages, 0);
}

static caddr_t page_at(const struct bigphys_area *a, unsigned long idx)
{
	return a->base + (idx << PAGE_SHIFT);
}

/* Pages to skip from page @idx on to a multiple of @align pages. */
static unsigned long align_skip(const struct bigphys_area *a, unsigned long idx,
				unsigned long align)
{
	unsigned long number = (unsigned long)page_at(a, idx) >> PAGE_SHIFT;

	return -number & (align - 1);
}

/*
 * The first free run with room for @nr_pages at a multiple of @align.
 * Return: its first page, and in *@skip how far into it; a->nr_pages if none.
 */
static unsigned long area_find(const struct bigphys_area *a,
			       unsigned long nr_pages, unsigned long align,
			       unsigned long *skip)
{
	unsigned long idx, len;

	for (idx = 0; idx < a->nr_pages; idx += len) {
		len = run_len(a, idx);
		if (entry_used(&a->table[idx]))
			continue;
		*skip = align_skip(a, idx, align);
		if (*skip < len && nr_pages <= len - *skip)
			break;
	}
	return idx;
}

/* Cut a block out of the free run at @idx, @skip pages into it. */
static void run_carve(struct bigphys_area *a, unsigned long idx,
		      unsigned long skip, unsigned long nr_pages)
{
	unsigned long rest = run_len(a, idx) - skip - nr_pages;

	if (skip)
		run_set(a, idx, skip, 0);
	run_set(a, idx + skip, nr_pages, BIGPHYS_USED);
	if (rest)
		run_set(a, idx + skip + nr_pages, rest, 0);
	a->nr_free_pages -= nr_pages;
	a->nr_blocks++;
}

caddr_t bigphys_area_alloc(struct bigphys_area *a, unsigned long nr_pages,
			   unsigned long align, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&a->lock);
	unsigned long skip = 0;
	unsigned long idx = area_find(a, nr_pages, align, &skip);
	caddr_t base = NULL;

	if (idx < a->nr_pages) {
		run_carve(a, idx, skip, nr_pages);
		a->table[idx + skip].site = site;
		base = page_at(a, idx + skip);
	}
	spin_unlock_irqrestore(&a->lock, flags);
	return base;
}

/* --- giving back -------------------------------------------------------- */

/* Pages of the free run that ends where page @idx begins; 0: there is none. */
static unsigned long free_below(const struct bigphys_area *a, unsigned long idx)
{
	unsigned long len;

	if (!idx || entry_used(&a->table[idx - 1]))
		return 0;
	len = entry_pages(&a->table[idx - 1]);
	BUG_ON(!len || len > idx);
	return len;
}

/* The block at @idx becomes free, and one with its free neighbours: B3. */
static void run_release(struct bigphys_area *a, unsigned long idx)
{
	unsigned long start = idx - free_below(a, idx);
	unsigned long end = idx + run_len(a, idx);

	a->nr_free_pages += end - idx;
	a->nr_blocks--;
	if (end < a->nr_pages && !entry_used(&a->table[end]))
		end += run_len(a, end);
	run_set(a, start, end - start, 0);
}

/* The run that page @idx is in: its first page. */
static unsigned long run_around(const struct bigphys_area *a, unsigned long idx)
{
	unsigned long start = 0, len;

	while (idx - start >= (len = run_len(a, start)))
		start += len;
	return start;
}

/* Why a free was refused, with what a report says of it. */
struct bigphys_misuse {
	const char *why; /* NULL: all is well */
	unsigned long alloc_site, free_site;
	caddr_t block; /* the block that holds the address, or NULL */
	unsigned long nr_pages; /* of that block */
};

/* Lock held. @idx is the page that @base is in. */
static void misuse_find(const struct bigphys_area *a, caddr_t base,
			unsigned long idx, unsigned long nr_pages,
			struct bigphys_misuse *bad)
{
	unsigned long start = run_around(a, idx);
	const struct bigphys_entry *e = &a->table[start];

	if (!entry_used(e)) {
		bad->why = "free already";
		bad->free_site = a->table[idx].site;
		return;
	}
	bad->block = page_at(a, start);
	bad->nr_pages = run_len(a, start);
	bad->alloc_site = e->site;
	if (base != bad->block)
		bad->why = "interior";
	else if (nr_pages && nr_pages != bad->nr_pages)
		bad->why = "wrong size";
}

static void misuse_report(const struct bigphys_area *a, caddr_t base,
			  unsigned long nr_pages,
			  const struct bigphys_misuse *bad, unsigned long site)
{
	struct report_sites sites = { .alloc = bad->alloc_site,
				      .free = bad->free_site,
				      .at = site };

	if (!bad->block)
		mm_report("bad-free", &sites, "%s addr=%08lx %s", a->name,
			  (unsigned long)base, bad->why);
	else
		mm_report("bad-free", &sites,
			  "%s addr=%08lx %s block=%08lx is=%lu given=%lu",
			  a->name, (unsigned long)base, bad->why,
			  (unsigned long)bad->block, bad->nr_pages, nr_pages);
}

bool bigphys_area_free(struct bigphys_area *a, caddr_t base,
		       unsigned long nr_pages, unsigned long site)
{
	unsigned long offset = (unsigned long)base - (unsigned long)a->base;
	unsigned long idx = offset >> PAGE_SHIFT;
	struct bigphys_misuse bad = { 0 };
	unsigned long flags;

	if (idx >= a->nr_pages) {
		bad.why = "outside the area";
	} else {
		flags = spin_lock_irqsave(&a->lock);
		misuse_find(a, base, idx, nr_pages, &bad);
		if (!bad.why) {
			run_release(a, idx);
			a->table[idx].site = site;
		}
		spin_unlock_irqrestore(&a->lock, flags);
	}
	if (bad.why)
		misuse_report(a, base, nr_pages, &bad, site);
	return !bad.why;
}

/* --- looking ------------------------------------------------------------ */

static void sum_add(struct bigphys_sum *sum, unsigned long nr_pages)
{
	sum->nr++;
	sum->total_pages += nr_pages;
	sum->largest_pages = max(sum->largest_pages, nr_pages);
}

void bigphys_area_sums(struct bigphys_area *a, struct bigphys_sum *free,
		       struct bigphys_sum *used)
{
	unsigned long flags = spin_lock_irqsave(&a->lock);
	unsigned long idx, len;

	*free = *used = (struct bigphys_sum){ 0 };
	for (idx = 0; idx < a->nr_pages; idx += len) {
		len = run_len(a, idx);
		sum_add(entry_used(&a->table[idx]) ? used : free, len);
	}
	spin_unlock_irqrestore(&a->lock, flags);
}

/* Between two calls runs may have come and gone: so the search is from 0. */
bool bigphys_area_next(struct bigphys_area *a, unsigned long *cursor,
		       struct bigphys_piece *piece)
{
	unsigned long flags, start;

	if (*cursor >= a->nr_pages)
		return false;
	flags = spin_lock_irqsave(&a->lock);
	start = run_around(a, *cursor);
	*piece = (struct bigphys_piece){
		.base = page_at(a, start),
		.nr_pages = run_len(a, start),
		.used = entry_used(&a->table[start]),
		.site = a->table[start].site,
	};
	spin_unlock_irqrestore(&a->lock, flags);
	*cursor = start + piece->nr_pages;
	return true;
}

/* The five lines of the patch; readers of that time parse them. */
static void show_sums(struct seq_file *m, const struct bigphys_area *a,
		      const struct bigphys_sum *free,
		      const struct bigphys_sum *used)
{
	const unsigned int kib = PAGE_SHIFT - 10;

	seq_printf(m, "Big physical area, size %lu kB\n", a->nr_pages << kib);
	seq_puts(m, "                       free list:"
		    "             used list:\n");
	seq_printf(m, "number of blocks:      %8lu               %8lu\n",
		   free->nr, used->nr);
	seq_printf(m, "size of largest block: %8lu kB            %8lu kB\n",
		   free->largest_pages << kib, used->largest_pages << kib);
	seq_printf(m, "total:                 %8lu kB            %8lu kB\n",
		   free->total_pages << kib, used->total_pages << kib);
}

void bigphys_area_show(struct seq_file *m, struct bigphys_area *a)
{
	struct bigphys_sum free, used;
	struct bigphys_piece piece;
	unsigned long cursor = 0;

	if (!a->nr_pages) {
		seq_puts(m, "No big physical area allocated!\n");
		return;
	}
	bigphys_area_sums(a, &free, &used);
	show_sums(m, a, &free, &used);
	/* Not the patch's: each block with its owner. */
	while (bigphys_area_next(a, &cursor, &piece)) {
		if (piece.used)
			seq_printf(m, "block 0x%08lx %8lu kB %pS\n",
				   (unsigned long)piece.base,
				   piece.nr_pages << (PAGE_SHIFT - 10),
				   (void *)piece.site);
	}
}

static void bigphysarea_show(struct seq_file *m)
{
	bigphys_area_show(m, &bigphysarea_live);
}
PROC_FILE(bigphysarea, "bigphysarea", bigphysarea_show);

/* --- checking ----------------------------------------------------------- */

/* Lock held. An impossible length ends the walk: the rest cannot be read. */
static int check_runs(const struct bigphys_area *a, unsigned long *free_pages,
		      unsigned long *blocks)
{
	bool free_before = false;
	unsigned long idx, len;
	int bad = 0;

	for (idx = 0; idx < a->nr_pages; idx += len) {
		const struct bigphys_entry *e = &a->table[idx];

		len = entry_pages(e);
		if (!len || len > a->nr_pages - idx) {
			pr_err("%s: B1 page=%lu run=%lu of %lu\n", a->name, idx,
			       len, a->nr_pages);
			return bad + 1;
		}
		if (e[len - 1].run != e->run) {
			pr_err("%s: B2 page=%lu first=%#x last=%#x\n", a->name,
			       idx, e->run, e[len - 1].run);
			bad++;
		}
		if (free_before && !entry_used(e)) {
			pr_err("%s: B3 page=%lu\n", a->name, idx);
			bad++;
		}
		free_before = !entry_used(e);
		*(free_before ? free_pages : blocks) += free_before ? len : 1;
	}
	return bad;
}

int bigphys_area_check(struct bigphys_area *a)
{
	unsigned long flags = spin_lock_irqsave(&a->lock);
	unsigned long free_pages = 0, blocks = 0;
	int bad = check_runs(a, &free_pages, &blocks);

	if (free_pages != a->nr_free_pages || blocks != a->nr_blocks) {
		pr_err("%s: B4 free=%lu counted=%lu blocks=%lu counted=%lu\n",
		       a->name, a->nr_free_pages, free_pages, a->nr_blocks,
		       blocks);
		bad++;
	}
	spin_unlock_irqrestore(&a->lock, flags);
	return bad;
}

static int bigphysarea_check_live(void)
{
	return bigphys_area_check(&bigphysarea_live);
}
MM_CHECK(bigphysarea, "bigphysarea", bigphysarea_check_live);

/* --- the patch's names -------------------------------------------------- */

/* Why these arguments get nothing, whatever is free; or NULL. */
static const char *alloc_objection(long count, long align)
{
	if (count <= 0)
		return "no pages";
	if (align < 0 || (align & (align - 1)))
		return "alignment is no power of two";
	if (!bigphysarea_live.nr_pages)
		return "no area, see bigphysarea=";
	return NULL;
}

static caddr_t alloc_site(long count, long align, gfp_t gfp, unsigned long site)
{
	const char *objection = alloc_objection(count, align);
	caddr_t base = NULL;

	if (!objection) {
		base = bigphys_area_alloc(
			&bigphysarea_live, (unsigned long)count,
			align ? (unsigned long)align : 1, site);
		if (!base)
			objection = "no place that fits";
	}
	if (objection && !(gfp & __GFP_NOWARN))
		pr_warn("refused: %s: pages=%ld align=%ld caller=%pS\n",
			objection, count, align, (void *)site);
	if (base && (gfp & __GFP_ZERO))
		memset(base, 0, (size_t)count << PAGE_SHIFT);
	return base;
}

caddr_t bigphysarea_alloc_pages(int count, int align, int priority)
{
	return alloc_site(count, align, (gfp_t)priority, _RET_IP_);
}
EXPORT_SYMBOL(bigphysarea_alloc_pages);

void bigphysarea_free_pages(caddr_t base)
{
	if (base)
		bigphys_area_free(&bigphysarea_live, base, 0, _RET_IP_);
}
EXPORT_SYMBOL(bigphysarea_free_pages);

/* Whole pages for @size bytes; 0 for none. */
static unsigned long size_pages(int size)
{
	return size > 0 ? ((unsigned long)size - 1) / PAGE_SIZE + 1 : 0;
}

caddr_t bigphysarea_alloc(int size)
{
	return alloc_site((long)size_pages(size), 1, GFP_KERNEL, _RET_IP_);
}
EXPORT_SYMBOL(bigphysarea_alloc);

void bigphysarea_free(caddr_t addr, int size)
{
	unsigned long nr_pages = size_pages(size);

	/* 0 pages would pass for any number of them. */
	if (addr)
		bigphys_area_free(&bigphysarea_live, addr,
				  nr_pages ? nr_pages : ULONG_MAX, _RET_IP_);
}
EXPORT_SYMBOL(bigphysarea_free);

/* --- boot --------------------------------------------------------------- */

/* bigphysarea=: pages; 0 before. */
static unsigned long pages_asked;

static int bigphysarea_set(const char *value)
{
	unsigned long pages;

	if (!value || kstrtoul(value, 10, &pages) || !pages)
		return -EINVAL;
	pages_asked = pages;
	return 0;
}
KERNEL_PARAM(bigphysarea, "bigphysarea", bigphysarea_set,
	     "=PAGES: keep so many pages in a row for drivers");

static phys_addr_t boot_take(u64 bytes, enum bootmem_dir dir, const char *owner)
{
	const struct bootmem_request req = {
		.size_bytes = bytes,
		.align_bytes = PAGE_SIZE,
		.max = arch_layout()->lowmem_limit,
		.dir = dir,
		.owner = owner,
	};

	return bootmem_alloc(&bootmem_live, &req);
}

static void boot_give(phys_addr_t start, u64 bytes)
{
	if (start && bootmem_free(&bootmem_live, start, bytes))
		panic("bigphysarea: cannot give back what was just taken");
}

/* Return: why there is no area; NULL if there is one. */
static const char *area_reserve(unsigned long nr_pages)
{
	u64 bytes = (u64)nr_pages << PAGE_SHIFT;
	u64 table_bytes = (u64)nr_pages * sizeof(struct bigphys_entry);
	phys_addr_t area, table;

	if (nr_pages > phys_to_pfn(arch_layout()->lowmem_limit))
		return "more than there is";
	area = boot_take(bytes, BOOTMEM_BOTTOMUP, BIGPHYS_OWNER);
	if (!area)
		return "no free memory in one piece";
	table = boot_take(table_bytes, BOOTMEM_TOPDOWN, BIGPHYS_TABLE_OWNER);
	if (!table || !mm_init_has_room()) {
		boot_give(table, table_bytes);
		boot_give(area, bytes);
		return "too little would be left";
	}
	bigphys_area_init(&bigphysarea_live, "bigphysarea", phys_to_virt(area),
			  nr_pages, phys_to_virt(table));
	pr_info("%lu pages at [mem 0x%08llx-0x%08llx]\n", nr_pages, area,
		area + bytes - 1);
	return NULL;
}

void bigphysarea_init(void)
{
	const char *objection;

	if (!pages_asked)
		return;
	objection = area_reserve(pages_asked);
	if (objection)
		pr_warn("bigphysarea=%lu refused: %s\n", pages_asked,
			objection);
}
