/* SPDX-License-Identifier: MIT */
/*
 * kmap_check.c - is a kmap window what its rules say?
 *
 * Walks the invariants M1..M5 of kmap.c and changes nothing. Every loop ends,
 * whatever the chains look like: more slots than there are make a ring.
 *
 * Locking: the window's lock is held throughout. M5 reads the state of pages
 * without their zone's: a page that is held cannot change it, unless somebody
 * frees what is mapped, and that is what is looked for.
 */
#define pr_fmt(fmt) "kmap: " fmt

#include <kernel/bug.h>
#include <kernel/printk.h>
#include <mm/check.h>
#include "kmap_internal.h"

static int __printf(2, 3)
	kmap_violation(const char *label, const char *fmt, ...)
{
	struct va_format vaf;
	va_list args;

	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	pr_err("%s %pV\n", label, &vaf);
	va_end(args);
	return 1;
}

/* Is @s what a search for its page finds? As kmap_find(), and ends. */
static bool kmap_is_found(struct kmap_window *w, const struct kmap_slot *s)
{
	const struct kmap_slot *found =
		kmap_slot_linked(w, *kmap_bucket(w, s->page));
	unsigned int nr = 0;

	while (found && found->page != s->page && nr++ < w->desc.nr_slots)
		found = kmap_slot_linked(w, found->next);
	return found == s;
}

/* M2 of one bucket. *@seen counts the slots on all chains; a ring ends when it
 * exceeds what there can be. */
static int kmap_check_bucket(struct kmap_window *w, u16 bucket,
			     unsigned int *seen)
{
	const struct kmap_slot *s = kmap_slot_linked(w, bucket);
	int bad = 0;

	while (s && *seen <= w->desc.nr_slots) {
		++*seen;
		if (!s->page)
			return bad + kmap_violation("M2", "chained %lx is free",
						    kmap_slot_va(w, s));
		if (!kmap_is_found(w, s))
			bad += kmap_violation("M2", "%lx is not to be found",
					      kmap_slot_va(w, s));
		s = kmap_slot_linked(w, s->next);
	}
	return bad;
}

/* M4 and M5 of one slot. */
static int kmap_check_slot(const struct kmap_window *w,
			   const struct kmap_slot *s)
{
	unsigned long va = kmap_slot_va(w, s);
	phys_addr_t pa = 0;
	bool mapped = w->desc.ops->lookup(va, &pa);
	struct page *head;
	int bad = 0;

	if (mapped != !!s->page)
		return kmap_violation("M4", "%lx is %smapped", va,
				      mapped ? "free, and " : "not ");
	if (!s->page)
		return 0;
	if (phys_to_pfn(pa) != page_to_pfn(s->page))
		bad += kmap_violation("M4", "%lx shows pfn=%#lx, not %#lx", va,
				      phys_to_pfn(pa), page_to_pfn(s->page));
	if (s->users && kmap_page_is_free(s->page, &head))
		bad += kmap_violation("M5", "%lx is held, pfn=%#lx is free", va,
				      page_to_pfn(s->page));
	return bad;
}

/* The length of the free chain, or more than there are slots: a ring. */
static unsigned int kmap_free_length(const struct kmap_window *w)
{
	const struct kmap_slot *s = kmap_slot_linked(w, w->free);
	unsigned int nr = 0;

	for (; s && nr <= w->desc.nr_slots; s = kmap_slot_linked(w, s->next))
		nr += s->page ? w->desc.nr_slots : 1;
	return nr;
}

/* What was counted, against what the window says. */
static int kmap_check_sums(const struct kmap_window *w, unsigned int used,
			   unsigned int unused, unsigned int on_chains)
{
	unsigned int fresh = w->desc.nr_slots - w->nr_fresh;
	unsigned int chained = kmap_free_length(w);
	int bad = 0;

	if (w->nr_used != used || w->nr_unused != unused)
		bad += kmap_violation("M1", "used %u unused %u, counted %u %u",
				      w->nr_used, w->nr_unused, used, unused);
	if (used + unused + w->nr_free + w->nr_flushing != w->desc.nr_slots)
		bad += kmap_violation("M1", "%u + %u + %u + %u != %u slots",
				      used, unused, w->nr_free, w->nr_flushing,
				      w->desc.nr_slots);
	if (on_chains != used + unused)
		bad += kmap_violation("M2", "%u on chains, %u have a page",
				      on_chains, used + unused);
	if (chained + fresh != w->nr_free)
		bad += kmap_violation("M3", "%u chained + %u fresh != %u free",
				      chained, fresh, w->nr_free);
	return bad;
}

int kmap_window_check(struct kmap_window *w)
{
	unsigned long flags = spin_lock_irqsave(&w->lock);
	unsigned int i, used = 0, unused = 0, on_chains = 0;
	int bad = 0;

	for (i = 0; i < KMAP_BUCKETS; i++)
		bad += kmap_check_bucket(w, w->bucket[i], &on_chains);
	for (i = 0; i < w->desc.nr_slots; i++) {
		const struct kmap_slot *s = &w->desc.slots[i];

		used += s->page && s->users;
		unused += s->page && !s->users;
		bad += kmap_check_slot(w, s);
	}
	bad += kmap_check_sums(w, used, unused, on_chains);
	spin_unlock_irqrestore(&w->lock, flags);
	return bad;
}

static int kmap_check(void)
{
	return kmap_window_check(&kmap_live);
}
MM_CHECK(kmap, "kmap", kmap_check);
