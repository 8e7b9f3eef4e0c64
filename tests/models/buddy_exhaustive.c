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
 * hole and a reserved frame.
 */
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/zone.h>
#include "model_env.h"

#define PAGES 11u
#define DEPTH 14u
#define SITE 0x1234ul
/* More than the zones have states; the run ends loudly if not. */
#define MAX_STATES (1u << 20)
#define TABLE_SIZE (1u << 21)

static const u8 orders[] = { 0, 1, 2, 3, 4, 11 };

/* All that the future depends on, for zone and model. */
struct state {
	char text[PAGES + 1]; /* the model */
	u8 kind[PAGES]; /* state and order in each record */
	u8 listed[PAGES]; /* free heads, by order, as they stand on the lists */
	u8 nr_listed;
};

static struct state states[MAX_STATES];
static u32 nr_states;
static u32 table[TABLE_SIZE]; /* index + 1 of a state, 0: empty */

/* The zone's frames stand in the middle: frames beside it have records. */
static struct page map[PAGES + 8];
static struct zone zone;
static pfn_t base; /* start_pfn */

static u64 nr_operations;
static char line[160]; /* the report that must come */

/* --- the zone: to and from a state -------------------------------------- */

static void state_save(struct state *s, const char *text)
{
	unsigned int i, order;
	struct page *p;

	memset(s, 0, sizeof(*s));
	strscpy(s->text, text, sizeof(s->text));
	for (i = 0; i < PAGES; i++)
		s->kind[i] = (u8)zone_pfn_to_page(&zone, base + i)->flags;
	for (order = 0; order < MAX_ORDER; order++) {
		list_for_each_entry(p, &zone.free[0].area[order].blocks, lru)
			s->listed[s->nr_listed++] =
				(u8)(zone_page_to_pfn(&zone, p) - base);
	}
}

static void state_load(const struct state *s)
{
	unsigned int i, order;

	zone.nr_free_pages = 0;
	zone.free[0].orders = 0;
	for (order = 0; order < MAX_ORDER; order++) {
		INIT_LIST_HEAD(&zone.free[0].area[order].blocks);
		zone.free[0].area[order].nr_blocks = 0;
	}
	for (i = 0; i < PAGES; i++) {
		struct page *p = zone_pfn_to_page(&zone, base + i);

		p->flags = s->kind[i];
		atomic_set(&p->_refcount, 1);
	}
	for (i = 0; i < s->nr_listed; i++) {
		struct page *p = zone_pfn_to_page(&zone, base + s->listed[i]);

		order = page_order(p);
		list_add_tail(&p->lru, &zone.free[0].area[order].blocks);
		zone.free[0].area[order].nr_blocks++;
		zone.free[0].orders |= 1u << order;
		zone.nr_free_pages += 1ul << order;
	}
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
		list_for_each_entry(p, &zone.free[0].area[order].blocks, lru) {
			int at = (int)(zone_page_to_pfn(&zone, p) - base);
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
		p = zone_pfn_to_page(&zone, base + i);
		if ((text[i] >= '0' && text[i] <= '4') !=
		    (page_state(p) == PAGE_ALLOCATED))
			return false;
		if (page_state(p) == PAGE_ALLOCATED &&
		    page_order(p) != (unsigned int)(text[i] - '0'))
			return false;
	}
	return listed == free && zone.nr_free_pages == free &&
	       zone_check(&zone) == 0;
}

static bool do_alloc(const struct state *from, unsigned int order)
{
	struct page *p = zone_alloc_block(&zone, order, SITE);
	struct state next;
	char text[PAGES + 1];
	int at;

	strscpy(text, from->text, sizeof(text));
	line[0] = '\0';
	if (p) {
		at = (int)(zone_page_to_pfn(&zone, p) - base);
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
	err = zone_free_block(&zone, p, order, SITE);
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

/* All operations from one state. */
static bool expand(const struct state *from)
{
	unsigned int i;
	int at;

	for (i = 0; i < sizeof(orders); i++) {
		state_load(from);
		if (!do_alloc(from, orders[i]))
			return false;
		nr_operations++;
		for (at = -1; at <= (int)PAGES; at++) {
			state_load(from);
			if (!do_free(from, at, orders[i]))
				return false;
			nr_operations++;
		}
	}
	return true;
}

static void zone_build(const char *text)
{
	const struct zone_desc desc = { .name = "Model",
					.type = ZONE_NORMAL,
					.map = map,
					.map_base_pfn = base - 4,
					.start_pfn = base,
					.end_pfn = base + PAGES };
	unsigned int i;

	memset(map, 0, sizeof(map));
	zone_init(&zone, &desc);
	for (i = 0; i < PAGES; i++) {
		if (text[i] == '.')
			zone_add_free(&zone, base + i, base + i + 1);
		else if (text[i] == 'R')
			zone_add_reserved(&zone, base + i, base + i + 1);
	}
	/* Free blocks just outside the zone, buddies to some of its own. */
	for (i = 0; i < 4; i++) {
		map[i].flags = PAGE_FREE;
		map[4 + PAGES + i].flags = PAGE_FREE;
	}
}

/* Return: false at the first difference. */
static bool walk(pfn_t start, const char *text)
{
	struct state first;
	u32 done = 0, depth;

	base = start;
	nr_states = 0;
	memset(table, 0, sizeof(table));
	zone_build(text);
	line[0] = '\0';
	if (!zone_is(text))
		return differ(text, "the zone as built", 0, 0);
	state_save(&first, text);
	state_add(&first);
	for (depth = 0; depth < DEPTH; depth++) {
		u32 end = nr_states;

		for (; done < end; done++) {
			if (!expand(&states[done]))
				return false;
		}
	}
	model_printf("  base %lu %s: %u states\n", start, text, nr_states);
	return true;
}

int model_run(const struct model_args *args)
{
	static const struct {
		pfn_t start;
		const char *text;
	} zones[] = {
		{ 16, "..........." },
		{ 21, "..........." },
		{ 16, "....#......" },
		{ 16, "...#..R...." },
	};
	unsigned int i;

	(void)args;
	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		if (!walk(zones[i].start, zones[i].text))
			return 1;
	}
	model_printf("buddy_exhaustive: %u zones, %llu operations to length %u:"
		     " all agreed\n",
		     i, nr_operations, DEPTH);
	return 0;
}
