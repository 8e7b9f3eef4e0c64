/* SPDX-License-Identifier: MIT */
/*
 * limits_test.c - every limit of docs/limits.md at one less, itself, one more
 *
 * LIMITS is the list: the cases use its constants, the last case prints it, and
 * tools/docs.py makes the document's table from those lines, so that what is
 * written there is what a running machine has, and has been tested with.
 */
#include <kernel/isa_dma.h>
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/ioremap.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>

/* __GFP_NOFAIL is refused above this order (gfp.h). */
#define NOFAIL_MAX_ORDER 1u
#define VMALLOC_WINDOW ((unsigned long)(VMALLOC_END - VMALLOC_START))

/* What it is called, its figure, how the figure counts, in words. */
#define LIMITS(X)                                                            \
	X("MAX_ORDER - 1", MAX_ORDER - 1, "order",                           \
	  "the largest block of alloc_pages() and its kin")                  \
	X("KMALLOC_MAX_SIZE", KMALLOC_MAX_SIZE, "bytes",                     \
	  "the largest kmalloc(), and object of a cache")                    \
	X("KMALLOC_MAX_CACHE_SIZE", KMALLOC_MAX_CACHE_SIZE, "bytes",         \
	  "the largest kmalloc() from a cache; above it whole pages")        \
	X("ALLOC_EXACT_MAX", ALLOC_EXACT_MAX, "bytes",                       \
	  "the largest alloc_pages_exact()")                                 \
	X("__GFP_NOFAIL", NOFAIL_MAX_ORDER, "order",                         \
	  "the largest block that may be asked for never to fail")           \
	X("PAGE_REF_MAX", PAGE_REF_MAX, "users", "of one page or block")     \
	X("ISA_DMA_LIMIT_PHYS", ISA_DMA_LIMIT_PHYS, "bytes",                 \
	  "GFP_DMA memory lies below this physical address")                 \
	X("VMALLOC_END - VMALLOC_START", VMALLOC_WINDOW, "bytes",            \
	  "all vmalloc() and ioremap() areas, each with its guard page")     \
	X("KMAP_LOCAL_SLOTS", KMAP_LOCAL_SLOTS, "pages",                     \
	  "kmap_local_page() of high memory at a time, for each CPU")        \
	X("LAST_PKMAP", LAST_PKMAP, "pages",                                 \
	  "kmap() of high memory at a time")                                 \
	X("SLAB_MAX_ALIGN", SLAB_MAX_ALIGN, "bytes", "alignment in a cache") \
	X("SLAB_NAME_BYTES - 1", SLAB_NAME_BYTES - 1, "characters",          \
	  "the name of a cache")

/* Blocks as large as this may be missing on a small or fragmented machine:
 * then the request fails for want of memory, which proves nothing. */
static bool could_be_had(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp | __GFP_NOWARN, order);

	if (page)
		__free_pages(page, order);
	return page;
}

static bool was_refused(unsigned long told)
{
	return mm_node.last_failure.count == told + 1 &&
	       mm_node.last_failure.cause == ALLOC_REFUSED;
}

static void orders_end_at_the_largest_block(struct ktest *t)
{
	const unsigned int most = MAX_ORDER - 1;
	unsigned long told = mm_node.last_failure.count;
	unsigned int order;

	for (order = most - 1; order <= most; order++) {
		struct page *page =
			alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);

		if (!page)
			continue; /* not there, but not refused either */
		KTEST_EXPECT_EQ(t, page_order(page), order);
		KTEST_EXPECT_EQ(t, page_to_pfn(page) % (1ul << order), 0);
		__free_pages(page, order);
	}
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told);
	KTEST_EXPECT_NULL(t, alloc_pages(GFP_KERNEL, most + 1));
	KTEST_EXPECT_TRUE(t, was_refused(told));
	KTEST_EXPECT_EQ(t, __get_free_pages(GFP_KERNEL, most + 1), 0);
	KTEST_EXPECT_NULL(t, alloc_pages(GFP_KERNEL, UINT_MAX));
}

static void try_kmalloc(struct ktest *t, size_t size)
{
	unsigned int order = get_order(size);
	char *p;

	if (size > KMALLOC_MAX_CACHE_SIZE && !could_be_had(GFP_KERNEL, order))
		return;
	p = kmalloc(size, GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_GE(t, ksize(p), size);
	p[0] = p[size - 1] = 1;
	kfree(p);
}

static void kmalloc_ends_at_the_largest_block(struct ktest *t)
{
	volatile size_t most = KMALLOC_MAX_SIZE;
	unsigned long told = mm_node.last_failure.count;

	KTEST_EXPECT_EQ(t, most, PAGE_SIZE << (MAX_ORDER - 1));
	try_kmalloc(t, most - 1);
	try_kmalloc(t, most);
	KTEST_EXPECT_NULL(t, kmalloc(most + 1, GFP_KERNEL));
	KTEST_EXPECT_TRUE(t, was_refused(told));
}

/* From a cache, or whole pages? */
static bool is_object(const void *p)
{
	pfn_t pfn = page_to_pfn(virt_to_page(p));
	const struct page *head = page_head_of(pfn_zone(pfn), pfn);

	return page_state(head) == PAGE_SLAB;
}

static void caches_end_where_whole_pages_begin(struct ktest *t)
{
	size_t size, most = KMALLOC_MAX_CACHE_SIZE;

	for (size = most - 1; size <= most + 1; size++) {
		void *p = kmalloc(size, GFP_KERNEL);

		if (!KTEST_EXPECT_NOT_NULL(t, p))
			continue;
		KTEST_EXPECT_EQ(t, is_object(p), size <= most);
		kfree(p);
	}
}

static void exact_sizes_end_at_the_largest_block(struct ktest *t)
{
	size_t size, most = ALLOC_EXACT_MAX;
	unsigned long told = mm_node.last_failure.count;

	for (size = most - 1; size <= most; size++) {
		void *p = NULL;

		if (could_be_had(GFP_KERNEL, MAX_ORDER - 1))
			p = alloc_pages_exact(size, GFP_KERNEL);
		free_pages_exact(p, size);
	}
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told);
	KTEST_EXPECT_NULL(t, alloc_pages_exact(most + 1, GFP_KERNEL));
	KTEST_EXPECT_EQ(t, mm_node.last_failure.count, told + 1);
}

/* Many pages at once are single pages: the largest block is no limit. */
static void a_bulk_may_be_more_than_the_largest_block(struct ktest *t)
{
	static struct page *pages[(1u << (MAX_ORDER - 1)) + 1];
	unsigned long n, before = nr_free_pages();

	for (n = ARRAY_SIZE(pages) - 2; n <= ARRAY_SIZE(pages); n++) {
		memset(pages, 0, sizeof(pages));
		if (nr_free_pages() < 2 * n)
			continue;
		KTEST_EXPECT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, n, pages),
				n);
		free_pages_bulk(pages, n);
		KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	}
	KTEST_EXPECT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, 0, pages), 0);
}

static void never_to_fail_may_only_small_blocks(struct ktest *t)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOFAIL;
	unsigned long told = mm_node.last_failure.count;
	unsigned int order;

	for (order = NOFAIL_MAX_ORDER - 1; order <= NOFAIL_MAX_ORDER; order++) {
		struct page *page = alloc_pages(gfp, order);

		KTEST_ASSERT_NOT_NULL(t, page);
		__free_pages(page, order);
	}
	KTEST_EXPECT_NULL(t, alloc_pages(gfp, NOFAIL_MAX_ORDER + 1));
	KTEST_EXPECT_TRUE(t, was_refused(told));
}

static void a_page_has_so_many_users(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	const int most = (int)PAGE_REF_MAX;

	KTEST_ASSERT_NOT_NULL(t, page);
	page_ref_add(page, most - 2);
	KTEST_EXPECT_EQ(t, page_count(page), most - 1);
	page_ref_inc(page);
	KTEST_EXPECT_EQ(t, page_count(page), most);
	ktest_expect_report(t, "bad-ref");
	page_ref_inc(page);
	KTEST_EXPECT_EQ(t, page_count(page), most);
	page_ref_sub(page, most - 1);
	__free_page(page);
}

static void dma_memory_ends_at_16_mib(struct ktest *t)
{
	const struct zone *dma = &mm_node.zones[ZONE_DMA];
	pfn_t end = phys_to_pfn(ISA_DMA_LIMIT_PHYS);

	KTEST_EXPECT_LE(t, dma->end_pfn, end);
	if (max_low_pfn <= end) {
		KTEST_EXPECT_EQ(t, dma->end_pfn, max_low_pfn);
		return; /* all low RAM lies below */
	}
	KTEST_EXPECT_PTR_EQ(t, pfn_zone(end - 1), dma);
	KTEST_EXPECT_FALSE(t, pfn_zone(end) == dma);
	KTEST_EXPECT_FALSE(t, pfn_zone(end + 1) == dma);
}

/* --- the vmalloc window: a private one where the live one is ------------- */

static struct {
	struct vm_window w;
	struct vm_struct node;
} twin;

static struct vm_struct *twin_alloc_node(gfp_t gfp)
{
	(void)gfp;
	return &twin.node;
}

static void twin_free_node(struct vm_struct *vm)
{
	memset(vm, 0, sizeof(*vm));
}

/* No page table is behind it: only the arithmetic of addresses is asked for. */
static int twin_map_phys(unsigned long va, phys_addr_t pa, unsigned long bytes,
			 enum pgprot prot)
{
	(void)va;
	(void)pa;
	(void)bytes;
	(void)prot;
	return 0;
}

static unsigned long twin_unmap(unsigned long va, unsigned long bytes)
{
	(void)va;
	return bytes >> PAGE_SHIFT;
}

static void twin_flush(unsigned long start, unsigned long end)
{
	(void)start;
	(void)end;
}

static const struct vm_ops twin_ops = {
	.alloc_node = twin_alloc_node,
	.free_node = twin_free_node,
	.map_phys = twin_map_phys,
	.unmap = twin_unmap,
	.flush = twin_flush,
};

/* Device memory: RAM for all of it there may not be. Return: it fitted. */
static bool try_area(unsigned long bytes)
{
	const struct vm_request req = { .size = bytes,
					.gfp = GFP_KERNEL | __GFP_NOWARN,
					.prot = PROT_KERNEL_NOCACHE,
					.kind = VM_KIND_IOREMAP,
					.site = (unsigned long)&twin };
	void *va = vm_window_map_phys(&twin.w, 0, &req);

	if (!va)
		return false;
	vm_window_free(&twin.w, (unsigned long)va, VM_KIND_IOREMAP,
		       "bad-iounmap", req.site);
	vm_window_purge(&twin.w);
	return true;
}

static void an_area_and_its_guard_page_fill_the_window(struct ktest *t)
{
	const struct vm_window_desc desc = {
		.name = "limits",
		.space = { .start = VMALLOC_START, .end = VMALLOC_END },
		.ops = &twin_ops,
	};
	unsigned long most = VMALLOC_WINDOW - PAGE_SIZE;

	memset(&twin, 0, sizeof(twin));
	vm_window_init(&twin.w, &desc);
	KTEST_EXPECT_TRUE(t, try_area(most - 1));
	KTEST_EXPECT_TRUE(t, try_area(most));
	KTEST_EXPECT_FALSE(t, try_area(most + 1));
	KTEST_EXPECT_NULL(t, vmalloc(most + 1));
}

static void a_cpu_has_so_many_temporary_mappings(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long site = (unsigned long)&page;
	void *va[KMAP_LOCAL_SLOTS];
	unsigned int n;

	KTEST_ASSERT_NOT_NULL(t, page);
	for (n = 0; n < KMAP_LOCAL_SLOTS; n++) {
		va[n] = kmap_local_high(page, site);
		KTEST_EXPECT_NOT_NULL(t, va[n]);
	}
	KTEST_EXPECT_EQ(t, kmap_local_depth(), KMAP_LOCAL_SLOTS);
	ktest_expect_report(t, "kmap-leak");
	KTEST_EXPECT_NULL(t, kmap_local_high(page, site));
	while (n)
		kunmap_local_high(va[--n], site);
	__free_page(page);
}

/* Return: a cache could be made so. */
static bool try_cache(const char *name, size_t size, size_t align)
{
	struct kmem_cache *cache =
		kmem_cache_create(name, size, align, 0, NULL);

	kmem_cache_destroy(cache);
	return cache;
}

/* With low pages, which need no mapping: not every machine has high ones. */
static void the_machine_has_so_many_lasting_mappings(struct ktest *t)
{
	struct page *first = pfn_to_page(1);
	unsigned int i, held = kmap_nr_used();

	for (i = 0; i < LAST_PKMAP - held; i++)
		KTEST_EXPECT_NOT_NULL(
			t, kmap_window_map(&kmap_live, first + i, _RET_IP_));
	KTEST_EXPECT_NULL(t, kmap_window_map(&kmap_live, first + i, _RET_IP_));
	KTEST_EXPECT_EQ(t, kmap_nr_used(), LAST_PKMAP);
	KTEST_EXPECT_EQ(t, kmap_window_unmap(&kmap_live, first + --i, _RET_IP_),
			0);
	KTEST_EXPECT_NOT_NULL(t,
			      kmap_window_map(&kmap_live, first + i, _RET_IP_));
	for (i = 0; i < LAST_PKMAP - held; i++)
		KTEST_EXPECT_EQ(
			t, kmap_window_unmap(&kmap_live, first + i, _RET_IP_),
			0);
	KTEST_EXPECT_EQ(t, kmap_nr_used(), held);
}

static void caches_have_limits_of_their_own(struct ktest *t)
{
	char name[SLAB_NAME_BYTES + 1];

	memset(name, 'n', sizeof(name));
	name[SLAB_NAME_BYTES - 2] = '\0';
	KTEST_EXPECT_TRUE(t, try_cache(name, 100, SLAB_MAX_ALIGN / 2));
	name[SLAB_NAME_BYTES - 2] = 'n';
	name[SLAB_NAME_BYTES - 1] = '\0';
	KTEST_EXPECT_TRUE(t, try_cache(name, 100, SLAB_MAX_ALIGN));
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_FALSE(t, try_cache("limits", 100, 2 * SLAB_MAX_ALIGN));
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_FALSE(t, try_cache("limits", 100, SLAB_MAX_ALIGN - 1));
	name[SLAB_NAME_BYTES - 1] = 'n';
	name[SLAB_NAME_BYTES] = '\0';
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_FALSE(t, try_cache(name, 100, 0));

	KTEST_EXPECT_TRUE(t, try_cache("limits", KMALLOC_MAX_SIZE - 1, 0));
	KTEST_EXPECT_TRUE(t, try_cache("limits", KMALLOC_MAX_SIZE, 0));
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_FALSE(t, try_cache("limits", KMALLOC_MAX_SIZE + 1, 0));
}

/* What each call makes of size 0, as the document's second table says. */
static void size_zero_has_one_answer_for_each_call(struct ktest *t)
{
	volatile size_t zero = 0;
	unsigned long before = nr_free_pages();

	KTEST_EXPECT_PTR_EQ(t, kmalloc(zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_PTR_EQ(t, kzalloc(zero, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_PTR_EQ(t, kcalloc(zero, 8, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_PTR_EQ(t, krealloc(NULL, zero, GFP_KERNEL), ZERO_SIZE_PTR);
	kfree(ZERO_SIZE_PTR);
	KTEST_EXPECT_NULL(t, vmalloc(zero));
	KTEST_EXPECT_NULL(t, alloc_pages_exact(zero, GFP_KERNEL));
	KTEST_EXPECT_FALSE(t, ioremap(0xe0000000ull, zero));
	KTEST_EXPECT_EQ(t, get_order(zero), 0);
	ktest_expect_report(t, "cache-args");
	KTEST_EXPECT_FALSE(t, try_cache("limits", zero, 0));
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* docs/limits.md is made from these lines. */
static void the_limits_as_this_machine_has_them(struct ktest *t)
{
#define LIMIT_AS_ROW(name, figure, unit, text) \
	{ name, unit, text, (unsigned long)(figure) },
	const struct {
		const char *name, *unit, *text;
		unsigned long figure;
	} constants[] = { LIMITS(LIMIT_AS_ROW) };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(constants); i++)
		console_printf("    # limit: %s | %lu %s | %s\n",
			       constants[i].name, constants[i].figure,
			       constants[i].unit, constants[i].text);
	KTEST_EXPECT_GE(t, i, 1);
}

static const struct ktest_case limits_cases[] = {
	KTEST_CASE(orders_end_at_the_largest_block),
	KTEST_CASE(kmalloc_ends_at_the_largest_block),
	KTEST_CASE(caches_end_where_whole_pages_begin),
	KTEST_CASE(exact_sizes_end_at_the_largest_block),
	KTEST_CASE(a_bulk_may_be_more_than_the_largest_block),
	KTEST_CASE(never_to_fail_may_only_small_blocks),
	KTEST_CASE(a_page_has_so_many_users),
	KTEST_CASE(dma_memory_ends_at_16_mib),
	KTEST_CASE(an_area_and_its_guard_page_fill_the_window),
	KTEST_CASE(a_cpu_has_so_many_temporary_mappings),
	KTEST_CASE(the_machine_has_so_many_lasting_mappings),
	KTEST_CASE(caches_have_limits_of_their_own),
	KTEST_CASE(size_zero_has_one_answer_for_each_call),
	KTEST_CASE(the_limits_as_this_machine_has_them),
};
KTEST_SUITE(limits, limits_cases);
