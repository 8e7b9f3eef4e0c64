/* SPDX-License-Identifier: MIT */
/*
 * page_why_test.c - failed requests: noted, printed, explained; refused ones
 *
 * Sentences are looked for in parts: the figures are what a reader needs, and
 * the words around them may get better.
 */
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/vsnprintf.h>
#include <mm/holders.h>
#include <mm/page_trace.h>
#include "../../mm/internal.h"
#include "pressed_node.h"

/* --- the text ------------------------------------------------------------- */

static char text[4096];

static struct seq_file text_begin(void)
{
	return (struct seq_file){ .buf = text, .size = sizeof(text) - 1 };
}

static void text_end(struct ktest *t, const struct seq_file *m)
{
	text[m->count] = '\0';
	KTEST_EXPECT_FALSE(t, m->overflowed);
}

static void expect_part(struct ktest *t, const char *want)
{
	if (!strstr(text, want))
		KTEST_FAIL(t, "no \"%s\" in: %s", want, text);
}

static void expect_no_part(struct ktest *t, const char *part)
{
	if (strstr(text, part))
		KTEST_FAIL(t, "\"%s\" in: %s", part, text);
}

/* The explanation of the node's last failure must contain @want. */
static void expect_explained(struct ktest *t, const char *want)
{
	struct seq_file m = text_begin();

	alloc_failure_explain(&pressed, &pressed.last_failure, &m);
	text_end(t, &m);
	expect_part(t, want);
}

/* A request that fails, loudly. */
static void must_fail(struct ktest *t, gfp_t gfp, unsigned int order)
{
	KTEST_EXPECT_NULL(t,
			  node_alloc_pages(&pressed, gfp, order, PRESSED_SITE));
}

/* --- the last failure ----------------------------------------------------- */

static void refusals_and_planned_failures_are_told(struct ktest *t)
{
	pressed_build();
	expect_explained(t, "No request for pages has failed so far.");
	must_fail(t, GFP_KERNEL, MAX_ORDER);
	expect_explained(t, "The request was refused: order too large.");
	expect_explained(t, "a smaller order: up to 6 is served.");
	must_fail(t, GFP_KERNEL | __GFP_DMA | __GFP_HIGHMEM, 0);
	expect_explained(t, "refused: both __GFP_DMA and __GFP_HIGHMEM.");
	expect_no_part(t, "What helps");
	fault_fail_nth(&pressed.fault, 1);
	must_fail(t, GFP_KERNEL, 0);
	expect_explained(t, "It failed on purpose");
	fault_reset(&pressed.fault);
}

static void what_was_asked_is_spelled_out(struct ktest *t)
{
	pressed_build_left(0, 0, 0);
	must_fail(t, GFP_KERNEL | __GFP_NORETRY, 3);
	expect_explained(t, "asked for 8 pages in a row (order 3) with "
			    "GFP_KERNEL|__GFP_NORETRY (0x10cc0)");
	must_fail(t, GFP_DMA | GFP_ATOMIC, 0);
	expect_explained(t, "asked for 1 page in a row (order 0) with "
			    "GFP_ATOMIC|GFP_DMA (0xa21)");
}

/* The reason is the one that was true, not the state a minute later. */
static void the_trace_is_of_the_moment_of_failure(struct ktest *t)
{
	pressed_build_left(14, 14, 128);
	must_fail(t, GFP_KERNEL, 0);
	pressed_build_left(128, 128, 128);
	KTEST_EXPECT_EQ(t, pressed.last_failure.cause, ALLOC_NEVER_FAILED);
	pressed_build_left(14, 14, 128);
	must_fail(t, GFP_KERNEL, 0);
	pressed_give_one(&pressed.zones[ZONE_NORMAL]);
	expect_explained(t, "zone Normal: 14 pages free, 16 must stay (mark 16,"
			    " reserve 0): too few above the mark.");
	expect_part(t, "zone DMA: 14 pages free, 48 must stay (mark 16, reserve"
		       " 32): too few above the mark.");
}

static void every_zone_s_reason_is_told(struct ktest *t)
{
	pressed_build_left(40, 20, 0);
	must_fail(t, GFP_USER, 0);
	expect_explained(t, "zone Normal: 20 pages free, 24 must stay (mark 24,"
			    " reserve 0): too few above the mark.");
	expect_part(t, "zone DMA: 40 pages free, 56 must stay (mark 24, reserve"
		       " 32): too few above mark and reserve; without the"
		       " reserve it would do.");
	expect_part(t, "It may sleep: it reclaims and asks again, up to 16");
	expect_part(t, "60 pages free are kept back");
	pressed_build_left(PRESSED_PIECES, 0, 128);
	must_fail(t, GFP_ATOMIC, 1);
	expect_explained(t, "zone Normal: 0 pages free, 24 must stay (mark 24,"
			    " reserve 0): it is empty.");
	expect_part(t, "zone DMA: 64 pages free, 56 must stay (mark 24, reserve"
		       " 32): fragmented: no block of 2, the largest has 1.");
	expect_part(t, "64 pages free are enough for 2, but they lie in"
		       " pieces: memory is fragmented.");
	expect_part(t, "It may not sleep, so it does not reclaim by itself.");
	expect_no_part(t, "HighMem: ");
}

static void with_dma_empty_gfp_dma_fails_at_once_and_says_why(struct ktest *t)
{
	pressed_build_left(0, 128, 128);
	must_fail(t, GFP_DMA, 0);
	KTEST_EXPECT_EQ(t, pressed_asked.directs, 0);
	expect_explained(t, "zone DMA: 0 pages free");
	expect_part(t, "It wakes no reclaim.");
	expect_part(t, "All zones that it may use are empty.");
	expect_part(t, "without __GFP_DMA, if any address will do: zone Normal"
		       " serves it.");
	expect_no_part(t, "zone Normal: ");
	pressed_asked.claims = true;
	must_fail(t, GFP_KERNEL | GFP_DMA, 0);
	KTEST_EXPECT_EQ(t, pressed_asked.directs, ALLOC_RECLAIM_ROUNDS);
	must_fail(t, GFP_DMA, 3);
	expect_explained(t, "All zones that it may use are empty.");
	pressed_leave(ZONE_NORMAL, 0);
	pressed_give_one(&pressed.zones[ZONE_DMA]);
	must_fail(t, GFP_DMA, 3);
	expect_explained(t, "fewer than the 8 wanted.");
}

/* --- what would help ------------------------------------------------------ */

/* Each piece of advice is kept: asked so, the request is served. */
static void advice_is_given_only_if_it_helps(struct ktest *t)
{
	pressed_build_left(0, 20, 0);
	must_fail(t, GFP_USER, 0);
	expect_explained(t, "as GFP_KERNEL, which goes one mark deeper");
	expect_part(t, "5 pages given back to zone Normal.");
	expect_no_part(t, "with __GFP_HIGHMEM");
	expect_no_part(t, "a smaller order");
	expect_no_part(t, "vmalloc()");

	pressed_build_left(0, 14, 128);
	must_fail(t, GFP_USER, 0);
	expect_explained(t, "with __GFP_HIGHMEM, if it needs no kernel address:"
			    " zone HighMem serves it.");
	expect_part(t, "as GFP_ATOMIC");
	expect_no_part(t, "as GFP_KERNEL, which goes");

	pressed_build_left(0, PRESSED_PIECES, 0);
	must_fail(t, GFP_KERNEL | __GFP_NORETRY, 5);
	expect_explained(t, "a smaller order: up to 0 is served.");
	expect_part(t, "vmalloc()");
	expect_part(t, "bigphysarea=");
	expect_part(t, "reclaiming more than once: without __GFP_NORETRY.");
	/* 64 - 32 are above the mark. */
	expect_no_part(t, "given back to zone Normal");
	must_fail(t, GFP_ATOMIC, 6);
	expect_explained(t, "as GFP_KERNEL, where it may sleep");
	expect_part(t, "6 pages given back to zone Normal, if a block");
}

static void what_if_asks_the_figures_of_that_moment(struct ktest *t)
{
	struct alloc_trace was, now;

	pressed_build_left(0, 14, 0);
	alloc_trace_take(&was, &pressed, GFP_KERNEL, 0);
	KTEST_EXPECT_EQ(t, was.taken, -1);
	pressed_build_left(0, 0, 0);
	alloc_trace_what_if(&now, &pressed, &was, GFP_ATOMIC, 0);
	KTEST_EXPECT_EQ(t, now.taken, ZONE_NORMAL);
	KTEST_EXPECT_TRUE(t, now.dips);
	KTEST_EXPECT_EQ(t, now.zone[ZONE_NORMAL].free_pages, 14);
	alloc_trace_take(&now, &pressed, GFP_ATOMIC, 0);
	KTEST_EXPECT_EQ(t, now.taken, -1);
}

/* --- the log -------------------------------------------------------------- */

/* Lines with @part since *@cursor. */
static unsigned int log_lines(u64 *cursor, const char *part)
{
	unsigned int nr = 0;

	while (log_read(cursor, text, sizeof(text)))
		nr += strstr(text, part) != NULL;
	return nr;
}

static u64 log_end(void)
{
	u64 cursor = 0;

	log_lines(&cursor, "");
	return cursor;
}

static void failures_in_a_row_show_one_table(struct ktest *t)
{
	u64 cursor = log_end(), again = cursor;

	pressed_build_left(0, 0, 0);
	must_fail(t, GFP_KERNEL, 0);
	must_fail(t, GFP_KERNEL, 1);
	must_fail(t, GFP_KERNEL | __GFP_NOWARN, 2);
	KTEST_EXPECT_EQ(t,
			log_lines(&cursor, "page allocation failure: order:"
					   "0, mode:0xcc0(GFP_KERNEL)"),
			1);
	KTEST_EXPECT_EQ(t, log_lines(&again, "page allocation failure"), 1);
	KTEST_EXPECT_EQ(t, pressed.nr_unshown, 1);
	/* Who asked to be quiet is not worth an explanation. */
	KTEST_EXPECT_EQ(t, pressed.last_failure.count, 2);
	KTEST_EXPECT_EQ(t, pressed.last_failure.order, 1);
}

/* --- flags as words ------------------------------------------------------- */

static void flags_are_printed_as_the_longest_words(struct ktest *t)
{
	static const struct {
		gfp_t gfp;
		const char *words;
	} want[] = {
		{ 0, "none" },
		{ GFP_KERNEL, "GFP_KERNEL" },
		{ GFP_KERNEL | __GFP_NOWARN, "GFP_KERNEL|__GFP_NOWARN" },
		{ GFP_ATOMIC, "GFP_ATOMIC" },
		{ GFP_NOWAIT, "GFP_NOWAIT" },
		{ GFP_NOIO, "GFP_NOIO" },
		{ GFP_NOFS, "GFP_NOFS" },
		{ GFP_USER, "GFP_USER" },
		{ GFP_HIGHUSER, "GFP_HIGHUSER" },
		{ GFP_HIGHUSER_MOVABLE, "GFP_HIGHUSER_MOVABLE" },
		{ GFP_DMA | GFP_ATOMIC, "GFP_ATOMIC|GFP_DMA" },
		{ GFP_KERNEL | __GFP_DIRECT_RECLAIM, "GFP_KERNEL" },
		{ __GFP_DIRECT_RECLAIM, "__GFP_DIRECT_RECLAIM" },
		{ __GFP_IO | __GFP_FS, "__GFP_IO|__GFP_FS" },
		{ 0x800000, "0x800000" },
		{ GFP_KERNEL | 0x80000000, "GFP_KERNEL|0x80000000" },
	};
	char buf[GFP_TEXT_BYTES];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		KTEST_EXPECT_STREQ(t, gfp_format(want[i].gfp, buf, sizeof(buf)),
				   want[i].words);
		snprintf(buf, sizeof(buf), "%pGg", &want[i].gfp);
		KTEST_EXPECT_STREQ(t, buf, want[i].words);
	}
}

/* Any flags at all fit the room, and are read back. */
static void words_are_read_back(struct ktest *t)
{
	char buf[GFP_TEXT_BYTES];
	const char *wrong;
	unsigned int i;
	gfp_t gfp;

	for (i = 0; i < 2000 && !t->failed; i++) {
		gfp_t want = ktest_random(t) & (i & 1 ? UINT_MAX : __GFP_ALL);

		if (!want)
			continue;
		gfp_format(want, buf, sizeof(buf));
		KTEST_EXPECT_LE(t, strlen(buf), sizeof(buf) - 2);
		KTEST_EXPECT_EQ(t, gfp_parse(buf, &gfp, &wrong), 0);
		KTEST_EXPECT_EQ(t, gfp, want);
	}
	for (i = 0; gfp_word_name(i); i++)
		KTEST_EXPECT_EQ(t, gfp_parse(gfp_word_name(i), &gfp, &wrong),
				0);
	KTEST_EXPECT_GE(t, i, 30);
	KTEST_EXPECT_EQ(
		t, gfp_parse("gfp_kernel|__gfp_Dma|0x2000", &gfp, &wrong), 0);
	KTEST_EXPECT_EQ(t, gfp, GFP_KERNEL | __GFP_DMA | __GFP_NOWARN);
}

static void a_wrong_word_is_pointed_at(struct ktest *t)
{
	static const struct {
		const char *text, *wrong;
	} bad[] = {
		{ "", "" },
		{ "GFP_FLORBLE", "GFP_FLORBLE" },
		{ "GFP_KERNEL|", "" },
		{ "|GFP_KERNEL", "|GFP_KERNEL" },
		{ "GFP_KERNEL|GFP", "GFP" },
		{ "GFP_KERNELS", "GFP_KERNELS" },
		{ "GFP_DMA||GFP_NOIO", "|GFP_NOIO" },
		{ "0x1ffffffff", "0x1ffffffff" },
		{ "-1", "-1" },
		{ "0x11111111111111111111", "0x11111111111111111111" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *wrong = NULL;
		gfp_t gfp = 42;

		KTEST_EXPECT_EQ(t, gfp_parse(bad[i].text, &gfp, &wrong),
				-EINVAL);
		KTEST_EXPECT_STREQ(t, wrong, bad[i].wrong);
		KTEST_EXPECT_EQ(t, gfp, 42);
	}
}

/* --- holders -------------------------------------------------------------- */

static bool test_holders_speak;

/* More than any machine has, in an order that is none. */
static void test_holders(struct holder_list *list)
{
	static const u8 shuffled[10] = { 3, 9, 0, 5, 7, 1, 8, 2, 6, 4 };
	unsigned int i;

	for (i = 0; test_holders_speak && i < ARRAY_SIZE(shuffled); i++)
		holder_name(list, 1000000000ul + shuffled[i], "number %u",
			    shuffled[i]);
}
MM_HOLDER(test, "test", test_holders);

static void the_biggest_holders_come_first(struct ktest *t)
{
	struct seq_file m = text_begin();

	test_holders_speak = true;
	mm_show_holders(&m);
	test_holders_speak = false;
	text_end(t, &m);
	KTEST_EXPECT_STREQ(t, text,
			   "  test number 9: 1000000009 pages\n"
			   "  test number 8: 1000000008 pages\n"
			   "  test number 7: 1000000007 pages\n"
			   "  test number 6: 1000000006 pages\n"
			   "  test number 5: 1000000005 pages\n"
			   "  test number 4: 1000000004 pages\n");
}

/* What `why GFP_WORDS ORDER` prints, for a request that nobody can serve. */
static void a_request_that_nobody_made_is_explained(struct ktest *t)
{
	unsigned long free = nr_free_pages(), told = mm_last_failure.count;
	struct seq_file m = text_begin();

	mm_explain_request(&m, GFP_KERNEL, MAX_ORDER);
	text_end(t, &m);
	expect_part(t, "order 11 with GFP_KERNEL (0xcc0), now:\n"
		       "It is refused: order too large.");
	m = text_begin();
	mm_explain_request(&m, GFP_KERNEL, 0);
	text_end(t, &m);
	expect_part(t, "1 page in a row (order 0) with GFP_KERNEL (0xcc0), "
		       "now:\nFirst, each zone down to its low mark:\n");
	KTEST_EXPECT_EQ(t, nr_free_pages(), free);
	KTEST_EXPECT_EQ(t, mm_last_failure.count, told);
}

/* --- refused, by every way in --------------------------------------------- */

enum way {
	WAY_ALLOC_PAGES,
	WAY_GET_FREE_PAGES,
	WAY_BULK,
	WAY_ZEROED,
	NR_WAYS,
};

/* *@got is what it got, as a number, 0: nothing. Stored, so that no call is the
 * last thing done here: the function must be the caller that is named. */
static noinline void way_in(enum way way, gfp_t gfp, unsigned int order,
			    unsigned long *got)
{
	struct page *array[4] = { NULL };

	switch (way) {
	case WAY_ALLOC_PAGES: *got = alloc_pages(gfp, order) != NULL; break;
	case WAY_GET_FREE_PAGES: *got = __get_free_pages(gfp, order); break;
	case WAY_BULK:
		*got = alloc_pages_bulk_array(gfp, ARRAY_SIZE(array), array);
		break;
	case WAY_ZEROED: *got = get_zeroed_page(gfp); break;
	case NR_WAYS: break;
	}
}

static void expect_refused(struct ktest *t, enum way way, gfp_t gfp,
			   unsigned int order)
{
	unsigned long count = mm_last_failure.count, got = 1;
	u64 cursor = log_end(), again = cursor;

	way_in(way, gfp, order, &got);
	KTEST_EXPECT_EQ(t, got, 0);
	KTEST_EXPECT_EQ(t, log_lines(&cursor, ""), 1);
	KTEST_EXPECT_EQ(t, log_lines(&again, "page_alloc: refused: "), 1);
	KTEST_EXPECT_EQ(t, mm_last_failure.count, count + 1);
	KTEST_EXPECT_EQ(t, mm_last_failure.cause, ALLOC_REFUSED);
	KTEST_EXPECT_EQ(t, mm_last_failure.gfp & ~__GFP_ZERO, gfp);
	/* The caller is in way_in(), which is short. */
	KTEST_EXPECT_TRUE(t,
			  mm_last_failure.site - (unsigned long)way_in < 4096);
}

static void contradictions_are_refused_by_every_way_in(struct ktest *t)
{
	static const struct {
		gfp_t gfp;
		unsigned int order;
	} bad[] = {
		{ GFP_KERNEL | 0x800000, 0 },
		{ GFP_KERNEL | 0x80000000, 0 },
		{ GFP_KERNEL | __GFP_DMA | __GFP_HIGHMEM, 0 },
		{ GFP_KERNEL | __GFP_DMA | __GFP_DMA32, 0 },
		{ GFP_KERNEL | __GFP_HIGHMEM | __GFP_DMA32, 0 },
		{ GFP_KERNEL | __GFP_MOVABLE | __GFP_RECLAIMABLE, 0 },
		{ GFP_KERNEL | __GFP_ATOMIC, 0 },
		{ GFP_ATOMIC | __GFP_NOFAIL, 0 },
		{ GFP_KERNEL | __GFP_NOFAIL | __GFP_NORETRY, 0 },
		{ GFP_KERNEL | __GFP_NOFAIL, 2 },
		{ GFP_KERNEL, MAX_ORDER },
		{ GFP_KERNEL, 32 },
		{ GFP_KERNEL, UINT_MAX },
		{ GFP_ATOMIC, UINT_MAX },
	};
	unsigned long free = nr_free_pages();
	unsigned int i, way;
	struct zone *z;

	for (way = 0; way < NR_WAYS; way++) {
		for (i = 0; i < ARRAY_SIZE(bad); i++) {
			/* Calls without an order. */
			if (bad[i].order && way >= WAY_BULK)
				continue;
			expect_refused(t, (enum way)way, bad[i].gfp,
				       bad[i].order);
		}
	}
	KTEST_EXPECT_EQ(t, nr_free_pages(), free);
	for_each_zone(z)
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(refusals_and_planned_failures_are_told),
	KTEST_CASE(what_was_asked_is_spelled_out),
	KTEST_CASE(the_trace_is_of_the_moment_of_failure),
	KTEST_CASE(every_zone_s_reason_is_told),
	KTEST_CASE(with_dma_empty_gfp_dma_fails_at_once_and_says_why),
	KTEST_CASE(advice_is_given_only_if_it_helps),
	KTEST_CASE(what_if_asks_the_figures_of_that_moment),
	KTEST_CASE(failures_in_a_row_show_one_table),
	KTEST_CASE(flags_are_printed_as_the_longest_words),
	KTEST_CASE(words_are_read_back),
	KTEST_CASE(a_wrong_word_is_pointed_at),
	KTEST_CASE(the_biggest_holders_come_first),
	KTEST_CASE(a_request_that_nobody_made_is_explained),
	KTEST_CASE(contradictions_are_refused_by_every_way_in),
};
KTEST_SUITE(page_why, cases);
