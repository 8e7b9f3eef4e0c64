/* SPDX-License-Identifier: MIT */
/*
 * slab_fuzz.c - libFuzzer target: bytes as operations on a private cache
 *
 * Four bytes describe the cache: size, alignment, debug flags, constructor.
 * Then each operation has two bytes: what, and which of the objects held. A
 * right call must make no report and a wrong one exactly one; contents must
 * stay as written; the checker must never find anything; and at the end every
 * page must be back.
 */
#include <kernel/bug.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include "../host/host_boot.h"

#define DESC_BYTES 4u
#define SLOTS 64u
#define MAX_OPERATIONS 1000u
#define FUZZ_REQUIRE(cond)                \
	do {                              \
		if (!(cond))              \
			__builtin_trap(); \
	} while (0)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static struct kmem_cache cache, other;
static struct {
	u8 *object;
	u8 mark;
} slots[SLOTS];
static u8 next_mark;
static long pages_out;
static bool no_pages; /* the source is dry */
static u32 object_size;

static struct page *fuzz_alloc(const struct slab_page_source *source, gfp_t gfp,
			       unsigned int order, unsigned long site)
{
	struct page *page;

	(void)source;
	page = no_pages ? NULL : alloc_pages_site(gfp, order, site);
	if (page)
		pages_out += 1l << order;
	return page;
}

static void fuzz_free(const struct slab_page_source *source, struct page *page,
		      unsigned int order, unsigned long site)
{
	(void)source;
	pages_out -= 1l << order;
	__free_pages_site(page, order, site);
}

static const struct slab_page_source source = { .alloc = fuzz_alloc,
						.free = fuzz_free };

static void construct(void *object)
{
	memset(object, 0xc7, object_size);
}

static bool build(const u8 *data)
{
	static const slab_flags_t flags[] = {
		0,	     SLAB_NO_ARRAY,   SLAB_DEBUG_FLAGS,	  SLAB_RED_ZONE,
		SLAB_POISON, SLAB_STORE_USER, SLAB_HWCACHE_ALIGN, 0,
	};
	struct kmem_cache_desc desc = { .name = "fuzzed", .source = &source };

	/* Mostly small, up to 16 KiB. */
	object_size = 1u + data[0] + (data[1] & 15 ? 0u : data[1] * 64u);
	desc.size = object_size;
	desc.align = data[2] & 8 ? 8ul << (data[2] >> 4) % 11 : 0;
	desc.flags = flags[data[2] & 7];
	desc.ctor = data[3] & 1 ? construct : NULL;
	return kmem_cache_init(&cache, &desc) == 0;
}

/* Constructed objects go back as they came. */
static void slot_mark(unsigned int i)
{
	slots[i].mark = cache.ctor ? 0xc7 : ++next_mark;
	if (!cache.ctor)
		memset(slots[i].object, slots[i].mark, object_size);
}

static void slot_alloc(unsigned int i, gfp_t gfp)
{
	u8 *p = kmem_cache_alloc(&cache, gfp);

	FUZZ_REQUIRE(p || no_pages);
	if (!p)
		return;
	FUZZ_REQUIRE((unsigned long)p % cache.align == 0);
	slots[i].object = p;
	if (cache.ctor)
		FUZZ_REQUIRE(!memchr_inv(p, 0xc7, object_size));
	slot_mark(i);
}

static u8 *slot_free(unsigned int i)
{
	u8 *p = slots[i].object;

	FUZZ_REQUIRE(!memchr_inv(p, slots[i].mark, object_size));
	slots[i].object = NULL;
	kmem_cache_free(&cache, p);
	return p;
}

/* Wrong calls. Return: how many reports there must be. */
static unsigned long misuse(unsigned int what, unsigned int i)
{
	u8 *p = slots[i].object;

	switch (what) {
	case 0: kmem_cache_free(&cache, slot_free(i)); return 1;
	case 1:
		if (object_size == 1)
			return 0;
		kmem_cache_free(&cache, p + 1 + i % (object_size - 1));
		return 1;
	case 2: kmem_cache_free(&other, p); return 1;
	default:
		if (!(cache.flags & SLAB_RED_ZONE))
			return 0;
		p[object_size] ^= 0x55;
		slot_free(i);
		return 1;
	}
}

static void operation(const u8 *op)
{
	unsigned long before = reports_unexpected(), want = 0;
	unsigned int i = op[1] % SLOTS;

	if (!slots[i].object)
		slot_alloc(i, op[0] & 1 ? GFP_KERNEL : GFP_ATOMIC);
	else if (op[0] < 176)
		slot_free(i);
	else if (op[0] < 240)
		want = misuse(op[0] & 3, i);
	else if (op[0] < 248)
		kmem_cache_shrink(&cache);
	else
		no_pages = !no_pages;
	FUZZ_REQUIRE(reports_unexpected() - before == want);
}

static void finish(void)
{
	unsigned int i;

	FUZZ_REQUIRE(slab_check(&cache) == 0);
	for (i = 0; i < SLOTS; i++) {
		if (slots[i].object)
			slot_free(i);
	}
	FUZZ_REQUIRE(slab_check(&cache) == 0);
	FUZZ_REQUIRE(kmem_cache_exit(&cache) == 0);
	FUZZ_REQUIRE(pages_out == 0);
}

static void start(void)
{
	const struct kmem_cache_desc desc = { .name = "other", .size = 8 };

	host_boot();
	console_set_loglevel(0);
	FUZZ_REQUIRE(kmem_cache_init(&other, &desc) == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned int nr = 0;

	if (!slab_is_available())
		start();
	if (size < DESC_BYTES)
		return 0;
	memset(slots, 0, sizeof(slots));
	no_pages = false;
	FUZZ_REQUIRE(build(data));
	for (data += DESC_BYTES, size -= DESC_BYTES;
	     size >= 2 && nr++ < MAX_OPERATIONS; data += 2, size -= 2) {
		operation(data);
		if (nr % 64 == 0)
			FUZZ_REQUIRE(slab_check(&cache) == 0);
	}
	finish();
	return 0;
}
