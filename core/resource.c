/* SPDX-License-Identifier: MIT */
/*
 * resource.c - the trees of ports and physical addresses, and who claimed what
 *
 * Siblings are a list by rising address, so a place is found by a walk along
 * it; trees have some dozens of resources and are asked at start-up. What a
 * driver claims with request_region() goes down through resources that have no
 * owner, into the innermost one that holds it.
 *
 * Nothing here allocates. Who has a resource of his own lends it to the tree;
 * for request_region() one comes from the store, which a floor above sets
 * (resource_set_store()), and which is asked before the lock is taken.
 *
 * Invariants (resource_check() walks them all):
 *   R1  a child lies in its parent, and names it
 *   R2  siblings ascend, and do not overlap
 *   R3  a resource ends at or above its start
 *
 * Locking: resource_lock (irq-safe, LOCK_RESOURCE) guards both trees and those
 * of tests. Lines are printed after it was dropped, from copies: a name belongs
 * to its claim.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/ioport.h>
#include <kernel/module_holding.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <kernel/wait.h>

/* Longer names are cut where they are shown. */
#define NAME_BYTES 128u
/* "[mem 0x" + 16 digits + "-0x" + 16 digits + "]" */
#define RANGE_BYTES 48u
/* Lines of refusals in so long; a driver that tries all addresses there are
 * would fill the log. */
#define REFUSAL_LINES 30u
#define REFUSAL_NS 5000000000ull

struct resource ioport_resource = {
	.name = "PCI IO",
	.end = 0xffff,
	.flags = IORESOURCE_IO,
};
EXPORT_SYMBOL(ioport_resource);

struct resource iomem_resource = {
	.name = "PCI mem",
	.end = U64_MAX,
	.flags = IORESOURCE_MEM,
};
EXPORT_SYMBOL(iomem_resource);

static spinlock_t resource_lock = SPINLOCK_INIT("resource", LOCK_RESOURCE);
static const struct resource_store *store;
/* Muxed claims given back so far, and who waits for one. */
static unsigned int nr_muxed_releases;
static DECLARE_WAIT_QUEUE_HEAD(muxed_wait);

void resource_set_store(const struct resource_store *new_store)
{
	store = new_store;
}

struct resource *resource_alloc(void)
{
	struct resource *res = store ? store->alloc() : NULL;

	if (res)
		res->from_store = true;
	return res;
}

void resource_free(struct resource *res)
{
	BUG_ON(res->parent || !res->from_store);
	store->free(res);
}

/* --- words ---------------------------------------------------------------- */

/* As Linux prints one: [io  0x03f8-0x03ff], [mem 0xfee00000-0xfee00fff]. */
static void range_text(char text[RANGE_BYTES], const struct resource *root,
		       resource_size_t start, resource_size_t end)
{
	bool io = resource_type(root) == IORESOURCE_IO;
	int width = io ? 4 : 8;

	scnprintf(text, RANGE_BYTES, "[%s 0x%0*llx-0x%0*llx]",
		  io ? "io " : "mem", width, start, width, end);
}

/* What is known of who is in the way, once the lock is gone. */
struct holder {
	resource_size_t start, end;
	bool is_root; /* nobody: the range is not in the tree */
	char name[NAME_BYTES];
};

static void holder_copy(struct holder *h, const struct resource *conflict,
			const struct resource *root)
{
	h->start = conflict->start;
	h->end = conflict->end;
	h->is_root = conflict == root;
	strscpy(h->name, conflict->name ? conflict->name : "?",
		sizeof(h->name));
}

/* Is a line due? A race costs a line at most. */
static bool refusal_is_shown(void)
{
	static unsigned int nr;
	static u64 since;
	u64 now = time_ns();

	if (now - since >= REFUSAL_NS) {
		since = now;
		nr = 0;
	}
	return nr++ < REFUSAL_LINES;
}

static noinline __cold void refuse(const struct resource *root,
				   const struct resource *res,
				   const struct holder *h, unsigned long site)
{
	const char *name = res->name ? res->name : "?";
	char wanted[RANGE_BYTES], held[RANGE_BYTES];

	if (!refusal_is_shown())
		return;
	range_text(wanted, root, res->start, res->end);
	if (!h) {
		pr_warn("resource: %s refused to %s: no memory, caller=%pS\n",
			wanted, name, (void *)site);
		return;
	}
	range_text(held, root, h->start, h->end);
	if (res->end < res->start)
		pr_warn("resource: %s refused to %s: empty, caller=%pS\n",
			wanted, name, (void *)site);
	else if (h->is_root)
		pr_warn("resource: %s refused to %s: not inside %s,"
			" caller=%pS\n",
			wanted, name, held, (void *)site);
	else
		pr_warn("resource: %s refused to %s: %s has %s, caller=%pS\n",
			wanted, name, h->name, held, (void *)site);
}

/* --- the list of siblings ------------------------------------------------- */

/* The link to the first child that ends at or above @start. */
static struct resource **child_at_or_above(struct resource *parent,
					   resource_size_t start)
{
	struct resource **link = &parent->child;

	while (*link && (*link)->end < start)
		link = &(*link)->sibling;
	return link;
}

/* Lock held. Return: NULL, or who is in the way. */
static struct resource *tree_link(struct resource *root, struct resource *new)
{
	struct resource **link, *above;

	lockdep_assert_held(&resource_lock);
	if (new->end < new->start || new->start < root->start ||
	    new->end > root->end)
		return root;
	link = child_at_or_above(root, new->start);
	above = *link;
	if (above && above->start <= new->end)
		return above;
	new->sibling = above;
	new->parent = root;
	*link = new;
	return NULL;
}

/* Into the innermost one that has no owner. Lock held; as tree_link(). */
static struct resource *tree_link_free(struct resource *parent,
				       struct resource *new)
{
	struct resource *conflict;

	while ((conflict = tree_link(parent, new)) != NULL) {
		if (conflict == parent || (conflict->flags & IORESOURCE_BUSY))
			break;
		parent = conflict;
	}
	return conflict;
}

/* Lock held. @old is in a tree; its children stay with it. */
static void tree_unlink(struct resource *old)
{
	struct resource **link = child_at_or_above(old->parent, old->start);

	lockdep_assert_held(&resource_lock);
	BUG_ON(*link != old);
	*link = old->sibling;
	old->parent = NULL;
	old->sibling = NULL;
}

/*
 * Put @new around the siblings from *@link on that lie in it. Lock held.
 * Return: NULL, or the one that @new would cut.
 */
static struct resource *tree_wrap(struct resource *parent,
				  struct resource **link, struct resource *new)
{
	struct resource *first = *link, *last = NULL, *r;

	for (r = first; r && r->start <= new->end; r = r->sibling) {
		if (r->start < new->start || r->end > new->end)
			return r;
		last = r;
	}
	BUG_ON(!last); /* there was a conflict */
	for (r = first; r != last->sibling; r = r->sibling)
		r->parent = new;
	new->child = first;
	new->sibling = last->sibling;
	new->parent = parent;
	last->sibling = NULL;
	*link = new;
	return NULL;
}

/* Lock held; as tree_link(). */
static struct resource *tree_insert(struct resource *parent,
				    struct resource *new)
{
	struct resource *in;

	/* Down, as long as one of those there holds it and is larger. */
	while ((in = tree_link(parent, new)) != NULL) {
		if (in == parent)
			return in;
		if (in->start > new->start || in->end < new->end ||
		    resource_size(in) == resource_size(new))
			break;
		parent = in;
	}
	if (!in)
		return NULL;
	return tree_wrap(parent, child_at_or_above(parent, new->start), new);
}

/* --- by those who have a resource of their own ------------------------------ */

typedef struct resource *(*tree_put_t)(struct resource *root,
				       struct resource *new);

/* @h is filled in if somebody is in the way, who is then returned. */
static struct resource *tree_put(struct resource *root, struct resource *new,
				 tree_put_t put, struct holder *h)
{
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	struct resource *conflict = put(root, new);

	if (conflict && h)
		holder_copy(h, conflict, root);
	spin_unlock_irqrestore(&resource_lock, flags);
	return conflict;
}

struct resource *request_resource_conflict(struct resource *root,
					   struct resource *new)
{
	return tree_put(root, new, tree_link, NULL);
}
EXPORT_SYMBOL(request_resource_conflict);

int request_resource(struct resource *root, struct resource *new)
{
	struct holder h;

	if (!tree_put(root, new, tree_link, &h))
		return 0;
	refuse(root, new, &h, _RET_IP_);
	return -EBUSY;
}
EXPORT_SYMBOL(request_resource);

struct resource *insert_resource_conflict(struct resource *parent,
					  struct resource *new)
{
	return tree_put(parent, new, tree_insert, NULL);
}
EXPORT_SYMBOL_GPL(insert_resource_conflict);

int insert_resource(struct resource *parent, struct resource *new)
{
	struct holder h;

	if (!tree_put(parent, new, tree_insert, &h))
		return 0;
	refuse(parent, new, &h, _RET_IP_);
	return -EBUSY;
}
EXPORT_SYMBOL_GPL(insert_resource);

int release_resource(struct resource *old)
{
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	int err = old->parent ? 0 : -EINVAL;

	if (!err)
		tree_unlink(old);
	spin_unlock_irqrestore(&resource_lock, flags);
	return err;
}
EXPORT_SYMBOL(release_resource);

/* Lock held. The children of @old take its place; @old is in a tree. */
static void tree_unwrap(struct resource *old)
{
	struct resource *parent = old->parent, *child = old->child;
	struct resource **link = child_at_or_above(parent, old->start);

	if (!child) {
		tree_unlink(old);
		return;
	}
	BUG_ON(*link != old);
	*link = child;
	child->parent = parent;
	while (child->sibling) {
		child = child->sibling;
		child->parent = parent;
	}
	child->sibling = old->sibling;
	old->parent = old->sibling = old->child = NULL;
}

int remove_resource(struct resource *old)
{
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	int err = old->parent ? 0 : -EINVAL;

	if (!err)
		tree_unwrap(old);
	spin_unlock_irqrestore(&resource_lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(remove_resource);

/* --- finding room --------------------------------------------------------- */

/* What a place has to be like. */
struct wish {
	resource_size_t size, min, max, align;
	resource_size_t (*alignf)(void *data, const struct resource *avail,
				  resource_size_t size, resource_size_t align);
	void *alignf_data;
};

/* The lowest place in [first, last] for @wish; false if there is none. */
static bool gap_fits(resource_size_t first, resource_size_t last,
		     const struct wish *wish, struct resource *new)
{
	struct resource avail = { .flags = new->flags };
	resource_size_t align = max(wish->align, 1ull);

	first = max(first, wish->min);
	last = min(last, wish->max);
	avail.start = (first + align - 1) & ~(align - 1);
	avail.end = last;
	if (avail.start < first || avail.start > last)
		return false;
	if (wish->alignf)
		avail.start = wish->alignf(wish->alignf_data, &avail,
					   wish->size, align);
	if (avail.start < first || avail.start > last ||
	    last - avail.start < wish->size - 1)
		return false;
	new->start = avail.start;
	new->end = avail.start + wish->size - 1;
	return true;
}

/* Lock held. Return: is there a gap between @root's children that fits? */
static bool tree_find_gap(struct resource *root, const struct wish *wish,
			  struct resource *new)
{
	resource_size_t first = root->start;
	struct resource *r;

	for (r = root->child; r; r = r->sibling) {
		if (r->start > first &&
		    gap_fits(first, r->start - 1, wish, new))
			return true;
		if (r->end >= root->end)
			return false;
		first = r->end + 1;
	}
	return gap_fits(first, root->end, wish, new);
}

int allocate_resource(
	struct resource *root, struct resource *new, resource_size_t size,
	resource_size_t min, resource_size_t max, resource_size_t align,
	resource_size_t (*alignf)(void *data, const struct resource *avail,
				  resource_size_t size, resource_size_t align),
	void *alignf_data)
{
	const struct wish wish = { size, min, max, align, alignf, alignf_data };
	unsigned long flags;
	bool done;

	if (!size)
		return -EINVAL;
	flags = spin_lock_irqsave(&resource_lock);
	done = tree_find_gap(root, &wish, new) && !tree_link(root, new);
	spin_unlock_irqrestore(&resource_lock, flags);
	return done ? 0 : -EBUSY;
}
EXPORT_SYMBOL(allocate_resource);

/* Lock held. Would @res fit at [start, end]? */
static bool tree_may_move(const struct resource *res, resource_size_t start,
			  resource_size_t end)
{
	const struct resource *parent = res->parent, *r;

	if (!parent || end < start || start < parent->start ||
	    end > parent->end)
		return false;
	for (r = parent->child; r; r = r->sibling) {
		if (r != res && r->start <= end && r->end >= start)
			return false;
	}
	for (r = res->child; r; r = r->sibling) {
		if (r->start < start || r->end > end)
			return false;
	}
	return true;
}

int adjust_resource(struct resource *res, resource_size_t start,
		    resource_size_t size)
{
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	struct resource *parent = res->parent;
	bool ok = tree_may_move(res, start, start + size - 1);

	if (ok) {
		tree_unlink(res);
		res->start = start;
		res->end = start + size - 1;
		/* It may have moved past others. */
		BUG_ON(tree_link(parent, res));
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return ok ? 0 : -EBUSY;
}
EXPORT_SYMBOL(adjust_resource);

struct resource *lookup_resource(struct resource *root, resource_size_t start)
{
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	struct resource *r = *child_at_or_above(root, start);

	if (r && r->start != start)
		r = NULL;
	spin_unlock_irqrestore(&resource_lock, flags);
	return r;
}
EXPORT_SYMBOL_GPL(lookup_resource);

/* --- claims --------------------------------------------------------------- */

/* A claim that waits its turn: try again once some other was given back. */
static bool region_wait(const struct resource *res,
			const struct resource *conflict, unsigned int *seen)
{
	*seen = nr_muxed_releases;
	return res->flags & conflict->flags & IORESOURCE_MUXED;
}

/* Return: NULL if @res is in the tree now; else @h tells who is in the way. */
static const struct holder *region_put(struct resource *parent,
				       struct resource *res, struct holder *h)
{
	struct resource *conflict;
	unsigned long flags;
	unsigned int seen;
	bool wait;

	do {
		flags = spin_lock_irqsave(&resource_lock);
		conflict = tree_link_free(parent, res);
		wait = conflict && region_wait(res, conflict, &seen);
		if (conflict && !wait)
			holder_copy(h, conflict, parent);
		spin_unlock_irqrestore(&resource_lock, flags);
		if (wait)
			wait_event(muxed_wait,
				   READ_ONCE(nr_muxed_releases) != seen);
	} while (wait);
	return conflict ? h : NULL;
}

struct resource *__request_region(struct resource *parent,
				  resource_size_t start, resource_size_t n,
				  const char *name, int flags)
{
	const struct resource wanted = {
		.start = start,
		.end = start + n - 1,
		.name = name,
		.flags = resource_type(parent) | (unsigned int)flags |
			 IORESOURCE_BUSY,
		.from_store = true,
	};
	const struct holder *in_the_way = NULL;
	struct resource *res;
	struct holder h;

	might_sleep_at("request_region", _RET_IP_);
	res = resource_alloc();
	if (res) {
		*res = wanted;
		in_the_way = region_put(parent, res, &h);
		if (!in_the_way)
			return res;
		resource_free(res);
	}
	refuse(parent, &wanted, in_the_way, _RET_IP_);
	return NULL;
}
EXPORT_SYMBOL(__request_region);

/* The claim of exactly this range, or NULL. Lock held. */
static struct resource *region_find(struct resource *parent,
				    resource_size_t start, resource_size_t end)
{
	struct resource *r = *child_at_or_above(parent, start);

	while (r && r->start <= start && r->end >= end) {
		if (r->start == start && r->end == end && r->from_store &&
		    (r->flags & IORESOURCE_BUSY))
			return r;
		r = *child_at_or_above(r, start);
	}
	return NULL;
}

void __release_region(struct resource *parent, resource_size_t start,
		      resource_size_t n)
{
	const struct report_sites sites = { .at = _RET_IP_ };
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	struct resource *res = region_find(parent, start, start + n - 1);
	char text[RANGE_BYTES];
	bool muxed = false;

	if (res) {
		/* What was claimed inside stays where it is. */
		tree_unwrap(res);
		muxed = res->flags & IORESOURCE_MUXED;
		nr_muxed_releases += muxed;
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	if (muxed)
		wake_up_all(&muxed_wait);
	if (res) {
		resource_free(res);
		return;
	}
	range_text(text, parent, start, start + n - 1);
	mm_report("bad-release", &sites, "%s is no claim", text);
}
EXPORT_SYMBOL(__release_region);

int __check_region(struct resource *parent, resource_size_t start,
		   resource_size_t n)
{
	struct resource probe = { .start = start, .end = start + n - 1 };
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	bool taken = tree_link_free(parent, &probe);

	if (!taken)
		tree_unlink(&probe);
	spin_unlock_irqrestore(&resource_lock, flags);
	return taken ? -EBUSY : 0;
}
EXPORT_SYMBOL(__check_region);

/* --- showing -------------------------------------------------------------- */

/* A copy of one resource, and how deep it lies. */
struct shown {
	resource_size_t start, end;
	unsigned int depth;
	char name[NAME_BYTES];
};

/* The one behind @r, children first; *@depth goes along. NULL at the end. */
static struct resource *tree_next(const struct resource *root,
				  struct resource *r, bool into_children,
				  unsigned int *depth)
{
	if (into_children && r->child) {
		++*depth;
		return r->child;
	}
	for (; r != root; r = r->parent, --*depth) {
		if (r->sibling)
			return r->sibling;
	}
	return NULL;
}

/*
 * The first one behind @last (NULL: of all). Children come behind their parent,
 * so (start, depth) ascends, and says where a walk has been even if that one is
 * gone by now.
 */
static bool shown_next(struct resource *root, const struct shown *last,
		       struct shown *s)
{
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	struct resource *r = root->child;
	unsigned int depth = 0;

	while (r && last &&
	       (r->start < last->start ||
		(r->start == last->start && depth <= last->depth)))
		r = tree_next(root, r, r->end >= last->start, &depth);
	if (r) {
		s->start = r->start;
		s->end = r->end;
		s->depth = depth;
		strscpy(s->name, r->name ? r->name : "<BAD>", sizeof(s->name));
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return r;
}

void resource_show(struct seq_file *m, struct resource *root)
{
	int width = root->end < 0x10000 ? 4 : 8;
	struct shown now, last, *behind = NULL;

	while (shown_next(root, behind, &now)) {
		seq_printf(m, "%*s%0*llx-%0*llx : %s\n", (int)now.depth * 2, "",
			   width, now.start, width, now.end, now.name);
		last = now;
		behind = &last;
	}
}

static void iomem_show(struct seq_file *m)
{
	resource_show(m, &iomem_resource);
}
PROC_FILE(iomem, "iomem", iomem_show);

static void ioports_show(struct seq_file *m)
{
	resource_show(m, &ioport_resource);
}
PROC_FILE(ioports, "ioports", ioports_show);

/* --- checking ------------------------------------------------------------- */

static int violation(const char *label, const struct resource *r)
{
	pr_err("resource: %s violated by %llx-%llx (%s)\n", label, r->start,
	       r->end, r->name ? r->name : "?");
	return 1;
}

int resource_check(struct resource *root)
{
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	struct resource *parent = root, *r;
	unsigned int depth = 0;
	int nr = 0;

	/* Parent by parent: each looks at its own children only. */
	for (; parent; parent = tree_next(root, parent, true, &depth)) {
		for (r = parent->child; r; r = r->sibling) {
			if (r->parent != parent || r->start < parent->start ||
			    r->end > parent->end)
				nr += violation("R1", r);
			if (r->sibling && r->sibling->start <= r->end)
				nr += violation("R2", r);
			if (r->end < r->start)
				nr += violation("R3", r);
		}
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	return nr;
}

static void tree_find(struct module_search *search, const char *kind,
		      struct resource *root)
{
	struct resource *r;
	unsigned long flags = spin_lock_irqsave(&resource_lock);
	unsigned int depth = 0;

	for (r = root->child; r; r = tree_next(root, r, true, &depth)) {
		if (module_search_has(search, r) ||
		    module_search_has(search, r->name))
			module_holding_found(search, kind, r, r->name);
	}
	spin_unlock_irqrestore(&resource_lock, flags);
}

static void regions_find(struct module_search *search, const char *kind)
{
	tree_find(search, kind, &iomem_resource);
	tree_find(search, kind, &ioport_resource);
}
MODULE_HOLDING(regions, "region", regions_find);
