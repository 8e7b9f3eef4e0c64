/* SPDX-License-Identifier: MIT */
/*
 * vm_window.h - a window of addresses, and the areas mapped in it
 *
 * An object built from a description: where it lies, where descriptors and
 * pages come from, which page tables it fills. The live one serves vmalloc(),
 * ioremap(), stacks and modules; tests make private ones over tables of their
 * own. See vm_window.c for how it works.
 */
#ifndef MM_VM_WINDOW_H
#define MM_VM_WINDOW_H

#include <kernel/atomic.h>
#include <kernel/types.h>
#include <kernel/wait.h>
#include <mm/gfp.h>
#include <mm/memtype.h>
#include <mm/page.h>
#include <mm/vmap_area.h>
#include <asm/pgtable.h>

/* What an area is for: Linux's word in /proc/vmallocinfo. Those that have
 * frames of their own come first. */
#define VM_KINDS(X)                                  \
	X(VMALLOC, "vmalloc")                        \
	X(STACK, "vmalloc") /* of a kernel thread */ \
	X(MODULE, "vmalloc")                         \
	X(IOREMAP, "ioremap")                        \
	X(VMAP, "vmap") /* somebody's frames */      \
	X(VMAP_OWNED, "vmap") /* and now its own */  \
	X(MAP_RAM, "vm_map_ram")                     \
	X(PERCPU, "vmalloc") /* addresses only: mm/percpu.c fills them */
#define VM_KIND_AS_ENUM(id, word) VM_KIND_##id,
enum vm_kind { VM_KINDS(VM_KIND_AS_ENUM) NR_VM_KINDS };
#undef VM_KIND_AS_ENUM

enum vm_state {
	VM_MAKING, /* its maker is still at it */
	VM_LIVE,
	VM_LAZY, /* freed; waits for the flush */
	VM_PARKED, /* flushed and empty; kept for the next of its size */
};

/* One area of a window: guard page included in [va.start, va.end). */
struct vm_struct {
	struct vmap_area va; /* guarded by the space's lock */
	u8 kind; /* enum vm_kind */
	bool user; /* may be shown to user space: holds no secrets */
	u8 state; /* enum vm_state; guarded by the space's lock */
	unsigned long site; /* who asked */
	unsigned long free_site; /* LAZY, PARKED: who freed */
	unsigned long nr_pages; /* in chain or array; 0 if it has neither */
	union {
		struct list_head *chain; /* of pages, through lru.next */
		phys_addr_t phys; /* IOREMAP */
		struct page **pages; /* VMAP_OWNED: array, its own, too */
	};
	struct vm_struct *next; /* LAZY, PARKED: the list it is on */
};

static_assert(sizeof(long) != 4 || sizeof(struct vm_struct) == 64,
	      "one descriptor is one cache line, and fills a slab evenly");

static inline struct vm_struct *vm_of(const struct vmap_area *area)
{
	return container_of(area, struct vm_struct, va);
}

/* What can be mapped of an area: all but the guard page. */
static inline unsigned long vm_bytes(const struct vm_struct *vm)
{
	return vm->va.end - vm->va.start - PAGE_SIZE;
}

static inline unsigned long vm_nr_pages(const struct vm_struct *vm)
{
	return vm_bytes(vm) >> PAGE_SHIFT;
}

/* Were its frames taken for it, and chained? */
static inline bool vm_kind_has_pages(enum vm_kind kind)
{
	return kind <= VM_KIND_MODULE;
}

static inline bool vm_has_pages(const struct vm_struct *vm)
{
	return vm_kind_has_pages((enum vm_kind)vm->kind);
}

/* The page whose link is @lru, or NULL. */
static __always_inline struct page *vm_page_of(struct list_head *lru)
{
	return lru ? list_entry(lru, struct page, lru) : NULL;
}

/* The first of an area's pages and the one behind @page, or NULL. */
static __always_inline struct page *vm_first_page(const struct vm_struct *vm)
{
	return vm_page_of(vm->chain);
}

static __always_inline struct page *vm_next_page(const struct page *page)
{
	return vm_page_of(page->lru.next);
}

/* Areas of up to so many pages are parked when they are freed. Stacks, ring
 * buffers and register blocks are that small; for larger ones the search for a
 * hole is little beside the pages. */
#define VM_PARK_CLASSES 16u

struct vm_request;

/* What a window is built on. The live one's are the kernel's own. */
struct vm_ops {
	struct vm_struct *(*alloc_node)(gfp_t gfp);
	void (*free_node)(struct vm_struct *vm);
	/* 2^*@order single pages in a row, or fewer: then *@order says so. */
	struct page *(*take_pages)(gfp_t gfp, unsigned int *order,
				   unsigned long site);
	/* Any 2^@order single pages in a row, aligned to their number. */
	void (*give_pages)(struct page *page, unsigned int order,
			   unsigned long site);
	/* The array of a VMAP_OWNED area, when its pages are given. */
	void (*free_array)(struct page **pages);
	int (*map_pages)(unsigned long va, struct page *const *pages,
			 unsigned long nr, enum pgprot prot);
	int (*map_phys)(unsigned long va, phys_addr_t pa, unsigned long bytes,
			enum pgprot prot);
	/* Note that device memory is about to be mapped as @req says. Return:
	 * as memtype_claim(). NULL, as the next: nobody keeps a record. */
	int (*claim_phys)(phys_addr_t pa, unsigned long bytes,
			  const struct vm_request *req, struct memtype *clash);
	/* @nr such mappings are gone, and no TLB knows them any more. */
	void (*release_phys)(phys_addr_t pa, unsigned long bytes,
			     unsigned long nr);
	unsigned long (*unmap)(unsigned long va, unsigned long bytes);
	void (*flush)(unsigned long start, unsigned long end);
	/* Keep the words of a refusal for `why`; may be NULL. */
	void (*note_refusal)(const struct vm_request *req, const char *text);
	/* What the page tables say; for vm_window_check(). */
	bool (*lookup)(unsigned long va, phys_addr_t *pa);
};

struct vm_window_desc {
	const char *name; /* for messages */
	struct vmap_space_desc space;
	const struct vm_ops *ops;
	unsigned long max_pages; /* larger requests are refused: all RAM */
	unsigned long lazy_max_pages; /* flush when so many wait */
	unsigned long park_max_pages; /* addresses parked, for each size */
};

struct vm_window {
	struct vm_window_desc desc; /* set once */
	struct vmap_space space;

	/* Guarded by space.lock. */
	unsigned long used_pages; /* W4 */
	struct vm_struct *parked[VM_PARK_CLASSES]; /* W6; [n - 1]: n pages */
	unsigned long parked_pages[VM_PARK_CLASSES]; /* with guard pages */

	/* Freed and unmapped areas that wait for the flush: anyone pushes one,
	 * the purge takes all. */
	struct vm_struct *lazy;
	atomic_t lazy_pages;
	atomic_t
		purging; /* who have taken, or look for, what waits, or parks */
	struct wait_queue_head purged; /* until that is none */
	atomic_t nr_given; /* counts what they gave back, once each; wraps */

	/* Rate limit of the refusal lines; a race costs a line at most. */
	u64 refusals_since_ns;
	unsigned int nr_refusals;
};

extern struct vm_window vm_live_window;

/* A request for pages in a window. */
struct vm_request {
	unsigned long size; /* bytes */
	unsigned long align; /* of the address; 0 means PAGE_SIZE */
	gfp_t gfp;
	enum pgprot prot;
	enum vm_kind kind;
	bool user; /* see struct vm_struct */
	unsigned long site; /* who is named */
};

void vm_window_init(struct vm_window *w, const struct vm_window_desc *desc);

/**
 * vm_window_alloc - pages mapped side by side in @w
 * Return, Context: as vmalloc(), by the rules of @req->gfp.
 */
void *__must_check vm_window_alloc(struct vm_window *w,
				   const struct vm_request *req);

/**
 * vm_window_map_phys - map @req->size bytes of physical addresses from @phys
 * @phys, @req->size: page-aligned, and known not to wrap
 *
 * Return, Context: as vmalloc(). The physical range is the caller's business.
 */
void *__must_check vm_window_map_phys(struct vm_window *w, phys_addr_t phys,
				      const struct vm_request *req);

/**
 * vm_window_map_pages - map @req->size bytes of the pages in @pages
 * @pages: one for each page of @req->size, in order; may name one twice
 *
 * With kind VMAP_OWNED @pages and a reference to each page belong to the area
 * from then on, and go with it.
 * Return, Context: as vmalloc(). Nothing belongs to anybody else if it is NULL.
 */
void *__must_check vm_window_map_pages(struct vm_window *w, struct page **pages,
				       const struct vm_request *req);

/**
 * vm_window_reserve - @req->size bytes of addresses with nothing mapped
 *
 * For an owner that maps pages there by itself; never given back.
 * Return: the lowest address that fits; NULL and a line if there is none.
 * Context: as vmalloc().
 */
void *__must_check vm_window_reserve(struct vm_window *w,
				     const struct vm_request *req);

/**
 * vm_window_free - free the area that starts at @addr, if it is of @kind
 * @kind: VMALLOC frees VMAP_OWNED, too
 * @class: the report's class if it is not
 *
 * Return: false if it was reported and nothing was changed.
 * Context: as vfree().
 */
bool vm_window_free(struct vm_window *w, unsigned long addr, enum vm_kind kind,
		    const char *class, unsigned long site);

/**
 * vm_window_purge - flush, then give lazily freed pages and addresses back
 * What others are purging is given back, too, when it returns.
 *
 * Return: pages of address space given back, 1 if only others had some; 0:
 * nothing was waiting.
 * Context: interrupts enabled, as the flush may wait for other CPUs. Sleeps if
 * others are at it; where that is forbidden it returns without them.
 */
unsigned long vm_window_purge(struct vm_window *w);

/**
 * vm_window_drop_parked - give the addresses of parked areas back
 * Return: true if there were any. Context: any.
 */
bool vm_window_drop_parked(struct vm_window *w);

/**
 * vm_window_refuse - say that @req is refused, and why
 *
 * One line that names the caller; after 10 in 5 s only each whose number is a
 * power of two, with that number. Nothing for a __GFP_NOWARN request.
 */
void __printf(3, 4)
	vm_window_refuse(struct vm_window *w, const struct vm_request *req,
			 const char *fmt, ...);

/* A copy of what is known about an area. */
struct vm_info {
	unsigned long start, end; /* with the guard page */
	enum vm_kind kind;
	enum vm_state state;
	unsigned long site, free_site;
	unsigned long nr_pages;
	phys_addr_t phys; /* IOREMAP */
	struct page **pages; /* VMAP_OWNED */
	bool user;
};

/**
 * vm_window_next - the first area that ends above *@cursor, parked ones left out
 * @cursor: 0 to begin; moved behind the area
 * Return: false at the end. Context: any.
 */
bool vm_window_next(struct vm_window *w, unsigned long *cursor,
		    struct vm_info *info);

/**
 * vm_window_seen - what covers @addr, without a lock; for fault reports
 * @info: filled in if an area covers @addr
 * @seen: the neighbours
 * Return: true if an area covers @addr. Context: any; never faults.
 */
bool vm_window_seen(const struct vm_window *w, unsigned long addr,
		    struct vm_info *info, struct vmap_seen *seen);

const char *vm_kind_word(enum vm_kind kind);

/* Check the space (V1..V6) and W1..W6; prints each violation by label.
 * Return: their number. Context: any; holds the space's lock throughout. */
int vm_window_check(struct vm_window *w);

#endif
