/* SPDX-License-Identifier: MIT */
/*
 * memtype.c - device memory by cache type
 *
 * Ranges of frames have a note each, with the number of mappings that show
 * exactly these; ranges may overlap, as two drivers may look at parts of the
 * same device. Notes are kept in a tree by their start, and each knows the
 * highest end below it, so that those that touch a range are found without a
 * look at the others. The question is whether one of them is of another type.
 * Since any two that overlap agree (T3), one that covers the whole range
 * answers for all.
 *
 * The note that was made or used last is remembered, and kept when its last
 * mapping goes: a driver that maps the same registers for each access costs no
 * memory and no search.
 *
 * Invariants (memtype_check() walks them all):
 *   T1  notes ascend by (start, end), no two alike, and are not empty
 *   T2  max_end is the largest end of the subtree
 *   T3  two that overlap are of one type
 *   T4  a note without a mapping is tree->last
 *
 * Locking: tree->lock, irq-safe, LOCK_MEMTYPE; nothing is taken inside.
 *
 * Not here: RAM, which has the direct map and is refused elsewhere (ioremap.c).
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/check.h>
#include <mm/memtype.h>
#include <mm/slab.h>

struct memtype_tree memtype_live;
static struct kmem_cache *memtype_cache;

static inline pfn_t memtype_own_end(const struct memtype *m)
{
	return m->end;
}
RB_DECLARE_CALLBACKS_MAX(static, memtype_augment, struct memtype, node, pfn_t,
			 max_end, memtype_own_end);

static struct memtype *entry(const struct rb_node *node)
{
	return rb_entry((struct rb_node *)node, struct memtype, node);
}

void memtype_init(struct memtype_tree *tree)
{
	tree->root = RB_ROOT;
	tree->last = NULL;
	spin_lock_init(&tree->lock, "memtype", LOCK_MEMTYPE);
}

void memtype_init_live(void)
{
	BUG_ON(memtype_cache); /* once */
	memtype_cache = kmem_cache_create("memtype", sizeof(struct memtype), 0,
					  0, NULL);
	BUG_ON(!memtype_cache);
	memtype_init(&memtype_live);
}

/* --- those that touch a range --------------------------------------------- */

/* Does some node of the subtree end above @start? */
static bool subtree_reaches(const struct rb_node *node, pfn_t start)
{
	return node && entry(node)->max_end > start;
}

/* The lowest of a subtree that touches [start, end), or NULL. */
static struct memtype *lowest_touching(const struct rb_node *node, pfn_t start,
				       pfn_t end)
{
	while (subtree_reaches(node, start)) {
		struct memtype *m = entry(node);

		if (subtree_reaches(node->rb_left, start)) {
			node = node->rb_left;
			continue;
		}
		if (m->start >= end)
			return NULL;
		if (m->end > start)
			return m;
		node = node->rb_right;
	}
	return NULL;
}

/* The next one behind @m that touches [start, end), or NULL. */
static struct memtype *next_touching(const struct memtype *m, pfn_t start,
				     pfn_t end)
{
	const struct rb_node *node = &m->node, *parent;

	for (;;) {
		if (subtree_reaches(node->rb_right, start))
			return lowest_touching(node->rb_right, start, end);
		/* Up, until we come out of a left subtree. */
		while ((parent = rb_parent(node)) && node == parent->rb_right)
			node = parent;
		if (!parent || entry(parent)->start >= end)
			return NULL;
		node = parent;
		if (entry(node)->end > start)
			return entry(node);
	}
}

/* One that touches @want and differs from it, or NULL. Lock held. */
static const struct memtype *memtype_find_clash(const struct memtype_tree *tree,
						const struct memtype *want)
{
	const struct memtype *m =
		lowest_touching(tree->root.rb_node, want->start, want->end);
	enum pgprot type = kpt_cache_type(want->prot);

	lockdep_assert_held(&tree->lock);
	for (; m; m = next_touching(m, want->start, want->end)) {
		if (kpt_cache_type(m->prot) != type)
			return m;
		if (m->start <= want->start && m->end >= want->end)
			return NULL; /* T3: the others agree with it */
	}
	return NULL;
}

/* --- noting and forgetting ------------------------------------------------ */

/* Below 0: @a comes first. */
static int memtype_cmp(const struct memtype *a, pfn_t start, pfn_t end)
{
	if (a->start != start)
		return a->start < start ? -1 : 1;
	return a->end < end ? -1 : a->end > end;
}

/* Lock held. */
static void memtype_link(struct memtype_tree *tree, struct memtype *m)
{
	struct rb_node **link = &tree->root.rb_node, *parent = NULL;

	m->max_end = m->end;
	while (*link) {
		struct memtype *at = entry(*link);

		parent = *link;
		if (at->max_end < m->end)
			at->max_end = m->end;
		link = memtype_cmp(at, m->start, m->end) <= 0 ?
			       &parent->rb_right :
			       &parent->rb_left;
	}
	rb_link_node(&m->node, parent, link);
	rb_insert_augmented(&m->node, &tree->root, &memtype_augment);
}

/* The note of exactly these frames, or NULL. Lock held. */
static struct memtype *memtype_find(const struct memtype_tree *tree, pfn_t pfn,
				    pfn_t end)
{
	struct rb_node *node = tree->root.rb_node;

	while (node) {
		int cmp = memtype_cmp(entry(node), pfn, end);

		if (!cmp)
			return entry(node);
		node = cmp < 0 ? node->rb_right : node->rb_left;
	}
	return NULL;
}

static void memtype_unlink(struct memtype_tree *tree, struct memtype *m)
{
	rb_erase_augmented(&m->node, &tree->root, &memtype_augment);
}

/* Take the note that nobody needs out of the tree, if there is one (T4); it is
 * the caller's then. Lock held. */
static struct memtype *memtype_take_idle(struct memtype_tree *tree)
{
	struct memtype *m = tree->last;

	if (!m || m->count)
		return NULL;
	memtype_unlink(tree, m);
	tree->last = NULL;
	return m;
}

void memtype_destroy(struct memtype_tree *tree)
{
	unsigned long flags = spin_lock_irqsave(&tree->lock);
	struct memtype *idle = memtype_take_idle(tree);

	spin_unlock_irqrestore(&tree->lock, flags);
	BUG_ON(tree->root.rb_node);
	if (idle)
		kmem_cache_free(memtype_cache, idle);
}

/* Lock held. Return: the note that has one more user, or NULL and @clash. */
static struct memtype *memtype_note(struct memtype_tree *tree,
				    struct memtype *new, struct memtype *clash)
{
	const struct memtype *other = memtype_find_clash(tree, new);
	struct memtype *m;

	if (other) {
		*clash = *other;
		return NULL;
	}
	m = memtype_find(tree, new->start, new->end);
	if (!m) {
		m = new;
		memtype_link(tree, m);
	}
	m->count++;
	tree->last = m;
	return m;
}

int memtype_claim(struct memtype_tree *tree, pfn_t pfn, pfn_t end,
		  enum pgprot prot, gfp_t gfp, unsigned long site,
		  struct memtype *clash)
{
	struct memtype *new, *noted, *idle;
	unsigned long flags;

	VM_BUG_ON(pfn >= end);
	if (kpt_device_clashes(pfn, end, kpt_cache_type(prot))) {
		*clash = (struct memtype){ .prot = PROT_KERNEL_NOCACHE };
		return -EBUSY;
	}
	new = kmem_cache_alloc(memtype_cache, gfp);
	if (!new)
		return -ENOMEM;
	*new = (struct memtype){
		.start = pfn, .end = end, .prot = prot, .site = site
	};
	flags = spin_lock_irqsave(&tree->lock);
	idle = memtype_take_idle(tree);
	noted = memtype_note(tree, new, clash);
	spin_unlock_irqrestore(&tree->lock, flags);
	if (idle)
		kmem_cache_free(memtype_cache, idle);
	if (noted != new)
		kmem_cache_free(memtype_cache, new);
	return noted ? 0 : -EBUSY;
}

void memtype_release(struct memtype_tree *tree, pfn_t pfn, pfn_t end,
		     unsigned long nr)
{
	unsigned long flags = spin_lock_irqsave(&tree->lock);
	struct memtype *m = tree->last;

	if (unlikely(!m || m->start != pfn || m->end != end))
		m = memtype_find(tree, pfn, end);
	/* Each mapping was noted before it was made. */
	BUG_ON(!m || m->count < nr);
	m->count -= nr;
	if (m->count || m == tree->last)
		m = NULL;
	else
		memtype_unlink(tree, m);
	spin_unlock_irqrestore(&tree->lock, flags);
	if (m)
		kmem_cache_free(memtype_cache, m);
}

/* --- checking ------------------------------------------------------------- */

static int violation(const char *label, const struct memtype *m)
{
	pr_err("memtype: %s violated by frames [%#lx, %#lx) of %pS\n", label,
	       m->start, m->end, (void *)m->site);
	return 1;
}

static int memtype_check_one(const struct memtype_tree *tree,
			     const struct memtype *m)
{
	const struct rb_node *next = rb_next(&m->node);
	int nr = 0;

	if (m->start >= m->end ||
	    (next && memtype_cmp(m, entry(next)->start, entry(next)->end) >= 0))
		nr += violation("T1", m);
	if (m->max_end != memtype_augment_largest((struct memtype *)m))
		nr += violation("T2", m);
	if (!m->count && m != tree->last)
		nr += violation("T4", m);
	for (; next && entry(next)->start < m->end; next = rb_next(next)) {
		if (kpt_cache_type(entry(next)->prot) !=
		    kpt_cache_type(m->prot))
			nr += violation("T3", m);
		/* Who overlaps @m behind it overlaps it, too, and is
		 * compared with it in its turn. */
		if (entry(next)->end >= m->end)
			break;
	}
	return nr;
}

int memtype_check(struct memtype_tree *tree)
{
	unsigned long flags = spin_lock_irqsave(&tree->lock);
	const struct rb_node *node;
	int nr = rb_check(&tree->root);

	for (node = rb_first(&tree->root); node; node = rb_next(node))
		nr += memtype_check_one(tree, entry(node));
	spin_unlock_irqrestore(&tree->lock, flags);
	return nr;
}

static int memtype_check_live(void)
{
	return memtype_check(&memtype_live);
}
MM_CHECK(memtype, "memtype", memtype_check_live);
