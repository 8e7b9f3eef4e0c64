/* SPDX-License-Identifier: MIT */
/*
 * memtype.h - which device memory is mapped with which cache type
 *
 * A CPU that knows the same frame cached here and uncached there may lose
 * writes, read what is long gone, or stop. So a mapping of device memory is
 * noted before it is made, and forgotten when no TLB knows it any more; one
 * that would differ from what is noted is refused.
 *
 * An object; the machine's own is memtype_live.
 */
#ifndef MM_MEMTYPE_H
#define MM_MEMTYPE_H

#include <kernel/rbtree.h>
#include <kernel/spinlock.h>
#include <kernel/types.h>
#include <asm/pgtable.h>

/* What is known of the mappings of exactly [start, end). */
struct memtype {
	struct rb_node node; /* by start, then end */
	pfn_t start, end;
	pfn_t max_end; /* the largest end in the subtree at node */
	enum pgprot prot; /* as the first one asked for */
	unsigned long site; /* who asked first; 0: the arch */
	unsigned long count; /* of mappings */
};

struct memtype_tree {
	spinlock_t lock;
	/* Guarded by @lock. */
	struct rb_root root;
	struct memtype *last; /* made or used last, or NULL */
};

extern struct memtype_tree memtype_live;

/* Make an empty one; and end one in which no mapping is noted. */
void memtype_init(struct memtype_tree *tree);
void memtype_destroy(struct memtype_tree *tree);

/**
 * memtype_claim - note a mapping of the frames [@pfn, @end) as @prot
 * @gfp: rules for the note's memory
 * @clash: filled in if it is refused with -EBUSY: what is there
 *
 * Any number may show the same frames, as long as they agree.
 * Return: 0; -EBUSY; -ENOMEM. Context: by @gfp; takes tree->lock.
 */
int __must_check memtype_claim(struct memtype_tree *tree, pfn_t pfn, pfn_t end,
			       enum pgprot prot, gfp_t gfp, unsigned long site,
			       struct memtype *clash);

/**
 * memtype_claim_again - the same, if it is what was noted last
 *
 * Return: false if it is not: nothing has changed. Context: any.
 */
static __always_inline bool memtype_claim_again(struct memtype_tree *tree,
						pfn_t pfn, pfn_t end,
						enum pgprot prot,
						unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&tree->lock);
	struct memtype *m = tree->last;
	bool again = m && m->start == pfn && m->end == end && m->prot == prot;

	if (again && !m->count++)
		m->site = site;
	spin_unlock_irqrestore(&tree->lock, flags);
	return again;
}

/* Forget @nr mappings of exactly these frames. Context: any. */
void memtype_release(struct memtype_tree *tree, pfn_t pfn, pfn_t end,
		     unsigned long nr);

static inline const char *memtype_word(enum pgprot prot)
{
	switch (kpt_cache_type(prot)) {
	case PROT_KERNEL_NOCACHE: return "uncached";
	case PROT_KERNEL_WC: return "write-combining";
	default: return "cached";
	}
}

/* Check T1..T4; prints each violation by label. Return: their number. */
int memtype_check(struct memtype_tree *tree);

/* Make memtype_live. Context: boot, slab works. */
void memtype_init_live(void);

#endif
