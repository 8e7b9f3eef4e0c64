/* SPDX-License-Identifier: MIT */
/*
 * user_tables.c - page tables below 3 GiB, and which of them a CPU sees
 *
 * An address space has four pointers, 32 bytes in all: three to directories of
 * its own, for a GiB each, and one to the kernel's. So the kernel's gigabyte
 * is the same for everybody, and changes in it need not be carried anywhere.
 *
 * A CPU loads the pointers when it comes to a task with an address space that
 * it does not see yet. A thread of the kernel sees whatever was there before
 * it: that saves the load on the way back. So tables are taken from all CPUs
 * before they are freed (upt_unload()).
 *
 * A page is unmapped in two steps with a flush in between: its entry loses the
 * present bit, but keeps the frame; after the flush the entry is cleared and
 * the frame given back. However many pages go, nothing has to be remembered
 * elsewhere, and there is one flush.
 *
 * Invariants:
 *   U1  a CPU whose cr3 names a table has its bit in seen_by: it is set before
 *       the load, and cleared after the load of another one
 *   U2  an entry with PTE_REVOKED is not present
 *   U3  accessed and dirty bits are set from the start: the CPU never writes to
 *       an entry, so plain stores change it
 *
 * Locking: as <asm/user.h> says. user_tables_seen is the CPU's own.
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <asm/user.h>
#include "internal.h"

#define PDE_USER (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED)
#define PTE_USER_PAGE (PTE_PRESENT | PTE_USER | PTE_ACCESSED)

/* Whose addresses this CPU sees; NULL: nobody's. */
static DEFINE_PER_CPU(struct user_tables *, user_tables_seen);

/* --- entries -------------------------------------------------------------- */

static pte_t *user_pde(const struct user_tables *t, unsigned long va)
{
	BUG_ON(va >= TASK_SIZE);
	return &pde_table(t->pointers[va >> PDPTE_SHIFT])[pde_index(va)];
}

/* The entry of @va; NULL: there is no table. */
static pte_t *user_pte(const struct user_tables *t, unsigned long va)
{
	pte_t pde = *user_pde(t, va);

	return pte_present(pde) ? &pde_table(pde)[pte_index(va)] : NULL;
}

/* The first address behind @va that another table serves. */
static unsigned long next_table(unsigned long va)
{
	return ALIGN_DOWN(va, PDE_BYTES) + PDE_BYTES;
}

static pte_t user_bits(pgprot_t prot)
{
	pte_t bits = PTE_USER_PAGE;

	if (prot & PROT_USER_WRITE)
		bits |= PTE_WRITE | PTE_DIRTY;
	if (prot & PROT_USER_NOCACHE)
		bits |= PTE_NOCACHE | PTE_WRITE_THROUGH;
	else if (prot & PROT_USER_WC)
		bits |= PTE_NOCACHE; /* a PAT of its own may gather writes */
	if (!(prot & PROT_USER_EXEC) && cpu_has_nx())
		bits |= PTE_NX;
	return bits;
}

void upt_init(struct user_tables *t, void *const dirs[UPT_DIRS])
{
	unsigned int i;

	*t = (struct user_tables){ .seen_by = 0 };
	for (i = 0; i < UPT_DIRS; i++)
		t->pointers[i] = virt_to_phys(dirs[i]) | PTE_PRESENT;
	t->pointers[KERNEL_PDPTE] = kernel_pd_pointer();
}

bool upt_has_table(const struct user_tables *t, unsigned long va)
{
	return pte_present(*user_pde(t, va));
}

bool upt_give_table(struct user_tables *t, unsigned long va, void *page)
{
	pte_t *pde = user_pde(t, va);

	if (pte_present(*pde))
		return false;
	pte_make(pde, phys_to_pfn(virt_to_phys(page)), PDE_USER);
	return true;
}

/* The tables first, then the directories. */
void *upt_take_page(struct user_tables *t)
{
	unsigned int i;

	BUG_ON(READ_ONCE(t->seen_by));
	for (; t->take_at < TASK_SIZE; t->take_at += PDE_BYTES) {
		pte_t *pde = user_pde(t, t->take_at);
		void *table = pde_table(*pde);

		if (pte_present(*pde)) {
			pte_clear(pde);
			return table;
		}
	}
	for (i = 0; i < UPT_DIRS; i++) {
		void *dir = pde_table(t->pointers[i]);

		if (t->pointers[i]) {
			t->pointers[i] = 0;
			return dir;
		}
	}
	return NULL;
}

bool upt_map(struct user_tables *t, unsigned long va, pfn_t pfn, pgprot_t prot)
{
	pte_t *pte = user_pte(t, va);

	BUG_ON(pfn_to_phys(pfn) >= arch_layout()->phys_limit);
	if (*pte)
		return false;
	pte_make(pte, pfn, user_bits(prot));
	return true;
}

bool upt_lookup(const struct user_tables *t, unsigned long va, pfn_t *pfn,
		bool *writable)
{
	const pte_t *pte = user_pte(t, va);

	if (!pte || !pte_present(*pte))
		return false;
	*pfn = phys_to_pfn(*pte & PTE_PHYS_MASK);
	*writable = *pte & PTE_WRITE;
	return true;
}

/* --- taking back ----------------------------------------------------------- */

unsigned long upt_revoke(struct user_tables *t, unsigned long start,
			 unsigned long end)
{
	unsigned long va = start, nr = 0;

	while (va < end) {
		pte_t *pte = user_pte(t, va);
		volatile u32 *low = (volatile u32 *)pte;

		if (!pte) {
			va = next_table(va);
			continue;
		}
		if (pte_present(*pte))
			*low = (*low & ~(u32)PTE_PRESENT) | (u32)PTE_REVOKED;
		nr += (*pte & PTE_REVOKED) != 0;
		va += PAGE_SIZE;
	}
	return nr;
}

bool upt_reap(struct user_tables *t, unsigned long *va, unsigned long end,
	      pfn_t *pfn)
{
	while (*va < end) {
		pte_t *pte = user_pte(t, *va);

		if (!pte) {
			*va = next_table(*va);
			continue;
		}
		if (*pte & PTE_REVOKED) {
			*pfn = phys_to_pfn(*pte & PTE_PHYS_MASK);
			pte_clear(pte);
			return true;
		}
		*va += PAGE_SIZE;
	}
	return false;
}

void upt_flush(struct user_tables *t, unsigned long start, unsigned long end)
{
	struct cpumask cpus;

	/* Partner of the barrier in upt_switch(): either that CPU finds the
	 * entries cleared, or we find its bit. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	cpus.bits = READ_ONCE(t->seen_by);
	if (!cpumask_empty(&cpus))
		tlb_flush_on(&cpus, start, end);
}

/* --- which of them a CPU sees ---------------------------------------------- */

static void load_tables(u32 cr3)
{
	__asm__ volatile("movl %0, %%cr3" : : "r"(cr3) : "memory");
}

static void mask_clear(struct user_tables *t, unsigned int cpu)
{
	__atomic_fetch_and(&t->seen_by, ~BIT(cpu), __ATOMIC_SEQ_CST);
}

/* Interrupts are off: an interrupt may take the old one away (unload_fn()). */
void upt_switch(struct user_tables *t)
{
	unsigned long flags;
	struct user_tables *old;
	unsigned int cpu;

	if (likely(this_cpu_read(user_tables_seen) == t))
		return;
	flags = local_irq_save();
	cpu = smp_processor_id();
	old = this_cpu_read(user_tables_seen);
	__atomic_fetch_or(&t->seen_by, BIT(cpu), __ATOMIC_SEQ_CST);
	this_cpu_write(user_tables_seen, t);
	load_tables(__pa(t->pointers));
	if (old)
		mask_clear(old, cpu);
	local_irq_restore(flags);
}

/* Interrupts are off. */
void user_tables_leave(void)
{
	struct user_tables *old = this_cpu_read(user_tables_seen);

	load_tables(kernel_tables_cr3());
	this_cpu_write(user_tables_seen, NULL);
	if (old)
		mask_clear(old, smp_processor_id());
}

static void unload_fn(void *tables)
{
	if (this_cpu_read(user_tables_seen) == tables)
		user_tables_leave();
}

void upt_unload(struct user_tables *t)
{
	struct cpumask cpus = { READ_ONCE(t->seen_by) };

	if (!cpumask_empty(&cpus))
		on_each_cpu_mask(&cpus, unload_fn, t, true);
}
