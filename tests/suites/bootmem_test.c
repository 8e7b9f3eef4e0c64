/* SPDX-License-Identifier: MIT */
/*
 * bootmem_test.c - the boot-time allocator on private lists
 *
 * Addresses are only numbers here, so the lists may speak of any: most cases
 * use four entries of room, to reach the limit with few calls.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/bootmem.h>
#include <mm/page_alloc.h>

#define ROOM 4

static struct bootmem_range memory_room[ROOM];
static struct bootmem_range reserved_room[ROOM];
static struct bootmem bm;

/* Empty lists with @room entries each. */
static void begin(unsigned int room)
{
	bootmem_init(&bm, "test", memory_room, room, reserved_room, room);
}

/* Lists with RAM at [start, end). */
static void begin_ram(struct ktest *t, phys_addr_t start, phys_addr_t end)
{
	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, start, end, "ram"), 0);
}

static void expect_range(struct ktest *t, const struct bootmem_list *list,
			 unsigned int i, phys_addr_t start, phys_addr_t end,
			 const char *owner)
{
	if (!KTEST_EXPECT_TRUE(t, i < list->nr))
		return;
	KTEST_EXPECT_EQ(t, list->ranges[i].start, start);
	KTEST_EXPECT_EQ(t, list->ranges[i].end, end);
	KTEST_EXPECT_STREQ(t, list->ranges[i].owner, owner);
}

static phys_addr_t alloc(u64 size, u64 align, phys_addr_t min, phys_addr_t max,
			 enum bootmem_dir dir)
{
	const struct bootmem_request req = {
		.size_bytes = size,
		.align_bytes = align,
		.min = min,
		.max = max,
		.dir = dir,
		.owner = "mine",
	};

	return bootmem_alloc(&bm, &req);
}

static void ranges_added_in_any_order_are_sorted(struct ktest *t)
{
	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x5000, 0x6000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x1000, 0x2000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x3000, 0x4000, "a"), 0);
	KTEST_EXPECT_EQ(t, bm.memory.nr, 3);
	expect_range(t, &bm.memory, 0, 0x1000, 0x2000, "a");
	expect_range(t, &bm.memory, 1, 0x3000, 0x4000, "a");
	expect_range(t, &bm.memory, 2, 0x5000, 0x6000, "a");
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void a_range_that_closes_a_gap_joins_three_into_one(struct ktest *t)
{
	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x1000, 0x2000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x3000, 0x4000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x2000, 0x3000, "a"), 0);
	KTEST_EXPECT_EQ(t, bm.memory.nr, 1);
	expect_range(t, &bm.memory, 0, 0x1000, 0x4000, "a");
}

static void touching_ranges_of_two_owners_stay_two(struct ktest *t)
{
	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x2000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x3000, "b"), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void the_first_owner_keeps_bytes_that_are_reserved_twice(struct ktest *t)
{
	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x3000, "first"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x4000, "second"), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 3);
	expect_range(t, &bm.reserved, 0, 0x1000, 0x2000, "second");
	expect_range(t, &bm.reserved, 1, 0x2000, 0x3000, "first");
	expect_range(t, &bm.reserved, 2, 0x3000, 0x4000, "second");
	KTEST_EXPECT_NULL(t, bootmem_owner_at(&bm, 0xfff));
	KTEST_EXPECT_STREQ(t, bootmem_owner_at(&bm, 0x1fff), "second");
	KTEST_EXPECT_STREQ(t, bootmem_owner_at(&bm, 0x2000), "first");
	KTEST_EXPECT_STREQ(t, bootmem_owner_at(&bm, 0x3fff), "second");
	KTEST_EXPECT_NULL(t, bootmem_owner_at(&bm, 0x4000));
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void a_range_inside_another_changes_nothing(struct ktest *t)
{
	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x9000, "first"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x3000, "second"), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 1);
	expect_range(t, &bm.reserved, 0, 0x1000, 0x9000, "first");
}

static void
the_last_entry_of_the_room_is_used_and_the_next_refused(struct ktest *t)
{
	unsigned int room, i;

	for (room = ROOM - 1; room <= ROOM; room++) {
		begin(room);
		for (i = 0; i < room; i++)
			KTEST_EXPECT_EQ(t,
					bootmem_add(&bm, 0x2000ull * i,
						    0x2000ull * i + 0x1000,
						    "ram"),
					0);
		KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x100000, 0x101000, "ram"),
				-ENOSPC);
		KTEST_EXPECT_EQ(t, bm.memory.nr, room);
		/* What melts needs no entry, so full lists still take it. */
		KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x1000, 0x2000, "ram"), 0);
		KTEST_EXPECT_EQ(t, bm.memory.nr, room - 1);
		KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
	}
}

static void a_refusal_for_want_of_room_changes_nothing(struct ktest *t)
{
	struct bootmem_range before[ROOM];

	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x3000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x4000, 0x5000, "a"), 0);
	memcpy(before, reserved_room, sizeof(before));
	/* Around both of them three pieces would be needed; two fit. */
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x6000, "b"), -ENOSPC);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
	KTEST_EXPECT_EQ(t, memcmp(before, reserved_room, sizeof(before)), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x5000, "b"), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 4);
}

static void empty_and_nameless_ranges_are_reported(struct ktest *t)
{
	begin(ROOM);
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x1000, 0x1000, "a"), -EINVAL);
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x1000, "a"), -EINVAL);
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x2000, NULL), -EINVAL);
	KTEST_EXPECT_EQ(t, bm.memory.nr + bm.reserved.nr, 0);
}

static void
topdown_takes_the_highest_place_and_bottomup_the_lowest(struct ktest *t)
{
	begin_ram(t, 0x1000, 0x4000);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x8000, 0xa000, "ram"), 0);
	KTEST_EXPECT_EQ(t, alloc(0x1000, 0x1000, 0, 0, BOOTMEM_TOPDOWN),
			0x9000);
	KTEST_EXPECT_EQ(t, alloc(0x1000, 0x1000, 0, 0, BOOTMEM_BOTTOMUP),
			0x1000);
	/* Touching allocations of one owner share an entry. */
	KTEST_EXPECT_EQ(t, alloc(0x1000, 0x1000, 0, 0, BOOTMEM_TOPDOWN),
			0x8000);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void limits_hold_one_below_at_and_one_above(struct ktest *t)
{
	begin_ram(t, 0x10000, 0x20000);
	KTEST_EXPECT_EQ(t, alloc(0x800, 1, 0x18001, 0x18800, BOOTMEM_TOPDOWN),
			0);
	KTEST_EXPECT_EQ(t, alloc(0x800, 1, 0x18000, 0x187ff, BOOTMEM_BOTTOMUP),
			0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 0);
	KTEST_EXPECT_EQ(t, alloc(0x800, 1, 0x18000, 0x18800, BOOTMEM_TOPDOWN),
			0x18000);
	/* The size: what is left, less one, exactly, and one more. */
	begin_ram(t, 0x10000, 0x20000);
	KTEST_EXPECT_EQ(t, alloc(0x10001, 1, 0, 0, BOOTMEM_TOPDOWN), 0);
	KTEST_EXPECT_EQ(t, alloc(0xffff, 1, 0, 0, BOOTMEM_BOTTOMUP), 0x10000);
	KTEST_EXPECT_EQ(t, alloc(1, 1, 0, 0, BOOTMEM_BOTTOMUP), 0x1ffff);
	KTEST_EXPECT_EQ(t, alloc(1, 1, 0, 0, BOOTMEM_BOTTOMUP), 0);
}

static void every_alignment_up_to_4_gib_is_kept(struct ktest *t)
{
	unsigned int bit;

	for (bit = 0; bit <= 32; bit++) {
		u64 align = 1ull << bit;
		phys_addr_t down, up;

		begin_ram(t, 0x1001, GIB(10) + 0x123);
		down = alloc(3, align, 0, 0, BOOTMEM_TOPDOWN);
		up = alloc(3, align, 0, 0, BOOTMEM_BOTTOMUP);
		KTEST_EXPECT_EQ(t, down & (align - 1), 0);
		KTEST_EXPECT_EQ(t, up & (align - 1), 0);
		KTEST_EXPECT_TRUE(t, up > 0x1000 && up < 0x1001 + align);
		KTEST_EXPECT_TRUE(t, down + 3 <= GIB(10) + 0x123);
		KTEST_EXPECT_TRUE(t, down + 3 + align > GIB(10) + 0x123);
	}
}

static void alignment_0_means_a_cache_line(struct ktest *t)
{
	begin_ram(t, 0x1001, 0x2000);
	KTEST_EXPECT_EQ(t, alloc(1, 0, 0, 0, BOOTMEM_BOTTOMUP), 0x1040);
}

static void address_0_is_never_given(struct ktest *t)
{
	begin_ram(t, 0, 0x1000);
	KTEST_EXPECT_EQ(t, alloc(0x1000, 1, 0, 0, BOOTMEM_TOPDOWN), 0);
	KTEST_EXPECT_EQ(t, alloc(0x1000, 1, 0, 0, BOOTMEM_BOTTOMUP), 0);
	KTEST_EXPECT_EQ(t, alloc(0xfff, 1, 0, 0, BOOTMEM_BOTTOMUP), 1);
}

static phys_addr_t alloc_goal(u64 size, phys_addr_t goal, phys_addr_t max,
			      enum bootmem_dir dir)
{
	const struct bootmem_request req = {
		.size_bytes = size,
		.align_bytes = 0x100,
		.min = 0x2000,
		.goal = goal,
		.max = max,
		.dir = dir,
		.owner = "mine",
	};

	return bootmem_alloc(&bm, &req);
}

static void a_goal_is_kept_where_it_can_be_and_else_is_none(struct ktest *t)
{
	begin_ram(t, 0x1000, 0x6000);
	KTEST_EXPECT_EQ(t, alloc_goal(0x1000, 0x4001, 0, BOOTMEM_BOTTOMUP),
			0x4100);
	/* What is left above is too little: back to the lowest place. */
	KTEST_EXPECT_EQ(t, alloc_goal(0x1000, 0x4001, 0, BOOTMEM_BOTTOMUP),
			0x2000);
	KTEST_EXPECT_EQ(t, alloc_goal(0x100, 0x4001, 0, BOOTMEM_BOTTOMUP),
			0x5100);
	/* A goal below the lower limit is no goal; nor is one above all. */
	KTEST_EXPECT_EQ(t, alloc_goal(0x100, 0x1000, 0, BOOTMEM_BOTTOMUP),
			0x3000);
	KTEST_EXPECT_EQ(t, alloc_goal(0x100, U64_MAX, 0x4000, BOOTMEM_TOPDOWN),
			0x3f00);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static int try_alloc(u64 size, u64 align, phys_addr_t *pa)
{
	const struct bootmem_request req = {
		.size_bytes = size,
		.align_bytes = align,
		.owner = "mine",
	};

	*pa = 0x1234;
	return bootmem_try_alloc(&bm, &req, _RET_IP_, pa);
}

static void each_way_to_fail_has_an_error_of_its_own(struct ktest *t)
{
	phys_addr_t pa;

	begin(1);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x1000, 0x3000, "ram"), 0);
	KTEST_EXPECT_EQ(t, try_alloc(0x2001, 1, &pa), -ENOMEM);
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_EQ(t, try_alloc(0, 1, &pa), -EINVAL);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x2800, "k"), 0);
	KTEST_EXPECT_EQ(t, try_alloc(0x100, 1, &pa), -ENOSPC);
	KTEST_EXPECT_EQ(t, pa, 0x1234);
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0x800), 0);
	KTEST_EXPECT_EQ(t, try_alloc(0x2000, 1, &pa), 0);
	KTEST_EXPECT_EQ(t, pa, 0x1000);
	bootmem_hand_over(&bm);
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_EQ(t, try_alloc(16, 1, &pa), -EBUSY);
}

static void reservations_outside_ram_are_harmless(struct ktest *t)
{
	begin_ram(t, 0x1000, 0x3000);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x8000, "rom"), 0);
	KTEST_EXPECT_EQ(t, alloc(0x1000, 1, 0, 0, BOOTMEM_TOPDOWN), 0x1000);
	KTEST_EXPECT_EQ(t, alloc(1, 1, 0, 0, BOOTMEM_TOPDOWN), 0);
}

static void wrong_requests_are_reported_and_get_nothing(struct ktest *t)
{
	struct bootmem_request req = { .size_bytes = 16, .align_bytes = 16 };

	begin_ram(t, 0x1000, 0x3000);
	ktest_expect_report(t, "bootmem-args"); /* no owner */
	KTEST_EXPECT_EQ(t, bootmem_alloc(&bm, &req), 0);
	ktest_expect_report(t, "bootmem-args"); /* no power of two */
	KTEST_EXPECT_EQ(t, alloc(16, 24, 0, 0, BOOTMEM_TOPDOWN), 0);
	ktest_expect_report(t, "bootmem-args");
	KTEST_EXPECT_EQ(t, alloc(0, 16, 0, 0, BOOTMEM_TOPDOWN), 0);
	/* Sizes and limits near 2^64 are only large. */
	KTEST_EXPECT_EQ(t, alloc(U64_MAX, 16, 0, 0, BOOTMEM_TOPDOWN), 0);
	KTEST_EXPECT_EQ(t, alloc(16, 1ull << 63, 0, 0, BOOTMEM_BOTTOMUP), 0);
	KTEST_EXPECT_EQ(t, alloc(16, 16, U64_MAX, 0, BOOTMEM_BOTTOMUP), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 0);
}

static void an_allocation_without_an_entry_left_gets_nothing(struct ktest *t)
{
	unsigned int i;

	begin_ram(t, 0x10000, 0x20000);
	for (i = 0; i < ROOM; i++)
		KTEST_EXPECT_EQ(t,
				bootmem_reserve(&bm, 0x10000 + 0x2000ull * i,
						0x11000 + 0x2000ull * i, "k"),
				0);
	KTEST_EXPECT_EQ(t, alloc(0x1000, 0x1000, 0, 0, BOOTMEM_TOPDOWN), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, ROOM);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void what_was_freed_can_be_had_again(struct ktest *t)
{
	phys_addr_t at;

	begin_ram(t, 0x1000, 0x4000);
	at = alloc(0x3000, 0x1000, 0, 0, BOOTMEM_TOPDOWN);
	KTEST_EXPECT_EQ(t, at, 0x1000);
	/* Middle, beginning, end: two entries, then one, then none. */
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0x1000), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x1000, 0x1000), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 1);
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x3800, 0x800), 0);
	expect_range(t, &bm.reserved, 0, 0x3000, 0x3800, "mine");
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x3000, 0x800), 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 0);
	KTEST_EXPECT_EQ(t, alloc(0x3000, 0x1000, 0, 0, BOOTMEM_TOPDOWN),
			0x1000);
}

static void freeing_what_is_not_reserved_is_reported(struct ktest *t)
{
	begin_ram(t, 0x1000, 0x9000);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x3000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x4000, 0x5000, "a"), 0);
	ktest_expect_report(t, "bad-free"); /* one byte too far left */
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x1fff, 0x1001), -EINVAL);
	ktest_expect_report(t, "bad-free"); /* right */
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0x1001), -EINVAL);
	ktest_expect_report(t, "bad-free"); /* across a gap */
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0x3000), -EINVAL);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0x1000), 0);
}

static void freeing_nothing_or_around_the_end_is_reported(struct ktest *t)
{
	begin_ram(t, 0x1000, 0x9000);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x9000, "a"), 0);
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0), -EINVAL);
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, U64_MAX), -EINVAL);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 1);
}

static void freeing_a_middle_without_room_is_refused(struct ktest *t)
{
	begin(1);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x4000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0x1000), -ENOSPC);
	expect_range(t, &bm.reserved, 0, 0x1000, 0x4000, "a");
}

static void after_the_hand_over_every_change_is_refused(struct ktest *t)
{
	begin_ram(t, 0x1000, 0x9000);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2000, 0x3000, "a"), 0);
	bootmem_hand_over(&bm);
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x9000, 0xa000, "ram"), -EBUSY);
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x4000, 0x5000, "a"), -EBUSY);
	ktest_expect_report(t, "bootmem-late");
	KTEST_EXPECT_EQ(t, alloc(16, 16, 0, 0, BOOTMEM_TOPDOWN), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"mm: BUG bootmem-late test alloc"));
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, 0x2000, 0x1000), -EINVAL);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"mm: BUG bad-free reserved pfn=0x2"));
	KTEST_EXPECT_EQ(t, bm.memory.nr + bm.reserved.nr, 2);
}

static void the_virtual_form_gives_zeroed_memory(struct ktest *t)
{
	struct page *page = alloc_page(GFP_KERNEL);
	const struct bootmem_request req = {
		.size_bytes = 100,
		.dir = BOOTMEM_BOTTOMUP,
		.owner = "mine",
	};
	phys_addr_t pa;
	u8 *va;

	KTEST_ASSERT_NOT_NULL(t, page);
	pa = page_to_phys(page);
	memset(page_address(page), 0xa5, PAGE_SIZE);
	begin_ram(t, pa, pa + PAGE_SIZE);
	va = bootmem_alloc_virt(&bm, &req);
	KTEST_EXPECT_PTR_EQ(t, va, page_address(page));
	if (va) {
		KTEST_EXPECT_NULL(t, memchr_inv(va, 0, 100));
		KTEST_EXPECT_EQ(t, va[100], 0xa5);
	}
	__free_page(page);
}

static void page_spans_give_every_page_one_owner(struct ktest *t)
{
	static const struct bootmem_span want[] = {
		{ 0x1000, 0x2000, NULL },
		{ 0x2000, 0x4000, &reserved_room[0] },
		/* [0x3900, 0x3a00) shares a page with the first owner. */
		{ 0x4000, 0x6000, NULL },
		{ 0x6000, 0x7000, &reserved_room[2] },
		{ 0x9000, 0xa000, NULL },
	};
	struct bootmem_cursor c;
	struct bootmem_span span;
	unsigned int i = 0;

	begin_ram(t, 0x801, 0x7fff);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x8fff, 0xa001, "ram"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0xb001, 0xbfff, "ram"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x2fff, 0x3001, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x3900, 0x3a00, "b"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x6000, 0x8fff, "c"), 0);
	bootmem_cursor_init(&c, &bm, PAGE_SIZE);
	while (bootmem_next_span(&c, &span)) {
		KTEST_ASSERT_TRUE(t, i < ARRAY_SIZE(want));
		KTEST_EXPECT_EQ(t, span.start, want[i].start);
		KTEST_EXPECT_EQ(t, span.end, want[i].end);
		KTEST_EXPECT_PTR_EQ(t, span.reserved, want[i].reserved);
		i++;
	}
	KTEST_EXPECT_EQ(t, i, ARRAY_SIZE(want));
	KTEST_EXPECT_EQ(t, bootmem_free_pages_between(&bm, 0, 16), 4);
	KTEST_EXPECT_EQ(t, bootmem_free_pages_between(&bm, 5, 9), 1);
}

static void is_ram_wants_every_byte(struct ktest *t)
{
	begin_ram(t, 0x1000, 0x2000);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0x2000, 0x3000, "other"), 0);
	KTEST_EXPECT_TRUE(t, bootmem_is_ram(&bm, 0x1000, 0x3000));
	KTEST_EXPECT_FALSE(t, bootmem_is_ram(&bm, 0xfff, 0x3000));
	KTEST_EXPECT_FALSE(t, bootmem_is_ram(&bm, 0x1000, 0x3001));
	KTEST_EXPECT_FALSE(t, bootmem_is_ram(&bm, 0x1800, 0x1800));
}

static void the_checker_finds_each_kind_of_damage(struct ktest *t)
{
	begin(ROOM);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x1000, 0x2000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, 0x3000, 0x4000, "a"), 0);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
	reserved_room[0].owner = NULL; /* M1 */
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 1);
	reserved_room[0].owner = "a";
	reserved_room[0].end = 0x3001; /* M2 */
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 1);
	reserved_room[0].end = 0x3000; /* M3 */
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 1);
	reserved_room[0].end = 0x2000;
	bm.reserved.nr = ROOM + 1; /* M4 */
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 1);
}

/*
 * The model: one byte of state for each of a few addresses. No address is
 * ever moved, split or merged here, so what it cannot get wrong is order.
 */
#define MODEL_BYTES 160
#define MODEL_STEPS 3000
#define MODEL_OWNERS 3

static const char *const model_owners[MODEL_OWNERS + 1] = { NULL, "a", "b",
							    "mine" };
static struct bootmem_range model_memory[MODEL_BYTES];
static struct bootmem_range model_reserved[MODEL_BYTES];
static u8 model_ram[MODEL_BYTES];
static u8 model_owner[MODEL_BYTES]; /* index of model_owners; 0: free */

static void model_paint(u8 *row, phys_addr_t start, phys_addr_t end, u8 value)
{
	for (; start < end; start++) {
		if (!row[start])
			row[start] = value;
	}
}

/* Does the model have @size free bytes of RAM at @at? */
static bool model_fits(phys_addr_t at, u64 size)
{
	phys_addr_t end = at + size;

	for (; at < end; at++) {
		if (at >= MODEL_BYTES || !model_ram[at] || model_owner[at])
			return false;
	}
	return true;
}

/* Where the request must be placed; 0 if nowhere. Tries every address. */
static phys_addr_t model_place(const struct bootmem_request *req)
{
	phys_addr_t found = 0, at;

	for (at = max(req->min, 1ull); at < MODEL_BYTES; at++) {
		if ((at & (req->align_bytes - 1)) ||
		    (req->max && at + req->size_bytes > req->max) ||
		    !model_fits(at, req->size_bytes))
			continue;
		found = at;
		if (req->dir == BOOTMEM_BOTTOMUP)
			return found;
	}
	return found;
}

static void model_compare(struct ktest *t)
{
	struct bootmem_cursor c;
	struct bootmem_span span;
	phys_addr_t pos = 0;

	bootmem_cursor_init(&c, &bm, 1);
	while (bootmem_next_span(&c, &span)) {
		for (; pos < span.start; pos++)
			KTEST_ASSERT_TRUE(t, !model_ram[pos]);
		for (; pos < span.end; pos++) {
			const char *want = model_owners[model_owner[pos]];

			KTEST_ASSERT_TRUE(t, model_ram[pos]);
			KTEST_ASSERT_TRUE(t, !want == !span.reserved);
			if (want)
				KTEST_EXPECT_STREQ(t, span.reserved->owner,
						   want);
		}
	}
	for (; pos < MODEL_BYTES; pos++)
		KTEST_ASSERT_TRUE(t, !model_ram[pos]);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void model_step_alloc(struct ktest *t)
{
	const struct bootmem_request req = {
		.size_bytes = 1 + ktest_random(t) % 12,
		.align_bytes = 1ull << (ktest_random(t) % 5),
		.min = ktest_random(t) % MODEL_BYTES,
		.max = ktest_random(t) % (2 * MODEL_BYTES),
		.dir = (enum bootmem_dir)(ktest_random(t) & 1),
		.owner = "mine",
	};
	phys_addr_t want = model_place(&req);

	KTEST_EXPECT_EQ(t, bootmem_alloc(&bm, &req), want);
	if (want)
		model_paint(model_owner, want, want + req.size_bytes, 3);
}

/* Free part of a run of reserved bytes, if there is one where we look. */
static void model_step_free(struct ktest *t, phys_addr_t start, phys_addr_t end)
{
	phys_addr_t pos;

	for (pos = start; pos < end && model_owner[pos]; pos++)
		;
	if (pos == start)
		return;
	KTEST_EXPECT_EQ(t, bootmem_free(&bm, start, pos - start), 0);
	memset(&model_owner[start], 0, (size_t)(pos - start));
}

static void random_operations_agree_with_a_byte_map(struct ktest *t)
{
	unsigned int step;

	bootmem_init(&bm, "model", model_memory, MODEL_BYTES, model_reserved,
		     MODEL_BYTES);
	memset(model_ram, 0, sizeof(model_ram));
	memset(model_owner, 0, sizeof(model_owner));
	for (step = 0; step < MODEL_STEPS && !t->failed; step++) {
		phys_addr_t start = ktest_random(t) % MODEL_BYTES;
		phys_addr_t end = start + 1 + ktest_random(t) % 20;
		u8 owner = 1 + (ktest_random(t) & 1);

		end = min(end, (phys_addr_t)MODEL_BYTES);
		switch (ktest_random(t) % 8) {
		case 0:
			KTEST_EXPECT_EQ(t, bootmem_add(&bm, start, end, "r"),
					0);
			model_paint(model_ram, start, end, 1);
			break;
		case 1:
			KTEST_EXPECT_EQ(t,
					bootmem_reserve(&bm, start, end,
							model_owners[owner]),
					0);
			model_paint(model_owner, start, end, owner);
			break;
		case 2:
		case 3:
		case 4: model_step_alloc(t); break;
		default: model_step_free(t, start, end); break;
		}
		model_compare(t);
	}
}

static const struct ktest_case bootmem_cases[] = {
	KTEST_CASE(ranges_added_in_any_order_are_sorted),
	KTEST_CASE(a_range_that_closes_a_gap_joins_three_into_one),
	KTEST_CASE(touching_ranges_of_two_owners_stay_two),
	KTEST_CASE(the_first_owner_keeps_bytes_that_are_reserved_twice),
	KTEST_CASE(a_range_inside_another_changes_nothing),
	KTEST_CASE(the_last_entry_of_the_room_is_used_and_the_next_refused),
	KTEST_CASE(a_refusal_for_want_of_room_changes_nothing),
	KTEST_CASE(empty_and_nameless_ranges_are_reported),
	KTEST_CASE(topdown_takes_the_highest_place_and_bottomup_the_lowest),
	KTEST_CASE(limits_hold_one_below_at_and_one_above),
	KTEST_CASE(every_alignment_up_to_4_gib_is_kept),
	KTEST_CASE(alignment_0_means_a_cache_line),
	KTEST_CASE(address_0_is_never_given),
	KTEST_CASE(a_goal_is_kept_where_it_can_be_and_else_is_none),
	KTEST_CASE(each_way_to_fail_has_an_error_of_its_own),
	KTEST_CASE(reservations_outside_ram_are_harmless),
	KTEST_CASE(wrong_requests_are_reported_and_get_nothing),
	KTEST_CASE(an_allocation_without_an_entry_left_gets_nothing),
	KTEST_CASE(what_was_freed_can_be_had_again),
	KTEST_CASE(freeing_what_is_not_reserved_is_reported),
	KTEST_CASE(freeing_nothing_or_around_the_end_is_reported),
	KTEST_CASE(freeing_a_middle_without_room_is_refused),
	KTEST_CASE(after_the_hand_over_every_change_is_refused),
	KTEST_CASE(the_virtual_form_gives_zeroed_memory),
	KTEST_CASE(page_spans_give_every_page_one_owner),
	KTEST_CASE(is_ram_wants_every_byte),
	KTEST_CASE(the_checker_finds_each_kind_of_damage),
	KTEST_CASE(random_operations_agree_with_a_byte_map),
};
KTEST_SUITE(bootmem, bootmem_cases);
