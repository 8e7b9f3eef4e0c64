/* SPDX-License-Identifier: MIT */
/*
 * slab_debug.c - objects that tell what was done to them
 *
 * A cache with one of SLAB_DEBUG_FLAGS has no per-CPU arrays, so every request
 * comes to slab.c's slow path and from there here, one object at a time. Its
 * objects lie so:
 *
 *   left red zone | object | right red zone | link | slab_meta | image | pad
 *
 * Red zones (SLAB_RED_ZONE) hold SLAB_REDZONE_BYTE; of an object that was asked
 * for with fewer bytes than it has, the rest is red zone too. A free object is
 * filled with SLAB_POISON_FREE (SLAB_POISON); one with a constructor has its
 * constructed contents, of which the image is a copy. The constructor finds
 * SLAB_POISON_FRESH in the object, so where the image has that byte it has set
 * nothing, and the owner may leave there what he likes: only what it has set
 * must be so again at the free. Then all is as in the image, to the last byte.
 * slab_meta says whether the object is live, how large the owner thinks it is,
 * who allocated it and who freed it.
 *
 * What is found is reported once and contained: the object is isolated, which
 * means in use for ever and not looked at any more.
 *
 * Locking: cache->lock is held wherever an object changes hands.
 *
 * Not here: lists and counts (slab.c); the wording of what is no object at all
 * (slab_report.c).
 */
#include <kernel/bug.h>
#include <kernel/string.h>
#include <mm/slab.h>
#include "slab_internal.h"

/* What was found to be wrong with an object's bytes. */
struct slab_damage {
	long offset; /* of the first wrong byte, from the object's start */
	unsigned long bytes; /* how many, as far as can be told */
	u8 found, want;
};

u32 slab_debug_layout(struct kmem_cache *cache)
{
	u32 end = ALIGN(cache->object_size, SLAB_MIN_ALIGN);

	if (cache->flags & SLAB_RED_ZONE) {
		end += SLAB_REDZONE_BYTES;
		cache->object_offset = max(SLAB_REDZONE_BYTES, cache->align);
	}
	cache->link_offset = end;
	cache->meta_offset = end + SLAB_MIN_ALIGN;
	end = cache->meta_offset + (u32)sizeof(struct slab_meta);
	if (slab_has_image(cache))
		end += cache->object_size;
	return end;
}

/* Bytes that the owner of @object may use: a smashed record says all. */
static u32 slab_asked(const struct kmem_cache *cache, const void *object)
{
	const struct slab_meta *meta = slab_meta(cache, object);

	if (meta->state == SLAB_OBJECT_LIVE && meta->asked)
		return min(meta->asked, cache->object_size);
	return cache->object_size;
}

static void slab_paint_redzones(const struct kmem_cache *cache, char *object,
				u32 asked)
{
	if (!(cache->flags & SLAB_RED_ZONE))
		return;
	memset(object - SLAB_REDZONE_BYTES, SLAB_REDZONE_BYTE,
	       SLAB_REDZONE_BYTES);
	memset(object + asked, SLAB_REDZONE_BYTE, cache->link_offset - asked);
}

void slab_debug_prepare(struct kmem_cache *cache, struct page *slab)
{
	unsigned int i;

	for (i = 0; i < slab_shape_of(cache, slab)->objects; i++) {
		char *object = slab_object(cache, slab, i);

		*slab_meta(cache, object) =
			(struct slab_meta){ .state = SLAB_OBJECT_FREE };
		slab_paint_redzones(cache, object, cache->object_size);
		if (slab_has_poison(cache))
			memset(object, SLAB_POISON_FREE, cache->object_size);
		if (slab_has_image(cache))
			memcpy(slab_image(cache, object), object,
			       cache->object_size);
	}
}

/* ---- looking ------------------------------------------------------------- */

/* Is a byte of [start, end) not @want? The run of wrong bytes is counted. */
static bool slab_find_foreign(const char *object, long start, long end, u8 want,
			      struct slab_damage *d)
{
	const u8 *p = memchr_inv(object + start, want, (size_t)(end - start));

	if (!p)
		return false;
	d->offset = (const char *)p - object;
	d->found = *p;
	d->want = want;
	d->bytes = 1;
	while (d->offset + (long)d->bytes < end && p[d->bytes] != want)
		d->bytes++;
	return true;
}

/* An underrun is told from the object downwards. */
static bool slab_find_underflow(const char *object, struct slab_damage *d)
{
	const u8 *zone = (const u8 *)object - SLAB_REDZONE_BYTES;
	long i = SLAB_REDZONE_BYTES - 1;

	while (i >= 0 && zone[i] == SLAB_REDZONE_BYTE)
		i--;
	if (i < 0)
		return false;
	d->offset = i - (long)SLAB_REDZONE_BYTES;
	d->found = zone[i];
	d->want = SLAB_REDZONE_BYTE;
	for (d->bytes = 0; i >= 0 && zone[i] != SLAB_REDZONE_BYTE; i--)
		d->bytes++;
	return true;
}

static bool slab_find_overflow(const struct kmem_cache *cache,
			       const char *object, struct slab_damage *d)
{
	return slab_find_foreign(object, slab_asked(cache, object),
				 cache->link_offset, SLAB_REDZONE_BYTE, d);
}

/* A free object that was written to. */
static bool slab_find_write(const struct kmem_cache *cache, const char *object,
			    struct slab_damage *d)
{
	const char *image = slab_image(cache, object);
	u32 i;

	if (slab_has_poison(cache))
		return slab_find_foreign(object, 0, cache->object_size,
					 SLAB_POISON_FREE, d);
	if (!slab_has_image(cache) ||
	    !memcmp(object, image, cache->object_size))
		return false;
	for (i = 0; object[i] == image[i]; i++)
		;
	*d = (struct slab_damage){ i, 1, (u8)object[i], (u8)image[i] };
	return true;
}

/* An object of which not all that the constructor has set is so again. */
static bool slab_find_changed(const struct kmem_cache *cache,
			      const char *object, struct slab_damage *d)
{
	const char *image = slab_image(cache, object);
	u32 i;

	for (i = 0; i < cache->object_size; i++) {
		if (object[i] == image[i] || (u8)image[i] == SLAB_POISON_FRESH)
			continue;
		*d = (struct slab_damage){ i, 1, (u8)object[i], (u8)image[i] };
		return true;
	}
	return false;
}

const char *slab_debug_damage(const struct kmem_cache *cache,
			      const void *object)
{
	u32 state = slab_meta(cache, object)->state;
	struct slab_damage d;

	if (state == SLAB_OBJECT_ISOLATED)
		return NULL;
	if (cache->flags & SLAB_RED_ZONE) {
		if (slab_find_underflow(object, &d))
			return "left red zone";
		if (slab_find_overflow(cache, object, &d))
			return "right red zone";
	}
	if (state == SLAB_OBJECT_LIVE)
		return NULL;
	if (state != SLAB_OBJECT_FREE && state != SLAB_OBJECT_WAITING)
		return "record";
	return slab_find_write(cache, object, &d) ? "contents" : NULL;
}

/* ---- telling ------------------------------------------------------------- */

/* The sites of an object whose record can be believed. */
static struct report_sites slab_sites(const struct kmem_cache *cache,
				      const void *object, unsigned long at)
{
	const struct slab_meta *meta = slab_meta(cache, object);
	struct report_sites sites = { .at = at };

	switch (meta->state) {
	case SLAB_OBJECT_FREE:
	case SLAB_OBJECT_WAITING: sites.free = meta->free_site; fallthrough;
	case SLAB_OBJECT_LIVE: sites.alloc = meta->alloc_site; break;
	default: break;
	}
	return sites;
}

static void slab_tell_use_after_free(const struct kmem_cache *cache,
				     const void *object,
				     const struct slab_damage *d,
				     unsigned long site)
{
	const struct report_sites sites = slab_sites(cache, object, site);

	mm_report("use-after-free", &sites,
		  "write obj+%ld found=%02x want=%02x cache=%s obj=%p",
		  d->offset, d->found, d->want, cache->name, object);
}

static void slab_tell_overflow(const struct kmem_cache *cache,
			       const void *object, const struct slab_damage *d,
			       unsigned int objects, unsigned long site)
{
	const struct report_sites sites = slab_sites(cache, object, site);
	const char *plural = d->bytes == 1 ? "" : "s";

	if (objects > 1)
		mm_report("overflow", &sites,
			  "%s obj+%ld %lu bytes, %u objects obj=%p",
			  cache->name, d->offset, d->bytes, objects, object);
	else if (d->offset < (long)cache->object_size)
		mm_report("overflow", &sites,
			  "%s obj+%ld asked=%u %lu byte%s obj=%p", cache->name,
			  d->offset, slab_asked(cache, object), d->bytes,
			  plural, object);
	else
		mm_report("overflow", &sites, "%s obj+%ld %lu byte%s obj=%p",
			  cache->name, d->offset, d->bytes, plural, object);
}

static void slab_tell_underflow(const struct kmem_cache *cache,
				const void *object, const struct slab_damage *d,
				unsigned long site)
{
	const struct report_sites sites = slab_sites(cache, object, site);

	mm_report("underflow", &sites, "obj%ld %lu byte%s cache=%s obj=%p",
		  d->offset, d->bytes, d->bytes == 1 ? "" : "s", cache->name,
		  object);
}

/* ---- changing hands ------------------------------------------------------ */

/*
 * How far does an overrun reach that filled the right red zone? As long as the
 * byte stays the same, and while the next objects' left red zones are hurt.
 * What lies behind the red zone may have that byte by chance: so fewer than
 * RUN_MIN_BYTES of it do not count.
 * Return: objects hurt, the overrun one included.
 */
#define RUN_MIN_BYTES 4

static unsigned int slab_measure_run(const struct kmem_cache *cache,
				     const struct page *slab,
				     const char *object, struct slab_damage *d)
{
	const char *end = slab_base(slab) + (PAGE_SIZE << slab_order(slab));
	const char *start = object + d->offset + d->bytes;
	const char *p = start;
	unsigned int index = slab_index(cache, slab, object);
	unsigned int objects = 1;
	struct slab_damage next;

	if (object + cache->link_offset > p)
		return 1;
	while (p < end && (u8)*p == d->found)
		p++;
	if (p - start < RUN_MIN_BYTES)
		p = start;
	d->bytes = (unsigned long)(p - object) - (unsigned long)d->offset;
	while (++index < slab_shape_of(cache, slab)->objects) {
		const char *other = slab_object(cache, slab, index);

		if (other - SLAB_REDZONE_BYTES >= p &&
		    !slab_find_underflow(other, &next))
			break;
		objects++;
	}
	return objects;
}

/* Check the red zones of an object that is being freed. */
static enum slab_debug_verdict
slab_check_redzones(struct kmem_cache *cache, struct page *slab, char *object,
		    unsigned long site, struct slab_run *run)
{
	struct slab_damage d;

	if (slab_find_underflow(object, &d)) {
		slab_tell_underflow(cache, object, &d, site);
		return SLAB_DEBUG_DAMAGED;
	}
	if (slab_find_overflow(cache, object, &d)) {
		run->first = slab_index(cache, slab, object);
		run->count = slab_measure_run(cache, slab, object, &d);
		slab_tell_overflow(cache, object, &d, run->count, site);
		return SLAB_DEBUG_RUN;
	}
	return SLAB_DEBUG_OK;
}

static void slab_tell_ctor_state(const struct kmem_cache *cache,
				 const void *object,
				 const struct slab_damage *d,
				 unsigned long site)
{
	const struct report_sites sites = slab_sites(cache, object, site);

	mm_report("ctor-state", &sites,
		  "obj+%ld found=%02x want=%02x cache=%s obj=%p", d->offset,
		  d->found, d->want, cache->name, object);
}

static void slab_tell_record(const struct kmem_cache *cache, const void *object,
			     unsigned long site)
{
	const struct report_sites sites = { .at = site };

	mm_report("overflow", &sites, "%s obj+%u record smashed obj=%p",
		  cache->name, cache->meta_offset, object);
}

bool slab_debug_alloc(struct kmem_cache *cache, void *object, size_t asked,
		      unsigned long site)
{
	struct slab_meta *meta = slab_meta(cache, object);
	u32 bytes = asked ? (u32)asked : cache->object_size;
	struct slab_damage d;

	lockdep_assert_held(&cache->lock);
	if (meta->state != SLAB_OBJECT_FREE) {
		slab_tell_record(cache, object, site);
		return false;
	}
	if (slab_find_write(cache, object, &d)) {
		slab_tell_use_after_free(cache, object, &d, site);
		return false;
	}
	if (slab_has_poison(cache))
		memset(object, SLAB_POISON_FRESH, cache->object_size);
	slab_paint_redzones(cache, object, bytes);
	meta->state = SLAB_OBJECT_LIVE;
	meta->asked = bytes;
	meta->alloc_site = site;
	return true;
}

enum slab_debug_verdict slab_debug_free(struct kmem_cache *cache,
					struct page *slab, void *object,
					unsigned long site,
					struct slab_run *run)
{
	struct slab_meta *meta = slab_meta(cache, object);
	enum slab_debug_verdict verdict = SLAB_DEBUG_OK;
	struct slab_damage d;

	lockdep_assert_held(&cache->lock);
	if (meta->state == SLAB_OBJECT_ISOLATED)
		return SLAB_DEBUG_REFUSED; /* told when it was isolated */
	if (meta->state == SLAB_OBJECT_FREE ||
	    meta->state == SLAB_OBJECT_WAITING) {
		slab_report_double_free(cache, object, site);
		return SLAB_DEBUG_REFUSED;
	}
	if (cache->flags & SLAB_RED_ZONE)
		verdict = slab_check_redzones(cache, slab, object, site, run);
	if (verdict != SLAB_DEBUG_OK)
		return verdict;
	if (meta->state != SLAB_OBJECT_LIVE) {
		slab_tell_record(cache, object, site);
		return SLAB_DEBUG_DAMAGED;
	}
	if (slab_has_image(cache) && slab_find_changed(cache, object, &d)) {
		slab_tell_ctor_state(cache, object, &d, site);
		return SLAB_DEBUG_DAMAGED;
	}
	slab_paint_redzones(cache, object, cache->object_size);
	if (slab_has_poison(cache))
		memset(object, SLAB_POISON_FREE, cache->object_size);
	if (slab_has_image(cache))
		memcpy(object, slab_image(cache, object), cache->object_size);
	meta->state = SLAB_OBJECT_FREE;
	meta->free_site = site;
	return SLAB_DEBUG_OK;
}
