/* SPDX-License-Identifier: MIT */
/*
 * pgtable.c - mapping runs of pages at kernel addresses
 *
 * kernel_pd is the page directory of the kernel's gigabyte. The direct map
 * fills its lower part at boot (direct_map.c); above it, page tables are made
 * when an address is first used, and stay. A run is filled table by table:
 * the walk is done once for each 2 MiB, not for each page.
 *
 * Invariants:
 *   K1  a directory entry is absent, a 2 MiB page, or points to a table that
 *       lies in the direct map; the last never changes back, unless the table
 *       is zero_table
 *   K2  no entry has an address bit at or above arch_phys_bits()
 *   K3  an entry is never changed from one mapping to another, only made and
 *       cleared; its rights are, one at a time, and each is in one word
 *   K4  zero_table is full, and no entry of it changes: any number of directory
 *       entries point to it, each marked PDE_SHARED
 *
 * Locking: the entries of a range belong to the caller. table_lock (irq-safe,
 * LOCK_PGTABLE) guards the creation of tables; the source is asked before it
 * is taken, since it takes locks of its own. A table that lost the race for
 * its place waits in spare_tables for the next one.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/percpu.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page.h>
#include "internal.h"

#define PTE_KERNEL (PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY)
/* Directory entries leave the rights to the pages'. */
#define PDE_TABLE (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED)

pte_t kernel_pd[PTRS_PER_TABLE] __aligned(4096);

static pte_t bits_of[] = {
	[PROT_KERNEL] = PTE_KERNEL | PTE_WRITE | PTE_GLOBAL | PTE_NX,
	[PROT_KERNEL_RO] = PTE_KERNEL | PTE_GLOBAL | PTE_NX,
	[PROT_KERNEL_EXEC] = PTE_KERNEL | PTE_GLOBAL,
	[PROT_KERNEL_NOCACHE] = PTE_KERNEL | PTE_WRITE | PTE_GLOBAL | PTE_NX |
				PTE_NOCACHE | PTE_WRITE_THROUGH,
	/* What the name says only without pat_init(). */
	[PROT_KERNEL_WC] = PTE_KERNEL | PTE_WRITE | PTE_GLOBAL | PTE_NX |
			   PTE_WRITE_THROUGH,
};

static void *(*table_source)(void);
static spinlock_t table_lock = SPINLOCK_INIT("pgtable", LOCK_PGTABLE);
/* Guarded by table_lock: linked by their first word, zero otherwise. */
static pte_t *spare_tables;
static unsigned long nr_tables;
static DEFINE_PER_CPU(unsigned long, kpt_writes);
/* Made by the first kpt_map_zeroes(), kept for ever: all entries show the same
 * frame of zeroes, read-only. */
static pte_t *zero_table;
static void *zero_page;

/* Bits that this CPU lacks are reserved bits to it: they would fault. */
void prot_bits_init(void)
{
	pte_t missing = 0;
	unsigned int i;

	if (!cpu_has_nx())
		missing |= PTE_NX;
	if (!cpu_has_global_pages())
		missing |= PTE_GLOBAL;
	if (!cpu_has_pat())
		bits_of[PROT_KERNEL_WC] = bits_of[PROT_KERNEL_NOCACHE];
	for (i = 0; i < ARRAY_SIZE(bits_of); i++)
		bits_of[i] &= ~missing;
}

pte_t prot_bits(enum pgprot prot)
{
	return bits_of[prot];
}

enum pgprot kpt_cache_type(enum pgprot prot)
{
	if (prot == PROT_KERNEL_WC)
		return cpu_has_pat() ? PROT_KERNEL_WC : PROT_KERNEL_NOCACHE;
	return prot == PROT_KERNEL_NOCACHE ? prot : PROT_KERNEL;
}

void kpt_set_table_source(void *(*alloc_table)(void))
{
	table_source = alloc_table;
}

unsigned long kpt_nr_table_pages(void)
{
	return READ_ONCE(nr_tables);
}

unsigned long kpt_nr_writes(void)
{
	unsigned long nr = 0;
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		nr += READ_ONCE(*per_cpu_ptr(&kpt_writes, cpu));
	return nr;
}

/* A zeroed table: a spare one, or a new one. Called without the lock. */
static pte_t *table_get(void)
{
	unsigned long flags = spin_lock_irqsave(&table_lock);
	pte_t *table = spare_tables;

	if (table) {
		spare_tables = (pte_t *)(unsigned long)table[0];
		table[0] = 0;
	}
	spin_unlock_irqrestore(&table_lock, flags);
	if (!table && table_source)
		table = table_source();
	return table;
}

void kpt_table_install(unsigned long va, pte_t *table)
{
	pte_t *pde = &kernel_pd[pde_index(va)];
	unsigned long flags = spin_lock_irqsave(&table_lock);

	if (pte_present(*pde)) {
		/* Another CPU was first. */
		table[0] = (unsigned long)spare_tables;
		spare_tables = table;
	} else {
		pte_make(pde, phys_to_pfn(virt_to_phys(table)), PDE_TABLE);
		nr_tables++;
	}
	spin_unlock_irqrestore(&table_lock, flags);
}

pte_t *kpt_table_make(unsigned long va)
{
	pte_t *pde = &kernel_pd[pde_index(va)];
	pte_t *table;

	if (likely(pte_present(*pde)))
		return pde_table(*pde);
	table = table_get();
	if (!table)
		return NULL;
	kpt_table_install(va, table);
	return pde_table(*pde);
}

/* Frames to map: a run, or one by one as an array of records says. */
struct frames {
	struct page *const *pages; /* used if @listed */
	pfn_t first; /* used if not */
	bool listed;
};

/* The next frame of @f. */
static __always_inline pfn_t frames_next(struct frames *f)
{
	return f->listed ? page_to_pfn(*f->pages++) : f->first++;
}

/* The table for @va; the call is for the first time. */
static __always_inline pte_t *table_for(unsigned long va)
{
	pte_t pde = kernel_pd[pde_index(va)];

	return likely(pte_present(pde)) ? pde_table(pde) : kpt_table_make(va);
}

/* The last byte below @end that @va's table has an entry for. */
static __always_inline unsigned long last_in_table(unsigned long va,
						   unsigned long end)
{
	return min(va | (PDE_BYTES - 1), end - 1);
}

/* Take back a run that could not be finished: what is below @va of it. */
static noinline __cold int map_undo(unsigned long start, unsigned long va,
				    int err)
{
	kpt_unmap(start, va - start);
	/* Nobody used them, but a CPU may have looked ahead. */
	flush_tlb_kernel_range(start, va);
	return err;
}

/* Fill [@pte, @end) with the next of @f. Return: the first that is taken, or
 * @end. */
static __always_inline pte_t *fill(pte_t *pte, const pte_t *end,
				   struct frames *f, const pte_t *bits)
{
	do {
		if (unlikely(pte_present(*pte)))
			break;
		pte_make_from(pte, frames_next(f), bits);
	} while (++pte != end);
	return pte;
}

/*
 * Inlined into each of its two callers with f.listed known, so that the loop
 * has no test of it: this is what vmalloc() spends most of its time on.
 */
static __always_inline int map_run(const unsigned long start, unsigned long nr,
				   struct frames f, enum pgprot prot)
{
	const unsigned long end = start + (nr << PAGE_SHIFT);
	unsigned long va = start;

	while (va != end) {
		unsigned long last = last_in_table(va, end);
		pte_t *table = table_for(va), *pte;

		if (unlikely(!table))
			return map_undo(start, va, -ENOMEM);
		pte = fill(&table[pte_index(va)], &table[pte_index(last) + 1],
			   &f, &bits_of[prot]);
		if (unlikely(pte != &table[pte_index(last) + 1]))
			return map_undo(start, pte_va(va, pte), -EEXIST);
		va = last + 1;
	}
	this_cpu_add(kpt_writes, nr);
	return 0;
}

/* Addresses above the CPU's width would set reserved bits (K2). */
int kpt_map_phys(unsigned long va, phys_addr_t pa, unsigned long bytes,
		 enum pgprot prot)
{
	VM_BUG_ON(!IS_ALIGNED(va | bytes, PAGE_SIZE) ||
		  !IS_ALIGNED(pa, PAGE_SIZE));
	BUG_ON(pa + bytes > arch_layout()->phys_limit || pa + bytes < pa);
	return map_run(va, bytes >> PAGE_SHIFT,
		       (struct frames){ .first = phys_to_pfn(pa) }, prot);
}

int kpt_map_pages(unsigned long va, struct page *const *pages, unsigned long nr,
		  enum pgprot prot)
{
	VM_BUG_ON(!IS_ALIGNED(va, PAGE_SIZE));
	return map_run(va, nr,
		       (struct frames){ .pages = pages, .listed = true }, prot);
}

/* --- zeroes ------------------------------------------------------------- */

/* Return: the full table; NULL if its page or the frame could not be had. */
static pte_t *zero_table_make(void)
{
	pte_t *table;
	unsigned int i;

	if (zero_table)
		return zero_table;
	if (!zero_page)
		zero_page = table_get();
	table = zero_page ? table_get() : NULL;
	if (!table)
		return NULL;
	for (i = 0; i < PTRS_PER_TABLE; i++)
		pte_make(&table[i], phys_to_pfn(virt_to_phys(zero_page)),
			 bits_of[PROT_KERNEL_RO]);
	nr_tables++;
	zero_table = table;
	return table;
}

/* A whole stretch that has no table yet. */
static void zero_stretch_share(unsigned long va)
{
	unsigned long flags = spin_lock_irqsave(&table_lock);

	pte_make(&kernel_pd[pde_index(va)],
		 phys_to_pfn(virt_to_phys(zero_table)), PDE_TABLE | PDE_SHARED);
	spin_unlock_irqrestore(&table_lock, flags);
}

/* @nr entries from @va on, in the table of their own. */
static int zero_stretch_fill(unsigned long va, unsigned long nr)
{
	pte_t *pte = kpt_table_make(va);
	unsigned long i;

	if (!pte)
		return -ENOMEM;
	for (i = 0, pte += pte_index(va); i < nr; i++) {
		if (pte_present(pte[i]))
			return map_undo(va, va + (i << PAGE_SHIFT), -EEXIST);
		pte_make(&pte[i], phys_to_pfn(virt_to_phys(zero_page)),
			 bits_of[PROT_KERNEL_RO]);
	}
	this_cpu_add(kpt_writes, nr);
	return 0;
}

int kpt_map_zeroes(unsigned long va, unsigned long bytes)
{
	unsigned long nr = bytes >> PAGE_SHIFT, done, n;
	int err;

	VM_BUG_ON(!IS_ALIGNED(va | bytes, PAGE_SIZE));
	if (!zero_table_make())
		return -ENOMEM;
	for (done = 0; done < nr; done += n) {
		unsigned long at = va + (done << PAGE_SHIFT);

		n = PTRS_PER_TABLE - pte_index(at);
		n = min(n, nr - done);
		if (n == PTRS_PER_TABLE &&
		    !pte_present(kernel_pd[pde_index(at)])) {
			zero_stretch_share(at);
			continue;
		}
		err = zero_stretch_fill(at, n);
		if (err)
			return map_undo(va, at, err);
	}
	return 0;
}

/* --- taking back -------------------------------------------------------- */

/* Clear the entries [@pte, @end). Return: how many were present. */
static __always_inline unsigned long clear(pte_t *pte, const pte_t *end)
{
	unsigned long present = 0;

	do {
		if (unlikely(!pte_present(*pte)))
			continue;
		pte_clear_present(pte);
		present++;
	} while (++pte != end);
	return present;
}

/*
 * A stretch whose table others use (K4): only its entry of the directory goes.
 * The direct map's 2 MiB pages are nobody's to unmap.
 */
static noinline __cold unsigned long unmap_shared(unsigned long va,
						  unsigned long last)
{
	pte_t *pde = &kernel_pd[pde_index(va)];

	BUG_ON(pte_large(*pde) || last - va != PDE_BYTES - 1);
	pte_clear(pde);
	return PTRS_PER_TABLE;
}

unsigned long kpt_unmap(unsigned long va, unsigned long bytes)
{
	const unsigned long end = va + bytes;
	unsigned long present = 0;

	while (va != end) {
		unsigned long last = last_in_table(va, end);
		/* Tables lie below 4 GiB: the lower half has it all. */
		u32 pde = (u32)kernel_pd[pde_index(va)];
		pte_t *table = pde_table(pde);

		if (unlikely(pde & (u32)(PTE_LARGE | PDE_SHARED)))
			present += unmap_shared(va, last);
		else if (likely(pde & (u32)PTE_PRESENT))
			present += clear(table + pte_index(va),
					 table + pte_index(last) + 1);
		va = last + 1;
	}
	this_cpu_add(kpt_writes, present);
	return present;
}

/* --- rights ------------------------------------------------------------- */

/* The entry of the page at @va; NULL if it is not mapped, or with others. */
static pte_t *entry_of(unsigned long va)
{
	pte_t pde = kernel_pd[pde_index(va)];
	pte_t *pte;

	if (va < PAGE_OFFSET || !pte_present(pde) ||
	    (pde & (PTE_LARGE | PDE_SHARED)))
		return NULL;
	pte = &pde_table(pde)[pte_index(va)];
	return pte_present(*pte) ? pte : NULL;
}

/* Would @change leave the page writable and executable? */
static bool change_makes_wx(pte_t entry, enum kpt_change change)
{
	if (change == KPT_MAKE_X)
		return entry & PTE_WRITE;
	return change == KPT_MAKE_RW && cpu_has_nx() && !(entry & PTE_NX);
}

/* The CPU changes nothing meanwhile: accessed and dirty are set already. */
static void change_entry(pte_t *pte, enum kpt_change change)
{
	volatile u32 *half = (volatile u32 *)pte;
	const u32 nx = cpu_has_nx() ? (u32)(PTE_NX >> 32) : 0;

	switch (change) {
	case KPT_MAKE_RO: half[0] &= ~(u32)PTE_WRITE; break;
	case KPT_MAKE_RW: half[0] |= (u32)PTE_WRITE; break;
	case KPT_MAKE_X: half[1] &= ~nx; break;
	case KPT_MAKE_NX: half[1] |= nx; break;
	}
}

int kpt_change_rights(unsigned long va, unsigned long bytes,
		      enum kpt_change change)
{
	unsigned long off;

	VM_BUG_ON(!IS_ALIGNED(va | bytes, PAGE_SIZE));
	for (off = 0; off < bytes; off += PAGE_SIZE) {
		const pte_t *pte = entry_of(va + off);

		if (!pte)
			return -EFAULT;
		if (change_makes_wx(*pte, change))
			return -EPERM;
	}
	for (off = 0; off < bytes; off += PAGE_SIZE)
		change_entry(entry_of(va + off), change);
	this_cpu_add(kpt_writes, bytes >> PAGE_SHIFT);
	return 0;
}

/* Read without a lock: an entry is never half-written in a way that matters. */
bool kpt_lookup(unsigned long va, phys_addr_t *pa)
{
	unsigned long offset = va % PAGE_SIZE;
	pte_t entry;

	if (va < PAGE_OFFSET)
		return false;
	entry = kernel_pd[pde_index(va)];
	if (!pte_present(entry))
		return false;
	if (pte_large(entry))
		offset = va % PDE_BYTES;
	else
		entry = pde_table(entry)[pte_index(va)];
	if (!pte_present(entry))
		return false;
	if (pa)
		*pa = (entry & PTE_PHYS_MASK & ~(pte_t)(offset & PAGE_MASK)) +
		      offset;
	return true;
}
