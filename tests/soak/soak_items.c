/* SPDX-License-Identifier: MIT */
/*
 * soak_items.c - taking, filling, checking and giving back
 *
 * Small items are filled to the last byte. Of large ones a word in each 64
 * bytes is: so every page and every cache line of it has a mark.
 */
#include <kernel/math64.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/dmapool.h>
#include <mm/highmem.h>
#include <mm/mempool.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "soak.h"

#define POOL_MIN_NR 4
#define POOL_BYTES 300u
#define CACHE_BYTES 192u
#define DMA_BYTES 48u
#define VMALLOC_MAX_PAGES 48u
#define PERCPU_MAX 256u
/* Up to here each byte is filled. */
#define DENSE_BYTES 8192u
#define SPARSE_STEP 64u

#define TYPED_MAGIC 0x7e57ab1eu
#define TYPED_BYTES 120u

/* What the constructor makes, and whoever has one leaves as it was. */
struct soak_typed {
	u32 magic;
	const struct soak_typed *self;
	u8 payload[TYPED_BYTES];
};

static struct kmem_cache *plain_cache, *typed_cache;
static mempool_t *slab_pool, *bytes_pool, *page_pool;
static struct dma_pool *dma_pool;

static void typed_ctor(void *object)
{
	struct soak_typed *typed = object;

	typed->magic = TYPED_MAGIC;
	typed->self = typed;
	memset(typed->payload, 0, sizeof(typed->payload));
}

/* ---- patterns ------------------------------------------------------------ */

static u8 pattern_byte(u32 tag, size_t i)
{
	return (u8)((tag >> (i % 4 * 8)) + i);
}

static size_t pattern_step(size_t bytes)
{
	return bytes <= DENSE_BYTES ? 1 : SPARSE_STEP;
}

static void pattern_fill(void *va, size_t bytes, u32 tag)
{
	size_t step = pattern_step(bytes), i;
	u8 *p = va;

	for (i = 0; i < bytes; i += step)
		p[i] = pattern_byte(tag, i);
	p[bytes - 1] = pattern_byte(tag, bytes - 1);
}

/* Return: false if a byte is not what was written. */
static bool pattern_check(const struct soak_item *item, const void *va,
			  size_t bytes, u32 tag)
{
	size_t step = pattern_step(bytes), i;
	const u8 *p = va;

	for (i = 0; i < bytes; i += step) {
		if (p[i] != pattern_byte(tag, i))
			break;
	}
	if (i >= bytes && p[bytes - 1] == pattern_byte(tag, bytes - 1))
		return true;
	i = min(i, bytes - 1);
	soak_complain("%s %p+%zu of %zu: found %02x, want %02x",
		      soak_kind_name(item->kind), item->p, i, bytes, p[i],
		      pattern_byte(tag, i));
	return false;
}

static void expect_zero(const struct soak_item *item, const void *va,
			size_t bytes)
{
	const void *bad = memchr_inv(va, 0, bytes);

	if (bad)
		soak_complain("%s %p: not zero at %p",
			      soak_kind_name(item->kind), item->p, bad);
}

/* ---- pages --------------------------------------------------------------- */

/* Small blocks are asked for most: order n half as often as order n - 1. */
static unsigned int draw_order(struct xorshift32 *rng)
{
	u32 draw = xorshift32_next(rng) | BIT(MAX_ORDER - 1);

	return (unsigned int)__builtin_ctz(draw);
}

static gfp_t draw_zone(struct xorshift32 *rng)
{
	static const gfp_t zones[] = { __GFP_DMA, 0, 0, __GFP_HIGHMEM };

	return zones[xorshift32_below(rng, ARRAY_SIZE(zones))];
}

static bool take_pages(struct soak_item *item, gfp_t gfp,
		       struct xorshift32 *rng)
{
	struct page *page;
	unsigned int i;

	item->order = draw_order(rng);
	page = alloc_pages(gfp | draw_zone(rng), item->order);
	if (!page)
		return false;
	item->p = page;
	for (i = 0; i < BIT(item->order); i++) {
		void *va = kmap_local_page(page + i);

		pattern_fill(va, PAGE_SIZE, item->tag + i);
		kunmap_local(va);
	}
	return true;
}

static void give_pages(struct soak_item *item)
{
	struct page *page = item->p;
	unsigned int i;

	for (i = 0; i < BIT(item->order); i++) {
		void *va = kmap_local_page(page + i);
		bool right = pattern_check(item, va, PAGE_SIZE, item->tag + i);

		kunmap_local(va);
		if (!right)
			break;
	}
	__free_pages(page, item->order);
}

static bool take_kmap(struct soak_item *item, gfp_t gfp)
{
	struct page *page = alloc_page(gfp | __GFP_HIGHMEM);

	if (!page)
		return false;
	item->p = page;
	item->bytes = PAGE_SIZE;
	/* With a slot, wherever the page lies. */
	item->va = kmap_high(page, _THIS_IP_);
	if (item->va)
		return true;
	__free_page(page);
	return false;
}

static void give_kmap(struct soak_item *item)
{
	kunmap_high(item->p, _THIS_IP_);
	__free_page(item->p);
}

/* ---- bytes --------------------------------------------------------------- */

/* Each power of two as often as the next; beyond 64 KiB seldom. */
static size_t draw_bytes(struct xorshift32 *rng)
{
	u32 draw = xorshift32_next(rng);
	unsigned int bits = draw % 64 ? draw / 64 % 17 : draw / 64 % 23;

	return 1 + ((draw >> 12) & (BIT(bits) - 1));
}

static bool take_kmalloc(struct soak_item *item, gfp_t gfp,
			 struct xorshift32 *rng)
{
	u32 draw = xorshift32_next(rng);

	item->bytes = draw_bytes(rng);
	if (draw % 8 == 0)
		gfp |= GFP_DMA;
	if (draw % 16 < 4)
		gfp |= __GFP_ZERO;
	item->p = kmalloc(item->bytes, gfp);
	if (item->p && gfp & __GFP_ZERO)
		expect_zero(item, item->p, item->bytes);
	return item->p;
}

static bool take_typed(struct soak_item *item, gfp_t gfp)
{
	struct soak_typed *typed = kmem_cache_alloc(typed_cache, gfp);

	if (!typed)
		return false;
	if (typed->magic != TYPED_MAGIC || typed->self != typed)
		soak_complain("typed cache %p: not as constructed", typed);
	expect_zero(item, typed->payload, sizeof(typed->payload));
	item->p = typed;
	item->va = typed->payload;
	item->bytes = sizeof(typed->payload);
	return true;
}

static void give_typed(struct soak_item *item)
{
	struct soak_typed *typed = item->p;

	memset(typed->payload, 0, sizeof(typed->payload));
	kmem_cache_free(typed_cache, typed);
}

static bool take_vmalloc(struct soak_item *item, gfp_t gfp,
			 struct xorshift32 *rng)
{
	item->bytes = 1 + xorshift32_below(rng, VMALLOC_MAX_PAGES * PAGE_SIZE);
	item->p = __vmalloc(item->bytes, gfp | __GFP_HIGHMEM);
	return item->p;
}

static bool take_percpu(struct soak_item *item, gfp_t gfp,
			struct xorshift32 *rng)
{
	unsigned int cpu;

	item->bytes = 4 + xorshift32_below(rng, PERCPU_MAX);
	item->p = (__force void *)__alloc_percpu_gfp(
		item->bytes, BIT(xorshift32_below(rng, 7)), gfp);
	if (!item->p)
		return false;
	for_each_possible_cpu(cpu) {
		void *copy = per_cpu_ptr(item->p, cpu);

		expect_zero(item, copy, item->bytes);
		pattern_fill(copy, item->bytes, item->tag + cpu);
	}
	return true;
}

static void give_percpu(struct soak_item *item)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		pattern_check(item, per_cpu_ptr(item->p, cpu), item->bytes,
			      item->tag + cpu);
	free_percpu((void __percpu *)item->p);
}

/* ---- every kind ---------------------------------------------------------- */

const char *soak_kind_name(enum soak_kind kind)
{
#define SOAK_KIND_AS_NAME(id, name) name,
	static const char *const names[] = { SOAK_KINDS(SOAK_KIND_AS_NAME) };

	return names[kind];
}

bool soak_kind_is_atomic(enum soak_kind kind)
{
	return kind != SOAK_VMALLOC && kind != SOAK_PERCPU && kind != SOAK_KMAP;
}

bool soak_kind_is_single(enum soak_kind kind)
{
	return kind == SOAK_POOL_SLAB || kind == SOAK_POOL_BYTES ||
	       kind == SOAK_POOL_PAGE;
}

static void take_sized(struct soak_item *item, void *p, size_t bytes)
{
	item->p = p;
	item->bytes = bytes;
}

/* item->tag and item->kind are set. */
static bool take_one(struct soak_item *item, gfp_t gfp, struct xorshift32 *rng)
{
	dma_addr_t handle = 0;

	switch (item->kind) {
	case SOAK_PAGES: return take_pages(item, gfp, rng);
	case SOAK_KMALLOC: return take_kmalloc(item, gfp, rng);
	case SOAK_TYPED: return take_typed(item, gfp);
	case SOAK_VMALLOC: return take_vmalloc(item, gfp, rng);
	case SOAK_PERCPU: return take_percpu(item, gfp, rng);
	case SOAK_KMAP: return take_kmap(item, gfp);
	case SOAK_CACHE:
		take_sized(item, kmem_cache_alloc(plain_cache, gfp),
			   CACHE_BYTES);
		break;
	case SOAK_POOL_SLAB:
		take_sized(item, mempool_alloc(slab_pool, gfp), CACHE_BYTES);
		break;
	case SOAK_POOL_BYTES:
		take_sized(item, mempool_alloc(bytes_pool, gfp), POOL_BYTES);
		break;
	case SOAK_POOL_PAGE:
		take_sized(item, mempool_alloc(page_pool, gfp), PAGE_SIZE);
		item->va = item->p ? page_address(item->p) : NULL;
		break;
	case SOAK_DMA:
		take_sized(item, dma_pool_alloc(dma_pool, gfp, &handle),
			   DMA_BYTES);
		item->handle = handle;
		break;
	case NR_SOAK_KINDS: break;
	}
	return item->p;
}

bool soak_take(struct soak_item *item, enum soak_kind kind, gfp_t gfp,
	       struct xorshift32 *rng)
{
	*item = (struct soak_item){ .kind = kind, .tag = xorshift32_next(rng) };
	if (!take_one(item, gfp, rng)) {
		/* A pool never fails who may sleep. */
		if (soak_kind_is_single(kind) && gfp_may_sleep(gfp))
			soak_complain("%s: had nothing for a sleeper",
				      soak_kind_name(kind));
		return false;
	}
	item->full = true;
	if (kind == SOAK_PAGES || kind == SOAK_PERCPU)
		return true; /* filled piece by piece */
	if (!item->va)
		item->va = item->p;
	pattern_fill(item->va, item->bytes, item->tag);
	return true;
}

void soak_give(struct soak_item *item)
{
	if (item->kind != SOAK_PAGES && item->kind != SOAK_PERCPU)
		pattern_check(item, item->va, item->bytes, item->tag);
	switch (item->kind) {
	case SOAK_PAGES: give_pages(item); break;
	case SOAK_KMALLOC: kfree(item->p); break;
	case SOAK_CACHE: kmem_cache_free(plain_cache, item->p); break;
	case SOAK_TYPED: give_typed(item); break;
	case SOAK_POOL_SLAB: mempool_free(item->p, slab_pool); break;
	case SOAK_POOL_BYTES: mempool_free(item->p, bytes_pool); break;
	case SOAK_POOL_PAGE: mempool_free(item->p, page_pool); break;
	case SOAK_DMA: dma_pool_free(dma_pool, item->p, item->handle); break;
	case SOAK_VMALLOC: vfree(item->p); break;
	case SOAK_PERCPU: give_percpu(item); break;
	case SOAK_KMAP: give_kmap(item); break;
	case NR_SOAK_KINDS: break;
	}
	item->full = false;
}

/* ---- before and after ---------------------------------------------------- */

bool soak_items_init(void)
{
	plain_cache = kmem_cache_create("soak-plain", CACHE_BYTES, 0,
					SLAB_HWCACHE_ALIGN, NULL);
	typed_cache = kmem_cache_create("soak-typed", sizeof(struct soak_typed),
					0, 0, typed_ctor);
	slab_pool = plain_cache ?
			    mempool_create_slab_pool(POOL_MIN_NR, plain_cache) :
			    NULL;
	bytes_pool = mempool_create_kmalloc_pool(POOL_MIN_NR, POOL_BYTES);
	page_pool = mempool_create_page_pool(POOL_MIN_NR, 0);
	dma_pool = dma_pool_create("soak", NULL, DMA_BYTES, 16, 256);
	return typed_cache && slab_pool && bytes_pool && page_pool && dma_pool;
}

void soak_items_exit(void)
{
	mempool_destroy(slab_pool);
	mempool_destroy(bytes_pool);
	mempool_destroy(page_pool);
	dma_pool_destroy(dma_pool);
	kmem_cache_destroy(plain_cache);
	kmem_cache_destroy(typed_cache);
}
