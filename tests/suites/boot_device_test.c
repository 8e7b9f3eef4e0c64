/* SPDX-License-Identifier: MIT */
/*
 * boot_device_test.c - memory by start and end, on a private bootmem
 *
 * The devices here only compute: nobody touches the addresses, which may
 * therefore be any.
 */
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <asm/page.h>
#include <mm/boot_alloc.h>
#include <mm/boot_device.h>

#define ROOM 8

static struct bootmem_range memory_room[ROOM];
static struct bootmem_range reserved_room[ROOM];
static struct bootmem bm;

/* What the last device was told, as physical addresses. */
static phys_addr_t told_start, told_end;
static unsigned int calls;

/* A PC with 8 MiB: base memory, and an image at 1 MiB. */
static void begin(struct ktest *t)
{
	calls = 0;
	bootmem_init(&bm, "test", memory_room, ROOM, reserved_room, ROOM);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, 0, 0x9f000, "ram"), 0);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, MIB(1), MIB(8), "ram"), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, MIB(1), 0x180123, "image"), 0);
}

/* How the device answers: so many bytes behind the start, or before it. */
static long answer_offset;

static long test_start_end(long mem_start, long mem_end)
{
	told_start = virt_to_phys((void *)mem_start);
	told_end = virt_to_phys((void *)mem_end);
	calls++;
	return mem_start + answer_offset;
}

static long answer_zero(long mem_start, long mem_end)
{
	(void)mem_start;
	(void)mem_end;
	return 0;
}

static long answer_minus_one(long mem_start, long mem_end)
{
	(void)mem_start;
	(void)mem_end;
	return -1;
}

static long answer_end(long mem_start, long mem_end)
{
	(void)mem_start;
	return mem_end;
}

static const struct boot_device device = { "test", NULL, test_start_end };

/* Ask for @bytes. Return: how many are owned afterwards, in all. */
static u64 ask(long bytes)
{
	answer_offset = bytes;
	boot_device_init(&bm, &device);
	return bootmem_owned_bytes(&bm, "test");
}

static void a_higher_address_keeps_what_lies_between(struct ktest *t)
{
	begin(t);
	KTEST_EXPECT_EQ(t, ask(0x5000), 0x5000);
	KTEST_EXPECT_EQ(t, told_start, 0x180123);
	KTEST_EXPECT_EQ(t, told_end, MIB(8));
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 2);
	KTEST_EXPECT_EQ(t, bm.reserved.ranges[1].start, 0x180123);
	KTEST_EXPECT_EQ(t, bm.reserved.ranges[1].end, 0x185123);
	KTEST_EXPECT_EQ(t, bm.reserved.ranges[1].kind, BOOTMEM_ALLOCATED);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void the_next_device_begins_where_the_last_one_ended(struct ktest *t)
{
	static const struct boot_device other = { "other", NULL,
						  test_start_end };

	begin(t);
	KTEST_EXPECT_EQ(t, ask(0x5000), 0x5000);
	boot_device_init(&bm, &other);
	KTEST_EXPECT_EQ(t, told_start, 0x185123);
	KTEST_EXPECT_EQ(t, told_end, MIB(8));
	KTEST_EXPECT_EQ(t, bootmem_owned_bytes(&bm, "other"), 0x5000);
	KTEST_EXPECT_EQ(t, calls, 2);
}

static void an_equal_or_lower_address_keeps_nothing(struct ktest *t)
{
	static const struct boot_device zero = { "zero", NULL, answer_zero };

	begin(t);
	KTEST_EXPECT_EQ(t, ask(1), 1);
	begin(t);
	KTEST_EXPECT_EQ(t, ask(0), 0);
	KTEST_EXPECT_EQ(t, ask(-1), 0);
	KTEST_EXPECT_EQ(t, ask(-(long)MIB(1)), 0);
	boot_device_init(&bm, &zero);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 1);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void past_the_end_is_refused_and_keeps_nothing(struct ktest *t)
{
	static const struct boot_device highest = { "highest", NULL,
						    answer_minus_one };
	const long all = MIB(8) - 0x180123;

	begin(t);
	KTEST_EXPECT_EQ(t, ask(all + 1), 0);
	boot_device_init(&bm, &highest);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 1);
	KTEST_EXPECT_EQ(t, ask(all - 1), all - 1);
}

static void the_end_itself_keeps_all_of_it(struct ktest *t)
{
	static const struct boot_device all = { "all", NULL, answer_end };

	begin(t);
	boot_device_init(&bm, &all);
	KTEST_EXPECT_EQ(t, bootmem_owned_bytes(&bm, "all"), MIB(8) - 0x180123);
	/* Below 1 MiB there is memory, but not for devices. */
	KTEST_EXPECT_EQ(t, ask(16), 0);
	KTEST_EXPECT_EQ(t, calls, 0);
}

static void memory_ends_with_the_dma_zone(struct ktest *t)
{
	begin(t);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, MIB(8), MIB(64), "more"), 0);
	KTEST_EXPECT_EQ(t, ask(0), 0);
	KTEST_EXPECT_EQ(t, told_end, MIB(16));
}

static void the_longest_free_run_is_the_one(struct ktest *t)
{
	begin(t);
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, MIB(2), MIB(3), "rom"), 0);
	KTEST_EXPECT_EQ(t, ask(0), 0);
	KTEST_EXPECT_EQ(t, told_start, MIB(3));
	KTEST_EXPECT_EQ(t, bootmem_reserve(&bm, MIB(3), MIB(8), "rom"), 0);
	KTEST_EXPECT_EQ(t, ask(0), 0);
	KTEST_EXPECT_EQ(t, told_start, 0x180123);
	KTEST_EXPECT_EQ(t, told_end, MIB(2));
}

/* The device that is asked owns the whole run meanwhile. */
static phys_addr_t inner_pa;

static long takes_more(long mem_start, long mem_end)
{
	const struct bootmem_request req = {
		.size_bytes = 0x1000,
		.dir = BOOTMEM_BOTTOMUP,
		.min = MIB(1),
		.max = MIB(16),
		.owner = "inner",
	};

	(void)mem_end;
	inner_pa = boot_alloc_phys(&bm, &req);
	return mem_start + 0x100;
}

static void a_device_may_take_other_memory_while_it_is_asked(struct ktest *t)
{
	static const struct boot_device greedy = { "greedy", NULL, takes_more };

	begin(t);
	KTEST_EXPECT_EQ(t, bootmem_add(&bm, MIB(9), MIB(10), "ram"), 0);
	boot_device_init(&bm, &greedy);
	KTEST_EXPECT_EQ(t, inner_pa, MIB(9));
	KTEST_EXPECT_EQ(t, bootmem_owned_bytes(&bm, "greedy"), 0x100);
	KTEST_EXPECT_EQ(t, bootmem_check(&bm), 0);
}

static void without_an_entry_for_its_memory_it_is_not_asked(struct ktest *t)
{
	unsigned int i;

	begin(t);
	for (i = 0; i < ROOM - 1; i++)
		KTEST_EXPECT_EQ(t,
				bootmem_reserve(&bm, 0x2000ull * i,
						0x2000ull * i + 1, "k"),
				0);
	KTEST_EXPECT_EQ(t, ask(16), 0);
	KTEST_EXPECT_EQ(t, calls, 0);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, ROOM);
}

static void plain_init(void)
{
	calls += 10;
}

static void a_plain_device_is_just_called(struct ktest *t)
{
	static const struct boot_device plain = { "plain", plain_init, NULL };

	begin(t);
	boot_device_init(&bm, &plain);
	KTEST_EXPECT_EQ(t, calls, 10);
	KTEST_EXPECT_EQ(t, bm.reserved.nr, 1);
}

static const struct ktest_case boot_device_cases[] = {
	KTEST_CASE(a_higher_address_keeps_what_lies_between),
	KTEST_CASE(the_next_device_begins_where_the_last_one_ended),
	KTEST_CASE(an_equal_or_lower_address_keeps_nothing),
	KTEST_CASE(past_the_end_is_refused_and_keeps_nothing),
	KTEST_CASE(the_end_itself_keeps_all_of_it),
	KTEST_CASE(memory_ends_with_the_dma_zone),
	KTEST_CASE(the_longest_free_run_is_the_one),
	KTEST_CASE(a_device_may_take_other_memory_while_it_is_asked),
	KTEST_CASE(without_an_entry_for_its_memory_it_is_not_asked),
	KTEST_CASE(a_plain_device_is_just_called),
};
KTEST_SUITE(boot_device, boot_device_cases);
