/* SPDX-License-Identifier: MIT */
/*
 * driver_names_test.c - a driver as the books write it: it includes nothing but
 * <linux/...> and <asm/...>, and uses every memory name of every edition
 */
#include <linux/config.h>
#include <linux/malloc.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/gfp.h>
#include <linux/vmalloc.h>
#include <linux/wrapper.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <asm/io.h>
#include <asm/page.h>
#include <asm/system.h>

#include <kernel/ktest.h>

/* --- pages, by the names of 6.1 ----------------------------------------- */

static void pages_by_their_names_of_today(struct ktest *t)
{
	struct page *one = alloc_page(GFP_KERNEL);
	struct page *many = alloc_pages(GFP_USER, 2);
	unsigned long addr = __get_free_page(GFP_NOIO);
	unsigned long block = __get_free_pages(GFP_NOFS, get_order(9000));
	unsigned long zeroed = get_zeroed_page(GFP_ATOMIC);
	void *exact = alloc_pages_exact(9000, GFP_NOWAIT);
	struct page *array[4] = { NULL };

	KTEST_ASSERT_TRUE(t, one && many && addr && block && zeroed && exact);
	KTEST_EXPECT_EQ(t, alloc_pages_bulk_array(GFP_KERNEL, 4, array), 4);
	split_page(many, 2);
	__free_page(many + 1);
	__free_pages(many, 0);
	put_page(nth_page(many, 2));
	put_page(many + 3);
	__free_page(one);
	free_page(addr);
	free_pages(block, 2);
	free_page(zeroed);
	free_pages_exact(exact, 9000);
	free_pages_bulk(array, 4);
}

static void pages_addresses_and_frames_are_one_thing(struct ktest *t)
{
	char *va = (char *)__get_free_page(GFP_KERNEL);
	struct page *page;
	phys_addr_t pa;

	KTEST_ASSERT_NOT_NULL(t, va);
	page = virt_to_page(va);
	pa = page_to_phys(page);
	KTEST_EXPECT_PTR_EQ(t, virt_to_page(va + PAGE_SIZE - 1), page);
	KTEST_EXPECT_PTR_EQ(t, page_address(page), va);
	KTEST_EXPECT_PTR_EQ(t, page_to_virt(page), va);
	KTEST_EXPECT_PTR_EQ(t, lowmem_page_address(page), va);
	KTEST_EXPECT_PTR_EQ(t, pfn_to_page(page_to_pfn(page)), page);
	KTEST_EXPECT_PTR_EQ(t, phys_to_page(pa), page);
	KTEST_EXPECT_PTR_EQ(t, pfn_to_virt(page_to_pfn(page)), va);
	KTEST_EXPECT_PTR_EQ(t, pfn_to_kaddr(virt_to_pfn(va)), va);
	KTEST_EXPECT_EQ(t, virt_to_phys(va), pa);
	KTEST_EXPECT_EQ(t, __pa(va), pa);
	KTEST_EXPECT_PTR_EQ(t, phys_to_virt(pa), va);
	KTEST_EXPECT_PTR_EQ(t, __va(pa), va);
	KTEST_EXPECT_EQ(t, PFN_PHYS(PHYS_PFN(pa)), pa);
	KTEST_EXPECT_TRUE(t, pfn_valid(page_to_pfn(page)));
	KTEST_EXPECT_FALSE(t, pfn_valid(max_pfn));
	KTEST_EXPECT_TRUE(t, virt_addr_valid(va));
	KTEST_EXPECT_FALSE(t, virt_addr_valid(high_memory));
	KTEST_EXPECT_FALSE(t, virt_addr_valid((void *)(PAGE_OFFSET - 1)));
	KTEST_EXPECT_TRUE(t, (void *)va < high_memory);
	KTEST_EXPECT_FALSE(t, PageHighMem(page));
	free_page((unsigned long)va);
}

static void sizes_round_to_pages(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, PAGE_SIZE, 1ul << PAGE_SHIFT);
	KTEST_EXPECT_EQ(t, PAGE_MASK, ~(PAGE_SIZE - 1));
	KTEST_EXPECT_EQ(t, PAGE_ALIGN(PAGE_SIZE - 1), PAGE_SIZE);
	KTEST_EXPECT_EQ(t, PAGE_ALIGN(PAGE_SIZE), PAGE_SIZE);
	KTEST_EXPECT_EQ(t, PAGE_ALIGN(PAGE_SIZE + 1), 2 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, PAGE_ALIGN_DOWN(2 * PAGE_SIZE - 1), PAGE_SIZE);
	KTEST_EXPECT_EQ(t, PFN_ALIGN(PAGE_SIZE + 1), 2 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, PFN_UP(PAGE_SIZE + 1), 2);
	KTEST_EXPECT_EQ(t, PFN_DOWN(2 * PAGE_SIZE - 1), 1);
	KTEST_EXPECT_TRUE(t, PAGE_ALIGNED(3 * PAGE_SIZE));
	KTEST_EXPECT_FALSE(t, PAGE_ALIGNED(3 * PAGE_SIZE + 8));
	KTEST_EXPECT_EQ(t, offset_in_page(5 * PAGE_SIZE + 77), 77);
}

static void references_are_taken_and_dropped(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL | __GFP_COMP, 1);

	KTEST_ASSERT_NOT_NULL(t, page);
	get_page(page + 1);
	KTEST_EXPECT_EQ(t, page_count(page), 2);
	KTEST_EXPECT_TRUE(t, PageCompound(page) && PageTail(page + 1));
	KTEST_EXPECT_PTR_EQ(t, compound_head(page + 1), page);
	KTEST_EXPECT_PTR_EQ(t, virt_to_head_page(page_address(page + 1)), page);
	KTEST_EXPECT_EQ(t, page_size(page), PAGE_SIZE << compound_order(page));
	put_page(page);
	put_page(page + 1);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* --- and by the older ones ---------------------------------------------- */

static void pages_by_their_older_names(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	u8 *zeroed = (u8 *)get_free_page(GFP_BUFFER);
	unsigned long notes = get_free_pages(GFP_KERNEL, 1);
	unsigned long dma = __get_dma_pages(GFP_KERNEL, 2);

	KTEST_ASSERT_TRUE(t, zeroed && notes && dma);
	KTEST_EXPECT_NULL(t, memchr_inv(zeroed, 0, PAGE_SIZE));
	KTEST_EXPECT_PTR_EQ(t, &mem_map[MAP_NR(zeroed)], virt_to_page(zeroed));
	KTEST_EXPECT_LE(t, virt_to_bus((void *)dma) + 4 * PAGE_SIZE, MIB(16));
	KTEST_EXPECT_EQ(t, virt_to_bus(zeroed), virt_to_phys(zeroed));
	KTEST_EXPECT_PTR_EQ(t, bus_to_virt(virt_to_bus(zeroed)), zeroed);
	mem_map_inc_count(virt_to_page(zeroed));
	KTEST_EXPECT_EQ(t, page_count(virt_to_page(zeroed)), 2);
	mem_map_dec_count(virt_to_page(zeroed));
	free_page((unsigned long)zeroed);
	free_pages(notes, 1);
	free_pages(dma, 2);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* The third of the places where the editions differ in meaning. */
static void the_buffer_flag_starts_no_io(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, GFP_BUFFER & (__GFP_IO | __GFP_FS), 0);
	KTEST_EXPECT_EQ(t, GFP_BUFFER, GFP_NOIO);
}

static void caches_by_their_older_names(struct ktest *t)
{
	kmem_cache_t *cache = kmem_cache_create("old-names", 100, 0,
						SLAB_HWCACHE_ALIGN, NULL);
	static const gfp_t flags[] = { SLAB_KERNEL, SLAB_ATOMIC, SLAB_USER,
				       SLAB_BUFFER, SLAB_NOIO,	 SLAB_NOFS,
				       SLAB_DMA };
	unsigned int i;

	KTEST_ASSERT_NOT_NULL(t, cache);
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		void *object = kmem_cache_alloc(cache, flags[i]);

		KTEST_EXPECT_NOT_NULL(t, object);
		if (object)
			kmem_cache_free(cache, object);
	}
	kmem_cache_destroy(cache);
}

static void memory_by_size(struct ktest *t)
{
	char *p = kmalloc(100, GFP_KERNEL);
	char *q = kzalloc(100, GFP_KERNEL | GFP_DMA);
	char *v = vmalloc(3 * PAGE_SIZE);

	KTEST_ASSERT_TRUE(t, p && q && v);
	KTEST_EXPECT_TRUE(t, is_vmalloc_addr(v) && !is_vmalloc_addr(p));
	KTEST_EXPECT_PTR_EQ(t, pfn_to_page(vmalloc_to_pfn(v)),
			    vmalloc_to_page(v));
	strcpy(p, "by linux/malloc.h");
	KTEST_EXPECT_EQ(t, strlen(p), 17);
	kfree(p);
	kfree(q);
	vfree(v);
	KTEST_EXPECT_FALSE(t, ioremap(0, 0)); /* refused, with a line */
}

/* As a book's driver begins and ends: no such card is anywhere. */
static void
ports_and_registers_are_claimed_mapped_and_given_back(struct ktest *t)
{
	const resource_size_t card = 0xf1400000ull;
	char __iomem *regs;

	KTEST_EXPECT_EQ(t, check_region(0x4720, 4), 0);
	KTEST_EXPECT_EQ(t, check_mem_region(card, 0x100), 0);
	KTEST_ASSERT_TRUE(t, request_region(0x4720, 4, "short") &&
				     request_mem_region(card, 0x100, "shortm"));
	regs = ioremap_nocache(card + 0x80, 0x80);
	KTEST_EXPECT_TRUE(t, regs != NULL);
	mb();
	rmb();
	wmb();
	iounmap(regs);
	regs = ioremap_wt(card, 0x80);
	KTEST_EXPECT_TRUE(t, regs != NULL);
	iounmap(regs);
	release_mem_region(card, 0x100);
	release_region(0x4720, 4);
	KTEST_EXPECT_EQ(t, check_region(0x4720, 4), 0);
}

static void interrupts_go_off_and_come_back(struct ktest *t)
{
	unsigned long flags;

	save_flags(flags);
	cli();
	KTEST_EXPECT_TRUE(t, irqs_disabled());
	sti();
	KTEST_EXPECT_FALSE(t, irqs_disabled());
	cli();
	restore_flags(flags);
	KTEST_EXPECT_FALSE(t, irqs_disabled());
}

static const struct ktest_case driver_names_cases[] = {
	KTEST_CASE(pages_by_their_names_of_today),
	KTEST_CASE(pages_addresses_and_frames_are_one_thing),
	KTEST_CASE(sizes_round_to_pages),
	KTEST_CASE(references_are_taken_and_dropped),
	KTEST_CASE(pages_by_their_older_names),
	KTEST_CASE(the_buffer_flag_starts_no_io),
	KTEST_CASE(caches_by_their_older_names),
	KTEST_CASE(memory_by_size),
	KTEST_CASE(ports_and_registers_are_claimed_mapped_and_given_back),
	KTEST_CASE(interrupts_go_off_and_come_back),
};
KTEST_SUITE(driver_names, driver_names_cases);
