/* SPDX-License-Identifier: MIT */
/*
 * page_poison_test.c - filled pages on a private node, with memory as a model
 *
 * A frame's memory is one byte, which all of its bytes hold, and at most one
 * bad place in the whole node: so there is room for blocks of every order. What
 * is mapped is a page made from that, and what is unmapped is taken back.
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/util.h>
#include <mm/page_poison.h>
#include "../../mm/internal.h"
#include "log_lines.h"
#include "zone_fixture.h"

#define FRAMES 2048u /* two blocks of the largest order */
#define FREED_BY 0x5678ul
#define FRESH 0x11u /* what memory holds that was never freed */

struct poison_room {
	struct mm_node node;
	unsigned long bytes[PAGE_SIZE / sizeof(long)]; /* what is mapped */
	u8 content[FRAMES];
	struct page map[FRAMES];
};
#define room SUITE_ROOM(struct poison_room)

/* The place that was written to behind everybody's back; and what is mapped. */
static struct {
	long frame; /* -1: none */
	unsigned int offset, bytes;
	u8 value;
	long mapped; /* -1: no frame is */
	bool out_of_reach;
} model;

static void *model_map(struct page *page)
{
	long frame = page - room->map;
	u8 *bytes = (u8 *)room->bytes;

	if (model.out_of_reach || model.mapped >= 0)
		return NULL;
	model.mapped = frame;
	memset(bytes, room->content[frame], PAGE_SIZE);
	if (frame == model.frame)
		memset(bytes + model.offset, model.value, model.bytes);
	return bytes;
}

static void model_unmap(const void *va)
{
	const u8 *bytes = va;

	room->content[model.mapped] = bytes[0];
	if (model.mapped == model.frame &&
	    !memchr_inv(bytes, bytes[0], PAGE_SIZE))
		model.frame = -1;
	model.mapped = -1;
}

static const struct page_poison model_poison =
	PAGE_POISON_BY(model_map, model_unmap);

/* A node of one zone, all free, whose pages are filled from now on. */
static struct zone *poison_node(void)
{
	struct mm_node *node = &room->node;
	unsigned int i;

	memset(room, 0, sizeof(*room));
	memset(room->content, FRESH, FRAMES);
	memset(&model, 0, sizeof(model));
	model.frame = model.mapped = -1;
	for (i = 0; i < NR_ZONES; i++) {
		const struct zone_desc desc = {
			.name = "Test",
			.type = (enum zone_type)i,
			.map = room->map,
			.start_pfn = i > ZONE_NORMAL ? FRAMES : 0,
			.end_pfn = i < ZONE_NORMAL ? 0 : FRAMES,
		};

		zone_init(&node->zones[i], &desc);
	}
	zone_add_free(&node->zones[ZONE_NORMAL], 0, FRAMES);
	mm_node_init_zonelists(node);
	page_pcp_set_high(&node->zones[ZONE_NORMAL], 16);
	mm_node_set_poison(node, &model_poison);
	return &node->zones[ZONE_NORMAL];
}

static struct page *take(unsigned int order)
{
	return node_alloc_pages(&room->node, GFP_ATOMIC | __GFP_NOWARN, order,
				FIXTURE_SITE);
}

static void give(struct ktest *t, struct page *page, unsigned int order)
{
	struct zone *z = &room->node.zones[ZONE_NORMAL];

	KTEST_EXPECT_EQ(t, zone_free_block(z, page, order, FREED_BY), 0);
}

/* Somebody writes to @bytes bytes of a page. */
static void scribble(const struct page *page, unsigned int offset,
		     unsigned int bytes, u8 value)
{
	model.frame = page - room->map;
	model.offset = offset;
	model.bytes = bytes;
	model.value = value;
}

/* Have all frames of the block at @page the byte @want? */
static void expect_content(struct ktest *t, const struct page *page,
			   unsigned int order, u8 want)
{
	const u8 *content = room->content + (page - room->map);

	KTEST_EXPECT_NULL(t, memchr_inv(content, want, 1ul << order));
}

/* --- filling and looking -------------------------------------------------- */

static void a_block_of_any_order_is_filled_when_freed(struct ktest *t)
{
	struct zone *z = poison_node();
	unsigned int order;

	for (order = 0; order < MAX_ORDER; order++) {
		struct page *page = take(order), *buddy;

		KTEST_ASSERT_NOT_NULL(t, page);
		memset(room->content, FRESH, FRAMES);
		give(t, page, order);
		expect_content(t, page, order, PAGE_POISON);
		/* Not a page more. */
		buddy = room->map + ((page - room->map) ^ (1l << order));
		expect_content(t, buddy, order, FRESH);
	}
	KTEST_EXPECT_EQ(t, z->nr_free_pages, FRAMES);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void what_was_never_freed_is_given_as_it_is(struct ktest *t)
{
	struct zone *z = poison_node();
	struct page *page = take(MAX_ORDER - 1);

	KTEST_ASSERT_NOT_NULL(t, page);
	expect_content(t, page, MAX_ORDER - 1, FRESH);
	give(t, page, MAX_ORDER - 1);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void all_passes_by_the_lists_of_the_cpus(struct ktest *t)
{
	struct zone *z = poison_node();
	struct page *page = take(0);

	KTEST_ASSERT_NOT_NULL(t, page);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), 0);
	KTEST_EXPECT_FALSE(t, page_pcp_free(z, page, 0, FREED_BY));
	give(t, page, 0);
	KTEST_EXPECT_EQ(t, page_pcp_pages(z), 0);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, FRAMES);
}

static void who_gets_a_page_finds_no_word_left_in_its_record(struct ktest *t)
{
	struct page *page;

	poison_node();
	page = take(0);
	KTEST_ASSERT_NOT_NULL(t, page);
	give(t, page, 0);
	KTEST_EXPECT_EQ(t, page->private, FREED_BY);
	KTEST_EXPECT_PTR_EQ(t, take(0), page);
	KTEST_EXPECT_EQ(t, page->private, 0);
}

static void a_wrong_free_fills_nothing(struct ktest *t)
{
	struct zone *z = poison_node();
	struct page *page = take(1);

	KTEST_ASSERT_NOT_NULL(t, page);
	ktest_expect_report(t, "wrong-order");
	KTEST_EXPECT_EQ(t, zone_free_block(z, page, 2, FREED_BY), -EINVAL);
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, zone_free_block(z, page + 1, 0, FREED_BY), -EINVAL);
	atomic_set(&page->_refcount, 2);
	ktest_expect_report(t, "bad-free");
	KTEST_EXPECT_EQ(t, zone_free_block(z, page, 1, FREED_BY), -EINVAL);
	expect_content(t, page, 1, FRESH);
	atomic_set(&page->_refcount, 1);
	give(t, page, 1);
	expect_content(t, page, 1, PAGE_POISON);
}

static void a_page_out_of_reach_is_not_looked_at_later(struct ktest *t)
{
	struct page *page;
	u64 log = log_end();

	poison_node();
	page = take(0);
	KTEST_ASSERT_NOT_NULL(t, page);
	model.out_of_reach = true;
	give(t, page, 0);
	model.out_of_reach = false;
	KTEST_EXPECT_EQ(t, page->private, 0);
	KTEST_EXPECT_PTR_EQ(t, take(0), page);
	give(t, page, 0);
	model.out_of_reach = true;
	KTEST_EXPECT_PTR_EQ(t, take(0), page);
	/* Twice, but not in silence. */
	KTEST_EXPECT_EQ(t, log_count(log, "page_poison: some pages are passed"),
			1);
}

/* --- what is found --------------------------------------------------------- */

/* A page that was freed, and written to since. */
static struct page *damaged(struct ktest *t, unsigned int offset,
			    unsigned int bytes, u8 value)
{
	struct page *page = take(0);

	if (!KTEST_EXPECT_NOT_NULL(t, page))
		return NULL;
	give(t, page, 0);
	scribble(page, offset, bytes, value);
	return page;
}

/* The damage is told as @want, and another page is given. */
static void expect_found(struct ktest *t, unsigned int offset,
			 unsigned int bytes, u8 value, const char *want)
{
	struct zone *z = poison_node();
	struct page *page = damaged(t, offset, bytes, value), *other;

	if (!page)
		return;
	ktest_expect_report(t, "use-after-free");
	other = take(0);
	fixture_expect_line(t, want);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "5678 cpu="));
	KTEST_EXPECT_TRUE(t, other && other != page);
	KTEST_EXPECT_EQ(t, page_state(page), PAGE_ALLOCATED);
	KTEST_EXPECT_EQ(t, page_owner(page), PAGE_OWNER_BAD);
	KTEST_EXPECT_EQ(t, zone_stat_sum(z, ZONE_STAT_QUARANTINE), 1);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, FRAMES - 2);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void p36_the_first_byte(struct ktest *t)
{
	expect_found(
		t, 0, 1, 0x42,
		"use-after-free page pfn=0x400+0 found=42 want=aa bytes=1");
}

static void p36_the_last_byte(struct ktest *t)
{
	expect_found(
		t, PAGE_SIZE - 1, 1, 0x42,
		"use-after-free page pfn=0x400+4095 found=42 want=aa bytes=1");
}

static void p36_bytes_in_the_middle(struct ktest *t)
{
	expect_found(
		t, 17, 6, 0,
		"use-after-free page pfn=0x400+17 found=00 want=aa bytes=6");
}

static void p36_a_single_bit_is_said_to_be_one(struct ktest *t)
{
	expect_found(
		t, 100, 1, PAGE_POISON ^ 0x40,
		"use-after-free page pfn=0x400+100 found=ea want=aa bytes=1"
		" one-bit");
}

static void of_a_block_only_the_bad_page_is_kept(struct ktest *t)
{
	struct zone *z = poison_node();
	struct page *page = take(MAX_ORDER - 1), *other;

	KTEST_ASSERT_NOT_NULL(t, page);
	give(t, page, MAX_ORDER - 1);
	scribble(page + 77, 8, 4, 0x42);
	ktest_expect_report(t, "use-after-free");
	other = take(MAX_ORDER - 1);
	fixture_expect_line(t, "use-after-free page pfn=0x44d+8 found=42 "
			       "want=aa bytes=4");
	KTEST_EXPECT_PTR_EQ(t, other, room->map);
	KTEST_EXPECT_EQ(t, page_owner(page + 77), PAGE_OWNER_BAD);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, FRAMES / 2 - 1);
	/* 1023 pages around it, whole as far as they can be. */
	KTEST_EXPECT_EQ(t, zone_free_orders(z), (1u << (MAX_ORDER - 1)) - 1);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	give(t, other, MAX_ORDER - 1);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static void a_request_that_finds_no_sound_block_fails(struct ktest *t)
{
	struct zone *z = poison_node();
	struct page *other = take(MAX_ORDER - 1), *page = take(MAX_ORDER - 1);

	KTEST_ASSERT_TRUE(t, page && other);
	give(t, page, MAX_ORDER - 1);
	scribble(page + 1023, 0, PAGE_SIZE, 0);
	ktest_expect_report(t, "use-after-free");
	KTEST_EXPECT_NULL(t, take(MAX_ORDER - 1));
	KTEST_EXPECT_EQ(t, z->nr_free_pages, 1023);
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	/* Smaller ones are still served. */
	KTEST_EXPECT_NOT_NULL(t, take(MAX_ORDER - 2));
}

/* --- the word -------------------------------------------------------------- */

static void the_live_machine_fills_its_pages_if_it_was_told_to(struct ktest *t)
{
	unsigned long pages[MAX_ORDER];
	unsigned int order;

	if (!page_poisoning_enabled()) {
		ktest_skip(t, "page_poison=1 is not on the command line");
		return;
	}
	for (order = 0; order < MAX_ORDER; order++) {
		pages[order] = __get_free_pages(GFP_KERNEL, order);
		KTEST_ASSERT_TRUE(t, pages[order] != 0);
		memset((void *)pages[order], 0, PAGE_SIZE << order);
	}
	while (order--) {
		free_pages(pages[order], order);
		KTEST_EXPECT_EQ(
			t, *(u8 *)(pages[order] + (PAGE_SIZE << order) - 1),
			PAGE_POISON);
	}
}

static void many_pages_at_once_are_filled_too(struct ktest *t)
{
	struct page *pages[8] = {};
	unsigned int i;

	if (!page_poisoning_enabled()) {
		ktest_skip(t, "page_poison=1 is not on the command line");
		return;
	}
	KTEST_ASSERT_EQ(
		t, alloc_pages_bulk_array(GFP_KERNEL, ARRAY_SIZE(pages), pages),
		ARRAY_SIZE(pages));
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		memset(page_address(pages[i]), 0, PAGE_SIZE);
	free_pages_bulk_site(pages, ARRAY_SIZE(pages), FREED_BY);
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		KTEST_EXPECT_NULL(t, memchr_inv(page_address(pages[i]),
						PAGE_POISON, PAGE_SIZE));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_block_of_any_order_is_filled_when_freed),
	KTEST_CASE(what_was_never_freed_is_given_as_it_is),
	KTEST_CASE(all_passes_by_the_lists_of_the_cpus),
	KTEST_CASE(who_gets_a_page_finds_no_word_left_in_its_record),
	KTEST_CASE(a_wrong_free_fills_nothing),
	KTEST_CASE(a_page_out_of_reach_is_not_looked_at_later),
	KTEST_CASE(p36_the_first_byte),
	KTEST_CASE(p36_the_last_byte),
	KTEST_CASE(p36_bytes_in_the_middle),
	KTEST_CASE(p36_a_single_bit_is_said_to_be_one),
	KTEST_CASE(of_a_block_only_the_bad_page_is_kept),
	KTEST_CASE(a_request_that_finds_no_sound_block_fails),
	KTEST_CASE(the_live_machine_fills_its_pages_if_it_was_told_to),
	KTEST_CASE(many_pages_at_once_are_filled_too),
};
KTEST_SUITE(page_poison, cases);
