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
	WRITE_ONCE(s->depth, i + 1);
	barrier();
	va = kmap_local_slot(i, page_to_pfn(page));
	s->slot[i] = (struct kmap_slot){
		.va = (unsigned long)va,
		.site = site,
		.pfn = page_to_pfn(page),
	};
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

void kunmap_local_high(const void *addr, unsigned long site)
{
	struct kmap_stack *s = this_cpu_ptr(&kmap_stack);
	unsigned long va = (unsigned long)addr & PAGE_MASK;
	unsigned int i = kmap_find(s, va);
	unsigned int depth = s->depth;

	if (unlikely(i + 1 != depth))
		kmap_report_order(s, i, va, site);
	if (unlikely(i == depth))
		return;
	kunmap_local_slot(i);
	s->slot[i].va = 0;
	barrier();
	while (depth && !s->slot[depth - 1].va)
		depth--;
	WRITE_ONCE(s->depth, depth);
	preempt_enable();
}

void *kmap_atomic(struct page *page)
{
	void *va;

	preempt_disable();
	va = page_address(page);
	if (!va)
		va = kmap_local_high(page, _RET_IP_);
	if (unlikely(!va))
		preempt_enable();
	return va;
}

void kunmap_atomic(const void *addr)
{
	kunmap_local(addr);
	preempt_enable();
}

unsigned int kmap_local_depth(void)
{
	return READ_ONCE(this_cpu_ptr(&kmap_stack)->depth);
}

bool kmap_slot_owner(unsigned long addr, unsigned long *site, pfn_t *pfn)
{
	unsigned int cpu, i;

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
