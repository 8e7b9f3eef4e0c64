/* SPDX-License-Identifier: MIT */
/*
 * boot_alloc_test.c - the boot-time calls of drivers
 *
 * On a private bootmem whose RAM is two live pages, so that what is given can
 * be looked at; and, after the hand-over of the live one, that nothing of it
 * can be taken or freed any more.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <linux/bootmem.h>
#include <linux/memblock.h>
#include <mm/mm_init.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>

#define ROOM 8
#define PAGES_ORDER 1
#define RAM_BYTES (PAGE_SIZE << PAGES_ORDER)

static struct bootmem_range memory_room[ROOM];
static struct bootmem_range reserved_room[ROOM];
static struct bootmem bm;
static u8 *ram;

/* Two pages full of 0xa5 as all the RAM there is. Return: false: skipped. */
static bool begin(struct ktest *t)
{
	phys_addr_t pa;

	ram = (u8 *)__get_free_pages(GFP_KERNEL, PAGES_ORDER);
	if (!ram) {
		ktest_skip(t, "no memory");
		return false;
	}
	memset(ram, 0xa5, RAM_BYTES);
	pa = virt_to_phys(ram);
	bootmem_init(&bm, "test", memory_room, ROOM, reserved_room, ROOM);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, pa, pa + RAM_BYTES, "ram"), 0);
	return true;
}

static void end(void)
{
	free_pages((unsigned long)ram, PAGES_ORDER);
}

static struct bootmem_request request(u64 size, u64 align)
{
	return (struct bootmem_request){
		.size_bytes = size,
		.align_bytes = align,
		.dir = BOOTMEM_BOTTOMUP,
		.owner = "driver",
	};
}

static void memory_comes_zeroed_and_under_the_owners_name(struct ktest *t)
{
	const struct bootmem_request req = request(100, 0);
	u8 *first, *second;

	if (!begin(t))
		return;
	first = boot_alloc(&bm, &req);
	second = boot_alloc_must(&bm, &req);
	KTEST_EXPECT_PTR_EQ(t, first, ram);
	KTEST_EXPECT_PTR_EQ(t, second, ram + 128);
	KTEST_EXPECT_NULL(t, memchr_inv(ram, 0, 100));
	KTEST_EXPECT_NULL(t, memchr_inv(ram + 128, 0, 100));
	/* And not a byte more than was asked for. */
	KTEST_EXPECT_NULL(t, memchr_inv(ram + 100, 0xa5, 28));
	KTEST_EXPECT_EQ(t, ram[228], 0xa5);
	KTEST_EXPECT_EQ(t, bootmem_owned_bytes(&bm, "driver"), 200);
	KTEST_EXPECT_EQ(t, bm.reserved.ranges[0].kind, BOOTMEM_ALLOCATED);
	end();
}

static void the_physical_form_leaves_contents_alone(struct ktest *t)
{
	const struct bootmem_request req = request(64, 0);

	if (!begin(t))
		return;
	KTEST_EXPECT_EQ(t, boot_alloc_phys(&bm, &req), virt_to_phys(ram));
	KTEST_EXPECT_NULL(t, memchr_inv(ram, 0xa5, 64));
	end();
}

static void one_byte_more_than_there_is_gets_nothing(struct ktest *t)
{
	struct bootmem_request req = request(RAM_BYTES + 1, 1);

	if (!begin(t))
		return;
	KTEST_EXPECT_NULL(t, boot_alloc(&bm, &req));
	KTEST_EXPECT_EQ(t, boot_alloc_phys(&bm, &req), 0);
	req.size_bytes = U64_MAX;
	KTEST_EXPECT_NULL(t, boot_alloc(&bm, &req));
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 0);
	KTEST_EXPECT_NULL(t, memchr_inv(ram, 0xa5, RAM_BYTES));
	req.size_bytes = RAM_BYTES;
	KTEST_EXPECT_PTR_EQ(t, boot_alloc(&bm, &req), ram);
	end();
}

static void what_lies_above_low_memory_is_never_given(struct ktest *t)
{
	const phys_addr_t low_end = arch_layout()->lowmem_limit;
	struct bootmem_request req = request(PAGE_SIZE, PAGE_SIZE);

	bootmem_init(&bm, "test", memory_room, ROOM, reserved_room, ROOM);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, low_end, low_end + GIB(1), "high"),
			0);
	KTEST_EXPECT_EQ(t, boot_alloc_phys(&bm, &req), 0);
	req.max = low_end + GIB(1);
	KTEST_EXPECT_EQ(t, boot_alloc_phys(&bm, &req), 0);
	KTEST_EXPECT_EQ(
		t, bootmem_add(&bm, low_end - PAGE_SIZE, low_end, "low"), 0);
	KTEST_EXPECT_EQ(t, boot_alloc_phys(&bm, &req), low_end - PAGE_SIZE);
}

static void wrong_requests_are_one_report_each_and_nothing_else(struct ktest *t)
{
	struct bootmem_request req = request(0, 0);

	if (!begin(t))
		return;
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_NULL(t, boot_alloc(&bm, &req));
	/* Wrong is not the same as exhausted: the machine goes on. */
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_NULL(t, boot_alloc_must(&bm, &req));
	req = request(64, 48);
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_EQ(t, boot_alloc_phys(&bm, &req), 0);
	req = request(64, 64);
	bootmem_hand_over(&bm);
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_NULL(t, boot_alloc_must(&bm, &req));
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 0);
	KTEST_EXPECT_NULL(t, memchr_inv(ram, 0xa5, RAM_BYTES));
	end();
}

static void only_ram_that_is_known_can_be_added(struct ktest *t)
{
	phys_addr_t pa;

	if (!begin(t))
		return;
	pa = virt_to_phys(ram);
	KTEST_EXPECT_EQ(t, boot_add(&bm, pa, RAM_BYTES, "driver"), 0);
	KTEST_EXPECT_EQ(t, boot_add(&bm, pa, RAM_BYTES + 1, "driver"), -EINVAL);
	KTEST_EXPECT_EQ(t, boot_add(&bm, pa, 0, "driver"), -EINVAL);
	KTEST_EXPECT_EQ(t, boot_add(&bm, pa, U64_MAX, "driver"), -EINVAL);
	KTEST_EXPECT_EQ(t, bm.memory.nr, 1);
	end();
}

/* --- after the hand-over -------------------------------------------------- */

/* Some driver's buffer of a page or more; NULL: none was taken. */
static const struct bootmem_range *live_buffer(struct ktest *t)
{
	const struct bootmem_list *list = &bootmem_live.reserved;
	unsigned int i;

	for (i = 0; bootmem_live.handed_over && i < list->nr; i++) {
		const struct bootmem_range *r = &list->ranges[i];

		if (r->kind == BOOTMEM_ALLOCATED &&
		    strcmp(r->owner, MM_OWNER_MEM_MAP) &&
		    strcmp(r->owner, "page tables") &&
		    r->end - r->start >= 2 * PAGE_SIZE)
			return r;
	}
	ktest_skip(t, "no driver has taken memory at boot");
	return NULL;
}

struct late {
	u8 *page; /* a whole page of the buffer */
	u8 was[PAGE_SIZE]; /* what it holds */
	unsigned long nr_free;
	u64 owned;
	const char *owner;
};
static struct late late;

static bool late_begin(struct ktest *t)
{
	const struct bootmem_range *r = live_buffer(t);

	if (!r)
		return false;
	late.page = phys_to_virt(ALIGN(r->start, PAGE_SIZE));
	memcpy(late.was, late.page, PAGE_SIZE);
	late.owner = r->owner;
	late.owned = bootmem_owned_bytes(&bootmem_live, r->owner);
	late.nr_free = nr_free_pages();
	return true;
}

/* One report of @class came that says @text, and nothing has changed. */
static void late_end(struct ktest *t, const char *text)
{
	const struct page *page = virt_to_page(late.page);

	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), text));
	KTEST_EXPECT_EQ(t, memcmp(late.was, late.page, PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, page_state(page), PAGE_RESERVED);
	KTEST_EXPECT_EQ(t, nr_free_pages(), late.nr_free);
	KTEST_EXPECT_EQ(t, bootmem_owned_bytes(&bootmem_live, late.owner),
			late.owned);
	KTEST_EXPECT_EQ(t, bootmem_check(&bootmem_live), 0);
}

static void free_bootmem_is_too_late_after_the_hand_over(struct ktest *t)
{
	if (!late_begin(t))
		return;
	ktest_expect_report(t, "bad-free");
	free_bootmem((unsigned long)virt_to_phys(late.page), PAGE_SIZE);
	late_end(t, "bad-free reserved pfn=");
}

static void memblock_frees_are_too_late_after_the_hand_over(struct ktest *t)
{
	if (!late_begin(t))
		return;
	ktest_expect_report(t, "bad-free");
	memblock_free(late.page, PAGE_SIZE);
	late_end(t, "bad-free reserved pfn=");
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t,
			memblock_phys_free(virt_to_phys(late.page), PAGE_SIZE),
			-EINVAL);
	late_end(t, "bad-free reserved pfn=");
	memblock_free(NULL, PAGE_SIZE);
}

static void kfree_of_a_boot_buffer_is_reported_and_harmless(struct ktest *t)
{
	if (!late_begin(t))
		return;
	ktest_expect_report(t, "bad-free");
	kfree(late.page);
	late_end(t, "bad-free reserved pfn=");
}

static void
free_pages_of_a_boot_buffer_is_reported_and_harmless(struct ktest *t)
{
	unsigned int order;

	for (order = 0; order < 2; order++) {
		if (!late_begin(t))
			return;
		ktest_expect_report(t, "bad-free");
		free_pages((unsigned long)late.page, order);
		late_end(t, "bad-free reserved");
	}
}

/* By all of the books' names. */
static void nothing_can_be_taken_after_the_hand_over(struct ktest *t)
{
	unsigned int i;

	if (!late_begin(t))
		return;
	for (i = 0; i < 8; i++)
		ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_NULL(t, alloc_bootmem(64));
	KTEST_EXPECT_NULL(t, alloc_bootmem_low(64));
	KTEST_EXPECT_NULL(t, alloc_bootmem_pages(64));
	KTEST_EXPECT_NULL(t, alloc_bootmem_low_pages(64));
	KTEST_EXPECT_NULL(t, alloc_bootmem_nopanic(64));
	KTEST_EXPECT_NULL(t, alloc_bootmem_low_nopanic(64));
	KTEST_EXPECT_NULL(t, alloc_bootmem_pages_nopanic(64));
	KTEST_EXPECT_NULL(t, alloc_bootmem_low_pages_nopanic(64));
	late_end(t, "bootmem-late boot alloc");
	ktest_expect_report(t, "bootmem-late");
	reserve_bootmem(MIB(1), 64);
	late_end(t, "bootmem-late boot add");
}

static void nor_by_the_newer_names(struct ktest *t)
{
	const phys_addr_t pa = 0x1000;

	if (!late_begin(t))
		return;
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_NULL(t, __alloc_bootmem(64, 64, 0));
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_NULL(t, _alloc_bootmem(64, 64, 0));
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_NULL(t, memblock_alloc(64, 64));
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_NULL(t, memblock_alloc_low(64, 64));
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_NULL(t, memblock_alloc_from(64, 64, MIB(16)));
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_EQ(t, memblock_phys_alloc(64, 64), 0);
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_EQ(t, memblock_phys_alloc_range(64, 64, 0, MIB(4)), 0);
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_EQ(t, memblock_reserve(pa, 64), -EBUSY);
	late_end(t, "bootmem-late boot add");
}

static const struct ktest_case boot_alloc_cases[] = {
	KTEST_CASE(memory_comes_zeroed_and_under_the_owners_name),
	KTEST_CASE(the_physical_form_leaves_contents_alone),
	KTEST_CASE(one_byte_more_than_there_is_gets_nothing),
	KTEST_CASE(what_lies_above_low_memory_is_never_given),
	KTEST_CASE(wrong_requests_are_one_report_each_and_nothing_else),
	KTEST_CASE(only_ram_that_is_known_can_be_added),
	KTEST_CASE(free_bootmem_is_too_late_after_the_hand_over),
	KTEST_CASE(memblock_frees_are_too_late_after_the_hand_over),
	KTEST_CASE(kfree_of_a_boot_buffer_is_reported_and_harmless),
	KTEST_CASE(free_pages_of_a_boot_buffer_is_reported_and_harmless),
	KTEST_CASE(nothing_can_be_taken_after_the_hand_over),
	KTEST_CASE(nor_by_the_newer_names),
};
KTEST_SUITE(boot_alloc, boot_alloc_cases);
