/* SPDX-License-Identifier: MIT */
/*
 * slab_usercopy.c - does the kernel's side of a copy end where it should?
 *
 * A length that a user chose, and a driver did not look at, would hand out what
 * lies behind an object, or write over it. So before a copy the object is looked
 * up: it must have all of the range, in the part that its cache shows to users
 * (kmem_cache_create_usercopy()). A range on the caller's own stack must end
 * on it, and the kernel's code is nobody's buffer. Other memory (pages, vmalloc
 * areas, static data) has no bounds that are known here.
 *
 * Locking: none: the caller owns the object, so its slab stays.
 */
#include <kernel/bug.h>
#include <kernel/sched.h>
#include <asm/processor.h>
#include <mm/slab_usercopy.h>
#include "slab_internal.h"

/* Linux's limit: above lie negative numbers. */
#define LONGEST_COPY 0x7ffffffful

/* What a copy may touch: of the object around @p, or behind it. */
struct bounds {
	unsigned long offset; /* of @p */
	unsigned long size; /* bytes that are the caller's */
	unsigned long from, to; /* and of those a user's */
};

static struct bounds object_bounds(const struct page *slab, const void *p)
{
	const struct kmem_cache *cache = slab->slab_cache;
	unsigned int index = slab_index(cache, slab, p);
	const char *object;

	/* Before the first object or behind the last one. */
	if (index >= slab_shape_of(cache, slab)->objects)
		return (struct bounds){ 0 };
	object = slab_object(cache, slab, index);
	return (struct bounds){ (unsigned long)((const char *)p - object),
				cache->object_size, cache->useroffset,
				cache->useroffset + cache->usersize };
}

static bool bounds_have(const struct bounds *b, unsigned long n)
{
	return b->offset >= b->from && b->offset <= b->to &&
	       n <= b->to - b->offset;
}

static noinline __cold bool refuse_object(const struct page *slab,
					  const struct bounds *b,
					  unsigned long n, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	if (b->offset < b->size && n <= b->size - b->offset)
		mm_report("usercopy", &sites,
			  "private part cache=%s off=%lu len=%lu may=%lu..%lu",
			  slab->slab_cache->name, b->offset, n, b->from, b->to);
	else
		mm_report("usercopy", &sites,
			  "overflow cache=%s off=%lu len=%lu size=%lu",
			  slab->slab_cache->name, b->offset, n, b->size);
	return false;
}

static noinline __cold bool refuse_place(const char *what, const void *p,
					 unsigned long n, unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("usercopy", &sites, "%s addr=%p len=%lu", what, p, n);
	return false;
}

/* Is it on the caller's stack, and runs off it? */
static bool leaves_stack(const void *p, unsigned long n)
{
	unsigned long offset = (unsigned long)p - (unsigned long)current->stack;

	return offset < current->stack_bytes &&
	       n > current->stack_bytes - offset;
}

bool usercopy_ok(const void *p, unsigned long n, unsigned long site)
{
	const struct page *slab;
	struct bounds b;

	if (!n)
		return true;
	/* A length that was never one; -EFAULT says it. */
	if (unlikely(n > LONGEST_COPY))
		return false;
	slab = slab_find(p);
	if (slab) {
		b = object_bounds(slab, p);
		return likely(bounds_have(&b, n)) ||
		       refuse_object(slab, &b, n, site);
	}
	if (unlikely(leaves_stack(p, n)))
		return refuse_place("overflow stack", p, n, site);
	if (unlikely(arch_image_part((unsigned long)p) == IMAGE_TEXT))
		return refuse_place("text", p, n, site);
	return true;
}
