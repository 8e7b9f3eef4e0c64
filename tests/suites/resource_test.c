/* SPDX-License-Identifier: MIT */
/*
 * resource_test.c - who has which range: private trees, and the live ones
 */
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ioport.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <linux/old_names.h>
#include <mm/fault_inject.h>
#include "log_lines.h"
#include "proc_text.h"

#define BUSY (IORESOURCE_IO | IORESOURCE_BUSY)
/* Ports that no PC has anything at: the tests' own on the live tree. */
#define FREE_PORTS 0x4700ull

static struct resource private_tree(resource_size_t end)
{
	return (struct resource){
		.name = "tree",
		.end = end,
		.flags = end < 0x10000 ? IORESOURCE_IO : IORESOURCE_MEM,
	};
}

static struct resource range(resource_size_t start, resource_size_t end,
			     const char *name)
{
	return (struct resource){
		.start = start,
		.end = end,
		.name = name,
		.flags = IORESOURCE_IO,
	};
}

static const char *shown(struct ktest *t, struct resource *root)
{
	resource_show(text_begin(), root);
	KTEST_EXPECT_EQ(t, resource_check(root), 0);
	return text_end(t);
}

/* --- nesting -------------------------------------------------------------- */

static void siblings_ascend_whatever_the_order_of_requests(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource a = range(0x10, 0x1f, "a"), b = range(0, 0xf, "b");
	struct resource c = range(0xfff0, 0xffff, "c");

	KTEST_EXPECT_EQ(t, request_resource(&root, &c), 0);
	KTEST_EXPECT_EQ(t, request_resource(&root, &a), 0);
	KTEST_EXPECT_EQ(t, request_resource(&root, &b), 0);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "0000-000f : b\n0010-001f : a\nfff0-ffff : c\n");
	KTEST_EXPECT_EQ(t, release_resource(&a), 0);
	KTEST_EXPECT_EQ(t, release_resource(&a), -EINVAL);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "0000-000f : b\nfff0-ffff : c\n");
	KTEST_EXPECT_PTR_EQ(t, lookup_resource(&root, 0xfff0), &c);
	KTEST_EXPECT_NULL(t, lookup_resource(&root, 0xfff1));
	KTEST_EXPECT_NULL(t, lookup_resource(&root, 0x10));
}

static void one_shared_address_is_a_conflict_at_either_end(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource a = range(0x100, 0x1ff, "a");
	struct resource below = range(0xf0, 0x100, "x");
	struct resource above = range(0x1ff, 0x20f, "x");
	struct resource around = range(0, 0xffff, "x");

	KTEST_ASSERT_EQ(t, request_resource(&root, &a), 0);
	KTEST_EXPECT_PTR_EQ(t, request_resource_conflict(&root, &below), &a);
	KTEST_EXPECT_PTR_EQ(t, request_resource_conflict(&root, &above), &a);
	KTEST_EXPECT_PTR_EQ(t, request_resource_conflict(&root, &around), &a);
	below.end = 0xff;
	above.start = 0x200;
	KTEST_EXPECT_NULL(t, request_resource_conflict(&root, &below));
	KTEST_EXPECT_NULL(t, request_resource_conflict(&root, &above));
	KTEST_EXPECT_EQ(t, resource_check(&root), 0);
}

static void what_is_not_inside_the_tree_is_refused(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource backwards = range(0x11, 0x10, "x");
	struct resource beyond = range(0xffff, 0x10000, "x");

	root.start = 0x10;
	KTEST_EXPECT_PTR_EQ(t, request_resource_conflict(&root, &backwards),
			    &root);
	KTEST_EXPECT_PTR_EQ(t, request_resource_conflict(&root, &beyond),
			    &root);
	beyond = range(0xf, 0x20, "x");
	KTEST_EXPECT_PTR_EQ(t, insert_resource_conflict(&root, &beyond), &root);
	KTEST_EXPECT_NULL(t, root.child);
}

static void what_becomes_known_late_goes_around_what_is_there(struct ktest *t)
{
	struct resource root = private_tree(U64_MAX);
	struct resource a = range(0x1000, 0x1fff, "a");
	struct resource b = range(0x2000, 0x2fff, "b");
	struct resource c = range(0x9000, 0x9fff, "c");
	struct resource bus = range(0x1000, 0x7fff, "bus");
	struct resource bridge = range(0x1000, 0x7fff, "bridge");
	struct resource part = range(0x3000, 0x3fff, "part");
	struct resource cut = range(0x2800, 0x4fff, "cut");

	KTEST_EXPECT_EQ(t, request_resource(&root, &a), 0);
	KTEST_EXPECT_EQ(t, request_resource(&root, &b), 0);
	KTEST_EXPECT_EQ(t, request_resource(&root, &c), 0);
	KTEST_EXPECT_EQ(t, insert_resource(&root, &bus), 0);
	KTEST_EXPECT_EQ(t, insert_resource(&root, &part), 0);
	/* Of two that are equal the later one is the outer one. */
	KTEST_EXPECT_EQ(t, insert_resource(&root, &bridge), 0);
	KTEST_EXPECT_PTR_EQ(t, insert_resource_conflict(&root, &cut), &b);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "00001000-00007fff : bridge\n"
			   "  00001000-00007fff : bus\n"
			   "    00001000-00001fff : a\n"
			   "    00002000-00002fff : b\n"
			   "    00003000-00003fff : part\n"
			   "00009000-00009fff : c\n");
	KTEST_EXPECT_EQ(t, remove_resource(&bus), 0);
	KTEST_EXPECT_EQ(t, remove_resource(&bridge), 0);
	KTEST_EXPECT_EQ(t, remove_resource(&bridge), -EINVAL);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "00001000-00001fff : a\n"
			   "00002000-00002fff : b\n"
			   "00003000-00003fff : part\n"
			   "00009000-00009fff : c\n");
}

static void addresses_beyond_4_gib_take_the_digits_they_need(struct ktest *t)
{
	struct resource root = private_tree(U64_MAX);
	struct resource a = range(0xffffffff, 0x100000000, NULL);

	KTEST_EXPECT_EQ(t, request_resource(&root, &a), 0);
	KTEST_EXPECT_STREQ(t, shown(t, &root), "ffffffff-100000000 : <BAD>\n");
}

/* --- room ----------------------------------------------------------------- */

static resource_size_t skip_a_page(void *data, const struct resource *avail,
				   resource_size_t size, resource_size_t align)
{
	(void)size;
	(void)align;
	++*(int *)data;
	return avail->start + 0x1000;
}

static void room_is_found_at_the_lowest_place_that_fits(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource a = range(0x0, 0x10, "a"), b = range(0x40, 0x6f, "b");
	struct resource n1 = { .name = "1" }, n2 = { .name = "2" };
	struct resource n3 = { .name = "3" }, n4 = { .name = "4" };
	int calls = 0;

	KTEST_ASSERT_EQ(t, request_resource(&root, &a), 0);
	KTEST_ASSERT_EQ(t, request_resource(&root, &b), 0);
	/* 0x11 .. 0x3f is free, 0x20 .. 0x3f aligned. */
	KTEST_EXPECT_EQ(t,
			allocate_resource(&root, &n1, 0x20, 0, U64_MAX, 0x20,
					  NULL, NULL),
			0);
	KTEST_EXPECT_EQ(t, n1.start, 0x20);
	KTEST_EXPECT_EQ(t, n1.end, 0x3f);
	KTEST_EXPECT_EQ(
		t,
		allocate_resource(&root, &n2, 0x10, 0, U64_MAX, 0, NULL, NULL),
		0);
	KTEST_EXPECT_EQ(t, n2.start, 0x70);
	KTEST_EXPECT_EQ(t,
			allocate_resource(&root, &n3, 0x10, 0x1000, 0xffff, 1,
					  skip_a_page, &calls),
			0);
	KTEST_EXPECT_EQ(t, n3.start, 0x2000);
	KTEST_EXPECT_EQ(t, calls, 1);
	KTEST_EXPECT_EQ(t,
			allocate_resource(&root, &n4, 0x11, 0xfff0, 0xffff, 0,
					  NULL, NULL),
			-EBUSY);
	KTEST_EXPECT_EQ(
		t, allocate_resource(&root, &n4, 0, 0, U64_MAX, 0, NULL, NULL),
		-EINVAL);
	KTEST_EXPECT_EQ(t,
			allocate_resource(&root, &n4, 0x10, 0xfff0, 0xffff, 0,
					  NULL, NULL),
			0);
	KTEST_EXPECT_EQ(t, n4.start, 0xfff0);
	KTEST_EXPECT_EQ(t, resource_check(&root), 0);
}

static void a_claim_moves_only_to_where_nobody_is(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource a = range(0x100, 0x1ff, "a"),
			b = range(0x300, 0x3ff, "b");
	struct resource inner = range(0x180, 0x18f, "inner");

	KTEST_ASSERT_EQ(t, request_resource(&root, &a), 0);
	KTEST_ASSERT_EQ(t, request_resource(&root, &b), 0);
	KTEST_ASSERT_EQ(t, request_resource(&a, &inner), 0);
	KTEST_EXPECT_EQ(t, adjust_resource(&a, 0x100, 0x201), -EBUSY);
	KTEST_EXPECT_EQ(t, adjust_resource(&a, 0x181, 0x100), -EBUSY);
	KTEST_EXPECT_EQ(t, adjust_resource(&a, 0x100, 0), -EBUSY);
	KTEST_EXPECT_EQ(t, adjust_resource(&b, 0xff01, 0x100), -EBUSY);
	KTEST_EXPECT_EQ(t, adjust_resource(&a, 0x180, 0x180), 0);
	KTEST_EXPECT_EQ(t, adjust_resource(&b, 0, 0x180), 0);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "0000-017f : b\n0180-02ff : a\n"
			   "  0180-018f : inner\n");
}

/* --- claims --------------------------------------------------------------- */

static void a_claim_goes_into_what_has_no_owner(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource bus = range(0x100, 0x1ff, "bus");
	struct resource *claim, *inner;

	KTEST_ASSERT_EQ(t, request_resource(&root, &bus), 0);
	claim = __request_region(&root, 0x110, 0x10, "dev", 0);
	KTEST_ASSERT_NOT_NULL(t, claim);
	KTEST_EXPECT_EQ(t, claim->flags, BUSY);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "0100-01ff : bus\n  0110-011f : dev\n");
	/* What has an owner is full, for all but the owner. */
	KTEST_EXPECT_NULL(t, __request_region(&root, 0x118, 1, "other", 0));
	inner = __request_region(claim, 0x118, 1, "own", 0);
	KTEST_ASSERT_NOT_NULL(t, inner);
	KTEST_EXPECT_NULL(t, __request_region(&root, 0x1f0, 0x20, "over", 0));
	KTEST_EXPECT_EQ(t, __check_region(&root, 0x118, 1), -EBUSY);
	KTEST_EXPECT_EQ(t, __check_region(&root, 0x120, 0xe0), 0);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "0100-01ff : bus\n  0110-011f : dev\n"
			   "    0118-0118 : own\n");
	__release_region(&root, 0x110, 0x10);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "0100-01ff : bus\n  0118-0118 : own\n");
	__release_region(&root, 0x118, 1);
	KTEST_EXPECT_NULL(t, bus.child);
}

static void expect_line(struct ktest *t, u64 from, const char *line)
{
	if (log_count(from, line) != 1)
		KTEST_FAIL(t, "no line, or not one, says \"%s\"", line);
}

static void a_refusal_names_who_has_it_and_who_asked(struct ktest *t)
{
	struct resource ports = private_tree(0xffff);
	struct resource mem = private_tree(U64_MAX);
	struct resource a = range(0x3f8, 0x3ff, "serial");
	u64 from = log_end();

	a.flags = BUSY;
	KTEST_ASSERT_EQ(t, request_resource(&ports, &a), 0);
	KTEST_EXPECT_NULL(t, __request_region(&ports, 0x3f0, 16, "mydev", 0));
	expect_line(t, from,
		    "resource: [io  0x03f0-0x03ff] refused to mydev: serial"
		    " has [io  0x03f8-0x03ff], caller=");
	KTEST_EXPECT_NULL(t, __request_region(&ports, 0xffff, 2, "far", 0));
	expect_line(t, from,
		    "[io  0xffff-0x10000] refused to far: not inside"
		    " [io  0x0000-0xffff], caller=");
	KTEST_EXPECT_NULL(t, __request_region(&mem, 0xfee00000, 0, "none", 0));
	expect_line(t, from,
		    "[mem 0xfee00000-0xfedfffff] refused to none: empty,");
	KTEST_EXPECT_NULL(t, __request_region(&mem, ~0ull, 2, "wraps", 0));
	expect_line(t, from, "refused to wraps: empty, caller=");
}

static void what_was_not_claimed_so_is_reported_and_kept(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource lent = range(0x200, 0x20f, "lent");

	lent.flags = BUSY;
	KTEST_ASSERT_EQ(t, request_resource(&root, &lent), 0);
	KTEST_ASSERT_NOT_NULL(t, __request_region(&root, 0x10, 0x10, "a", 0));
	ktest_expect_report(t, "bad-release");
	__release_region(&root, 0x10, 0xf);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t),
			  "bad-release [io  0x0010-0x001e] is no claim"));
	ktest_expect_report(t, "bad-release");
	__release_region(&root, 0x11, 0x10);
	/* Not from the store: its owner takes it back himself. */
	ktest_expect_report(t, "bad-release");
	__release_region(&root, 0x200, 0x10);
	KTEST_EXPECT_STREQ(t, shown(t, &root),
			   "0010-001f : a\n0200-020f : lent\n");
	__release_region(&root, 0x10, 0x10);
}

static void a_claim_without_memory_is_refused_with_a_line(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	const u64 from = log_end();
	struct fault_attr boot_plan;

	fault_plan_save(&fault_slab, &boot_plan);
	fault_fail_nth(&fault_slab, 1);
	KTEST_EXPECT_NULL(t, __request_region(&root, 0x10, 1, "poor", 0));
	fault_plan_restore(&fault_slab, &boot_plan);
	expect_line(t, from, "refused to poor: no memory, caller=");
	KTEST_EXPECT_NULL(t, root.child);
}

/* --- sharing by turns ----------------------------------------------------- */

static struct resource muxed_tree;
static int muxed_got; /* 1: the second claim was granted, -1: refused */

static int muxed_taker(void *unused)
{
	(void)unused;
	WRITE_ONCE(muxed_got, __request_region(&muxed_tree, 0x2e, 2, "second",
					       (int)IORESOURCE_MUXED) ?
				      1 :
				      -1);
	return 0;
}

static void a_muxed_claim_waits_for_its_turn(struct ktest *t)
{
	struct task_struct *taker;

	muxed_got = 0;
	muxed_tree = private_tree(0xffff);
	KTEST_ASSERT_NOT_NULL(t, __request_region(&muxed_tree, 0x2e, 2, "first",
						  (int)IORESOURCE_MUXED));
	/* One that does not share has no turn. */
	KTEST_EXPECT_NULL(t, __request_region(&muxed_tree, 0x2e, 2, "x", 0));
	taker = kthread_run(muxed_taker, NULL, "muxed");
	KTEST_ASSERT_TRUE(t, !IS_ERR(taker));
	schedule_timeout_uninterruptible(2);
	KTEST_EXPECT_EQ(t, READ_ONCE(muxed_got), 0);
	__release_region(&muxed_tree, 0x2e, 2);
	while (!READ_ONCE(muxed_got))
		schedule_timeout_uninterruptible(1);
	KTEST_EXPECT_EQ(t, muxed_got, 1);
	KTEST_EXPECT_STREQ(t, shown(t, &muxed_tree), "002e-002f : second\n");
	__release_region(&muxed_tree, 0x2e, 2);
}

/* --- the live trees ------------------------------------------------------- */

static void the_books_calls_claim_ports_and_show_them(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, check_region(FREE_PORTS, 8), 0);
	KTEST_ASSERT_NOT_NULL(t, request_region(FREE_PORTS, 8, "short"));
	KTEST_EXPECT_EQ(t, check_region(FREE_PORTS + 7, 8), -EBUSY);
	KTEST_EXPECT_NULL(t, request_region(FREE_PORTS + 7, 1, "late"));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(text_of(t, "ioports"), "4700-4707 : short\n"));
	release_region(FREE_PORTS, 8);
	KTEST_EXPECT_NULL(t, strstr(text_of(t, "ioports"), "short"));
}

static void ram_cannot_be_claimed_and_device_memory_can(struct ktest *t)
{
	const u64 from = log_end();

	KTEST_EXPECT_NULL(t, request_mem_region(MIB(2), 16, "thief"));
	expect_line(t, from,
		    "[mem 0x00200000-0x0020000f] refused to thief: System RAM"
		    " has [mem 0x00100000-");
	KTEST_EXPECT_EQ(t, check_mem_region(0, 1), -EBUSY);
	KTEST_ASSERT_NOT_NULL(t, request_mem_region(0xf1230000ull, 16, "card"));
	KTEST_EXPECT_NOT_NULL(
		t, strstr(text_of(t, "iomem"), "f1230000-f123000f : card\n"));
	release_mem_region(0xf1230000ull, 16);
	KTEST_EXPECT_EQ(t, resource_check(&iomem_resource), 0);
}

static void the_check_finds_what_is_out_of_place(struct ktest *t)
{
	struct resource root = private_tree(0xffff);
	struct resource a = range(0x10, 0x1f, "a"), b = range(0x20, 0x2f, "b");

	KTEST_ASSERT_EQ(t, request_resource(&root, &a), 0);
	KTEST_ASSERT_EQ(t, request_resource(&root, &b), 0);
	a.end = 0x20; /* R2 */
	KTEST_EXPECT_EQ(t, resource_check(&root), 1);
	a.end = 0xf; /* R3 */
	KTEST_EXPECT_EQ(t, resource_check(&root), 1);
	a.end = 0x1f;
	a.parent = &b; /* R1 */
	KTEST_EXPECT_EQ(t, resource_check(&root), 1);
	a.parent = &root;
	b.end = 0x10000; /* R1 */
	KTEST_EXPECT_EQ(t, resource_check(&root), 1);
	b.end = 0x2f;
	KTEST_EXPECT_EQ(t, resource_check(&root), 0);
}

static const struct ktest_case resource_cases[] = {
	KTEST_CASE(siblings_ascend_whatever_the_order_of_requests),
	KTEST_CASE(one_shared_address_is_a_conflict_at_either_end),
	KTEST_CASE(what_is_not_inside_the_tree_is_refused),
	KTEST_CASE(what_becomes_known_late_goes_around_what_is_there),
	KTEST_CASE(addresses_beyond_4_gib_take_the_digits_they_need),
	KTEST_CASE(room_is_found_at_the_lowest_place_that_fits),
	KTEST_CASE(a_claim_moves_only_to_where_nobody_is),
	KTEST_CASE(a_claim_goes_into_what_has_no_owner),
	KTEST_CASE(a_refusal_names_who_has_it_and_who_asked),
	KTEST_CASE(what_was_not_claimed_so_is_reported_and_kept),
	KTEST_CASE(a_claim_without_memory_is_refused_with_a_line),
	KTEST_CASE(a_muxed_claim_waits_for_its_turn),
	KTEST_CASE(the_books_calls_claim_ports_and_show_them),
	KTEST_CASE(ram_cannot_be_claimed_and_device_memory_can),
	KTEST_CASE(the_check_finds_what_is_out_of_place),
};
KTEST_SUITE(resource, resource_cases);
