/* SPDX-License-Identifier: MIT */
/*
 * vm_window_check.c - looking at a window without changing it
 *
 * The listing for people, the view without a lock for fault reports, and the
 * walk over every invariant of vm_window.c.
 *
 * Locking: space.lock for the listing (area by area) and for the check, all
 * the time: a LIVE area cannot go away meanwhile, because freeing begins with
 * a step under that lock. What an area of another state has mapped is its
 * owner's affair and not looked at, but for the guard page.
 */
#define pr_fmt(fmt) "vmalloc: " fmt
#include <kernel/printk.h>
#include <mm/vm_window.h>

/* Without the lock each field is read once; together they may not fit. */
static void vm_info_fill(struct vm_info *info, const struct vm_struct *vm)
{
	*info = (struct vm_info){
		.start = READ_ONCE(vm->va.start),
		.end = READ_ONCE(vm->va.end),
		.kind = (enum vm_kind)READ_ONCE(vm->kind),
		.state = (enum vm_state)READ_ONCE(vm->state),
		.site = READ_ONCE(vm->site),
		.nr_pages = READ_ONCE(vm->nr_pages),
		.user = READ_ONCE(vm->user),
	};
	if (info->state == VM_LAZY || info->state == VM_PARKED)
		info->free_site = READ_ONCE(vm->free_site);
	if (info->kind == VM_KIND_IOREMAP)
		info->phys = vm->phys;
	if (info->kind == VM_KIND_VMAP_OWNED)
		info->pages = READ_ONCE(vm->pages);
}

bool vm_window_next(struct vm_window *w, unsigned long *cursor,
		    struct vm_info *info)
{
	unsigned long flags = spin_lock_irqsave(&w->space.lock);
	struct vmap_area *area;

	/* Parked areas are nobody's: they are not shown. */
	do {
		area = vmap_space_at_or_above(&w->space, *cursor);
		if (area)
			*cursor = area->end;
	} while (area && vm_of(area)->state == VM_PARKED);
	if (area)
		vm_info_fill(info, vm_of(area));
	spin_unlock_irqrestore(&w->space.lock, flags);
	return area != NULL;
}

/* Called by the page fault path: nothing here may wait or fault. */
bool vm_window_seen(const struct vm_window *w, unsigned long addr,
		    struct vm_info *info, struct vmap_seen *seen)
{
	vmap_space_find_lockless(&w->space, addr, seen);
	if (!seen->area)
		return false;
	vm_info_fill(info, vm_of(seen->area));
	/* The record may have been used anew since: say what was seen. */
	info->start = seen->start;
	info->end = seen->end;
	return true;
}

/* --- the check ---------------------------------------------------------- */

/* Pages by what the areas that hold them say, to be held against w's sums. */
struct vm_sums {
	unsigned long used; /* MAKING and LIVE areas of pages */
	unsigned long lazy; /* LAZY */
	unsigned long parked[VM_PARK_CLASSES]; /* with guard pages */
};

/* One line with the label of the invariant. Return: 1, to be added up. */
static int vm_violation(const struct vm_struct *vm, const char *label,
			const char *what)
{
	pr_err("%s area=%#lx-%#lx %s\n", label, vm->va.start, vm->va.end, what);
	return 1;
}

static int vm_wrong_sum(const char *label, const char *what,
			unsigned long stored, unsigned long counted)
{
	pr_err("%s %s=%lu, counted %lu\n", label, what, stored, counted);
	return 1;
}

/* W2 of one page: @va is where it belongs. */
static bool vm_page_is_right(const struct vm_window *w,
			     const struct vm_struct *vm,
			     const struct page *page, unsigned long va)
{
	phys_addr_t pa;

	return page_state(page) == PAGE_ALLOCATED && !page_order(page) &&
	       page->private == (unsigned long)vm &&
	       w->desc.ops->lookup(va, &pa) && pa == page_to_phys(page);
}

/* W1 and W2 of a live area of pages. */
static int vm_check_pages(const struct vm_window *w, const struct vm_struct *vm)
{
	const struct page *page = vm_first_page(vm);
	unsigned long va = vm->va.start;
	unsigned long i;

	if (vm->nr_pages != vm_nr_pages(vm))
		return vm_violation(vm, "W1", "has a wrong number of pages");
	for (i = 0; i < vm->nr_pages; i++, va += PAGE_SIZE) {
		/* One line for each area: the chain behind it is no better. */
		if (!page || !vm_page_is_right(w, vm, page, va))
			return vm_violation(vm, "W2", "has a wrong page");
		page = vm_next_page(page);
	}
	return page ? vm_violation(vm, "W1", "has a chain without an end") : 0;
}

/* W2 of a live ioremap area. */
static int vm_check_phys(const struct vm_window *w, const struct vm_struct *vm)
{
	unsigned long off;
	phys_addr_t pa;

	for (off = 0; off < vm_bytes(vm); off += PAGE_SIZE)
		if (!w->desc.ops->lookup(vm->va.start + off, &pa) ||
		    pa != vm->phys + off)
			return vm_violation(vm, "W2", "maps a wrong frame");
	return 0;
}

/* W2 of a live area of somebody's pages: which they are, only the area that
 * owns them knows. */
static int vm_check_vmap(const struct vm_window *w, const struct vm_struct *vm)
{
	unsigned long i;
	phys_addr_t pa;

	for (i = 0; i < vm_nr_pages(vm); i++)
		if (!w->desc.ops->lookup(vm->va.start + i * PAGE_SIZE, &pa) ||
		    (vm->kind == VM_KIND_VMAP_OWNED &&
		     pa != page_to_phys(vm->pages[i])))
			return vm_violation(vm, "W2", "maps a wrong page");
	return 0;
}

/* W1 and W2 of a live area. */
static int vm_check_content(const struct vm_window *w,
			    const struct vm_struct *vm)
{
	switch (vm->kind) {
	case VM_KIND_IOREMAP: return vm_check_phys(w, vm);
	case VM_KIND_VMAP:
	case VM_KIND_VMAP_OWNED:
	case VM_KIND_MAP_RAM: return vm_check_vmap(w, vm);
	/* What a reserved stretch has mapped is its owner's affair. */
	case VM_KIND_PERCPU: return 0;
	default: return vm_check_pages(w, vm);
	}
}

/* W3 of a parked area: its guard page was looked at already. */
static int vm_check_parked(const struct vm_window *w,
			   const struct vm_struct *vm)
{
	unsigned long off;

	if (vm_nr_pages(vm) > VM_PARK_CLASSES)
		return vm_violation(vm, "W6", "is too large to be parked");
	for (off = 0; off < vm_bytes(vm); off += PAGE_SIZE)
		if (w->desc.ops->lookup(vm->va.start + off, NULL))
			return vm_violation(vm, "W3", "is parked and mapped");
	return 0;
}

/* W1 to W3 of one area; adds it to @sums. */
static int vm_check_area(const struct vm_window *w, const struct vm_struct *vm,
			 struct vm_sums *sums)
{
	unsigned long nr = vm_nr_pages(vm);
	int bad = 0;

	if (w->desc.ops->lookup(vm->va.end - PAGE_SIZE, NULL))
		bad = vm_violation(vm, "W3", "has its guard page mapped");
	switch (vm->state) {
	case VM_MAKING:
	case VM_LIVE: sums->used += vm_has_pages(vm) ? nr : 0; break;
	case VM_LAZY: sums->lazy += nr; break;
	case VM_PARKED:
		if (nr <= VM_PARK_CLASSES)
			sums->parked[nr - 1] += nr + 1;
		return bad + vm_check_parked(w, vm);
	default: return bad + vm_violation(vm, "W1", "is in no known state");
	}
	return vm->state == VM_LIVE ? bad + vm_check_content(w, vm) : bad;
}

/* W6 of one size: the list, its sum, and what the tree has, agree. */
static int vm_check_park_list(const struct vm_window *w, unsigned int idx,
			      unsigned long in_tree)
{
	unsigned long on_list = 0;
	const struct vm_struct *vm;

	for (vm = w->parked[idx]; vm; vm = vm->next) {
		on_list += idx + 2;
		/* A circle ends here, too. */
		if (vm->state != VM_PARKED || vm_nr_pages(vm) != idx + 1 ||
		    on_list > in_tree)
			return vm_violation(vm, "W6", "is parked wrongly");
	}
	if (on_list != in_tree)
		return vm_wrong_sum("W6", "listed pages", on_list, in_tree);
	if (w->parked_pages[idx] != in_tree)
		return vm_wrong_sum("W6", "parked_pages", w->parked_pages[idx],
				    in_tree);
	return 0;
}

static int vm_check_sums(const struct vm_window *w, const struct vm_sums *sums)
{
	unsigned long lazy = (unsigned long)atomic_read(&w->lazy_pages);
	unsigned int i;
	int bad = 0;

	if (w->used_pages != sums->used)
		bad += vm_wrong_sum("W4", "used_pages", w->used_pages,
				    sums->used);
	/* An area is LAZY a moment before it is counted. */
	if (lazy > sums->lazy)
		bad += vm_wrong_sum("W5", "lazy_pages", lazy, sums->lazy);
	for (i = 0; i < VM_PARK_CLASSES; i++)
		bad += vm_check_park_list(w, i, sums->parked[i]);
	return bad;
}

int vm_window_check(struct vm_window *w)
{
	unsigned long flags = spin_lock_irqsave(&w->space.lock);
	int broken = vmap_space_check(&w->space), bad = broken;
	struct vm_sums sums = { 0 };
	unsigned long cursor = 0;
	struct vmap_area *area;

	/* A broken tree or list is not walked. */
	while (!broken && (area = vmap_space_at_or_above(&w->space, cursor))) {
		cursor = area->end;
		bad += vm_check_area(w, vm_of(area), &sums);
	}
	if (!broken)
		bad += vm_check_sums(w, &sums);
	spin_unlock_irqrestore(&w->space.lock, flags);
	return bad;
}
