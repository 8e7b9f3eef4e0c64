/* SPDX-License-Identifier: MIT */
/*
 * kmap.c - a window of addresses for high pages, shared and counted
 *
 * Each page that is mapped has one slot, found by a hash of the page, however
 * often it is mapped. When the last user lets go, the mapping stays: the page
 * may be wanted again, which then costs a count, and taking it away would need
 * a flush on every CPU. Only when no slot can be taken are all those that
 * nobody holds cleared, with one flush for all of them. So no address gets a
 * new page before every CPU has forgotten the old one.
 *
 * The life of a slot:
 *
 *   free      not mapped: on the free chain, or never used so far
 *   used      mapped, users > 0
 *   unused    mapped, users == 0, still found by its page
 *   flushing  cleared, but some TLB may know it: on the chain of who flushes
 *
 * Invariants (kmap_window_check() walks them all):
 *   M1  each slot is in one of these states, and the counts say how many
 *   M2  a slot is on the chain of its page's bucket exactly if it has a page,
 *       and no page has two slots
 *   M3  the free chain has exactly the slots without a page, but for those
 *       never used or in a flush
 *   M4  the page tables show the page of each slot that has one, and nothing
 *       where there is none
 *   M5  a page that is held is not free
 *
 * Locking: window->lock, irq-safe, LOCK_KMAP; no other lock is taken inside.
 * The flush is done without it, since it may wait for other CPUs; for the same
 * reason it is done only where the caller could be preempted, once there are
 * other CPUs: elsewhere, slots that wait for a flush count as taken. Who waits
 * for a slot is counted under the lock before he looks whether one was
 * released, and who releases one counts it under the lock before he looks
 * whether somebody waits: one of them sees the other.
 *
 * Not here: the checker (kmap_check.c), mappings for a moment (highmem.c), the
 * entries (arch).
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/wait.h>
#include <asm/pgtable.h>
#include "kmap_internal.h"

static_assert(LAST_PKMAP <= KMAP_MAX_SLOTS, "links number every slot");
/* In so long some holder lets go, unless all have forgotten to, or wait for one
 * another. */
#define KMAP_PATIENCE (3 * HZ)

static struct kmap_slot kmap_live_slots[LAST_PKMAP];
struct kmap_window kmap_live = {
	.lock = SPINLOCK_INIT("kmap", LOCK_KMAP),
};
EXPORT_SYMBOL(kmap_live);
/* Who waits for a slot of the live window. */
static DECLARE_WAIT_QUEUE_HEAD(kmap_waiters);

/* --- slots -------------------------------------------------------------- */

static void kmap_unhash(struct kmap_window *w, const struct kmap_slot *s)
{
	u16 *link = kmap_bucket(w, s->page), this = kmap_slot_link(w, s);

	while (*link != this) {
		BUG_ON(!*link);
		link = &w->desc.slots[*link - 1].next;
	}
	*link = s->next;
}

/* A free slot; NULL if there is none. Lock held. */
static struct kmap_slot *kmap_slot_pop(struct kmap_window *w)
{
	struct kmap_slot *s = kmap_slot_linked(w, w->free);

	lockdep_assert_held(&w->lock);
	if (s)
		w->free = s->next;
	else if (w->nr_fresh < w->desc.nr_slots)
		s = &w->desc.slots[w->nr_fresh++];
	else
		return NULL;
	w->nr_free--;
	return s;
}

/* Map @page, which nobody has mapped. Return: its slot, counted as unused; NULL
 * if none is free. Lock held. */
static struct kmap_slot *kmap_slot_new(struct kmap_window *w, struct page *page)
{
	struct kmap_slot *s = kmap_slot_pop(w);
	u16 *bucket = kmap_bucket(w, page);

	if (!s)
		return NULL;
	VM_BUG_ON(s->page);
	w->desc.ops->map(kmap_slot_va(w, s), page_to_pfn(page));
	s->page = page;
	s->users = 0;
	s->next = *bucket;
	*bucket = kmap_slot_link(w, s);
	w->nr_unused++;
	return s;
}

/* --- the flush ---------------------------------------------------------- */

/* A flush waits for other CPUs, so this one must be able to take their
 * interrupts, and may hold no lock that one of them could be waiting for with
 * its own interrupts off. */
static bool kmap_may_flush(void)
{
	return nr_online_cpus == 1 || preemptible();
}

/* What one flush is for. */
struct kmap_batch {
	u16 chain;
	u16 last; /* of the chain */
	unsigned int nr;
	unsigned long start, end; /* addresses */
};

static void kmap_batch_add(struct kmap_window *w, struct kmap_batch *b,
			   struct kmap_slot *s)
{
	unsigned long va = kmap_slot_va(w, s);

	VM_BUG_ON(!s->page || s->users);
	kmap_unhash(w, s);
	w->desc.ops->unmap(va);
	s->page = NULL;
	s->next = b->chain;
	b->chain = kmap_slot_link(w, s);
	/* The highest comes first: it ends the chain. */
	if (!b->nr++) {
		b->last = b->chain;
		b->end = va + PAGE_SIZE;
	}
	b->start = va;
}

/* Take all that nobody holds, from the highest on, so that the lowest address
 * is used first. Lock held. */
static void kmap_batch_collect(struct kmap_window *w, struct kmap_batch *b)
{
	struct kmap_slot *s = &w->desc.slots[w->nr_fresh];

	lockdep_assert_held(&w->lock);
	while (s-- > w->desc.slots && b->nr < w->nr_unused) {
		if (s->page && !s->users)
			kmap_batch_add(w, b, s);
	}
	w->nr_unused -= b->nr;
	w->nr_flushing += b->nr;
}

/* The flush is done: the slots are free. Lock held. */
static void kmap_batch_release(struct kmap_window *w,
			       const struct kmap_batch *b)
{
	lockdep_assert_held(&w->lock);
	VM_BUG_ON(w->nr_flushing < b->nr);
	w->desc.slots[b->last - 1].next = w->free;
	w->free = b->chain;
	w->nr_flushing -= b->nr;
	w->nr_free += b->nr;
	w->nr_flushes++;
	w->releases++;
}

/* All of them: one may want the very page that another one has mapped
 * meanwhile, and leave the slot. Lock not held. */
static void kmap_wake(bool somebody_waits)
{
	if (unlikely(somebody_waits))
		wake_up_all(&kmap_waiters);
}

unsigned int kmap_window_flush(struct kmap_window *w)
{
	struct kmap_batch batch = { 0 };
	unsigned long flags;
	bool wake;

	if (!READ_ONCE(w->nr_unused) || !kmap_may_flush())
		return 0;
	flags = spin_lock_irqsave(&w->lock);
	kmap_batch_collect(w, &batch);
	spin_unlock_irqrestore(&w->lock, flags);
	if (!batch.nr)
		return 0; /* another CPU was first */
	w->desc.ops->flush(batch.start, batch.end);
	flags = spin_lock_irqsave(&w->lock);
	kmap_batch_release(w, &batch);
	wake = w->nr_waiting != 0;
	spin_unlock_irqrestore(&w->lock, flags);
	kmap_wake(wake);
	return batch.nr;
}

/* --- map and unmap ------------------------------------------------------ */

void kmap_window_init(struct kmap_window *w,
		      const struct kmap_window_desc *desc)
{
	BUG_ON(desc->start & ~PAGE_MASK);
	BUG_ON(!desc->nr_slots || desc->nr_slots > KMAP_MAX_SLOTS);
	*w = (struct kmap_window){
		.desc = *desc,
		.lock = SPINLOCK_INIT("kmap", LOCK_KMAP),
		.nr_free = desc->nr_slots,
	};
}

static void *kmap_window_try(struct kmap_window *w, struct page *page,
			     unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&w->lock);
	struct kmap_slot *s = kmap_find(w, page);
	void *va = NULL;

	if (!s)
		s = kmap_slot_new(w, page);
	if (s && !s->users++) {
		s->site = site;
		w->nr_unused--;
		w->nr_used++;
	}
	if (s)
		va = (void *)kmap_slot_va(w, s);
	spin_unlock_irqrestore(&w->lock, flags);
	return va;
}

void *kmap_window_map(struct kmap_window *w, struct page *page,
		      unsigned long site)
{
	unsigned int seen;
	void *va;

	/* Another CPU may have flushed, or let go, since we looked. */
	do {
		seen = READ_ONCE(w->releases);
		va = kmap_window_try(w, page, site);
	} while (unlikely(!va) &&
		 (kmap_window_flush(w) || READ_ONCE(w->releases) != seen));
	return va;
}

static noinline __cold int kmap_report_count(const struct page *page,
					     unsigned long mapper,
					     unsigned long site)
{
	const struct report_sites sites = { .alloc = mapper, .at = site };
	pfn_t pfn = page_to_pfn(page);

	if (!pfn_valid(pfn))
		mm_report("kmap-count", &sites, "no-page record=%p", page);
	else
		mm_report("kmap-count", &sites, "not-mapped pfn=%#lx%s", pfn,
			  mapper ? " any more" : "");
	return -EINVAL;
}

int kmap_window_unmap(struct kmap_window *w, const struct page *page,
		      unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&w->lock);
	struct kmap_slot *s = kmap_find(w, page);
	unsigned long mapper = s ? s->site : 0;
	bool held = s && s->users, wake = false;

	if (likely(held) && !--s->users) {
		w->nr_used--;
		w->nr_unused++;
		w->releases++;
		wake = w->nr_waiting != 0;
	}
	spin_unlock_irqrestore(&w->lock, flags);
	if (unlikely(!held))
		return kmap_report_count(page, mapper, site);
	kmap_wake(wake);
	return 0;
}

/* --- the live window ---------------------------------------------------- */

static void kmap_live_map(unsigned long va, pfn_t pfn)
{
	int err = kpt_map_phys(va, pfn_to_phys(pfn), PAGE_SIZE, PROT_KERNEL);

	/* Its table is there from the start, and the slot was free. */
	BUG_ON(err);
}

static void kmap_live_unmap(unsigned long va)
{
	kpt_unmap(va, PAGE_SIZE);
}

void kmap_init(void)
{
	static const struct kmap_ops ops = {
		.map = kmap_live_map,
		.unmap = kmap_live_unmap,
		.flush = flush_tlb_kernel_range,
		.lookup = kpt_lookup,
	};
	const struct kmap_window_desc desc = {
		.start = KMAP_START,
		.nr_slots = LAST_PKMAP,
		.slots = kmap_live_slots,
		.ops = &ops,
		.patience = KMAP_PATIENCE,
	};

	kmap_window_init(&kmap_live, &desc);
}

static noinline __cold void kmap_report_free_page(const struct page *page,
						  const struct page *head,
						  unsigned long site)
{
	struct report_sites sites = { .at = site };
	pfn_t pfn = page_to_pfn(page);

	if (!pfn_valid(pfn)) {
		mm_report("kmap-free-page", &sites, "no-page record=%p", page);
	} else if (!head) {
		mm_report("kmap-free-page", &sites, "no-ram pfn=%#lx", pfn);
	} else {
		sites.free = head->site;
		mm_report("kmap-free-page", &sites, "pfn=%#lx head=%#lx", pfn,
			  page_to_pfn(head));
	}
}

/* May @page be mapped? Else says why not. A tail's state is its head's. */
static bool kmap_page_is_refused(const struct page *page, unsigned long site)
{
	struct page *head;

	if (likely(pfn_valid(page_to_pfn(page)) &&
		   page_state(page) == PAGE_ALLOCATED))
		return false;
	if (!kmap_page_is_free(page, &head))
		return false;
	kmap_report_free_page(page, head, site);
	return true;
}

/* The site that holds most slots, and how many. Nothing is locked: it is a
 * guess at who forgot to unmap, and others go on meanwhile. */
static unsigned int kmap_likeliest_holder(const struct kmap_window *w,
					  unsigned long *site)
{
	unsigned int i, j, most = 0;

	for (i = 0; i < w->desc.nr_slots && most <= w->desc.nr_slots - i; i++) {
		unsigned long mine = READ_ONCE(w->desc.slots[i].site);
		unsigned int nr = 0;

		for (j = i; j < w->desc.nr_slots; j++)
			nr += READ_ONCE(w->desc.slots[j].site) == mine;
		if (nr <= most)
			continue;
		most = nr;
		*site = mine;
	}
	return most;
}

static noinline __cold void kmap_report_full(const struct kmap_window *w,
					     unsigned long site)
{
	struct report_sites sites = { .at = site };
	unsigned int nr = kmap_likeliest_holder(w, &sites.alloc);

	mm_report("kmap-leak", &sites, "%u slots, %u by one",
		  READ_ONCE(w->nr_used), nr);
}

static void kmap_count_waiting(struct kmap_window *w, int by)
{
	unsigned long flags = spin_lock_irqsave(&w->lock);

	w->nr_waiting += (unsigned int)by;
	spin_unlock_irqrestore(&w->lock, flags);
}

/*
 * Wait for a release after number @seen, which is looked at when we can be
 * woken. Return: false: none came, or sleeping is forbidden (and reported).
 */
static bool kmap_wait(struct kmap_window *w, unsigned int seen)
{
	if (!preemptible())
		return false;
	kmap_count_waiting(w, 1);
	(void)wait_event_timeout(kmap_waiters, READ_ONCE(w->releases) != seen,
				 w->desc.patience);
	kmap_count_waiting(w, -1);
	return READ_ONCE(w->releases) != seen;
}

void *kmap_high(struct page *page, unsigned long site)
{
	unsigned int seen;
	void *va;

	if (unlikely(kmap_page_is_refused(page, site)))
		return NULL;
	do {
		seen = READ_ONCE(kmap_live.releases);
		va = kmap_window_map(&kmap_live, page, site);
	} while (unlikely(!va) && kmap_wait(&kmap_live, seen));
	if (unlikely(!va))
		kmap_report_full(&kmap_live, site);
	return va;
}
EXPORT_SYMBOL(kmap_high);

void *kmap_high_nonblock(struct page *page, unsigned long site)
{
	if (unlikely(kmap_page_is_refused(page, site)))
		return NULL;
	return kmap_window_map(&kmap_live, page, site);
}
EXPORT_SYMBOL(kmap_high_nonblock);

/* Not an allocated lowmem head: a slab's, a tail, reserved, free, or high. */
void *kmap_any(struct page *page, unsigned long site)
{
	if (page_to_pfn(page) >= max_low_pfn)
		return kmap_high(page, site);
	return kmap_page_is_refused(page, site) ? NULL :
						  kmap_direct_address(page);
}
EXPORT_SYMBOL(kmap_any);

void *kmap_any_nonblock(struct page *page, unsigned long site)
{
	if (page_to_pfn(page) >= max_low_pfn)
		return kmap_high_nonblock(page, site);
	return kmap_page_is_refused(page, site) ? NULL :
						  kmap_direct_address(page);
}
EXPORT_SYMBOL(kmap_any_nonblock);

void kunmap_high(const struct page *page, unsigned long site)
{
	/* It has been reported, and there is nothing to undo. */
	(void)kmap_window_unmap(&kmap_live, page, site);
}
EXPORT_SYMBOL(kunmap_high);

void kmap_flush_unused(void)
{
	kmap_window_flush(&kmap_live);
}
EXPORT_SYMBOL(kmap_flush_unused);

/* --- questions ---------------------------------------------------------- */

void *page_address_high(const struct page *page)
{
	struct kmap_slot *s;
	unsigned long flags;
	void *va = NULL;

	if (!kmap_nr_used())
		return NULL;
	flags = spin_lock_irqsave(&kmap_live.lock);
	s = kmap_find(&kmap_live, page);
	if (s && s->users)
		va = (void *)kmap_slot_va(&kmap_live, s);
	spin_unlock_irqrestore(&kmap_live.lock, flags);
	return va;
}
EXPORT_SYMBOL(page_address_high);

unsigned long kmap_site(unsigned long addr)
{
	const struct kmap_window *w = &kmap_live;
	unsigned long idx = (addr - w->desc.start) >> PAGE_SHIFT;
	const struct kmap_slot *s;

	if (idx >= w->desc.nr_slots)
		return 0;
	s = &w->desc.slots[idx];
	return READ_ONCE(s->users) ? READ_ONCE(s->site) : 0;
}

/* The first slot held of a block of several pages: one walk over the slots is
 * less than a search for each page. Lock held. */
static struct kmap_slot *kmap_find_block(struct kmap_window *w,
					 const struct page *page,
					 unsigned int order)
{
	struct kmap_slot *s = w->desc.slots;
	const struct kmap_slot *end = s + w->nr_fresh;

	for (; s < end; s++) {
		if (s->users && s->page >= page && s->page < page + BIT(order))
			return s;
	}
	return NULL;
}

bool kmap_find_use(const struct page *page, unsigned int order,
		   struct kmap_use *use)
{
	unsigned long flags;
	struct kmap_slot *s;
	bool held;

	flags = spin_lock_irqsave(&kmap_live.lock);
	s = order ? kmap_find_block(&kmap_live, page, order) :
		    kmap_find(&kmap_live, page);
	held = s && s->users;
	if (held)
		*use = (struct kmap_use){ s->page, s->users, s->site };
	spin_unlock_irqrestore(&kmap_live.lock, flags);
	return held;
}

void kmap_report_formula(const struct page *page, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("highmem", &sites, "page_address pfn=%#lx",
		  page_to_pfn(page));
}
