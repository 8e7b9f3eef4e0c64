/* SPDX-License-Identifier: MIT */
/*
 * gfp_table_test.c - every word of gfp.h against every state of the zones
 *
 * The expectations are written by hand from the rules of the driver books and
 * the figures of pressed_node.h; nothing here asks the functions that requests
 * are judged by. A trace of each request is taken before it is made and must
 * foretell it.
 *
 * Not here: what a trace says in words (page_why_test.c).
 */
#define pr_fmt(fmt) "gfp: " fmt

#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <mm/page_pcp.h>
#include <mm/page_trace.h>
#include "../../mm/internal.h"
#include "pressed_node.h"

/* --- the table ------------------------------------------------------------ */

#define PIECES PRESSED_PIECES

/* Frames left in the best zone of a request, the next one and the last. */
static const struct state {
	const char *name;
	unsigned int left[NR_ZONES];
	unsigned int order;
	bool shown; /* with a trace in the log */
} states[] = {
	{ "plenty", { 128, 128, 128 }, 0, true },
	{ "below low", { 20, 0, 0 }, 0, true },
	{ "below min", { 14, 0, 0 }, 0, true },
	{ "below 5/8 of min", { 10, 0, 0 }, 0, false },
	{ "below 1/2 of min", { 7, 0, 0 }, 0, false },
	{ "nearly empty", { 3, 0, 0 }, 0, false },
	{ "empty", { 0, 0, 0 }, 0, true },
	{ "first empty, second plenty", { 0, 128, 0 }, 0, false },
	{ "first below low, second plenty", { 20, 128, 0 }, 0, false },
	{ "first empty, second 50", { 0, 50, 0 }, 0, false },
	{ "first empty, second below low", { 0, 20, 0 }, 0, false },
	{ "both below min", { 14, 14, 0 }, 0, false },
	{ "first fragmented, second plenty", { PIECES, 128, 0 }, 1, false },
	{ "fragmented", { PIECES, PIECES, 0 }, 1, true },
	{ "only the last", { 0, 0, 128 }, 0, false },
};

/*
 * What a word gets in each state: D, N, H the zone that serves it, - nobody;
 * w reclaim is woken, d a dip below the min mark, a only as the last resort.
 * "" is not asked: it would be a panic.
 */
static const struct rule {
	/* Indices of zones, as the books order them, from the best down; the
	 * states are those of these. */
	enum zone_type order[NR_ZONES];
	unsigned int nr_zones; /* of them, that may be used */
	const char *gets[ARRAY_SIZE(states)];
} rules[] = {
#define RULE_KERNEL 0
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "Nw", "-w", "-w", "-w", "-w", "-w", "D", "D", "Dw", "-w", "-w",
	    "D", "-w", "-w" } },
#define RULE_USER 1
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "-w", "-w", "-w", "-w", "-w", "-w", "D", "D", "-w", "-w", "-w",
	    "D", "-w", "-w" } },
#define RULE_HIGHUSER 2
	{ { ZONE_HIGHMEM, ZONE_NORMAL, ZONE_DMA },
	  3,
	  { "H", "-w", "-w", "-w", "-w", "-w", "-w", "N", "N", "-w", "-w", "-w",
	    "N", "-w", "D" } },
#define RULE_ATOMIC 3
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "Nw", "Nwd", "Nwd", "Nwd", "-w", "-w", "D", "D", "Dw", "-w",
	    "Nwd", "D", "-w", "-w" } },
#define RULE_DMA 4
	{ { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM },
	  1,
	  { "D", "D", "-", "-", "-", "-", "-", "-", "D", "-", "-", "-", "-",
	    "-", "-" } },
#define RULE_DMA_ATOMIC 5
	{ { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM },
	  1,
	  { "D", "Dw", "Dwd", "Dwd", "Dwd", "-w", "-w", "-w", "Dw", "-w", "-w",
	    "Dwd", "-w", "-w", "-w" } },
#define RULE_DMA_KERNEL 6
	{ { ZONE_DMA, ZONE_NORMAL, ZONE_HIGHMEM },
	  1,
	  { "D", "Dw", "-w", "-w", "-w", "-w", "-w", "-w", "Dw", "-w", "-w",
	    "-w", "-w", "-w", "-w" } },
#define RULE_PLAIN 7
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "N", "-", "-", "-", "-", "-", "D", "D", "D", "-", "-", "D",
	    "-", "-" } },
#define RULE_HIGHMEM 8
	{ { ZONE_HIGHMEM, ZONE_NORMAL, ZONE_DMA },
	  3,
	  { "H", "H", "-", "-", "-", "-", "-", "N", "N", "-", "-", "-", "N",
	    "-", "D" } },
#define RULE_HIGH 9
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "N", "Nd", "Nd", "-", "-", "-", "D", "D", "D", "-", "Nd", "D",
	    "-", "-" } },
#define RULE_ATOMIC_BIT 10
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "N", "Nd", "-", "-", "-", "-", "D", "D", "D", "-", "Nd", "D",
	    "-", "-" } },
#define RULE_HARDWALL 11
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "-", "-", "-", "-", "-", "-", "D", "D", "-", "-", "-", "D",
	    "-", "-" } },
#define RULE_MEMALLOC 12
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "N", "Nd", "Nd", "Nd", "Nd", "-", "D", "D", "D", "D", "Nd",
	    "D", "-", "-" } },
#define RULE_NOFAIL 13
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "Nw", "Nwda", "Nwda", "Nwda", "Nwda", "", "D", "D", "Dw",
	    "Dwa", "Nwda", "D", "", "" } },
#define RULE_HIGH_WAKES 14
	{ { ZONE_NORMAL, ZONE_DMA, ZONE_HIGHMEM },
	  2,
	  { "N", "Nw", "Nwd", "Nwd", "-w", "-w", "-w", "D", "D", "Dw", "-w",
	    "Nwd", "D", "-w", "-w" } },
};

/* The word, its rule, and whether it reclaims by itself. */
static const struct word {
	const char *name;
	gfp_t gfp;
	unsigned int rule;
	bool sleeps;
} words[] = {
#define WORD(gfp, rule, sleeps)         \
	{                               \
#gfp, gfp, rule, sleeps \
	}
	WORD(GFP_KERNEL, RULE_KERNEL, true),
	WORD(GFP_KERNEL_ACCOUNT, RULE_KERNEL, true),
	WORD(GFP_NOIO, RULE_KERNEL, true),
	WORD(GFP_NOFS, RULE_KERNEL, true),
	WORD(GFP_NOWAIT, RULE_KERNEL, false),
	WORD(GFP_KERNEL | GFP_DMA32, RULE_KERNEL, true),
	WORD(GFP_KERNEL | __GFP_MOVABLE, RULE_KERNEL, true),
	WORD(GFP_KERNEL | __GFP_RECLAIMABLE, RULE_KERNEL, true),
	WORD(GFP_KERNEL | __GFP_NORETRY, RULE_KERNEL, true),
	WORD(GFP_KERNEL | __GFP_RETRY_MAYFAIL, RULE_KERNEL, true),
	WORD(GFP_KERNEL | __GFP_ZERO, RULE_KERNEL, true),
	WORD(GFP_KERNEL | __GFP_COMP, RULE_KERNEL, true),
	WORD(GFP_USER, RULE_USER, true),
	WORD(GFP_HIGHUSER, RULE_HIGHUSER, true),
	WORD(GFP_HIGHUSER_MOVABLE, RULE_HIGHUSER, true),
	WORD(GFP_ATOMIC, RULE_ATOMIC, false),
	WORD(GFP_DMA, RULE_DMA, false),
	WORD(GFP_DMA | GFP_ATOMIC, RULE_DMA_ATOMIC, false),
	WORD(GFP_DMA | GFP_KERNEL, RULE_DMA_KERNEL, true),
	WORD(GFP_ATOMIC | __GFP_NOMEMALLOC, RULE_HIGH_WAKES, false),
	WORD(GFP_USER | __GFP_HIGH, RULE_HIGH_WAKES, true),
	WORD(__GFP_MEMALLOC | __GFP_NOMEMALLOC, RULE_PLAIN, false),
	WORD(GFP_KERNEL | __GFP_NOFAIL, RULE_NOFAIL, true),
	/* No bit, and each by itself. */
	WORD(0, RULE_PLAIN, false),
	WORD(__GFP_DMA, RULE_DMA, false),
	WORD(__GFP_HIGHMEM, RULE_HIGHMEM, false),
	WORD(__GFP_DMA32, RULE_PLAIN, false),
	WORD(__GFP_MOVABLE, RULE_PLAIN, false),
	WORD(__GFP_RECLAIMABLE, RULE_PLAIN, false),
	WORD(__GFP_HIGH, RULE_HIGH, false),
	WORD(__GFP_IO, RULE_PLAIN, false),
	WORD(__GFP_FS, RULE_PLAIN, false),
	WORD(__GFP_ZERO, RULE_PLAIN, false),
	WORD(__GFP_ATOMIC, RULE_ATOMIC_BIT, false),
	WORD(__GFP_DIRECT_RECLAIM, RULE_PLAIN, true),
	WORD(__GFP_KSWAPD_RECLAIM, RULE_KERNEL, false),
	WORD(__GFP_WRITE, RULE_PLAIN, false),
	WORD(__GFP_NOWARN, RULE_PLAIN, false),
	WORD(__GFP_RETRY_MAYFAIL, RULE_PLAIN, false),
	WORD(__GFP_NORETRY, RULE_PLAIN, false),
	WORD(__GFP_MEMALLOC, RULE_MEMALLOC, false),
	WORD(__GFP_COMP, RULE_PLAIN, false),
	WORD(__GFP_NOMEMALLOC, RULE_PLAIN, false),
	WORD(__GFP_HARDWALL, RULE_HARDWALL, false),
	WORD(__GFP_THISNODE, RULE_PLAIN, false),
	WORD(__GFP_ACCOUNT, RULE_PLAIN, false),
};

/* What happened, in the letters of the table. */
static void write_outcome(char *text, const struct word *word,
			  const struct page *page, unsigned long dips,
			  const char *want)
{
	static const char letter[NR_ZONES] = { 'D', 'N', 'H' };
	const struct rule *rule = &rules[word->rule];

	*text++ = page ? letter[pressed_zone_of(page)->type] : '-';
	if (pressed_asked.wakes[rule->order[0]])
		*text++ = 'w';
	if (dips)
		*text++ = 'd';
	/* A last resort looks like any other success from outside. */
	if (strchr(want, 'a') && page)
		*text++ = 'a';
	*text = '\0';
}

static unsigned long all_dips(void)
{
	return zone_stat_sum(&pressed.zones[ZONE_DMA], ZONE_STAT_DIP) +
	       zone_stat_sum(&pressed.zones[ZONE_NORMAL], ZONE_STAT_DIP) +
	       zone_stat_sum(&pressed.zones[ZONE_HIGHMEM], ZONE_STAT_DIP);
}

/* Every zone that may be used is woken once, no other, or none. */
static void expect_wakes(struct ktest *t, const struct rule *rule,
			 const char *want)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		KTEST_EXPECT_EQ(t, pressed_asked.wakes[rule->order[i]],
				strchr(want, 'w') && i < rule->nr_zones);
}

/* Of the last pass in which the zone was asked. */
static enum trace_verdict last_verdict(const struct alloc_trace *trace,
				       int zone)
{
	unsigned int pass = TRACE_PASSES;

	while (pass && !trace->zone[zone].verdict[pass - 1])
		pass--;
	return pass ? (enum trace_verdict)trace->zone[zone].verdict[pass - 1] :
		      TRACE_NOT_ASKED;
}

static void expect_trace(struct ktest *t, const struct word *word,
			 const struct alloc_trace *trace,
			 const struct page *page, const char *want)
{
	int taken = page ? (int)pressed_zone_of(page)->type : -1;
	bool stalls = word->sleeps && (!page || strchr(want, 'a'));

	KTEST_EXPECT_NULL(t, trace->refusal);
	KTEST_EXPECT_EQ(t, trace->taken, taken);
	/* There are no lists that could be drained. */
	if (page)
		KTEST_EXPECT_EQ(t, last_verdict(trace, taken), TRACE_TAKES);
	KTEST_EXPECT_EQ(t, trace->wakes, strchr(want, 'w') != NULL);
	KTEST_EXPECT_EQ(t, trace->dips, strchr(want, 'd') != NULL);
	KTEST_EXPECT_EQ(t, trace->reclaim_rounds != 0, stalls);
	KTEST_EXPECT_EQ(t, pressed_asked.directs, stalls);
	KTEST_EXPECT_EQ(t, trace->nr_list, rules[word->rule].nr_zones);
}

static void try_word(struct ktest *t, const struct word *word,
		     const struct state *state, const char *want)
{
	unsigned long dips = all_dips();
	struct alloc_trace trace;
	struct page *page;
	char got[8];

	memset(&pressed_asked, 0, sizeof(pressed_asked));
	alloc_trace_take(&trace, &pressed, word->gfp, state->order);
	page = pressed_take(word->gfp, state->order);
	write_outcome(got, word, page, all_dips() - dips, want);
	if (strcmp(got, want))
		KTEST_FAIL(t, "%s, %s: got %s, want %s", word->name,
			   state->name, got, want);
	expect_wakes(t, &rules[word->rule], want);
	expect_trace(t, word, &trace, page, want);
	if (page)
		pressed_give(pressed_zone_of(page), page, state->order);
}

static void build_state(const struct rule *rule, const struct state *state)
{
	unsigned int i;

	pressed_build();
	for (i = 0; i < NR_ZONES; i++)
		pressed_leave(rule->order[i], state->left[i]);
}

static void every_word_meets_every_state_as_the_books_say(struct ktest *t)
{
	unsigned int i, s;

	for (s = 0; s < ARRAY_SIZE(states); s++) {
		for (i = 0; i < ARRAY_SIZE(words); i++) {
			const struct rule *rule = &rules[words[i].rule];

			if (!i || words[i].rule != words[i - 1].rule)
				build_state(rule, &states[s]);
			if (*rule->gets[s])
				try_word(t, &words[i], &states[s],
					 rule->gets[s]);
		}
		KTEST_EXPECT_EQ(t, pressed_check(), 0);
	}
}

static char text[2048];

/* The log takes a line at a time. */
static void log_text(const char *name, size_t len)
{
	char *line = text, *end;

	text[len] = '\0';
	for (; (end = strchr(line, '\n')) != NULL; line = end + 1) {
		*end = '\0';
		pr_info("%s: %s\n", name, line);
	}
}

static void a_trace_of_each_state_is_logged(struct ktest *t)
{
	struct alloc_trace trace;
	unsigned int s;

	for (s = 0; s < ARRAY_SIZE(states); s++) {
		struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };

		if (!states[s].shown)
			continue;
		build_state(&rules[RULE_KERNEL], &states[s]);
		alloc_trace_take(&trace, &pressed, GFP_KERNEL, states[s].order);
		alloc_trace_show(&m, &pressed, &trace);
		KTEST_EXPECT_FALSE(t, m.overflowed);
		log_text(states[s].name, m.count);
	}
}

/* --- floors, to the frame ------------------------------------------------- */

/* Frames that must stay in the best zone. */
static const struct floor {
	gfp_t gfp;
	unsigned int floor;
} floors[] = {
	{ GFP_USER, 24 },
	{ GFP_KERNEL, 16 },
	{ GFP_NOWAIT, 16 },
	{ __GFP_ATOMIC, 12 },
	{ __GFP_HIGH, 8 },
	{ GFP_ATOMIC, 6 },
	{ GFP_ATOMIC | __GFP_NOMEMALLOC, 8 },
	{ GFP_ATOMIC | __GFP_HARDWALL, 6 },
	{ __GFP_MEMALLOC, 0 },
};

static void a_word_stops_at_its_floor_to_the_frame(struct ktest *t)
{
	unsigned int i, order;

	for (i = 0; i < ARRAY_SIZE(floors); i++) {
		for (order = 0; order < 4; order++) {
			unsigned int least = floors[i].floor + (1u << order);

			pressed_build_left(0, least, 128);
			KTEST_EXPECT_NOT_NULL(
				t, pressed_take(floors[i].gfp, order));
			pressed_build_left(0, least - 1, 128);
			KTEST_EXPECT_NULL(t,
					  pressed_take(floors[i].gfp, order));
		}
	}
}

/* The same where it comes for want of a better zone: 32 frames more. */
static void a_fallback_stops_at_floor_and_reserve(struct ktest *t)
{
	unsigned int i;

	for (i = 0; floors[i].gfp != __GFP_MEMALLOC; i++) {
		pressed_build_left(floors[i].floor + 32 + 1, 0, 128);
		KTEST_EXPECT_NOT_NULL(t, pressed_take(floors[i].gfp, 0));
		pressed_build_left(floors[i].floor + 32, 0, 128);
		KTEST_EXPECT_NULL(t, pressed_take(floors[i].gfp, 0));
	}
}

/* One after the other, until each gives up. */
static void gfp_user_gives_up_a_mark_before_gfp_kernel(struct ktest *t)
{
	pressed_build_left(0, 128, 0);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_USER), 128 - 24);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_KERNEL), 24 - 16);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_NOIO), 0);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_ATOMIC), 16 - 6);
	KTEST_EXPECT_EQ(t, pressed_take_all(__GFP_MEMALLOC), 6);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 0);
	KTEST_EXPECT_EQ(t, pressed_check(), 0);
}

static void nobody_drains_a_zone_that_is_not_his_best(struct ktest *t)
{
	pressed_build();
	pressed_take_all(GFP_HIGHUSER);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_HIGHMEM), 24);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 24 + 40);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_DMA), 24 + 64);
	pressed_take_all(GFP_KERNEL | __GFP_HIGHMEM);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_HIGHMEM), 16);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 16 + 40);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_DMA), 16 + 64);
	pressed_take_all(GFP_KERNEL);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 16);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_DMA), 16 + 32);
	pressed_take_all(GFP_ATOMIC);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 6);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_DMA), 6 + 32);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_DMA), 6 + 32 - 16);
	KTEST_EXPECT_EQ(t, pressed_take_all(GFP_DMA | GFP_ATOMIC), 16 - 6);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_HIGHMEM), 16);
}

/* --- reclaim -------------------------------------------------------------- */

/* How often a request that fails reclaims, when each time says it freed. */
static void reclaim_ends_in_bounded_rounds(struct ktest *t)
{
	static const struct {
		gfp_t gfp;
		unsigned int order, rounds;
	} want[] = {
		{ GFP_KERNEL, 0, 16 },
		{ GFP_KERNEL, 3, 16 },
		{ GFP_KERNEL, 4, 1 },
		{ GFP_KERNEL, 10, 1 },
		{ GFP_KERNEL | __GFP_RETRY_MAYFAIL, 4, 16 },
		{ GFP_KERNEL | __GFP_NORETRY, 0, 1 },
		{ GFP_KERNEL | __GFP_NORETRY | __GFP_RETRY_MAYFAIL, 4, 1 },
		{ GFP_KERNEL | __GFP_DMA, 0, 16 },
		{ GFP_USER, 0, 16 },
		{ GFP_NOIO, 0, 4 },
		{ GFP_NOFS, 0, 16 },
		{ GFP_NOWAIT, 0, 0 },
		{ GFP_ATOMIC, 0, 0 },
		{ GFP_DMA, 0, 0 },
	};
	struct alloc_trace trace;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		pressed_build_left(0, 0, 0);
		pressed_asked.claims = true;
		alloc_trace_take(&trace, &pressed, want[i].gfp, want[i].order);
		KTEST_EXPECT_EQ(t, trace.reclaim_rounds, want[i].rounds);
		KTEST_EXPECT_NULL(t, pressed_take(want[i].gfp, want[i].order));
		KTEST_EXPECT_EQ(t, pressed_asked.directs, want[i].rounds);
		if (want[i].rounds)
			KTEST_EXPECT_EQ(t, pressed_asked.gfp,
					want[i].gfp | __GFP_NOWARN);
	}
}

static void reclaim_that_frees_nothing_is_asked_once(struct ktest *t)
{
	pressed_build_left(0, 0, 0);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, pressed_asked.directs, 1);
	KTEST_EXPECT_EQ(
		t, zone_stat_sum(&pressed.zones[ZONE_NORMAL], ZONE_STAT_STALL),
		1);
	KTEST_EXPECT_EQ(
		t, zone_stat_sum(&pressed.zones[ZONE_NORMAL], ZONE_STAT_WAKE),
		1);
	KTEST_EXPECT_EQ(
		t, zone_stat_sum(&pressed.zones[ZONE_DMA], ZONE_STAT_WAKE), 1);
	KTEST_EXPECT_EQ(
		t, zone_stat_sum(&pressed.zones[ZONE_NORMAL], ZONE_STAT_FAIL),
		1);
}

/* At the floor, the third call gives the frame that was missing. */
static void a_request_is_served_when_reclaim_has_freed_enough(struct ktest *t)
{
	pressed_build_left(0, 16, 0);
	pressed_asked.frees_at = 3;
	KTEST_EXPECT_NOT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, pressed_asked.directs, 3);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_NORMAL), 16);
	/* Who gives up after one round does not live to see it. */
	memset(&pressed_asked, 0, sizeof(pressed_asked));
	pressed_asked.frees_at = 3;
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL | __GFP_NORETRY, 0));
	KTEST_EXPECT_EQ(t, pressed_asked.directs, 1);
}

static void nofail_takes_the_last_frame_there_is(struct ktest *t)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOFAIL;

	pressed_build_left(1, 0, 128);
	KTEST_EXPECT_PTR_EQ(t, pressed_zone_of(pressed_take(gfp, 0)),
			    &pressed.zones[ZONE_DMA]);
	KTEST_EXPECT_EQ(t, pressed_free(ZONE_DMA), 0);
	/* All empty: what reclaim frees, though it is below every mark. */
	pressed_asked.directs = 0;
	pressed_asked.frees_at = 3;
	KTEST_EXPECT_NOT_NULL(t, pressed_take(gfp, 0));
	KTEST_EXPECT_EQ(t, pressed_asked.directs, 4);
	/* Reclaim says that it frees, and others take it: that goes on. */
	pressed_build_left(0, 0, 0);
	pressed_asked.claims = true;
	pressed_asked.frees_at = 3 * ALLOC_RECLAIM_ROUNDS;
	KTEST_EXPECT_NOT_NULL(t, pressed_take(gfp, 0));
	KTEST_EXPECT_EQ(t, pressed_asked.directs, 3 * ALLOC_RECLAIM_ROUNDS);
	/* And it is one request. */
	KTEST_EXPECT_EQ(
		t, zone_stat_sum(&pressed.zones[ZONE_NORMAL], ZONE_STAT_STALL),
		1);
	pressed_build_left(0, 2, 0);
	KTEST_EXPECT_NOT_NULL(t, pressed_take(gfp, 1));
	KTEST_EXPECT_NULL(t, pressed_take(gfp, 2));
}

static void without_anybody_to_reclaim_nothing_waits(struct ktest *t)
{
	struct alloc_trace trace;

	pressed_build_left(0, 16, 0);
	pressed.reclaim = NULL;
	alloc_trace_take(&trace, &pressed, GFP_KERNEL, 0);
	KTEST_EXPECT_EQ(t, trace.reclaim_rounds, 0);
	KTEST_EXPECT_TRUE(t, trace.nobody_reclaims && trace.wakes);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_KERNEL, 0));
	KTEST_EXPECT_EQ(t, pressed_asked.directs + pressed_asked.wakes[1], 0);
}

/* --- traces and requests at random ---------------------------------------- */

/* Flags that some request could have. */
static gfp_t draw_gfp(struct ktest *t)
{
	gfp_t gfp = words[ktest_random(t) % ARRAY_SIZE(words)].gfp |
		    words[ktest_random(t) % ARRAY_SIZE(words)].gfp;

	/* Promises that cannot be kept are a panic. */
	return gfp & ~__GFP_NOFAIL;
}

/* Is it open whether a zone would serve it? */
static bool trace_is_open(const struct alloc_trace *trace)
{
	unsigned int i, pass;

	for (i = 0; i < NR_ZONES; i++) {
		for (pass = 0; pass < TRACE_PASSES; pass++) {
			if (trace->zone[i].verdict[pass] == TRACE_MERGES)
				return true;
		}
	}
	return false;
}

/* Lists for Normal: pages that no mark holds, and drains. */
static void draw_node(struct ktest *t)
{
	unsigned int i, n;

	pressed_build();
	page_pcp_set_high(&pressed.zones[ZONE_NORMAL],
			  (ktest_random(t) & 1) * 32);
	for (i = 0; i < NR_ZONES; i++) {
		n = ktest_random(t) % 4;
		if (n == 3)
			continue;
		pressed_leave((enum zone_type)i,
			      n == 2 ? PIECES : ktest_random(t) % 64);
	}
	for (n = ktest_random(t) % 48; n; n--) {
		struct zone *z = &pressed.zones[ZONE_NORMAL];
		struct page *page = zone_pfn_to_page(
			z, z->start_pfn + ktest_random(t) % PRESSED_FRAMES);

		if (page_state(page) == PAGE_ALLOCATED &&
		    !page_pcp_free(z, page, 0, PRESSED_SITE))
			pressed_give(z, page, 0);
	}
}

static void traces_foretell_random_requests(struct ktest *t)
{
	unsigned int i, open = 0;

	for (i = 0; i < 3000 && !t->failed; i++) {
		gfp_t gfp = draw_gfp(t);
		unsigned int order = ktest_random(t) % 8;
		struct alloc_trace trace;
		struct page *page;

		if (i % 8 == 0)
			draw_node(t);
		alloc_trace_take(&trace, &pressed, gfp, order);
		page = pressed_take(gfp, order);
		if (trace_is_open(&trace)) {
			open++;
			continue;
		}
		KTEST_EXPECT_EQ(t, trace.taken,
				page ? (int)pressed_zone_of(page)->type : -1);
		KTEST_EXPECT_EQ(t, trace.refusal != NULL,
				alloc_contradiction(gfp, order) != NULL);
	}
	KTEST_EXPECT_LE(t, open, 300);
	KTEST_EXPECT_EQ(t, pressed_check(), 0);
}

static void
a_list_serves_below_every_mark_and_the_trace_says_so(struct ktest *t)
{
	struct zone *z = &pressed.zones[ZONE_NORMAL];
	struct alloc_trace trace;
	struct page *page;

	pressed_build_left(0, 128, 0);
	page_pcp_set_high(z, 16);
	page = pressed_take(GFP_KERNEL, 0);
	page_pcp_drain_zone(z);
	pressed_leave(ZONE_NORMAL, 1);
	KTEST_ASSERT_TRUE(t, page_pcp_free(z, page, 0, PRESSED_SITE));
	alloc_trace_take(&trace, &pressed, GFP_USER, 0);
	KTEST_EXPECT_EQ(t, trace.zone[ZONE_NORMAL].verdict[0], TRACE_CPU_LIST);
	KTEST_EXPECT_EQ(t, trace.taken, ZONE_NORMAL);
	KTEST_EXPECT_PTR_EQ(t, pressed_take(GFP_USER, 0), page);
	KTEST_EXPECT_NULL(t, pressed_take(GFP_USER, 0));
	alloc_trace_take(&trace, &pressed, GFP_USER, 0);
	KTEST_EXPECT_EQ(t, trace.zone[ZONE_NORMAL].verdict[0], TRACE_MARK);
}

/* As many as make a zone that groups by mobility. */
#define GROUPED_FRAMES (ZONE_MIN_GROUPED * PAGEBLOCK_PAGES)

/* Normal with records at @map. */
static struct zone *build_grouped(struct page *map)
{
	struct zone *z = &pressed.zones[ZONE_NORMAL];

	pressed_build();
	zone_init(z, &(struct zone_desc){ .name = "Normal",
					  .type = ZONE_NORMAL,
					  .map = map,
					  .end_pfn = GROUPED_FRAMES });
	zone_group_by_mobility(z);
	zone_add_free(z, 0, GROUPED_FRAMES);
	page_pcp_set_high(z, 16);
	mm_node_init_zonelists(&pressed);
	return z;
}

static void a_list_of_another_mobility_is_not_asked(struct ktest *t)
{
	const unsigned int order =
		get_order(GROUPED_FRAMES * sizeof(struct page));
	unsigned long map = __get_free_pages(GFP_KERNEL | __GFP_ZERO, order);
	struct alloc_trace trace;
	struct page *page;
	struct zone *z;

	KTEST_ASSERT_TRUE(t, map != 0);
	z = build_grouped((struct page *)map);
	page = pressed_take(GFP_KERNEL | __GFP_MOVABLE, 0);
	page_pcp_drain_zone(z);
	KTEST_EXPECT_TRUE(t, z->grouped);
	KTEST_EXPECT_TRUE(t, page_pcp_free(z, page, 0, PRESSED_SITE));
	alloc_trace_take(&trace, &pressed, GFP_KERNEL, 0);
	KTEST_EXPECT_EQ(t, trace.zone[ZONE_NORMAL].verdict[0], TRACE_TAKES);
	alloc_trace_take(&trace, &pressed, GFP_KERNEL | __GFP_MOVABLE, 0);
	KTEST_EXPECT_EQ(t, trace.zone[ZONE_NORMAL].verdict[0], TRACE_CPU_LIST);
	KTEST_EXPECT_EQ(t, trace.zone[ZONE_NORMAL].listed_pages, 1);
	free_pages(map, order);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(every_word_meets_every_state_as_the_books_say),
	KTEST_CASE(a_trace_of_each_state_is_logged),
	KTEST_CASE(a_word_stops_at_its_floor_to_the_frame),
	KTEST_CASE(a_fallback_stops_at_floor_and_reserve),
	KTEST_CASE(gfp_user_gives_up_a_mark_before_gfp_kernel),
	KTEST_CASE(nobody_drains_a_zone_that_is_not_his_best),
	KTEST_CASE(reclaim_ends_in_bounded_rounds),
	KTEST_CASE(reclaim_that_frees_nothing_is_asked_once),
	KTEST_CASE(a_request_is_served_when_reclaim_has_freed_enough),
	KTEST_CASE(nofail_takes_the_last_frame_there_is),
	KTEST_CASE(without_anybody_to_reclaim_nothing_waits),
	KTEST_CASE(traces_foretell_random_requests),
	KTEST_CASE(a_list_serves_below_every_mark_and_the_trace_says_so),
	KTEST_CASE(a_list_of_another_mobility_is_not_asked),
};
KTEST_SUITE_BOUND(gfp_table, cases);
