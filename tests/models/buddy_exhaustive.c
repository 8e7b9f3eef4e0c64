/* SPDX-License-Identifier: MIT */
/*
 * buddy_exhaustive.c - every operation on an 11-page zone, right or wrong
 *
 * Fourteen steps deep, each step any of: a request of order 0 .. 4 (order 4
 * cannot be served) or 11; a free of any of the zone's frames or the two beside
 * it as any of these orders. That is all sequences of 84 operations, to length
 * 14. Sequences that lead to the same state, the order of blocks on the free
 * lists included, are continued once: the walk is breadth first over states,
 * and what it has seen to some depth it has seen for all sequences.
 *
 * The model has one character for each frame and works on text: '#' hole, 'R'
 * reserved, '.' free, '0' .. '4' head of a block of that order, '-' tail. For
 * each operation it says what must come out, to the letter of the report.
 * After it, the records and lists of the zone must say the same as the text.
 *
 * Zones: a plain one; one that starts and ends odd; one with a hole; one with a
 * hole and a reserved frame. These are played by the calls of the zone. Others
 * are played by alloc_pages() and __free_pages(), as the only zone of the live
 * node: one with marks, where each order is asked for in four ways that may go
 * down to four different floors; and some whose small orders have a list of
 * this CPU: 'a' .. 'd' heads a block on the list of order 0 .. 3, '_' is its
 * tail. What lies on a list, and in which order, is part of the state.
 *
 * Not here: types of pageblocks; the smallest zone that has them is a thousand
 * times as large (buddy_model.c).
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/page_alloc.h>
#include "model_env.h"

#define PAGES 11u
#define MAX_DEPTH 14u
#define SITE 0x1234ul
/* More than the zones have states; the run ends loudly if not. */
#define MAX_STATES (1u << 20)
#define TABLE_SIZE (1u << 21)

static const u8 orders[] = { 0, 1, 2, 3, 4, 11 };

/* A zone to begin with. */
struct shape {
	pfn_t start;
	const char *text;
	unsigned int depth; /* of the walk: lists make many more states */
	bool public; /* by the calls of the public */
	unsigned long min, low; /* marks */
	unsigned int high; /* of a CPU's list of single pages */
};
static const struct shape *shape;

/* Ways to ask, from the one that gives up first to the one that never does. */
static const gfp_t ways[] = { GFP_NOWAIT | __GFP_HARDWALL, GFP_NOWAIT,
			      GFP_ATOMIC, __GFP_MEMALLOC };

/* All that the future depends on, for zone and model. */
struct state {
	char text[PAGES + 1]; /* the model */
	u8 kind[PAGES]; /* state and order in each record */
	u8 listed[PAGES]; /* free heads, by order, as they stand on the lists */
	u8 nr_listed;
	u8 stacked[PAGES]; /* heads on this CPU's lists, the oldest first */
	u8 nr_stacked;
};

static struct state states[MAX_STATES];
static u32 nr_states;
static u32 table[TABLE_SIZE]; /* index + 1 of a state, 0: empty */

/* The zone's frames stand in the middle: frames beside it have records. */
static struct page map[PAGES + 8];
static struct zone *const zone = &mm_node.zones[ZONE_NORMAL];
static pfn_t base; /* start_pfn */

static u64 nr_operations;
static char line[160]; /* the report that must come */

/* --- the zone: to and from a state -------------------------------------- */

/* This CPU's list of @order, the oldest block first. Return: blocks. */
static unsigned int stack_read(unsigned int order, u8 at[PAGES])
{
	const struct page *p = zone->pcp[0].list[0][order].first;
	unsigned int nr = 0, i;

	for (; p && nr < PAGES; p = (const struct page *)p->lru.next)
		at[nr++] = (u8)(zone_page_to_pfn(zone, p) - base);
	for (i = 0; i < nr / 2; i++) {
		u8 swap = at[i];

		at[i] = at[nr - 1 - i];
		at[nr - 1 - i] = swap;
	}
	return nr;
}

static void stack_save(struct state *s)
{
	unsigned int order, nr, i;
	u8 at[PAGES];

	for (order = 0; order < PCP_ORDERS; order++) {
		nr = stack_read(order, at);
		for (i = 0; i < nr && s->nr_stacked < PAGES; i++)
			s->stacked[s->nr_stacked++] = at[i];
	}
}

static void stack_load(const struct state *s)
{
	unsigned int i;

	for (i = 0; i < PCP_ORDERS; i++) {
		zone->pcp[0].list[0][i].first = NULL;
		zone->pcp[0].list[0][i].room = zone->pcp_mark[i].high;
	}
	for (i = 0; i < s->nr_stacked; i++) {
		struct page *p = zone_pfn_to_page(zone, base + s->stacked[i]);
		struct page_pcp_list *list =
			&zone->pcp[0].list[0][page_order(p)];

		p->lru.next = (struct list_head *)list->first;
		list->first = p;
		list->room--;
	}
}

static void state_save(struct state *s, const char *text)
{
	unsigned int i, order;
	struct page *p;

	memset(s, 0, sizeof(*s));
	strscpy(s->text, text, sizeof(s->text));
	for (i = 0; i < PAGES; i++)
		s->kind[i] = (u8)zone_pfn_to_page(zone, base + i)->flags;
	for (order = 0; order < MAX_ORDER; order++) {
		list_for_each_entry(p, &zone->free[0].area[order].blocks, lru)
			s->listed[s->nr_listed++] =
				(u8)(zone_page_to_pfn(zone, p) - base);
	}
	stack_save(s);
}

static void state_load(const struct state *s)
{
	unsigned int i, order;

	zone->nr_free_pages = 0;
	zone->free[0].orders = 0;
	for (order = 0; order < MAX_ORDER; order++) {
		INIT_LIST_HEAD(&zone->free[0].area[order].blocks);
		zone->free[0].area[order].nr_blocks = 0;
	}
	for (i = 0; i < PAGES; i++) {
		struct page *p = zone_pfn_to_page(zone, base + i);

		p->flags = s->kind[i];
		atomic_set(&p->_refcount, 1);
	}
	for (i = 0; i < s->nr_listed; i++) {
		struct page *p = zone_pfn_to_page(zone, base + s->listed[i]);

		order = page_order(p);
		list_add_tail(&p->lru, &zone->free[0].area[order].blocks);
		zone->free[0].area[order].nr_blocks++;
		zone->free[0].orders |= 1u << order;
		zone->nr_free_pages += 1ul << order;
	}
	stack_load(s);
}

/* Remember a state. Return: false if it was known. */
static bool state_add(const struct state *s)
{
	u32 hash = 2166136261u, slot;
	unsigned int i;

	for (i = 0; i < sizeof(*s); i++)
		hash = (hash ^ ((const u8 *)s)[i]) * 16777619u;
	for (slot = hash % TABLE_SIZE; table[slot];
	     slot = (slot + 1) % TABLE_SIZE) {
		if (!memcmp(&states[table[slot] - 1], s, sizeof(*s)))
			return false;
	}
	if (nr_states == MAX_STATES) {
		model_printf("buddy_exhaustive: more than %u states\n",
			     MAX_STATES);
		model_exit(2);
	}
	states[nr_states++] = *s;
	table[slot] = nr_states;
	return true;
}

/* --- the model: text in, text out ---------------------------------------- */

/* Is text[at ...] a place for a block of @order, all '.'? By frame numbers. */
static bool text_free(const char *text, int at, unsigned int order)
{
	int i;

	if (order > 4 || (base + (pfn_t)at) % (1u << order))
		return false;
	for (i = at; i < at + (1 << order); i++) {
		if (i < 0 || i >= (int)PAGES || text[i] != '.')
			return false;
	}
	return true;
}

/* The block of '.' around @at, as large as it can be; at its start. */
static int text_block(const char *text, int at, unsigned int *order)
{
	unsigned int k;

	for (k = 4; k > 0; k--) {
		int start = at - (int)((base + (pfn_t)at) % (1u << k));

		if (text_free(text, start, k))
			break;
	}
	*order = k;
	return at - (int)((base + (pfn_t)at) % (1u << k));
}

static bool text_has_room(const char *text, unsigned int order)
{
	int i;

	for (i = 0; i < (int)PAGES; i++) {
		if (text_free(text, i, order))
			return true;
	}
	return false;
}

static void text_put(char *text, int at, unsigned int order)
{
	memset(text + at, '-', 1u << order);
	text[at] = (char)('0' + order);
}

static bool is_listed(char c)
{
	return c >= 'a' && c <= 'd';
}

/* The head of the block on a list that @at lies in; -1: it lies in none. */
static int text_listed(const char *text, int at)
{
	if (text[at] != '_' && !is_listed(text[at]))
		return -1;
	while (text[at] == '_')
		at--;
	return at;
}

static void text_list(char *text, int at, unsigned int order)
{
	memset(text + at, '_', 1u << order);
	text[at] = (char)('a' + order);
}

/* Blocks on the list of @order, and how many it may have. */
static unsigned int text_nr_listed(const char *text, unsigned int order)
{
	unsigned int nr = 0;

	for (; *text; text++)
		nr += *text == (char)('a' + order);
	return nr;
}

static unsigned int list_high(unsigned int order)
{
	if (order >= PCP_ORDERS)
		return 0;
	/* Too few for a block of order 4. */
	if (order > 3)
		return 0;
	return order ? shape->high >> (order + 1) : shape->high;
}

/* All that is on lists is free again. Return: whether there was anything. */
static bool text_drain(char *text)
{
	bool any = false;

	for (; *text; text++) {
		if (*text == '_' || is_listed(*text)) {
			*text = '.';
			any = true;
		}
	}
	return any;
}

static unsigned long text_nr_free(const char *text)
{
	unsigned long nr = 0;

	for (; *text; text++)
		nr += *text == '.';
	return nr;
}

/* How many blocks of @order could be cut. */
static unsigned long text_nr_blocks(const char *text, unsigned int order)
{
	unsigned long nr = 0;
	int i;

	for (i = 0; i < (int)PAGES; i++)
		nr += text_free(text, i, order);
	return nr;
}

/* The same for a block that is on a list: it was freed already. */
static void text_judge_listed(const char *text, int at)
{
	int head = text_listed(text, at);
	unsigned int order = (unsigned int)(text[head] - 'a');

	if (head == at)
		snprintf(line, sizeof(line),
			 "double-free page pfn=%#lx order=%u", base + (pfn_t)at,
			 order);
	else
		snprintf(
			line, sizeof(line),
			"double-free page pfn=%#lx inside free block pfn=%#lx order=%u",
			base + (pfn_t)at, base + (pfn_t)head, order);
}

/* A free: what must be reported ("" for a right one), to @line. */
static void text_judge(const char *text, int at, unsigned int order)
{
	pfn_t pfn = base + (pfn_t)at;
	char c = at < 0 || at >= (int)PAGES ? '#' : text[at];
	unsigned int is;
	int head = at;

	line[0] = '\0';
	if (c == '#')
		snprintf(line, sizeof(line), "bad-free no-page pfn=%#lx", pfn);
	else if (c == 'R')
		snprintf(line, sizeof(line), "bad-free reserved pfn=%#lx", pfn);
	else if (c == '_' || is_listed(c))
		text_judge_listed(text, at);
	else if (c == '.' && text_block(text, at, &is) == at)
		snprintf(line, sizeof(line),
			 "double-free page pfn=%#lx order=%u", pfn, is);
	else if (c == '.')
		snprintf(
			line, sizeof(line),
			"double-free page pfn=%#lx inside free block pfn=%#lx order=%u",
			pfn, base + (pfn_t)text_block(text, at, &is), is);
	else if (c != '-' && c != (char)('0' + order))
		snprintf(line, sizeof(line),
			 "wrong-order pfn=%#lx is=%d given=%u", pfn, c - '0',
			 order);
	else if (c == '-' && (order == 11 || pfn % (1u << order)))
		snprintf(line, sizeof(line),
			 "bad-free misaligned pfn=%#lx order=%u", pfn, order);
	else if (c == '-') {
		while (text[head] == '-')
			head--;
		snprintf(line, sizeof(line), "bad-free tail pfn=%#lx head=%#lx",
			 pfn, base + (pfn_t)head);
	}
}

/* --- one operation, both ways -------------------------------------------- */

static bool differ(const char *text, const char *what, int at, unsigned int n)
{
	model_printf("buddy_exhaustive: FAILED base=%lu text=%s: %s %d order %u"
		     ", report \"%s\", want \"%s\"\n",
		     base, text, what, at, n, model_report(), line);
	return false;
}

/* Do records, lists and sums of the zone say what the text says? */
static bool zone_is(const char *text)
{
	unsigned int listed = 0, free = 0, i, order;
	struct page *p;

	for (i = 0; i < PAGES; i++)
		free += text[i] == '.';
	for (order = 0; order < MAX_ORDER; order++) {
		list_for_each_entry(p, &zone->free[0].area[order].blocks, lru) {
			int at = (int)(zone_page_to_pfn(zone, p) - base);
			unsigned int is = 0;

			/* A list may be a loop, or lead out of the zone. */
			if (listed > PAGES || at < 0 || at >= (int)PAGES ||
			    text[at] != '.' ||
			    text_block(text, at, &is) != at || is != order)
				return false;
			listed += 1u << order;
		}
	}
	for (i = 0; i < PAGES; i++) {
		p = zone_pfn_to_page(zone, base + i);
		if ((text[i] >= '0' && text[i] <= '4') !=
		    (page_state(p) == PAGE_ALLOCATED))
			return false;
		if (is_listed(text[i]) != (page_state(p) == PAGE_PCP))
			return false;
		if (is_listed(text[i]) &&
		    page_order(p) != (unsigned int)(text[i] - 'a'))
			return false;
		if (page_state(p) == PAGE_ALLOCATED &&
		    page_order(p) != (unsigned int)(text[i] - '0'))
			return false;
	}
	return listed == free && zone->nr_free_pages == free &&
	       zone_check(zone) == 0;
}

static bool do_alloc(const struct state *from, unsigned int order)
{
	struct page *p = zone_alloc_block(zone, order, SITE);
	struct state next;
	char text[PAGES + 1];
	int at;

	strscpy(text, from->text, sizeof(text));
	line[0] = '\0';
	if (p) {
		at = (int)(zone_page_to_pfn(zone, p) - base);
		if (!text_free(text, at, order))
			return differ(text, "got", at, order);
		text_put(text, at, order);
	} else if (text_has_room(text, order)) {
		return differ(text, "got nothing,", 0, order);
	}
	if (!zone_is(text))
		return differ(text, "zone differs after alloc", 0, order);
	state_save(&next, text);
	if (p)
		state_add(&next);
	else if (memcmp(&next, from, sizeof(next)))
		return differ(text, "failure changed the zone,", 0, order);
	return true;
}

static bool do_free(const struct state *from, int at, unsigned int order)
{
	struct page *p = map + 4 + at;
	struct state next;
	char text[PAGES + 1];
	int err;

	strscpy(text, from->text, sizeof(text));
	text_judge(text, at, order);
	model_forget_report();
	err = zone_free_block(zone, p, order, SITE);
	if (strcmp(model_report(), line) || err != (*line ? -EINVAL : 0))
		return differ(text, "free", at, order);
	if (!*line)
		memset(text + at, '.', 1u << order);
	if (!zone_is(text))
		return differ(text, "zone differs after free", at, order);
	state_save(&next, text);
	if (!*line)
		state_add(&next);
	else if (memcmp(&next, from, sizeof(next)))
		return differ(text, "refusal changed the zone,", at, order);
	return true;
}

/* --- the same by the public's calls --------------------------------------- */

/* How the request ends. */
enum outcome { NOTHING, FROM_LIST, FROM_BUDDY };

static enum outcome text_outcome(const char *text, unsigned int order,
				 unsigned long floor)
{
	if (order < PCP_ORDERS && text_nr_listed(text, order))
		return FROM_LIST;
	return text_nr_free(text) >= floor + (1ul << order) &&
			       text_has_room(text, order) ?
		       FROM_BUDDY :
		       NOTHING;
}

/* One pass: a zone that cannot serve is drained and asked again. */
static enum outcome text_pass(char *text, unsigned int order,
			      unsigned long floor)
{
	enum outcome outcome = text_outcome(text, order, floor);

	if (outcome == NOTHING && text_drain(text))
		outcome = text_outcome(text, order, floor);
	return outcome;
}

/* Frames that way @way leaves when all else has failed: none of them has a
 * better zone, so there is no reserve but the mark. */
static unsigned long last_floor(unsigned int way)
{
	unsigned long half = (shape->min + 1) / 2;

	switch (way) {
	case 0: return shape->low;
	case 1: return shape->min;
	case 2: return half - half / 4;
	default: return 0;
	}
}

/* What else came on the list with the block at @at, which is handed out. */
static bool text_refill(char *text, unsigned int order, unsigned long floor)
{
	unsigned long nr_blocks = text_nr_blocks(text, order);
	unsigned long most = (text_nr_free(text) - floor) >> order;
	unsigned int high = list_high(order), nr, i;
	u8 at[PAGES];

	most = min(most, (high + 1ul) / 2);
	nr = stack_read(order, at);
	for (i = 0; i < nr; i++) {
		if (!text_free(text, at[i], order))
			return false;
		text_list(text, at[i], order);
	}
	/* One is handed out: it still stands in the text as free. */
	return nr + 1 == min(most, nr_blocks);
}

static bool text_take(const struct state *from, char *text, int at,
		      unsigned int order, enum outcome outcome,
		      unsigned long floor)
{
	unsigned int i;
	int top = -1;

	if (outcome == FROM_LIST) {
		for (i = 0; i < from->nr_stacked; i++) {
			if (text[from->stacked[i]] == (char)('a' + order))
				top = from->stacked[i];
		}
		text_put(text, at, order);
		return at == top;
	}
	if (!text_free(text, at, order) ||
	    (list_high(order) && !text_refill(text, order, floor)) ||
	    !text_free(text, at, order))
		return false;
	text_put(text, at, order);
	return true;
}

static bool do_public_alloc(const struct state *from, unsigned int order,
			    unsigned int way)
{
	struct page *p =
		alloc_pages_site(ways[way] | __GFP_NOWARN, order, SITE);
	enum outcome outcome = NOTHING;
	unsigned long floor = shape->low;
	char text[PAGES + 1];
	struct state next;

	strscpy(text, from->text, sizeof(text));
	line[0] = '\0';
	if (order < MAX_ORDER)
		outcome = text_pass(text, order, floor);
	if (outcome == NOTHING && order < MAX_ORDER) {
		floor = last_floor(way);
		outcome = text_pass(text, order, floor);
	}
	if ((outcome == NOTHING) != !p ||
	    (p &&
	     !text_take(from, text, (int)(zone_page_to_pfn(zone, p) - base),
			order, outcome, floor)))
		return differ(from->text, "asked, way", (int)way, order);
	if (!zone_is(text))
		return differ(text, "zone differs after way", (int)way, order);
	state_save(&next, text);
	state_add(&next);
	return true;
}

/* A right free: on the list, whose newest half goes first if it is full. */
static void text_free_public(const struct state *from, char *text, int at,
			     unsigned int order)
{
	unsigned int high = list_high(order), flush = 0, i;

	memset(text + at, '.', 1u << order);
	if (!high)
		return;
	if (text_nr_listed(text, order) == high)
		flush = (high + 1) / 2;
	for (i = from->nr_stacked; i-- > 0 && flush;) {
		if (text[from->stacked[i]] != (char)('a' + order))
			continue;
		memset(text + from->stacked[i], '.', 1u << order);
		flush--;
	}
	text_list(text, at, order);
}

static bool do_public_free(const struct state *from, int at, unsigned int order)
{
	struct state next;
	char text[PAGES + 1];

	strscpy(text, from->text, sizeof(text));
	text_judge(text, at, order);
	model_forget_report();
	__free_pages_site(map + 4 + at, order, SITE);
	if (strcmp(model_report(), line))
		return differ(text, "public free", at, order);
	if (!*line)
		text_free_public(from, text, at, order);
	if (!zone_is(text))
		return differ(text, "zone differs after public free", at,
			      order);
	state_save(&next, text);
	if (!*line)
		state_add(&next);
	else if (memcmp(&next, from, sizeof(next)))
		return differ(text, "refusal changed the zone,", at, order);
	return true;
}

/* --- all of them ---------------------------------------------------------- */

static bool expand_allocs(const struct state *from, unsigned int order)
{
	unsigned int way;

	if (!shape->public) {
		state_load(from);
		nr_operations++;
		return do_alloc(from, order);
	}
	/* Without marks all ways are one. */
	for (way = shape->low ? 0 : 3; way < ARRAY_SIZE(ways); way++) {
		state_load(from);
		nr_operations++;
		if (!do_public_alloc(from, order, way))
			return false;
	}
	return true;
}

/* All operations from one state. */
static bool expand(const struct state *from)
{
	unsigned int i;
	int at;

	for (i = 0; i < sizeof(orders); i++) {
		if (!expand_allocs(from, orders[i]))
			return false;
		for (at = -1; at <= (int)PAGES; at++) {
			state_load(from);
			if (!(shape->public ? do_public_free :
					      do_free)(from, at, orders[i]))
				return false;
			nr_operations++;
		}
	}
	return true;
}

/* Zone @i of the live node, without any frame. */
static void zone_build_empty(unsigned int i, pfn_t start, pfn_t end)
{
	const struct zone_desc desc = { .name = "Model",
					.type = (enum zone_type)i,
					.map = map,
					.map_base_pfn = base - 4,
					.start_pfn = start,
					.end_pfn = end };

	zone_init(&mm_node.zones[i], &desc);
}

/* The zone of the shape, as the only one of the live node that has frames. */
static void node_build(void)
{
	mem_map = (struct page *)((unsigned long)map -
				  (base - 4) * sizeof(struct page));
	max_pfn = max_low_pfn = base + PAGES + 4;
	zone_build_empty(ZONE_DMA, base, base);
	zone_build_empty(ZONE_NORMAL, base, base + PAGES);
	zone_build_empty(ZONE_HIGHMEM, base + PAGES, base + PAGES);
	mm_node_init_zonelists(&mm_node);
}

static void zone_build(const char *text)
{
	unsigned int i;

	memset(map, 0, sizeof(map));
	node_build();
	for (i = 0; i < PAGES; i++) {
		if (text[i] == '.')
			zone_add_free(zone, base + i, base + i + 1);
		else if (text[i] == 'R')
			zone_add_reserved(zone, base + i, base + i + 1);
	}
	/* Free blocks just outside the zone, buddies to some of its own. */
	for (i = 0; i < 4; i++) {
		map[i].flags = PAGE_FREE;
		map[4 + PAGES + i].flags = PAGE_FREE;
	}
	zone->mark_pages[MARK_MIN] = shape->min;
	zone->mark_pages[MARK_LOW] = zone->mark_pages[MARK_HIGH] = shape->low;
	page_pcp_set_high(zone, shape->high);
}

/* Return: false at the first difference. */
static bool walk(const char *text)
{
	struct state first;
	u32 done = 0, depth;

	base = shape->start;
	nr_states = 0;
	memset(table, 0, sizeof(table));
	zone_build(text);
	line[0] = '\0';
	if (!zone_is(text))
		return differ(text, "the zone as built", 0, 0);
	state_save(&first, text);
	state_add(&first);
	for (depth = 0; depth < shape->depth; depth++) {
		u32 end = nr_states;

		for (; done < end; done++) {
			if (!expand(&states[done]))
				return false;
		}
	}
	model_printf("  base %lu %s: min %lu low %lu, lists %u: %u states to"
		     " length %u\n",
		     base, text, shape->min, shape->low, shape->high, nr_states,
		     shape->depth);
	return true;
}

int model_run(const struct model_args *args)
{
	static const struct shape shapes[] = {
		{ 16, "...........", .depth = MAX_DEPTH },
		{ 21, "...........", .depth = MAX_DEPTH },
		{ 16, "....#......", .depth = MAX_DEPTH },
		{ 16, "...#..R....", .depth = MAX_DEPTH },
		{ 21, "...........", 10, true, .min = 4, .low = 6 },
		{ 16, "...........", 9, true, .high = 2 },
		{ 21, "....R......", 9, true, .high = 4 },
		{ 16, "...........", 9, true, .high = 3, .min = 2, .low = 4 },
	};
	unsigned int i;

	(void)args;
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		shape = &shapes[i];
		if (!walk(shape->text))
			return 1;
	}
	model_printf(
		"buddy_exhaustive: %u zones, %llu operations: all agreed\n", i,
		nr_operations);
	return 0;
}
