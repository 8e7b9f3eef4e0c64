/* SPDX-License-Identifier: MIT */
/*
 * internal.h - page-table entries, seen by arch/x86/mm only
 *
 * PAE: entries of 64 bits, 512 to a table, three levels. A page directory
 * spans 1 GiB, so the kernel's gigabyte has exactly one, kernel_pd, and every
 * address space will share it by pointing at it.
 */
#ifndef ARCH_X86_MM_INTERNAL_H
#define ARCH_X86_MM_INTERNAL_H

#include <kernel/types.h>
#include <asm/cpufeature.h>
#include <asm/page.h>
#include <asm/pgtable.h>
#include <asm/pte.h>

struct memmap;

#define PTE_PRESENT 0x001ull
#define PTE_WRITE 0x002ull
#define PTE_USER 0x004ull
#define PTE_WRITE_THROUGH 0x008ull
#define PTE_NOCACHE 0x010ull
#define PTE_ACCESSED 0x020ull
#define PTE_DIRTY 0x040ull
#define PTE_LARGE 0x080ull /* in a directory: a page of 2 MiB */
#define PTE_GLOBAL 0x100ull
#define PDE_SHARED 0x200ull /* for us, not the CPU: others use the table, too */
#define PTE_REVOKED 0x200ull /* for us: not present, but the frame is kept */
#define PTE_NX (1ull << 63)
/* Address bits of an entry; those above the CPU's width are never set. */
#define PTE_PHYS_MASK 0x000ffffffffff000ull

#define PTRS_PER_TABLE 512u
#define PDE_SHIFT 21u
#define PDE_BYTES (1ul << PDE_SHIFT)
#define PDE_PAGES (PDE_BYTES / PAGE_SIZE)
#define PDPTE_SHIFT 30u
#define PTRS_PER_PDPT 4u
#define KERNEL_PDPTE (PAGE_OFFSET >> PDPTE_SHIFT)

extern pte_t kernel_pd[PTRS_PER_TABLE];

static inline unsigned int pde_index(unsigned long va)
{
	return (va >> PDE_SHIFT) % PTRS_PER_TABLE;
}

static inline unsigned int pte_index(unsigned long va)
{
	return (va >> PAGE_SHIFT) % PTRS_PER_TABLE;
}

static inline bool pte_present(pte_t pte)
{
	return pte & PTE_PRESENT;
}

static inline bool pte_large(pte_t pte)
{
	return pte & PTE_LARGE;
}

/* What @pte, in the table of @va, maps. */
static inline unsigned long pte_va(unsigned long va, const pte_t *pte)
{
	unsigned long idx = (unsigned long)pte / sizeof(*pte) % PTRS_PER_TABLE;

	return ALIGN_DOWN(va, PDE_BYTES) + (idx << PAGE_SHIFT);
}

/* The table a directory entry points to; it lies in the direct map. */
static inline pte_t *pde_table(pte_t pde)
{
	return phys_to_virt(pde & PTE_PHYS_MASK);
}

/* Entry bits for each kind of mapping; NX and G only if the CPU has them. */
pte_t prot_bits(enum pgprot prot);
void prot_bits_init(void);

/*
 * The table for @va, made if there is none. Return: NULL if one could not be
 * had. Not for addresses in 2 MiB pages.
 */
pte_t *kpt_table_make(unsigned long va);

/* Take @table, zeroed, for @va before there is a source. */
void kpt_table_install(unsigned long va, pte_t *table);

/* The user's directories' pointer for entry 3: the kernel's. */
static inline u64 kernel_pd_pointer(void)
{
	return virt_to_phys(kernel_pd) | PTE_PRESENT;
}

/* What goes into cr3 where no user is seen. */
u32 kernel_tables_cr3(void);

/* Turns PTE_GLOBAL on; only after the boot tables have gone. */
void tlb_enable_global(void);

struct cpumask;

/* Make this CPU and @cpus forget [start, end), no global entries. */
void tlb_flush_on(const struct cpumask *cpus, unsigned long start,
		  unsigned long end);

void layout_init(const struct memmap *map);
/* End of the direct map: RAM there is, or lowmem_limit. Whole pages. */
phys_addr_t layout_lowmem_end(void);

void kmap_tables_init(void);

#endif
