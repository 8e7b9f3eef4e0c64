/* SPDX-License-Identifier: MIT */
/*
 * highmem.c - each CPU's stack of temporary mappings
 *
 * The arch has KMAP_LOCAL_SLOTS page table entries for each CPU. Here is who
 * holds them: depth slots, the lowest first. A mapping takes slot number
 * depth; the matching unmap gives it back. An interrupt between any two
 * instructions may do the same above, and leaves depth as it found it; that is
 * why depth rises before a slot is used and falls after it was cleared, and
 * why both are written as numbers, not counted up and down.
 *
 * An address tells its slot, so nothing is searched. A slot that is let go out
 * of order leaves a gap (its site becomes 0) that closes when all above it are
 * gone, so one wrong unmap damages nobody else's mapping. While there are gaps
 * a mark beside the depth makes it equal to no slot's number: one comparison
 * sends all that is unusual to the slow path.
 *
 * Invariants (kmap_local_check()):
 *   K1  slots at depth and above are free, and not mapped
 *   K2  the slot below depth is held; lower ones are held, or gaps
 *   K3  held slots are mapped, gaps are not
 *   K4  KMAP_GAPS is set exactly if there are gaps
 *
 * Locking: none. Only its CPU changes a stack, with preemption off for as long
 * as a slot is held, so that the holder cannot move to another CPU.
 *
 * Not here: mappings that last longer (kmap.c).
 */
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <mm/check.h>
#include <mm/highmem.h>
#include <asm/pgtable.h>

/* kmap_local_state: how many slots lie below the top one, itself included... */
#define KMAP_DEPTH_MASK 0xffu
/* ... and whether some of them are gaps. */
#define KMAP_GAPS 0x100u
static_assert(KMAP_LOCAL_SLOTS < KMAP_GAPS, "a depth fits its field");

DEFINE_PER_CPU(unsigned int, kmap_local_state);
EXPORT_PER_CPU_SYMBOL(kmap_local_state);

/* Who mapped each slot last; 0 below the depth: a gap. */
static unsigned long kmap_local_site[NR_KMAP_LOCAL_SLOTS];

/* The number of this CPU's lowest slot. */
static __always_inline unsigned long kmap_local_base(void)
{
	return (unsigned long)smp_processor_id() * KMAP_LOCAL_SLOTS;
}

/* --- mapping ------------------------------------------------------------ */

/* Somebody forgot to unmap; the lowest slot's holder is the likeliest. */
static noinline __cold void kmap_local_report_full(unsigned long site)
{
	const struct report_sites sites = {
		.alloc = kmap_local_site[kmap_local_base()],
		.at = site,
	};

	mm_report("kmap-leak", &sites, "%u slots", KMAP_LOCAL_SLOTS);
}

/*
 * Take the slot above @depth others.
 * @site: 0 would make it a gap, and stands for the caller of the function that
 * this is inlined into. Read only where it is wanted, that saves a register.
 */
static __always_inline void *kmap_local_take(unsigned int depth, pfn_t pfn,
					     unsigned long site)
{
	unsigned long slot = kmap_local_base() + depth;

	/* From here on an interrupt takes the slot above. */
	this_cpu_inc(kmap_local_state);
	barrier();
	kmap_local_site[slot] = site ? site : _RET_IP_;
	return kmap_local_slot(slot, pfn);
}

/* All slots are taken, or there are gaps. Preemption is off. */
static noinline __cold void *kmap_local_push_slow(pfn_t pfn, unsigned long site)
{
	unsigned int state = this_cpu_read(kmap_local_state);
	unsigned int depth = state & KMAP_DEPTH_MASK;

	if (depth < KMAP_LOCAL_SLOTS)
		return kmap_local_take(depth, pfn, site);
	kmap_local_report_full(site);
	preempt_enable();
	return NULL;
}

static __always_inline void *kmap_local_push(pfn_t pfn, unsigned long site)
{
	unsigned int depth;

	preempt_disable();
	depth = this_cpu_read(kmap_local_state);
	if (unlikely(depth >= KMAP_LOCAL_SLOTS))
		return kmap_local_push_slow(pfn, site ? site : _RET_IP_);
	return kmap_local_take(depth, pfn, site);
}

void *kmap_local_high(struct page *page, unsigned long site)
{
	return kmap_local_push(page_to_pfn(page), site);
}
EXPORT_SYMBOL(kmap_local_high);

void *kmap_local_pfn(pfn_t pfn)
{
	const struct report_sites sites = { .at = _RET_IP_ };

	if (likely(pfn < phys_to_pfn(arch_layout()->phys_limit)))
		return kmap_local_push(pfn, 0);
	mm_report("kmap-pfn", &sites, "pfn=%#lx no frame of this machine", pfn);
	return NULL;
}
EXPORT_SYMBOL(kmap_local_pfn);

void *kmap_atomic(struct page *page)
{
	pfn_t pfn = page_to_pfn(page);

	/* A slot makes its holder atomic by itself. */
	if (pfn >= max_low_pfn)
		return kmap_local_push(pfn, 0);
	preempt_disable();
	return phys_to_virt(pfn_to_phys(pfn));
}
EXPORT_SYMBOL(kmap_atomic);

/* --- unmapping ---------------------------------------------------------- */

/* Slot @own of this CPU was cleared: close the gaps on top, mark those left. */
static void kmap_local_close_gaps(unsigned int depth)
{
	const unsigned long *site = &kmap_local_site[kmap_local_base()];
	unsigned int i, gaps = 0;

	while (depth && !site[depth - 1])
		depth--;
	for (i = 0; i < depth; i++)
		gaps |= site[i] ? 0 : KMAP_GAPS;
	this_cpu_write(kmap_local_state, depth | gaps);
}

static noinline __cold void kmap_local_report_order(unsigned int own,
						    unsigned int depth,
						    const void *addr,
						    unsigned long site)
{
	const struct report_sites sites = {
		.alloc = kmap_local_site[kmap_local_base() + own],
		.at = site,
	};

	mm_report("kmap-order", &sites, "slot=%u of %u addr=%#lx", own, depth,
		  (unsigned long)addr);
}

static noinline __cold void kmap_local_report_not_mapped(const void *addr,
							 unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("kmap-order", &sites, "not-mapped addr=%#lx",
		  (unsigned long)addr);
}

/* @addr is not in the last slot that was mapped, or there are gaps. */
static noinline __cold void kunmap_local_slow(const void *addr,
					      unsigned long site)
{
	unsigned int depth = this_cpu_read(kmap_local_state) & KMAP_DEPTH_MASK;
	unsigned long slot = kmap_local_slot_of(addr);
	/* Who holds a slot cannot be moved; who can has none. */
	unsigned long own = depth ? slot - kmap_local_base() : 0;

	if (own >= depth || !kmap_local_site[slot]) {
		kmap_local_report_not_mapped(addr, site);
		return;
	}
	if (own + 1 != depth)
		kmap_local_report_order((unsigned int)own, depth, addr, site);
	kunmap_local_slot(slot, addr);
	kmap_local_site[slot] = 0;
	kmap_local_close_gaps(depth);
	preempt_enable();
}

/* Return: false if @addr is not in the last slot, or there are gaps. */
static __always_inline bool kmap_local_pop(const void *addr)
{
	unsigned int top = this_cpu_read(kmap_local_state) - 1;
	unsigned long slot = kmap_local_slot_of(addr);

	/* Without a slot @top is huge, and with gaps too large. */
	if (unlikely(top >= KMAP_LOCAL_SLOTS ||
		     slot != kmap_local_base() + top))
		return false;
	kunmap_local_slot(slot, addr);
	/* Until depth falls an interrupt keeps off this slot. */
	barrier();
	this_cpu_write(kmap_local_state, top);
	preempt_enable();
	return true;
}

void kunmap_local_high(const void *addr, unsigned long site)
{
	if (unlikely(!kmap_local_pop(addr)))
		kunmap_local_slow(addr, site);
}
EXPORT_SYMBOL(kunmap_local_high);

void kunmap_atomic(const void *addr)
{
	if (likely(kmap_local_pop(addr)))
		return;
	if (kmap_is_lowmem(addr))
		preempt_enable();
	else
		kunmap_local_slow(addr, _RET_IP_);
}
EXPORT_SYMBOL(kunmap_atomic);

/* --- questions ---------------------------------------------------------- */

unsigned int kmap_local_depth(void)
{
	return this_cpu_read(kmap_local_state) & KMAP_DEPTH_MASK;
}

bool kmap_slot_owner(unsigned long addr, unsigned long *site, pfn_t *pfn)
{
	unsigned long slot = kmap_local_slot_of((const void *)addr);
	unsigned long who;
	phys_addr_t pa;

	if (slot < NR_KMAP_LOCAL_SLOTS)
		who = READ_ONCE(kmap_local_site[slot]);
	else
		who = kmap_site(addr);
	/* The last holder is the holder as long as the page is mapped. */
	if (!who || !kpt_lookup(addr, &pa))
		return false;
	if (site)
		*site = who;
	if (pfn)
		*pfn = phys_to_pfn(pa);
	return true;
}

struct page *kmap_to_page(const void *addr)
{
	pfn_t pfn;

	if (kmap_is_lowmem(addr))
		return virt_to_page(addr);
	if (!kmap_slot_owner((unsigned long)addr, NULL, &pfn) ||
	    !pfn_valid(pfn))
		return NULL;
	return pfn_to_page(pfn);
}
EXPORT_SYMBOL(kmap_to_page);

/* The slot of this CPU that shows a page of a block; ~0: none. */
static unsigned long kmap_local_slot_showing(const struct page *page,
					     unsigned int order)
{
	unsigned int i, depth = kmap_local_depth();
	pfn_t first = page_to_pfn(page), pfn;

	/* Who holds a slot cannot be moved; who can has none. */
	for (i = 0; i < depth; i++) {
		unsigned long slot = kmap_local_base() + i;
		unsigned long va = FIXMAP_START + slot * PAGE_SIZE;

		if (kmap_slot_owner(va, NULL, &pfn) && pfn - first < BIT(order))
			return slot;
	}
	return ~0ul;
}

bool kmap_refuse_free(const struct page *page, unsigned int order,
		      unsigned long site)
{
	struct report_sites sites = { .at = site };
	struct kmap_use use = { .page = page, .users = 1 };
	unsigned long slot;

	if (!kmap_find_use(page, order, &use)) {
		slot = kmap_local_slot_showing(page, order);
		if (likely(slot == ~0ul))
			return false;
		use.site = kmap_local_site[slot];
	}
	sites.alloc = use.site;
	mm_report("page-mapped", &sites, "pfn=%#lx count=%u",
		  page_to_pfn(use.page), use.users);
	return true;
}

/* --- the checker -------------------------------------------------------- */

static int kmap_local_violation(const char *label, unsigned int i,
				const char *what)
{
	pr_err("kmap_local: %s slot %u %s\n", label, i, what);
	return 1;
}

static int kmap_local_check_slot(unsigned int i, unsigned int depth,
				 bool *has_gaps)
{
	unsigned long slot = kmap_local_base() + i;
	bool held = i < depth && kmap_local_site[slot];
	bool mapped = kpt_lookup(FIXMAP_START + slot * PAGE_SIZE, NULL);
	int bad = 0;

	if (mapped && i >= depth)
		bad += kmap_local_violation("K1", i, "is mapped above depth");
	if (!held && i + 1 == depth)
		bad += kmap_local_violation("K2", i, "is the top, and a gap");
	if (mapped != held && i < depth)
		bad += kmap_local_violation("K3", i,
					    held ? "is held, not mapped" :
						   "is a gap, mapped");
	*has_gaps |= !held && i < depth;
	return bad;
}

/* This CPU's stack. Others' cannot be looked at while they are used. */
static int kmap_local_check(void)
{
	unsigned long flags = local_irq_save();
	unsigned int state = this_cpu_read(kmap_local_state), i;
	bool has_gaps = false;
	int bad = 0;

	for (i = 0; i < KMAP_LOCAL_SLOTS; i++)
		bad += kmap_local_check_slot(i, state & KMAP_DEPTH_MASK,
					     &has_gaps);
	if (has_gaps != !!(state & KMAP_GAPS))
		bad += kmap_local_violation("K4", state & KMAP_DEPTH_MASK,
					    "and those below: gaps and mark");
	local_irq_restore(flags);
	return bad;
}
MM_CHECK(kmap_local, "kmap_local", kmap_local_check);

/* --- helpers ------------------------------------------------------------ */

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
EXPORT_SYMBOL(clear_highpage);

void copy_highpage(struct page *to, struct page *from)
{
	char *src = kmap_or_die(from);
	char *dst = kmap_or_die(to);

	memcpy(dst, src, PAGE_SIZE);
	kunmap_local(dst);
	kunmap_local(src);
}
EXPORT_SYMBOL(copy_highpage);

void memcpy_from_page(void *to, struct page *page, size_t offset, size_t len)
{
	char *va = kmap_or_die(page);

	VM_BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memcpy(to, va + offset, len);
	kunmap_local(va);
}
EXPORT_SYMBOL(memcpy_from_page);

void memcpy_to_page(struct page *page, size_t offset, const void *from,
		    size_t len)
{
	char *va = kmap_or_die(page);

	VM_BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memcpy(va + offset, from, len);
	kunmap_local(va);
}
EXPORT_SYMBOL(memcpy_to_page);

void memzero_page(struct page *page, size_t offset, size_t len)
{
	char *va = kmap_or_die(page);

	VM_BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memset(va + offset, 0, len);
	kunmap_local(va);
}
EXPORT_SYMBOL(memzero_page);
