/* SPDX-License-Identifier: MIT */
/*
 * highmem.c - each CPU's stack of temporary mappings
 *
 * The arch has KMAP_LOCAL_SLOTS page table entries for each CPU. Here is who
 * holds them: depth slots, the lowest first. A mapping takes slot number
 * depth; the matching unmap gives it back. An interrupt between any two
 * instructions may do the same above, and leaves depth as it found it; that is
 * why depth rises before a slot is used and falls after it was cleared.
 *
 * A slot that is let go out of order leaves a gap (va is 0) that closes when
 * all above it are gone, so one wrong unmap damages nobody else's mapping.
 *
 * Invariants:
 *   K1  slots at depth and above are free
 *   K2  the slot below depth is held; lower ones are held, or gaps
 *
 * Locking: none. Only its CPU changes a stack, with preemption off for as long
 * as a slot is held, so that the holder cannot move to another CPU.
 */
#include <kernel/bug.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <mm/highmem.h>
#include <asm/pgtable.h>

struct kmap_slot {
	unsigned long va; /* of the mapping; 0: a gap */
	unsigned long site; /* who mapped it */
	pfn_t pfn;
};

struct kmap_stack {
	unsigned int depth;
	struct kmap_slot slot[KMAP_LOCAL_SLOTS];
};

static DEFINE_PER_CPU(struct kmap_stack, kmap_stack);

/* Somebody forgot to unmap; the lowest slot's holder is the likeliest. */
static noinline __cold void kmap_report_full(const struct kmap_stack *s,
					     unsigned long site)
{
	const struct report_sites sites = {
		.alloc = s->slot[0].site,
		.at = site,
	};

	mm_report("kmap-leak", &sites, "%u slots", s->depth);
}

void *kmap_local_high(struct page *page, unsigned long site)
{
	pfn_t pfn = page_to_pfn(page);
	struct kmap_stack *s;
	unsigned int i;
	void *va;

	preempt_disable();
	s = this_cpu_ptr(&kmap_stack);
	i = s->depth;
	if (unlikely(i == KMAP_LOCAL_SLOTS)) {
		kmap_report_full(s, site);
		preempt_enable();
		return NULL;
	}
	/* From here on an interrupt takes the slot above. */
	WRITE_ONCE(s->depth, i + 1);
	barrier();
	va = kmap_local_slot(i, pfn);
	s->slot[i].site = site;
	s->slot[i].pfn = pfn;
	s->slot[i].va = (unsigned long)va;
	return va;
}

/* The held slot that maps @va; depth if there is none. */
static unsigned int kmap_find(const struct kmap_stack *s, unsigned long va)
{
	unsigned int i = s->depth;

	while (i--)
		if (s->slot[i].va == va)
			return i;
	return s->depth;
}

/* @i is the slot that maps @va, or depth if none does. */
static noinline __cold void kmap_report_order(const struct kmap_stack *s,
					      unsigned int i, unsigned long va,
					      unsigned long site)
{
	struct report_sites sites = { .at = site };

	if (i == s->depth) {
		mm_report("kmap-order", &sites, "not-mapped addr=%#lx", va);
		return;
	}
	sites.alloc = s->slot[i].site;
	mm_report("kmap-order", &sites, "slot=%u of %u addr=%#lx", i, s->depth,
		  va);
}

/* Let go of slot @i, and of gaps right below it. */
static __always_inline void kmap_release(struct kmap_stack *s, unsigned int i,
					 unsigned int depth)
{
	kunmap_local_slot(i);
	s->slot[i].va = 0;
	/* Until depth falls an interrupt keeps off this slot. */
	barrier();
	while (depth && !s->slot[depth - 1].va)
		depth--;
	WRITE_ONCE(s->depth, depth);
	preempt_enable();
}

/* @va is not the last that was mapped. */
static noinline __cold void
kunmap_out_of_order(struct kmap_stack *s, unsigned long va, unsigned long site)
{
	unsigned int i = kmap_find(s, va);

	kmap_report_order(s, i, va, site);
	if (i < s->depth)
		kmap_release(s, i, s->depth);
}

void kunmap_local_high(const void *addr, unsigned long site)
{
	struct kmap_stack *s = this_cpu_ptr(&kmap_stack);
	unsigned long va = (unsigned long)addr & PAGE_MASK;
	unsigned int depth = s->depth;

	if (likely(depth && s->slot[depth - 1].va == va))
		kmap_release(s, depth - 1, depth);
	else
		kunmap_out_of_order(s, va, site);
}

void *kmap_atomic(struct page *page)
{
	void *va = page_address(page);

	/* A slot makes its holder atomic by itself. */
	if (!va)
		return kmap_local_high(page, _RET_IP_);
	preempt_disable();
	return va;
}

void kunmap_atomic(const void *addr)
{
	if (kmap_is_lowmem(addr))
		preempt_enable();
	else
		kunmap_local_high(addr, _RET_IP_);
}

unsigned int kmap_local_depth(void)
{
	return READ_ONCE(this_cpu_ptr(&kmap_stack)->depth);
}

bool kmap_slot_owner(unsigned long addr, unsigned long *site, pfn_t *pfn)
{
	unsigned int cpu, i;

	/* CPUs that never came up have no copy of their own: read twice, no harm. */
	for_each_possible_cpu(cpu) {
		const struct kmap_stack *s = &per_cpu(kmap_stack, cpu);

		for (i = 0; i < KMAP_LOCAL_SLOTS; i++) {
			unsigned long va = READ_ONCE(s->slot[i].va);

			if (!va || addr - va >= PAGE_SIZE)
				continue;
			if (site)
				*site = s->slot[i].site;
			if (pfn)
				*pfn = s->slot[i].pfn;
			return true;
		}
	}
	return false;
}

/* For the helpers below: they hold at most two slots, so one must be free
 * unless somebody leaked them all, and that has been reported. */
static char *kmap_or_die(struct page *page)
{
	void *va = kmap_local_page(page);

	BUG_ON(!va);
	return va;
}

void clear_highpage(struct page *page)
{
	char *va = kmap_or_die(page);

	memset(va, 0, PAGE_SIZE);
	kunmap_local(va);
}

void copy_highpage(struct page *to, struct page *from)
{
	char *src = kmap_or_die(from);
	char *dst = kmap_or_die(to);

	memcpy(dst, src, PAGE_SIZE);
	kunmap_local(dst);
	kunmap_local(src);
}

void memcpy_from_page(void *to, struct page *page, size_t offset, size_t len)
{
	char *va = kmap_or_die(page);

	VM_BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memcpy(to, va + offset, len);
	kunmap_local(va);
}

void memcpy_to_page(struct page *page, size_t offset, const void *from,
		    size_t len)
{
	char *va = kmap_or_die(page);

	VM_BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memcpy(va + offset, from, len);
	kunmap_local(va);
}

void memzero_page(struct page *page, size_t offset, size_t len)
{
	char *va = kmap_or_die(page);

	VM_BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memset(va + offset, 0, len);
	kunmap_local(va);
}
