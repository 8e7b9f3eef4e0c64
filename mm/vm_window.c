/* SPDX-License-Identifier: MIT */
/*
 * vm_window.c - areas: addresses, and frames or device memory mapped there
 *
 * An area is a range of the window's addresses (vmap_area.c), frames to fill
 * it, and page table entries that join the two. Any frames will do, so no
 * fragmentation refuses a request. But where frames in a row can be had they
 * are taken, split into single pages, and given back as the block they were:
 * the buddy is asked once for many pages. Frames are mapped a batch at a time.
 * They are chained through their own records, so an area needs no array of its
 * pages however long it is: page->lru.next leads to the next page,
 * page->private names the area.
 *
 * The life of an area:
 *
 *   MAKING   its maker has the addresses and fills them
 *   LIVE     in use
 *   LAZY     freed and unmapped, but some TLB may know the old translations
 *   PARKED   flushed, empty, its frames gone; small areas only
 *
 * Freeing is lazy. The entries are cleared at once, and the area goes to a
 * list; when enough pages wait there, one flush covers all of them, and only
 * after it frames go back to the buddy and addresses may be used again. So a
 * stale pointer can damage a frame of nobody, never one with a new owner. The
 * list is lock-free and freeing allocates nothing, so an interrupt handler may
 * do it; the purge is left to process context, because a flush waits for other
 * CPUs. At most lazy_max_pages wait, plus what interrupt handlers added.
 *
 * An area of a few pages then keeps its addresses, parked, for the next one of
 * its size, which needs no search, no descriptor and no change of the tree.
 * All of them are given up before a request is refused for want of addresses.
 *
 * Invariants (vm_window_check() walks them all):
 *   W1  a live area of pages has as many as its addresses less the guard
 *   W2  each is an allocated single page that names the area, and the page
 *       tables have it where it belongs; ioremap: phys, in a row; of somebody's
 *       pages (vmap) all are mapped, if the area owns them in its array's order
 *   W3  a guard page is mapped in no state of its area; of a parked area
 *       nothing is
 *   W4  used_pages is the size of all MAKING and LIVE areas of pages
 *   W5  lazy_pages never exceeds what the LAZY areas add up to
 *   W6  parked[n - 1] has exactly the PARKED areas of n pages, parked_pages
 *       is their size
 *
 * Locking: space.lock guards the tree, the parked lists and each step from
 * LIVE to LAZY, which decides who frees. Whoever made that step owns the area
 * alone, and so does its maker before. No lock is held while frames are taken,
 * mapped or freed, or while a TLB is flushed.
 *
 * Two may purge at once; each has what it took off the list. Who finds the list
 * empty while another one is at it (@purging) waits until that is done: the
 * pages and addresses that it wants are about to come. The one at it needs
 * nothing that a waiter can hold: it takes no sleeping lock and no memory. And
 * who finds nobody at it looks once more if somebody was done (@nr_given) since
 * he was refused. Parked areas are given up by the same rules.
 *
 * Not here: which hole (vmap_area.c), the check and the listing
 * (vm_window_check.c), what drivers call (vmalloc.c, vmap.c, ioremap.c).
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <kernel/wait.h>
#include <mm/sleep_check.h>
#include <mm/vm_window.h>
#include <mm/zone.h>

/* Pages taken and mapped by one call: 128 bytes of stack, and the cost of the
 * call is shared by enough pages to vanish. A block is never larger. */
#define VM_BATCH_ORDER 5u
#define VM_BATCH (1u << VM_BATCH_ORDER)
/* Refusal lines: so many, then those whose number is a power of two, with that
 * number, until so long after the first. */
#define VM_REFUSALS 10u
#define VM_REFUSALS_NS 5000000000ull

const char *vm_kind_word(enum vm_kind kind)
{
#define VM_KIND_AS_WORD(id, word) word,
	static const char *const words[] = { VM_KINDS(VM_KIND_AS_WORD) };

	return kind < NR_VM_KINDS ? words[kind] : "?";
}

void vm_window_init(struct vm_window *w, const struct vm_window_desc *desc)
{
	BUG_ON(!desc->ops);
	*w = (struct vm_window){ .desc = *desc };
	vmap_space_init(&w->space, &desc->space);
	__init_waitqueue_head(&w->purged, "vm-purged");
}

/* Is this refusal's line due? *@nr is its number in the period. */
static bool vm_refusal_is_shown(struct vm_window *w, unsigned int *nr)
{
	u64 now = time_ns();

	if (now - w->refusals_since_ns >= VM_REFUSALS_NS) {
		w->refusals_since_ns = now;
		w->nr_refusals = 0;
	}
	*nr = ++w->nr_refusals;
	return *nr <= VM_REFUSALS || is_power_of_2(*nr);
}

void vm_window_refuse(struct vm_window *w, const struct vm_request *req,
		      const char *fmt, ...)
{
	char text[ALLOC_TEXT_BYTES];
	unsigned int nr;
	va_list args;

	if (req->gfp & __GFP_NOWARN)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (w->desc.ops->note_refusal)
		w->desc.ops->note_refusal(req, text);
	if (!vm_refusal_is_shown(w, &nr))
		return;
	pr_warn("%s: %s, caller=%pS\n", w->desc.name, text, (void *)req->site);
	if (nr > VM_REFUSALS)
		pr_warn("%s: %u refusals in 5 s, most of them not shown\n",
			w->desc.name, nr);
}

/* --- giving back -------------------------------------------------------- */

/*
 * A flush waits for other CPUs. So this one must be able to take their
 * interrupts, and may hold no lock that one of them could be waiting for with
 * its own interrupts off. Before the system runs there is no other.
 */
static bool vm_may_purge(void)
{
	return !sleep_is_forbidden() && !in_interrupt();
}

/* Freed, and still in the tree. */
static bool vm_is_freed(const struct vm_struct *vm)
{
	return vm->state == VM_LAZY || vm->state == VM_PARKED;
}

/* Somebody freed a page of the area, or wrote its record. */
static noinline __cold void vm_report_chain(const struct vm_struct *vm,
					    unsigned long idx)
{
	const struct report_sites sites = {
		.alloc = vm->site,
		.free = vm->free_site,
		.at = vm->free_site,
	};

	mm_report("vmalloc-page", &sites, "area=%#lx page %lu of %lu is lost",
		  vm->va.start, idx, vm->nr_pages);
}

/* Is @page one of @vm's, as its record says? */
static __always_inline bool vm_owns_page(const struct vm_struct *vm,
					 const struct page *page)
{
	return page->private == (unsigned long)vm &&
	       page_state(page) == PAGE_ALLOCATED;
}

/* The most pages that a block at @page can have. */
static __always_inline unsigned long vm_block_limit(const struct page *page,
						    unsigned long left)
{
	pfn_t pfn = page_to_pfn(page) | VM_BATCH;

	return min(left, pfn & -pfn);
}

/*
 * How many pages from @page on lie in a row and are chained so, at most @left
 * and a block. *@link is where the chain goes on. Return: 0 if @page is not
 * @vm's at all.
 */
static __always_inline unsigned long vm_page_run(const struct vm_struct *vm,
						 struct page *page,
						 unsigned long left,
						 struct list_head **link)
{
	struct list_head *next = &page->lru;
	const struct page *end;
	struct page *p;

	/* The last, and the only one of the smallest areas. */
	if (left == 1)
		return vm_owns_page(vm, page);
	end = page + vm_block_limit(page, left);
	for (p = page; p != end && next == &p->lru; p++) {
		if (unlikely(!vm_owns_page(vm, p)))
			break;
		next = p->lru.next;
	}
	*link = next;
	return (unsigned long)(p - page);
}

/* The pages that vmap() was given to keep, and their array. */
static noinline __cold void vm_free_array(struct vm_window *w,
					  const struct vm_struct *vm)
{
	unsigned long i;

	for (i = 0; i < vm->nr_pages; i++)
		w->desc.ops->give_pages(vm->pages[i], 0, vm->free_site);
	/* May be vmalloc memory: it is retired like any, and has no array. */
	w->desc.ops->free_array(vm->pages);
}

/*
 * Give the frames of a flushed area back, in blocks as large as they lie.
 * Areas of other kinds have none, but for one.
 */
static void vm_free_pages(struct vm_window *w, const struct vm_struct *vm)
{
	unsigned long left = vm->nr_pages, run;
	struct list_head *link = vm->chain;

	if (unlikely(vm->kind == VM_KIND_VMAP_OWNED)) {
		vm_free_array(w, vm);
		return;
	}
	for (; left; left -= run) {
		struct page *page = vm_page_of(link);
		unsigned int order;

		run = page ? vm_page_run(vm, page, left, &link) : 0;
		/*
		 * Where the chain breaks, the rest is not ours to free: to
		 * lose pages is better than to free somebody's.
		 */
		if (unlikely(!run)) {
			vm_report_chain(vm, vm->nr_pages - left);
			return;
		}
		order = run == 1 ? 0 : ilog2(run);
		if (unlikely(run != 1ul << order)) {
			run = 1ul << order;
			link = &page[run].lru;
		}
		/* The records belong to the buddy from this call on. */
		w->desc.ops->give_pages(page, order, vm->free_site);
	}
}

/*
 * Forget the device memory of @vm, and of those on the list behind it that show
 * the same: a driver may map its registers again and again. Return: the first
 * that does not.
 */
static struct vm_struct *vm_release_phys(struct vm_window *w,
					 struct vm_struct *vm)
{
	const phys_addr_t phys = vm->phys;
	const unsigned long bytes = vm_bytes(vm);
	unsigned long nr = 0;

	do {
		nr++;
		vm = vm->next;
	} while (vm && vm->kind == VM_KIND_IOREMAP && vm->phys == phys &&
		 vm_bytes(vm) == bytes);
	if (w->desc.ops->release_phys)
		w->desc.ops->release_phys(phys, bytes, nr);
	return vm;
}

/* No TLB knows the areas of @list any more: what they show is free. */
static void vm_free_backing(struct vm_window *w, struct vm_struct *list)
{
	while (list) {
		if (list->kind == VM_KIND_IOREMAP) {
			list = vm_release_phys(w, list);
			continue;
		}
		vm_free_pages(w, list);
		list = list->next;
	}
}

/* Keep a flushed area for the next of its size. Lock held. Return: false if
 * it is too large, or enough of its size are parked. */
static bool vm_park(struct vm_window *w, struct vm_struct *vm)
{
	unsigned long idx = vm_nr_pages(vm) - 1;

	lockdep_assert_held(&w->space.lock);
	VM_BUG_ON(vm->state != VM_LAZY);
	if (idx >= VM_PARK_CLASSES ||
	    w->parked_pages[idx] + idx + 2 > w->desc.park_max_pages)
		return false;
	vm->state = VM_PARKED;
	vm->next = w->parked[idx];
	w->parked[idx] = vm;
	w->parked_pages[idx] += idx + 2;
	return true;
}

/* Take @vm out of the tree. It is on no list. */
static void vm_forget(struct vm_window *w, struct vm_struct *vm)
{
	unsigned long flags = spin_lock_irqsave(&w->space.lock);

	vmap_space_free(&w->space, &vm->va);
	spin_unlock_irqrestore(&w->space.lock, flags);
	w->desc.ops->free_node(vm);
}

/*
 * The flush is done and the frames are gone: park the areas of @list, or give
 * their addresses back. Parking is a few instructions for each, so one section
 * does; changing the tree is not, so there each area has its own.
 */
static void vm_release(struct vm_window *w, struct vm_struct *list)
{
	unsigned long flags = spin_lock_irqsave(&w->space.lock);
	struct vm_struct *rest = NULL, *next;

	for (; list; list = next) {
		next = list->next;
		if (vm_park(w, list))
			continue;
		list->next = rest;
		rest = list;
	}
	spin_unlock_irqrestore(&w->space.lock, flags);
	for (; rest; rest = next) {
		next = rest->next;
		vm_forget(w, rest);
	}
}

/* Flush once for all of @list, which is ours alone. Return: their pages. */
static unsigned long vm_purge_list(struct vm_window *w, struct vm_struct *list)
{
	unsigned long start = list->va.start, end = list->va.end, nr_pages = 0;
	struct vm_struct *vm;

	for (vm = list; vm; vm = vm->next) {
		start = min(start, vm->va.start);
		end = max(end, vm->va.end);
		nr_pages += vm_nr_pages(vm);
	}
	atomic_sub_return((int)nr_pages, &w->lazy_pages);
	/* Areas in use between them lose translations, not mappings. */
	w->desc.ops->flush(start, end);
	vm_free_backing(w, list);
	vm_release(w, list);
	return nr_pages;
}

/* Who took something to give back has done, which counts if it was @any. */
static void vm_purge_end(struct vm_window *w, bool any)
{
	/* Release, both: what is free now is seen by who sees the count. */
	if (any)
		atomic_add_return(1, &w->nr_given);
	if (atomic_dec_and_test(&w->purging))
		wake_up_all(&w->purged);
}

/* Purge what waits now. Return: its pages. */
static unsigned long vm_purge(struct vm_window *w)
{
	unsigned long nr_pages = 0;
	struct vm_struct *list;

	atomic_inc(&w->purging);
	/* Acquire: pairs with the release in vm_retire(), the entries are
	 * cleared. Release: who finds the list empty sees @purging. */
	list = __atomic_exchange_n(&w->lazy, NULL, __ATOMIC_ACQ_REL);
	if (list)
		nr_pages = vm_purge_list(w, list);
	vm_purge_end(w, nr_pages);
	return nr_pages;
}

/* Return: false if nobody is at it, or it is forbidden to wait. */
static bool vm_wait_for_others(struct vm_window *w)
{
	if (!atomic_read_acquire(&w->purging) || !vm_may_purge())
		return false;
	wait_event(w->purged, !atomic_read_acquire(&w->purging));
	return true;
}

unsigned long vm_window_purge(struct vm_window *w)
{
	unsigned long nr_pages = vm_purge(w);

	/* Arrays of pages that it gave back (vm_free_array()). */
	if (nr_pages && READ_ONCE(w->lazy))
		nr_pages += vm_purge(w);
	return vm_wait_for_others(w) ? max(nr_pages, 1ul) : nr_pages;
}

bool vm_window_drop_parked(struct vm_window *w)
{
	bool any = false;
	unsigned int i;

	atomic_inc(&w->purging);
	for (i = 0; i < VM_PARK_CLASSES; i++) {
		unsigned long flags = spin_lock_irqsave(&w->space.lock);
		struct vm_struct *list = w->parked[i], *next;

		w->parked[i] = NULL;
		w->parked_pages[i] = 0;
		spin_unlock_irqrestore(&w->space.lock, flags);
		for (; list; list = next) {
			next = list->next;
			vm_forget(w, list);
			any = true;
		}
	}
	vm_purge_end(w, any);
	return any;
}

/* @vm is LAZY and ours alone: unmap it, and leave it to the next purge. */
static void vm_retire(struct vm_window *w, struct vm_struct *vm)
{
	struct vm_struct *head = READ_ONCE(w->lazy);
	int nr_pages = (int)vm_nr_pages(vm);

	VM_BUG_ON(vm->state != VM_LAZY);
	w->desc.ops->unmap(vm->va.start, vm_bytes(vm));
	/* Counted before it is seen, so that a purge never counts below 0. */
	nr_pages = atomic_add_return(nr_pages, &w->lazy_pages);
	do {
		vm->next = head;
	} while (!__atomic_compare_exchange_n(
		&w->lazy, &head, vm, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
	/* Nothing of @vm may be touched from here on: a purge may have it. */
	if ((unsigned long)nr_pages >= w->desc.lazy_max_pages && vm_may_purge())
		vm_purge(w);
}

/* The step from MAKING or LIVE to LAZY: who makes it, frees. Lock held. */
static void vm_make_lazy(struct vm_window *w, struct vm_struct *vm,
			 unsigned long site)
{
	lockdep_assert_held(&w->space.lock);
	VM_BUG_ON(vm_is_freed(vm));
	vm->state = VM_LAZY;
	vm->free_site = site;
	if (vm_has_pages(vm))
		w->used_pages -= vm_nr_pages(vm);
}

/* Undo an area that was never LIVE, whatever it has by now. */
static void vm_abandon(struct vm_window *w, struct vm_struct *vm)
{
	unsigned long flags = spin_lock_irqsave(&w->space.lock);

	vm_make_lazy(w, vm, vm->site);
	spin_unlock_irqrestore(&w->space.lock, flags);
	vm_retire(w, vm);
	/* Memory is short, or this would not have failed. */
	if (vm_may_purge())
		vm_purge(w);
}

/* --- taking ------------------------------------------------------------- */

/* What all new areas begin with. */
static void vm_begin(struct vm_struct *vm, const struct vm_request *req)
{
	vm->kind = (u8)req->kind;
	vm->user = req->user;
	vm->state = VM_MAKING;
	vm->site = req->site;
	vm->nr_pages = 0;
}

/* A parked area of exactly @bytes, or NULL. */
static struct vm_struct *vm_unpark(struct vm_window *w,
				   const struct vm_request *req,
				   unsigned long bytes)
{
	unsigned long idx = (bytes >> PAGE_SHIFT) - 1;
	struct vm_struct *vm;
	unsigned long flags;

	/* A parked area lies where it lies. */
	if (idx >= VM_PARK_CLASSES || req->align > PAGE_SIZE)
		return NULL;
	flags = spin_lock_irqsave(&w->space.lock);
	vm = w->parked[idx];
	if (vm) {
		VM_BUG_ON(vm->state != VM_PARKED);
		w->parked[idx] = vm->next;
		w->parked_pages[idx] -= idx + 2;
		vm_begin(vm, req);
		if (vm_has_pages(vm))
			w->used_pages += idx + 1;
	}
	spin_unlock_irqrestore(&w->space.lock, flags);
	return vm;
}

/* Put @vm into the lowest hole. Return: false if there is none. */
static bool vm_take_addresses(struct vm_window *w, struct vm_struct *vm,
			      unsigned long bytes, unsigned long align)
{
	unsigned long flags = spin_lock_irqsave(&w->space.lock);
	int err;

	err = vmap_space_alloc(&w->space, &vm->va, bytes + PAGE_SIZE, align);
	if (!err && vm_has_pages(vm))
		w->used_pages += bytes >> PAGE_SHIFT;
	spin_unlock_irqrestore(&w->space.lock, flags);
	return !err;
}

/* To be read before a request that may be refused. */
static int vm_given(struct vm_window *w)
{
	return atomic_read_acquire(&w->nr_given);
}

/* Refused. Return: true if anybody gave anything back since vm_given(). */
static bool vm_find_more(struct vm_window *w, int before)
{
	if (vm_may_purge())
		(void)vm_window_purge(w);
	return vm_given(w) != before;
}

/* The same, of addresses. */
static bool vm_find_more_addresses(struct vm_window *w, int before)
{
	/* In this order, as the purge parks. */
	(void)vm_find_more(w, before);
	(void)vm_window_drop_parked(w);
	(void)vm_wait_for_others(w);
	return vm_given(w) != before;
}

/* A new area, MAKING, with addresses but nothing mapped; NULL and a line. */
static struct vm_struct *
vm_make(struct vm_window *w, const struct vm_request *req, unsigned long bytes)
{
	/* Descriptors are lowmem objects, and need no clearing. */
	const gfp_t node_gfp = (req->gfp | __GFP_NOWARN) &
			       ~(__GFP_ZONE_MASK | __GFP_ZERO);
	unsigned long align = max(req->align, PAGE_SIZE);
	struct vm_struct *vm = vm_unpark(w, req, bytes);
	int given;

	VM_BUG_ON(!is_power_of_2(align));
	if (likely(vm))
		return vm;
	vm = w->desc.ops->alloc_node(node_gfp);
	if (!vm) {
		vm_window_refuse(w, req, "no memory for a descriptor");
		return NULL;
	}
	vm_begin(vm, req);
	given = vm_given(w);
	if (vm_take_addresses(w, vm, bytes, align))
		return vm;
	if (vm_find_more_addresses(w, given) &&
	    vm_take_addresses(w, vm, bytes, align))
		return vm;
	w->desc.ops->free_node(vm);
	vm_window_refuse(w, req,
			 "no hole of %lu KiB in the window, see vmalloc=",
			 (bytes + PAGE_SIZE) >> 10);
	return NULL;
}

/* As ops->take_pages(), but does not give up while pages wait for a flush. */
static struct page *vm_take_pages(struct vm_window *w, gfp_t gfp,
				  unsigned int *order, unsigned long site)
{
	const int given = vm_given(w);
	struct page *page = w->desc.ops->take_pages(gfp, order, site);

	/* Freed pages of our own may be waiting for a flush. */
	if (unlikely(!page) && vm_find_more(w, given))
		page = w->desc.ops->take_pages(gfp, order, site);
	return page;
}

/*
 * Chain the @nr pages from @page on as the last of @vm's, and list them in
 * @batch. *@tail is where the chain ends so far. Return: where it ends now.
 */
static __always_inline struct list_head **
vm_chain(struct vm_struct *vm, struct page *page, unsigned long nr,
	 struct page **batch, struct list_head **tail)
{
	enum page_owner owner = vm->kind == VM_KIND_STACK ? PAGE_OWNER_STACK :
							    PAGE_OWNER_VMALLOC;
	struct page *const end = page + nr;

	*tail = &page->lru;
	do {
		VM_BUG_ON(page_state(page) != PAGE_ALLOCATED ||
			  page_order(page));
		page_set_owner(page, owner);
		page->private = (unsigned long)vm;
		page->lru.next = &page[1].lru;
		*batch++ = page++;
	} while (page != end);
	end[-1].lru.next = NULL;
	/* Block by block: vm_abandon() frees what is chained. */
	vm->nr_pages += nr;
	return &end[-1].lru.next;
}

/*
 * Take @nr pages into @batch and chain them at @tail. Return: the new one; NULL
 * if there are not so many: those that were had are chained.
 */
static __always_inline struct list_head **
vm_take_batch(struct vm_window *w, struct vm_struct *vm, gfp_t gfp,
	      struct page **batch, unsigned long nr, struct list_head **tail)
{
	do {
		unsigned int order = ilog2(nr);
		struct page *page = vm_take_pages(w, gfp, &order, vm->site);
		unsigned long got = 1ul << order;

		if (unlikely(!page))
			return NULL;
		tail = vm_chain(vm, page, got, batch, tail);
		batch += got;
		nr -= got;
	} while (nr);
	return tail;
}

/* Fill @vm with pages. On failure the area has what came before it. */
static __always_inline int vm_populate(struct vm_window *w,
				       struct vm_struct *vm,
				       const struct vm_request *req, gfp_t gfp)
{
	struct list_head **tail = &vm->chain;
	unsigned long va = vm->va.start;
	struct page *batch[VM_BATCH];
	unsigned long left, nr;

	for (left = vm_nr_pages(vm); left; left -= nr) {
		int err;

		nr = min(left, 0ul + VM_BATCH);
		tail = vm_take_batch(w, vm, gfp, batch, nr, tail);
		if (unlikely(!tail))
			return -ENOMEM;
		err = w->desc.ops->map_pages(va, batch, nr, req->prot);
		/* These addresses are ours: nothing can be mapped there. */
		BUG_ON(err == -EEXIST);
		if (unlikely(err))
			return err;
		va += nr << PAGE_SHIFT;
	}
	return 0;
}

static noinline __cold bool vm_refuse_context(const struct vm_request *req,
					      const char *class)
{
	struct report_sites sites = { .at = req->site };

	mm_report(class, &sites, "size=%lu", req->size);
	return false;
}

/*
 * May this context allocate? Says so if not. A request that may sleep where
 * nobody may goes on in @calm, which may not.
 */
static __always_inline bool vm_context_allows(const struct vm_request **req,
					      struct vm_request *calm,
					      const char *what,
					      const char *class)
{
	if (unlikely(in_interrupt()))
		return vm_refuse_context(*req, class);
	if (gfp_may_sleep((*req)->gfp) && sleep_is_forbidden()) {
		*calm = **req;
		calm->gfp = gfp_check_sleep(calm->gfp, what, calm->site);
		*req = calm;
	}
	return true;
}

/* @nr pages can never be had: the line that says why. Return: 0. */
static noinline __cold unsigned long
vm_refuse_size(struct vm_window *w, const struct vm_request *req,
	       unsigned long nr, unsigned long max_pages)
{
	if (!nr)
		vm_window_refuse(w, req, "size 0 refused");
	else if (nr > max_pages)
		vm_window_refuse(w, req, "%lu bytes refused: more than all RAM",
				 req->size);
	else
		vm_window_refuse(w, req,
				 "%lu bytes refused: larger than the window",
				 req->size);
	return 0;
}

/* Bytes of whole pages for @size; 0 and a line if it can never be served. */
static __always_inline unsigned long
vm_request_bytes(struct vm_window *w, const struct vm_request *req,
		 unsigned long max_pages)
{
	const struct vmap_space_desc *space = &w->desc.space;
	/* Rounded up without a sum that could wrap. */
	unsigned long nr =
		(req->size >> PAGE_SHIFT) + !!(req->size & ~PAGE_MASK);

	/* The guard page has to fit into the window, too. */
	if (likely(nr && nr <= max_pages &&
		   nr < (space->end - space->start) >> PAGE_SHIFT))
		return nr << PAGE_SHIFT;
	return vm_refuse_size(w, req, nr, max_pages);
}

void *vm_window_alloc(struct vm_window *w, const struct vm_request *req)
{
	struct vm_request calm;
	bool clear_mapped = (req->gfp & __GFP_ZERO) && req->prot == PROT_KERNEL;
	struct vm_struct *vm;
	unsigned long bytes;
	gfp_t gfp;

	if (!vm_context_allows(&req, &calm, "vmalloc", "vmalloc-in-irq"))
		return NULL;
	bytes = vm_request_bytes(w, req, w->desc.max_pages);
	if (!bytes)
		return NULL;
	vm = vm_make(w, req, bytes);
	if (!vm)
		return NULL;
	gfp = req->gfp | __GFP_NOWARN;
	/* One sweep over the mapping is cheaper than one for each page. */
	if (clear_mapped)
		gfp &= ~__GFP_ZERO;
	if (unlikely(vm_populate(w, vm, req, gfp))) {
		/* First: what it has now is free a moment later. */
		vm_window_refuse(w, req,
				 "out of pages or page tables for %lu bytes",
				 req->size);
		vm_abandon(w, vm);
		return NULL;
	}
	if (clear_mapped)
		memset((void *)vm->va.start, 0, bytes);
	WRITE_ONCE(vm->state, (u8)VM_LIVE);
	return (void *)vm->va.start;
}

/*
 * Note a mapping of device memory before it is made: false and a line if that
 * cannot be. One of another cache type that was freed may still wait for its
 * flush.
 */
static bool vm_claim_phys(struct vm_window *w, phys_addr_t phys,
			  unsigned long bytes, const struct vm_request *req)
{
	const struct vm_ops *ops = w->desc.ops;
	const int given = vm_given(w);
	struct memtype clash;
	int err;

	if (!ops->claim_phys)
		return true;
	err = ops->claim_phys(phys, bytes, req, &clash);
	if (unlikely(err == -EBUSY) && vm_find_more(w, given))
		err = ops->claim_phys(phys, bytes, req, &clash);
	if (likely(!err))
		return true;
	if (err == -EBUSY && !clash.site)
		vm_window_refuse(w, req,
				 "ioremap of [%#llx+%#lx] refused: %s, but the"
				 " kernel has it %s",
				 phys, bytes, memtype_word(req->prot),
				 memtype_word(clash.prot));
	else if (err == -EBUSY)
		vm_window_refuse(w, req,
				 "ioremap of [%#llx+%#lx] refused: %s, but %ps"
				 " has it %s",
				 phys, bytes, memtype_word(req->prot),
				 (void *)clash.site, memtype_word(clash.prot));
	else
		vm_window_refuse(w, req, "no memory for a note of [%#llx+%#lx]",
				 phys, bytes);
	return false;
}

void *vm_window_map_phys(struct vm_window *w, phys_addr_t phys,
			 const struct vm_request *req)
{
	struct vm_request calm;
	struct vm_struct *vm;
	unsigned long bytes;
	int err;

	if (!vm_context_allows(&req, &calm, "ioremap", "ioremap-in-irq"))
		return NULL;
	/* Device memory takes no RAM, so only the window limits it. */
	bytes = vm_request_bytes(w, req, ULONG_MAX);
	if (!bytes || !vm_claim_phys(w, phys, bytes, req))
		return NULL;
	vm = vm_make(w, req, bytes);
	if (!vm) {
		if (w->desc.ops->release_phys)
			w->desc.ops->release_phys(phys, bytes, 1);
		return NULL;
	}
	VM_BUG_ON(!IS_ALIGNED(phys, PAGE_SIZE));
	vm->phys = phys;
	err = w->desc.ops->map_phys(vm->va.start, phys, bytes, req->prot);
	BUG_ON(err == -EEXIST);
	if (unlikely(err)) {
		vm_window_refuse(w, req, "out of page tables");
		vm_abandon(w, vm);
		return NULL;
	}
	WRITE_ONCE(vm->state, (u8)VM_LIVE);
	return (void *)vm->va.start;
}

/* The number of the first page that is none; ULONG_MAX if all are. */
static unsigned long vm_missing_page(struct page *const *pages,
				     unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++)
		if (!pages[i])
			return i;
	return ULONG_MAX;
}

void *vm_window_map_pages(struct vm_window *w, struct page **pages,
			  const struct vm_request *req)
{
	unsigned long bytes, nr, missing;
	struct vm_request calm;
	struct vm_struct *vm;
	int err;

	if (!vm_context_allows(&req, &calm, "vmap", "vmalloc-in-irq"))
		return NULL;
	bytes = vm_request_bytes(w, req, w->desc.max_pages);
	nr = bytes >> PAGE_SHIFT;
	missing = vm_missing_page(pages, nr);
	if (unlikely(missing != ULONG_MAX)) {
		vm_window_refuse(w, req, "vmap refused: page %lu is NULL",
				 missing);
		return NULL;
	}
	vm = nr ? vm_make(w, req, bytes) : NULL;
	if (!vm)
		return NULL;
	vm->pages = NULL;
	err = w->desc.ops->map_pages(vm->va.start, pages, nr, req->prot);
	BUG_ON(err == -EEXIST);
	if (unlikely(err)) {
		/* They were never its own. */
		vm->kind = VM_KIND_VMAP;
		vm_window_refuse(w, req, "out of page tables");
		vm_abandon(w, vm);
		return NULL;
	}
	if (req->kind == VM_KIND_VMAP_OWNED) {
		vm->pages = pages;
		vm->nr_pages = nr;
	}
	WRITE_ONCE(vm->state, (u8)VM_LIVE);
	return (void *)vm->va.start;
}

void *vm_window_reserve(struct vm_window *w, const struct vm_request *req)
{
	struct vm_request calm;
	unsigned long bytes;
	struct vm_struct *vm;

	VM_BUG_ON(req->kind != VM_KIND_PERCPU);
	if (!vm_context_allows(&req, &calm, "vmalloc", "vmalloc-in-irq"))
		return NULL;
	bytes = vm_request_bytes(w, req, ULONG_MAX);
	vm = bytes ? vm_make(w, req, bytes) : NULL;
	if (!vm)
		return NULL;
	vm->chain = NULL;
	WRITE_ONCE(vm->state, (u8)VM_LIVE);
	return (void *)vm->va.start;
}

/* --- freeing ------------------------------------------------------------ */

/* What is wrong with freeing @addr, in the report's words. Lock held. */
static const char *vm_free_objection(const struct vm_struct *vm,
				     unsigned long addr)
{
	if (vm_is_freed(vm))
		return "freed-already";
	if (addr != vm->va.start)
		return "interior";
	if (vm->state == VM_MAKING)
		return "in-the-making";
	return vm_kind_word((enum vm_kind)vm->kind);
}

/* Lock held: the area could go away. */
static noinline __cold void vm_report_bad_free(const struct vm_struct *vm,
					       unsigned long addr,
					       const char *class,
					       unsigned long site)
{
	struct report_sites sites = { .at = site };

	if (!vm) {
		mm_report(class, &sites, "not-an-area addr=%#lx", addr);
		return;
	}
	sites.alloc = vm->site;
	if (vm_is_freed(vm))
		sites.free = vm->free_site;
	mm_report(class, &sites, "%s addr=%#lx area=%#lx+%#lx",
		  vm_free_objection(vm, addr), addr, vm->va.start,
		  vm_bytes(vm));
}

/* vfree() is also for what vmap() was given to keep. */
static bool vm_frees_as(const struct vm_struct *vm, enum vm_kind kind)
{
	return vm->kind == kind ||
	       (kind == VM_KIND_VMALLOC && vm->kind == VM_KIND_VMAP_OWNED);
}

bool vm_window_free(struct vm_window *w, unsigned long addr, enum vm_kind kind,
		    const char *class, unsigned long site)
{
	unsigned long flags = spin_lock_irqsave(&w->space.lock);
	struct vmap_area *area = vmap_space_find(&w->space, addr);
	struct vm_struct *vm = area ? vm_of(area) : NULL;
	bool ok = vm && addr == vm->va.start && vm->state == VM_LIVE &&
		  vm_frees_as(vm, kind);

	if (likely(ok))
		vm_make_lazy(w, vm, site);
	else
		vm_report_bad_free(vm, addr, class, site);
	spin_unlock_irqrestore(&w->space.lock, flags);
	if (likely(ok))
		vm_retire(w, vm);
	return ok;
}
