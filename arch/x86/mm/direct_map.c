/* SPDX-License-Identifier: MIT */
/*
 * direct_map.c - the final page tables: the direct map, right by right
 *
 * Low RAM is mapped at PAGE_OFFSET in 2 MiB pages where all of a stretch is
 * ordinary RAM, and page by page where rights differ (the kernel's image, the
 * guard page of the boot stack) or RAM has holes: what the firmware does not
 * call usable is not mapped, but for the first MiB (firmware data, the screen).
 *
 * No page is writable and executable from here on; wx_report() counts them.
 * The boot tables map page 0 and the whole low half: they are left for good.
 *
 * Invariants:
 *   D1  exactly the image's text is executable (where the CPU has NX)
 *   D2  text, rodata and the symbol table are not writable
 *   D3  virtual page 0 and the page below the boot stack are not mapped
 *
 * Locking: none. One CPU, at boot.
 */
#define pr_fmt(fmt) "mm: " fmt

#include <kernel/bug.h>
#include <kernel/memmap.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/suites.h>
#include <kernel/util.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/tables.h>
#include "internal.h"

#define FIRST_MIB_PAGES (MIB(1) / PAGE_SIZE)

extern char boot_stack_guard[];

/* Bit 0 of a pointer entry is "present"; other bits of ours are reserved. */
static u64 kernel_pdpt[PTRS_PER_PDPT] __aligned(32);
/* entry.asm's, in the boot part of the image, where addresses are physical. */
extern pte_t boot_pd[PTRS_PER_TABLE];
extern u64 boot_pdpt[PTRS_PER_PDPT];
/* The double-fault task trusts no CR3 but its own. */
static u64 double_fault_pdpt[PTRS_PER_PDPT] __aligned(32);

const struct arch_image_range *arch_image_ranges(unsigned int *nr)
{
	static struct arch_image_range ranges[6];

	ranges[0] = (struct arch_image_range){ (unsigned long)__boot_start,
					       (unsigned long)__boot_end,
					       "Kernel init" };
	ranges[1] = (struct arch_image_range){ __pa(__text_start),
					       __pa(__text_end),
					       "Kernel code" };
	ranges[2] = (struct arch_image_range){ __pa(__rodata_start),
					       __pa(__rodata_end),
					       "Kernel rodata" };
	ranges[3] = (struct arch_image_range){ __pa(__data_start),
					       __pa(__data_end),
					       "Kernel data" };
	/* From the end of data on: ld may align bss to more than pages. */
	ranges[4] = (struct arch_image_range){ __pa(__data_end),
					       __pa(__symbols_start),
					       "Kernel bss" };
	ranges[5] = (struct arch_image_range){ __pa(__symbols_start),
					       __pa(__symbols_end),
					       "Kernel symbols" };
	*nr = ARRAY_SIZE(ranges);
	return ranges;
}

struct arch_image_range arch_suites_range(void)
{
	return (struct arch_image_range){ __pa(__suites_text),
					  __pa(__suites_end), "Kernel suites" };
}

void arch_suites_leave(void)
{
	suites_gone.start = (unsigned long)__suites_text;
	suites_gone.bytes = (unsigned long)(__suites_end - __suites_text);
}

/* Where suites were is RAM like any other. */
static pfn_t image_end_pfn(void)
{
	return phys_to_pfn(suites_gone.bytes ? __pa(__symbols_end) :
					       __pa(__suites_end));
}

/* Does any of the frames [start, end) belong to the kernel's image? */
static bool in_image(pfn_t start, pfn_t end)
{
	return start < image_end_pfn() &&
	       end > phys_to_pfn((unsigned long)__boot_start);
}

/* Bits for a page of the image. */
static pte_t image_bits(unsigned long va)
{
	if (va == (unsigned long)boot_stack_guard)
		return 0;
	switch (arch_image_part(va)) {
	case IMAGE_TEXT: return prot_bits(PROT_KERNEL_EXEC);
	case IMAGE_RODATA: return prot_bits(PROT_KERNEL_RO);
	case IMAGE_DATA:
	case IMAGE_BSS:
	case IMAGE_PERCPU:
	case IMAGE_NONE: break; /* the boot part, which has done its work */
	}
	return prot_bits(PROT_KERNEL);
}

/* Bits for a frame of low memory; 0 leaves it unmapped. */
static pte_t frame_bits(const struct memmap *map, pfn_t pfn)
{
	if (in_image(pfn, pfn + 1))
		return image_bits(
			(unsigned long)phys_to_virt(pfn_to_phys(pfn)));
	if (pfn < FIRST_MIB_PAGES || memmap_page_usable(map, pfn))
		return prot_bits(PROT_KERNEL);
	return 0;
}

/* Fill one table with what belongs into it; the rest stays unmapped. */
static void map_by_pages(const struct memmap *map, pfn_t pfn, pfn_t end)
{
	unsigned long va = (unsigned long)phys_to_virt(pfn_to_phys(pfn));
	pte_t *table = kpt_table_make(va);

	if (!table)
		panic("no memory for the page tables of the direct map");
	for (; pfn < end; pfn++, table++) {
		pte_t bits = frame_bits(map, pfn);

		if (bits)
			pte_make(table, pfn, bits);
	}
}

/* Map the frames [pfn, pfn + PDE_PAGES), as far as they lie below @end. */
static void map_stretch(const struct memmap *map, pfn_t pfn, pfn_t end)
{
	pfn_t stop = min(pfn + PDE_PAGES, end);
	pfn_t usable = memmap_pages_between(map, pfn, stop);
	unsigned long va = (unsigned long)phys_to_virt(pfn_to_phys(pfn));

	if (pfn < FIRST_MIB_PAGES || in_image(pfn, stop))
		map_by_pages(map, pfn, stop);
	else if (usable == PDE_PAGES)
		pte_make(&kernel_pd[pde_index(va)], pfn,
			 prot_bits(PROT_KERNEL) | PTE_LARGE);
	else if (usable)
		map_by_pages(map, pfn, stop);
}

/*
 * The image is mapped even where the firmware's map calls its place something
 * else: we stand on it.
 */
static void map_low_memory(const struct memmap *map)
{
	pfn_t end = max(phys_to_pfn(layout_lowmem_end()), image_end_pfn());
	pfn_t pfn;

	for (pfn = 0; pfn < end; pfn += PDE_PAGES)
		map_stretch(map, pfn, end);
}

u32 kernel_tables_cr3(void)
{
	return __pa(kernel_pdpt);
}

/*
 * From here on the boot tables are garbage. Global entries are allowed last:
 * those of the boot tables would outlive the switch.
 */
static void switch_tables(void)
{
	kernel_pdpt[KERNEL_PDPTE] = kernel_pd_pointer();
	double_fault_pdpt[KERNEL_PDPTE] = kernel_pd_pointer();
	__asm__ volatile("movl %0, %%cr3"
			 :
			 : "r"(kernel_tables_cr3())
			 : "memory");
	cpu_tables_set_double_fault_cr3(__pa(double_fault_pdpt));
	tlb_enable_global();
}

/*
 * The boot tables have done their work: they serve a second time. A CPU that
 * turns paging on needs the page it stands on at its physical address.
 */
u32 arch_trampoline_tables(phys_addr_t page)
{
	pte_t *pd = phys_to_virt((unsigned long)boot_pd);
	u64 *pdpt = phys_to_virt((unsigned long)boot_pdpt);

	BUG_ON(page >= PDE_BYTES);
	memset(pd, 0, PAGE_SIZE);
	pd[0] = PTE_PRESENT | PTE_LARGE;
	pdpt[0] = (unsigned long)boot_pd | PTE_PRESENT;
	pdpt[KERNEL_PDPTE] = kernel_pd_pointer();
	return (u32)(unsigned long)boot_pdpt;
}

static void log_window(const char *name, unsigned long start, unsigned long end)
{
	pr_info("    %s: %#010lx - %#010lx   (%lu kB)\n", name, start, end,
		(end - start) >> 10);
}

/* Linux's block of lines, for those who know it from there. */
static void log_layout(void)
{
	const struct arch_layout *l = arch_layout();

	pr_info("virtual kernel memory layout:\n");
	log_window("fixmap ", FIXMAP_START, FIXMAP_END);
	log_window("kmap   ", KMAP_START, KMAP_END);
	log_window("vmalloc", l->vmalloc_start, l->vmalloc_end);
	log_window("lowmem ", PAGE_OFFSET,
		   PAGE_OFFSET + (unsigned long)layout_lowmem_end());
	log_window("  .bss ", (unsigned long)__bss_start,
		   (unsigned long)__bss_end);
	log_window("  .data", (unsigned long)__data_start,
		   (unsigned long)__data_end);
	log_window("  .text", (unsigned long)__text_start,
		   (unsigned long)__text_end);
}

/* Is this entry one that W^X forbids? @va: what it maps. */
static bool entry_is_wx(pte_t entry, unsigned long va)
{
	if (!pte_present(entry) || !(entry & PTE_WRITE))
		return false;
	if (cpu_has_nx())
		return !(entry & PTE_NX);
	/* Without NX all can be executed: what is meant to be is the text. */
	return arch_image_part(va) == IMAGE_TEXT;
}

static unsigned long table_count_wx(const pte_t *table, unsigned long va)
{
	unsigned long nr = 0;
	unsigned int i;

	for (i = 0; i < PTRS_PER_TABLE; i++, va += PAGE_SIZE)
		nr += entry_is_wx(table[i], va);
	return nr;
}

unsigned long kpt_count_wx_pages(void)
{
	unsigned long va = PAGE_OFFSET, nr = 0;
	unsigned int i;

	for (i = 0; i < PTRS_PER_TABLE; i++, va += PDE_BYTES) {
		pte_t pde = kernel_pd[i];

		if (!pte_present(pde))
			continue;
		if (!pte_large(pde))
			nr += table_count_wx(pde_table(pde), va);
		else if (entry_is_wx(pde, va))
			nr += PDE_PAGES;
	}
	return nr;
}

/* A number other than 0 is a bug, and tests look for this line. */
static void wx_report(void)
{
	pr_info("wx: %lu pages%s\n", kpt_count_wx_pages(),
		cpu_has_nx() ? "" : " (this CPU has no NX)");
}

void arch_mm_init(const struct memmap *map)
{
	layout_init(map);
	prot_bits_init();
	map_low_memory(map);
	kmap_tables_init();
	switch_tables();
	log_layout();
	wx_report();
}
