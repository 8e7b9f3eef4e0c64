/* SPDX-License-Identifier: MIT */
/* addr_test.c - one example of each class of address, live */
#include <kernel/ktest.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/addr.h>
#include <mm/highmem.h>
#include <mm/ioremap.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vm_window.h>
#include <mm/vmalloc.h>

/* RAM on no machine; mapped, never touched. */
#define NO_RAM 0xfee00000ull
/* The last page of all addresses: a fixed mapping or nothing. */
#define LAST_PAGE (ULONG_MAX - PAGE_SIZE + 1)

static int test_data = 1;
static int test_bss;
static const char test_rodata[] = "constant";

static enum addr_class class_of(const volatile void *p)
{
	return addr_classify((unsigned long)p, NULL);
}

static void the_image_is_told_by_its_parts(struct ktest *t)
{
	enum addr_class bss = class_of(&test_bss);

	KTEST_EXPECT_EQ(t, class_of((const void *)(unsigned long)class_of),
			ADDR_TEXT);
	KTEST_EXPECT_EQ(t, class_of(test_rodata), ADDR_RODATA);
	KTEST_EXPECT_EQ(t, class_of(&test_data), ADDR_DATA);
	/* A hosted image does not know where zeroed data begins. */
	KTEST_EXPECT_TRUE(t, bss == ADDR_BSS || bss == ADDR_DATA);
}

static void stacks_and_percpu_data_are_known(struct ktest *t)
{
	unsigned int cpu = get_cpu();
	struct addr_info info;
	int local = 0;

	KTEST_EXPECT_EQ(t, class_of(&local), ADDR_STACK);
	KTEST_EXPECT_EQ(
		t,
		addr_classify((unsigned long)this_cpu_ptr(&__preempt_count),
			      &info),
		ADDR_PERCPU);
	KTEST_EXPECT_EQ(t, info.cpu, cpu);
	put_cpu();
}

static void null_and_user_addresses_are_told_apart(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, addr_classify(0, NULL), ADDR_NULL);
	KTEST_EXPECT_EQ(t, addr_classify(PAGE_SIZE - 1, NULL), ADDR_NULL);
	KTEST_EXPECT_EQ(t, addr_classify(PAGE_SIZE, NULL), ADDR_USER);
}

static void lowmem_names_the_frame_and_its_state(struct ktest *t)
{
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	struct addr_info info;
	unsigned long va;
	void *obj;

	KTEST_ASSERT_NOT_NULL(t, page);
	va = (unsigned long)page_address(page) + 3 * PAGE_SIZE + 9;
	KTEST_EXPECT_EQ(t, addr_classify(va, &info), ADDR_LOWMEM);
	KTEST_EXPECT_EQ(t, info.pfn, page_to_pfn(page) + 3);
	KTEST_EXPECT_EQ(t, info.head_pfn, page_to_pfn(page));
	KTEST_EXPECT_EQ(t, info.page_state, PAGE_ALLOCATED);
	KTEST_EXPECT_EQ(t, info.page_order, 2);
	__free_pages(page, 2);
	obj = kmalloc(100, GFP_KERNEL);
	KTEST_EXPECT_EQ(t, addr_classify((unsigned long)obj, &info),
			ADDR_LOWMEM);
	KTEST_EXPECT_EQ(t, info.page_state, PAGE_SLAB);
	kfree(obj);
	/* The first byte behind the direct map is no lowmem. */
	KTEST_EXPECT_NE(t, class_of(high_memory), ADDR_LOWMEM);
	KTEST_EXPECT_EQ(t, class_of((char *)high_memory - 1), ADDR_LOWMEM);
}

static void areas_are_told_with_their_bounds(struct ktest *t)
{
	char *p = vmalloc(2 * PAGE_SIZE);
	char __iomem *io = ioremap(NO_RAM + 4, 4);
	struct addr_info info;

	KTEST_ASSERT_TRUE(t, p && io);
	KTEST_EXPECT_EQ(t, addr_classify((unsigned long)p + 5000, &info),
			ADDR_VMALLOC);
	KTEST_EXPECT_EQ(t, info.start, (unsigned long)p);
	KTEST_EXPECT_EQ(t, info.end, (unsigned long)p + 3 * PAGE_SIZE);
	KTEST_EXPECT_TRUE(t, info.has_page && !info.freed);
	KTEST_EXPECT_EQ(t, info.pfn, vmalloc_to_pfn(p + 5000));
	KTEST_EXPECT_EQ(t, class_of(p + 2 * PAGE_SIZE - 1), ADDR_VMALLOC);
	KTEST_EXPECT_EQ(t, class_of(p + 2 * PAGE_SIZE), ADDR_GUARD);
	KTEST_EXPECT_EQ(t, class_of(p + 3 * PAGE_SIZE - 1), ADDR_GUARD);
	KTEST_EXPECT_EQ(t, addr_classify((unsigned long)io, &info),
			ADDR_IOREMAP);
	KTEST_EXPECT_EQ(t, info.pfn, phys_to_pfn(NO_RAM));
	KTEST_EXPECT_FALSE(t, info.page_state == PAGE_ALLOCATED);
	iounmap(io);
	vfree(p);
	KTEST_EXPECT_EQ(t, addr_classify((unsigned long)p, &info),
			ADDR_VMALLOC);
	KTEST_EXPECT_TRUE(t, info.freed);
}

static void the_unused_window_is_nothing(struct ktest *t)
{
	struct addr_info info;

	KTEST_EXPECT_EQ(t, addr_classify(VMALLOC_END - 1, &info), ADDR_NONE);
	KTEST_EXPECT_EQ(t, info.above_start, 0);
}

static void a_held_slot_is_a_kmap_address(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct addr_info info;
	char *va;

	KTEST_ASSERT_NOT_NULL(t, page);
	va = kmap_local_high(page, 1);
	KTEST_EXPECT_EQ(t, addr_classify((unsigned long)va + 7, &info),
			ADDR_KMAP);
	KTEST_EXPECT_EQ(t, info.pfn, page_to_pfn(page));
	kunmap_local_high(va, 1);
	__free_page(page);
}

static void windows_made_known_are_told_by_class(struct ktest *t)
{
	static bool added;
	struct addr_info info;

	if (!added)
		addr_add_window(ADDR_FIXMAP, LAST_PAGE, ULONG_MAX, "last page");
	added = true;
	KTEST_EXPECT_EQ(t, addr_classify(LAST_PAGE + 8, &info), ADDR_FIXMAP);
	KTEST_EXPECT_NOT_NULL(t, info.owner);
}

static void reserved_memory_is_told_with_its_owner(struct ktest *t)
{
	unsigned long va = (unsigned long)mem_map;
	char text[256];

	if (addr_classify(va, NULL) != ADDR_LOWMEM) {
		ktest_skip(t, "the records are not in the direct map");
		return;
	}
	addr_describe_line(text, sizeof(text), va);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, " reserved at boot for mem_map"));
}

static void a_guard_page_names_the_areas_on_both_sides(struct ktest *t)
{
	char text[256], want[64];
	char *a, *b;

	vm_unmap_aliases();
	vm_window_drop_parked(&vm_live_window);
	/* The lowest holes: side by side, or the test says nothing. */
	a = vmalloc(PAGE_SIZE);
	b = vmalloc(PAGE_SIZE);
	KTEST_ASSERT_TRUE(t, a && b);
	addr_describe_line(text, sizeof(text), (unsigned long)a + PAGE_SIZE);
	snprintf(want, sizeof(want), "guard page behind vmalloc area %lx-%lx ",
		 (unsigned long)a, (unsigned long)a + PAGE_SIZE);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, want));
	snprintf(want, sizeof(want), "below vmalloc area %lx-",
		 (unsigned long)b);
	if (b == a + 2 * PAGE_SIZE)
		KTEST_EXPECT_NOT_NULL(t, strstr(text, want));
	else
		ktest_skip(t, "the window has odd holes");
	vfree(b);
	vfree(a);
}

static void reports_name_class_and_object(struct ktest *t)
{
	char *p = vmalloc(PAGE_SIZE);
	char text[128], want[64];
	int local = 0;

	KTEST_ASSERT_NOT_NULL(t, p);
	addr_report_object(text, sizeof(text), (unsigned long)p);
	snprintf(want, sizeof(want), "vmalloc area=%#lx+%#lx ",
		 (unsigned long)p, PAGE_SIZE);
	KTEST_EXPECT_PTR_EQ(t, strstr(text, want), text);
	addr_report_object(text, sizeof(text), (unsigned long)&local);
	KTEST_EXPECT_PTR_EQ(t, strstr(text, "stack task="), text);
	addr_report_object(text, sizeof(text), (unsigned long)&test_data);
	KTEST_EXPECT_PTR_EQ(t, strstr(text, "kernel-image sym="), text);
	addr_report_object(text, sizeof(text), 8);
	KTEST_EXPECT_PTR_EQ(t, strstr(text, "null "), text);
	/* Cut, but ended, where there is no room. */
	addr_report_object(text, 8, (unsigned long)p);
	KTEST_EXPECT_STREQ(t, text, "vmalloc");
	vfree(p);
}

static void whatis_tells_the_frame_and_whom_it_serves(struct ktest *t)
{
	char *p = __vmalloc(2 * PAGE_SIZE, GFP_KERNEL); /* lowmem frames */
	static char text[1024];
	struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };
	struct page *page;
	char want[64];

	KTEST_ASSERT_NOT_NULL(t, p);
	addr_describe(&m, (unsigned long)p + PAGE_SIZE + 1);
	text[m.count] = '\0';
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "lies in a vmalloc area"));
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "Page 1 of 2, offset 0x1.\n"));
	page = vmalloc_to_page(p + PAGE_SIZE);
	m.count = 0;
	addr_describe(&m, (unsigned long)page_address(page));
	text[m.count] = '\0';
	KTEST_EXPECT_NOT_NULL(t, strstr(text, "lies in the direct map"));
	snprintf(want, sizeof(want), "serves the vmalloc area %lx-",
		 (unsigned long)p);
	KTEST_EXPECT_NOT_NULL(t, strstr(text, want));
	vfree(p);
}

static void a_record_is_told_by_its_frame(struct ktest *t)
{
	const struct arch_layout *layout = arch_layout();
	unsigned long va = (unsigned long)pfn_to_page(max_pfn - 1) + 4;
	struct addr_info info;
	char text[96], want[64];

	if (layout->records_start == layout->records_end) {
		/* One array: a piece of low memory like any other. */
		KTEST_EXPECT_EQ(t, addr_classify(va, &info), ADDR_LOWMEM);
		KTEST_EXPECT_EQ(t, info.page_state, PAGE_RESERVED);
		return;
	}
	KTEST_EXPECT_EQ(t, addr_classify(va, &info), ADDR_RECORDS);
	KTEST_EXPECT_EQ(t, info.start, (unsigned long)mem_map);
	/* Its own record lies in low memory that boot has kept. */
	KTEST_EXPECT_EQ(t, info.page_state, PAGE_RESERVED);
	addr_describe_line(text, sizeof(text), va);
	snprintf(want, sizeof(want), "page record of pfn=%#lx", max_pfn - 1);
	KTEST_EXPECT_STREQ(t, text, want);
	/* Between the records and the window nothing is mapped. */
	KTEST_EXPECT_EQ(t, addr_classify(layout->records_end, NULL), ADDR_NONE);
}

static void every_class_has_a_name(struct ktest *t)
{
	unsigned int i;

	for (i = 0; i < NR_ADDR_CLASSES; i++)
		KTEST_EXPECT_GE(t, strlen(addr_class_name((enum addr_class)i)),
				3);
	KTEST_EXPECT_STREQ(t, addr_class_name(NR_ADDR_CLASSES), "?");
}

static const struct ktest_case addr_cases[] = {
	KTEST_CASE(null_and_user_addresses_are_told_apart),
	KTEST_CASE(the_image_is_told_by_its_parts),
	KTEST_CASE(stacks_and_percpu_data_are_known),
	KTEST_CASE(lowmem_names_the_frame_and_its_state),
	KTEST_CASE(areas_are_told_with_their_bounds),
	KTEST_CASE(the_unused_window_is_nothing),
	KTEST_CASE(a_held_slot_is_a_kmap_address),
	KTEST_CASE(windows_made_known_are_told_by_class),
	KTEST_CASE(reserved_memory_is_told_with_its_owner),
	KTEST_CASE(a_guard_page_names_the_areas_on_both_sides),
	KTEST_CASE(reports_name_class_and_object),
	KTEST_CASE(whatis_tells_the_frame_and_whom_it_serves),
	KTEST_CASE(a_record_is_told_by_its_frame),
	KTEST_CASE(every_class_has_a_name),
};
KTEST_SUITE(addr, addr_cases);
