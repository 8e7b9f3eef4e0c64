/* SPDX-License-Identifier: MIT */
/* ioremap_test.c - device memory, on the live window */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <mm/bootmem.h>
#include <mm/fault_inject.h>
#include <mm/ioremap.h>
#include <mm/memtype.h>
#include <mm/user_space.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>
#include <asm/io.h>
#include "log_lines.h"
#include "proc_text.h"

/* The interrupt controllers' page of a PC: RAM on no machine. It is mapped
 * here, and never touched. */
#define NO_RAM 0xfee00000ull
/* Where a card could be, on no machine that runs this. */
#define NO_CARD 0xf1200000ull
/* VGA text memory: no RAM either, and reading it does no harm. */
#define VGA_TEXT 0xb8000ull

static unsigned long va_of(const void __iomem *p)
{
	return (unsigned long)(const void __force *)p;
}

static bool maps(const void __iomem *p, phys_addr_t phys)
{
	phys_addr_t pa;

	return kpt_lookup(va_of(p), &pa) && pa == phys;
}

static void the_offset_in_the_page_is_kept(struct ktest *t)
{
	char __iomem *p = ioremap(NO_RAM + 0x123, 16);

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	KTEST_EXPECT_EQ(t, va_of(p) & ~PAGE_MASK, 0x123);
	KTEST_EXPECT_TRUE(t, maps(p, NO_RAM + 0x123));
	/* A frame beyond all RAM has no record. */
	if (!pfn_valid(phys_to_pfn(NO_RAM)))
		KTEST_EXPECT_NULL(t, vmalloc_to_page((void __force *)p));
	KTEST_EXPECT_FALSE(
		t, kpt_lookup((va_of(p) & PAGE_MASK) + PAGE_SIZE, NULL));
	iounmap(p);
	KTEST_EXPECT_FALSE(t, kpt_lookup(va_of(p), NULL));
}

static void a_range_across_a_page_end_maps_both_pages(struct ktest *t)
{
	char __iomem *p = ioremap(NO_RAM + PAGE_SIZE - 2, 4);

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	KTEST_EXPECT_TRUE(t, maps(p, NO_RAM + PAGE_SIZE - 2));
	KTEST_EXPECT_TRUE(t, maps(p + 3, NO_RAM + PAGE_SIZE + 1));
	iounmap(p);
}

static void two_mappings_show_the_same_memory(struct ktest *t)
{
	char __iomem *a = ioremap(VGA_TEXT, PAGE_SIZE);
	char __iomem *b = ioremap(VGA_TEXT + 6, 2);

	KTEST_EXPECT_TRUE(t, a && b && a + 6 != b);
	if (a && b)
		KTEST_EXPECT_EQ(t, readw(a + 6), readw(b));
	iounmap(a);
	iounmap(b);
}

/* A period of counting refusals begins. Return: when. */
static u64 refusals_begin(void)
{
	vm_live_window.nr_refusals = 0;
	vm_live_window.refusals_since_ns = time_ns();
	return vm_live_window.refusals_since_ns;
}

static void expect_refusal(struct ktest *t, phys_addr_t phys,
			   unsigned long size, const char *why)
{
	const u64 from = log_end();

	refusals_begin();
	KTEST_EXPECT_NULL(t, (void __force *)ioremap(phys, size));
	KTEST_EXPECT_EQ(t, vm_live_window.nr_refusals, 1);
	if (!log_count(from, why))
		KTEST_FAIL(t, "no line says \"%s\"", why);
}

static void ram_is_refused_at_either_end(struct ktest *t)
{
	const struct bootmem_list *ram = &bootmem_live.memory;
	phys_addr_t start = 0, end = 0;
	unsigned int i;

	/* The run of RAM that holds the byte at 2 MiB. */
	for (i = 0; i < ram->nr; i++) {
		start = ram->ranges[i].start;
		end = ram->ranges[i].end;
		if (start <= MIB(2) && end > MIB(2))
			break;
	}
	expect_refusal(t, MIB(2), 1, "refused: RAM");
	expect_refusal(t, start, 1, "refused: RAM");
	expect_refusal(t, end - 1, 1, "refused: RAM");
	expect_refusal(t, start - 1, 2, "refused: RAM");
}

static void wrong_ranges_are_refused_with_a_line(struct ktest *t)
{
	phys_addr_t limit = arch_layout()->phys_limit;
	unsigned long window = VMALLOC_END - VMALLOC_START;

	expect_refusal(t, NO_RAM, 0, "size 0");
	expect_refusal(t, limit, 1, "past the end");
	expect_refusal(t, limit - 1, 2, "past the end");
	expect_refusal(t, limit - PAGE_SIZE, PAGE_SIZE + 1, "past the end");
	expect_refusal(t, ~0ull, 1, "past the end");
	expect_refusal(t, ~0ull - 1, ULONG_MAX, "past the end");
	/* Fits below the limit, wherever that and the window lie. */
	expect_refusal(t, limit - window, window,
		       "] refused: larger than the window");
	KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
}

static void the_line_of_a_refusal_names_the_range_and_why(struct ktest *t)
{
	const u64 from = log_end();

	refusals_begin();
	KTEST_EXPECT_NULL(t, (void __force *)ioremap(0xfee01234ull, 0));
	KTEST_EXPECT_EQ(t,
			log_count(from, "ioremap of [0xfee01234+0x0] refused: "
					"size 0, caller="),
			1);
}

/* In one period: should it end in between, because the machine is slow, a new
 * one would have ten lines of its own. */
static void refusals_beyond_ten_are_silent(struct ktest *t)
{
	u64 from, begun;
	unsigned int i;

	do {
		from = log_end();
		begun = refusals_begin();
		for (i = 0; i < 15; i++)
			KTEST_EXPECT_NULL(
				t, (void __force *)ioremap(0xfee0beefull, 0));
	} while (vm_live_window.refusals_since_ns != begun);
	KTEST_EXPECT_EQ(t, log_count(from, "0xfee0beef+0"), 10);
	vm_live_window.nr_refusals = 0;
}

static char not_an_area;

static void only_what_ioremap_gave_is_unmapped(struct ktest *t)
{
	char __iomem *p = ioremap(NO_RAM, 2 * PAGE_SIZE);
	char *v = vmalloc(PAGE_SIZE);

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	KTEST_ASSERT_NOT_NULL(t, v);
	iounmap(NULL);
	ktest_expect_report(t, "bad-iounmap");
	iounmap(p + PAGE_SIZE);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-iounmap interior "));
	ktest_expect_report(t, "bad-iounmap");
	iounmap((void __force __iomem *)v);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-iounmap vmalloc "));
	ktest_expect_report(t, "bad-iounmap");
	iounmap((void __force __iomem *)&not_an_area);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-iounmap not-an-area "));
	ktest_expect_report(t, "bad-vfree");
	vfree((void __force *)p);
	KTEST_EXPECT_TRUE(t, maps(p, NO_RAM));
	iounmap(p);
	vfree(v);
}

static void vmallocinfo_shows_the_physical_address(struct ktest *t)
{
	char __iomem *p = ioremap(NO_RAM + 8, 8);

	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	KTEST_EXPECT_NOT_NULL(t, strstr(text_of(t, "vmallocinfo"),
					" phys=0x00000000fee00000 ioremap\n"));
	iounmap(p);
}

/* --- cache types ----------------------------------------------------------- */

static void who_differs_in_cache_type_is_refused(struct ktest *t)
{
	char __iomem *a = ioremap(NO_CARD, 2 * PAGE_SIZE);
	char __iomem *b;
	const u64 from = log_end();

	KTEST_ASSERT_NOT_NULL(t, (void __force *)a);
	refusals_begin();
	KTEST_EXPECT_NULL(t, (void __force *)ioremap_cache(NO_CARD, 1));
	/* Whose it is stands between the two, by his name. */
	KTEST_EXPECT_EQ(t,
			log_count(from, "ioremap of [0xf1200000+0x1000] refused"
					": cached, but "),
			1);
	KTEST_EXPECT_EQ(t, log_count(from, " has it uncached, caller="), 1);
	/* The last byte of its last page, and the first one behind. */
	KTEST_EXPECT_NULL(t, (void __force *)ioremap_cache(
				     NO_CARD + 2 * PAGE_SIZE - 1, 2));
	b = ioremap_cache(NO_CARD + 2 * PAGE_SIZE, 1);
	KTEST_EXPECT_NOT_NULL(t, (void __force *)b);
	KTEST_EXPECT_NULL(
		t, (void __force *)ioremap(NO_CARD + PAGE_SIZE, 2 * PAGE_SIZE));
	iounmap(b);
	b = ioremap_uc(NO_CARD + PAGE_SIZE, PAGE_SIZE);
	KTEST_EXPECT_NOT_NULL(t, (void __force *)b);
	iounmap(b);
	iounmap(a);
	vm_live_window.nr_refusals = 0;
}

static void once_unmapped_another_cache_type_is_free(struct ktest *t)
{
	static void __iomem *(*const map[])(phys_addr_t, unsigned long) = {
		ioremap, ioremap_cache, ioremap_wc, ioremap_cache, ioremap_uc,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(map); i++) {
		char __iomem *p = map[i](NO_CARD + 4, 8);

		KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
		KTEST_EXPECT_TRUE(t, maps(p, NO_CARD + 4));
		/* Lazily: some TLB may know the old one until the flush that
		 * the next mapping asks for. */
		iounmap(p);
	}
	KTEST_EXPECT_EQ(t, memtype_check(&memtype_live), 0);
}

static void
write_combining_is_a_type_of_its_own_if_the_cpu_knows_it(struct ktest *t)
{
	bool known = kpt_cache_type(PROT_KERNEL_WC) == PROT_KERNEL_WC;
	char __iomem *wc = ioremap_wc(NO_CARD, 1);
	char __iomem *uc;

	KTEST_ASSERT_NOT_NULL(t, (void __force *)wc);
	refusals_begin();
	uc = ioremap(NO_CARD, 1);
	KTEST_EXPECT_EQ(t, uc == NULL, known);
	iounmap(uc);
	iounmap(wc);
	KTEST_EXPECT_NULL(t, (void __force *)ioremap_np(NO_CARD, 1));
	vm_live_window.nr_refusals = 0;
}

/* Two descriptors: each fails once, and nothing is left behind. */
static void a_mapping_that_fails_halfway_leaves_nothing(struct ktest *t)
{
	struct fault_attr boot_plan;
	char __iomem *p = NULL;
	unsigned int n;

	fault_plan_save(&fault_slab, &boot_plan);
	for (n = 1; !p && n < 10; n++) {
		/* No area parked, nothing remembered: all has to be made. */
		vm_unmap_aliases();
		vm_window_drop_parked(&vm_live_window);
		refusals_begin();
		fault_fail_nth(&fault_slab, n);
		p = ioremap(NO_CARD + n * PAGE_SIZE, 1);
		KTEST_EXPECT_EQ(t, memtype_check(&memtype_live), 0);
		KTEST_EXPECT_EQ(t, vm_window_check(&vm_live_window), 0);
	}
	fault_plan_restore(&fault_slab, &boot_plan);
	KTEST_EXPECT_EQ(t, n, 4);
	iounmap(p);
	/* What failed is in nobody's way. */
	p = ioremap_cache(NO_CARD, 4 * PAGE_SIZE);
	KTEST_EXPECT_NOT_NULL(t, (void __force *)p);
	iounmap(p);
	vm_live_window.nr_refusals = 0;
}

static void memremap_gives_ram_as_it_is_mapped(struct ktest *t)
{
	char *ram = (char *)__get_free_page(GFP_KERNEL);
	phys_addr_t phys = virt_to_phys(ram);
	void *p;

	KTEST_ASSERT_NOT_NULL(t, ram);
	KTEST_EXPECT_PTR_EQ(t, memremap(phys + 5, 10, MEMREMAP_WB), ram + 5);
	memunmap(ram + 5);
	refusals_begin();
	KTEST_EXPECT_NULL(t, memremap(phys, 10, MEMREMAP_WT | MEMREMAP_WC));
	KTEST_EXPECT_EQ(t, vm_live_window.nr_refusals, 2);
	KTEST_EXPECT_NULL(t, memremap(phys, 10, 0));
	free_page((unsigned long)ram);
	p = memremap(NO_CARD + 3, 16, MEMREMAP_WB);
	KTEST_EXPECT_TRUE(t, p && maps((void __force __iomem *)p, NO_CARD + 3));
	/* That is how it is cached now. */
	KTEST_EXPECT_NULL(t, memremap(NO_CARD, 16, MEMREMAP_WT));
	memunmap(p);
	vm_live_window.nr_refusals = 0;
	KTEST_EXPECT_EQ(t, memtype_check(&memtype_live), 0);
}

static void a_users_cache_type_can_be_asked_for(struct ktest *t)
{
	const pgprot_t user = vm_get_page_prot(VM_READ | VM_WRITE | VM_SHARED);
	void __iomem *p =
		ioremap_prot(NO_CARD, 16, pgprot_val(pgprot_noncached(user)));

	KTEST_EXPECT_NOT_NULL(t, (void __force *)p);
	refusals_begin();
	KTEST_EXPECT_NULL(
		t, (void __force *)ioremap_prot(NO_CARD, 16, pgprot_val(user)));
	KTEST_EXPECT_EQ(t, vm_live_window.nr_refusals, 1);
	iounmap(p);
	vm_live_window.nr_refusals = 0;
}

static const struct ktest_case ioremap_cases[] = {
	KTEST_CASE(the_offset_in_the_page_is_kept),
	KTEST_CASE(a_range_across_a_page_end_maps_both_pages),
	KTEST_CASE(two_mappings_show_the_same_memory),
	KTEST_CASE(ram_is_refused_at_either_end),
	KTEST_CASE(wrong_ranges_are_refused_with_a_line),
	KTEST_CASE(the_line_of_a_refusal_names_the_range_and_why),
	KTEST_CASE(refusals_beyond_ten_are_silent),
	KTEST_CASE(only_what_ioremap_gave_is_unmapped),
	KTEST_CASE(vmallocinfo_shows_the_physical_address),
	KTEST_CASE(who_differs_in_cache_type_is_refused),
	KTEST_CASE(once_unmapped_another_cache_type_is_free),
	KTEST_CASE(write_combining_is_a_type_of_its_own_if_the_cpu_knows_it),
	KTEST_CASE(a_mapping_that_fails_halfway_leaves_nothing),
	KTEST_CASE(memremap_gives_ram_as_it_is_mapped),
	KTEST_CASE(a_users_cache_type_can_be_asked_for),
};
KTEST_SUITE(ioremap, ioremap_cases);
