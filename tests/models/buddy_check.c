/* SPDX-License-Identifier: MIT */
/*
 * buddy_check.c - the questions that every answer of the buddy must stand
 *
 * Shared by the random model and the fuzzer. The first difference is kept in
 * words; nothing is asked after it.
 *
 * For a request the reference says beforehand, pass by pass, which zone serves
 * it and how; what came is then looked at. A refill and a call for many pages
 * may choose among equal blocks: their choice is read from the lists, and must
 * be one that the rules allow.
 */
#include <kernel/atomic.h>
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <mm/page_ref.h>
#include <mm/page_split.h>
#include "buddy_check.h"
#include "model_env.h"

#define SITE 0x1234ul

static char complaint[256];

const char *buddy_complaint(void)
{
	return complaint[0] ? complaint : NULL;
}

/* The first one stays: others follow from it. */
#define COMPLAIN(...)                                                        \
	do {                                                                 \
		if (!complaint[0])                                           \
			snprintf(complaint, sizeof(complaint), __VA_ARGS__); \
	} while (0)

static struct page *record(const struct geometry *g, pfn_t pfn)
{
	return (struct page *)g->map + (pfn - g->base_pfn);
}

unsigned int buddy_zone_of(const struct geometry *g, pfn_t pfn)
{
	unsigned int i = 0;

	while (i < NR_ZONES && !naive_has(&g->naive[i], pfn))
		i++;
	return i;
}

/* --- after each operation: sums, types and the tops of the lists ---------- */

static const u8 *zone_types(const struct geometry *g, unsigned int zone)
{
	return g->outside >> zone & 1 ? &g->types[zone][1] :
					mm_node.zones[zone].own_types;
}

static void look_at_types(const struct geometry *g, unsigned int i)
{
	const u8 *types = g->types[i];
	unsigned long nr =
		nr_pageblocks(g->naive[i].start_pfn, g->naive[i].end_pfn);

	if (memcmp(zone_types(g, i), g->side[i].type, nr))
		COMPLAIN("zone %u: a pageblock has another type", i);
	if (types[0] != GEOMETRY_GUARD || types[nr + 1] != GEOMETRY_GUARD)
		COMPLAIN("zone %u: a type was written beside the others", i);
}

static void look_at_list(const struct geometry *g, unsigned int i,
			 unsigned int type, unsigned int order)
{
	const struct page_pcp_list *is =
		&mm_node.zones[i].pcp[0].list[type][order];
	const struct naive_list *want = &g->side[i].list[type][order];
	const struct page *top = NULL;

	if (want->nr)
		top = record(g, want->pfn[want->nr - 1]);
	if (is->first != top || is->room != want->high - want->nr)
		COMPLAIN("zone %u: list %u of type %u: room %lu, want %u of %u",
			 i, order, type, is->room, want->high - want->nr,
			 want->high);
}

static void look_at_zone(const struct geometry *g, unsigned int i)
{
	const struct zone *z = &mm_node.zones[i];
	unsigned int list;

	if (z->nr_free_pages != g->naive[i].nr_free)
		COMPLAIN("zone %u: %lu frames free, want %lu", i,
			 z->nr_free_pages, g->naive[i].nr_free);
	look_at_types(g, i);
	for (list = 0; list < MIGRATE_TYPES * PCP_ORDERS; list++)
		look_at_list(g, i, list / PCP_ORDERS, list % PCP_ORDERS);
}

static void look(const struct geometry *g)
{
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		look_at_zone(g, i);
}

/* --- a request ------------------------------------------------------------ */

unsigned long (*buddy_shrink)(struct geometry *g);

/* The request that is under way. */
static struct {
	struct geometry *g;
	gfp_t gfp;
	unsigned int order;
	struct reference_answer answer; /* as it will end, for all we know */
	unsigned int rounds; /* reclaim may be asked so often from now on */
	unsigned int wakes; /* and background reclaim be woken */
} now;

static void note_stat(int zone, enum zone_stat item)
{
	now.g->side[zone].stat[item]++;
}

/* No pass but the last one is left. */
static void expect_last_pass(void)
{
	now.rounds = 0;
	if (now.gfp & __GFP_NOFAIL)
		now.answer = reference_pass(now.g, now.gfp, now.order,
					    ALLOC_PASS_ALL);
}

static unsigned long model_direct(struct mm_node *node, gfp_t gfp,
				  unsigned int order)
{
	unsigned long freed;

	if (node != &mm_node || gfp != now.gfp || order != now.order ||
	    !now.rounds) {
		COMPLAIN("direct reclaim, gfp %#x order %u: not its time", gfp,
			 order);
		return 0;
	}
	freed = buddy_shrink ? buddy_shrink(now.g) : 0;
	if (!freed) {
		expect_last_pass();
		return 0;
	}
	now.rounds--;
	now.answer = reference_pass(now.g, gfp, order, ALLOC_PASS_MIN);
	if (now.answer.way != WAY_NONE)
		now.rounds = 0;
	else if (!now.rounds)
		expect_last_pass();
	/* What must not fail begins again. */
	if (now.answer.way == WAY_NONE && !now.rounds && (gfp & __GFP_NOFAIL))
		now.rounds = reference_rounds(gfp, order);
	return freed;
}

static void model_wake(struct zone *z, unsigned int order)
{
	if (!now.wakes || order != now.order)
		COMPLAIN("zone %s, order %u: woken once too often", z->name,
			 order);
	now.wakes--;
}

void buddy_set_reclaim(struct geometry *g, bool somebody)
{
	static const struct mm_reclaim reclaim = { .wake = model_wake,
						   .direct = model_direct };

	now.g = g;
	mm_node.reclaim = somebody ? &reclaim : NULL;
}

/* All zones are at their low marks. */
static void expect_wake(const int *zone)
{
	if (!(now.gfp & __GFP_KSWAPD_RECLAIM))
		return;
	for (; *zone >= 0; zone++) {
		note_stat(*zone, ZONE_STAT_WAKE);
		now.wakes += mm_node.reclaim != NULL;
	}
}

/* What will come of the request, up to the first time reclaim is asked. */
static void expect_passes(void)
{
	int zones[NR_ZONES + 1];

	reference_zones(now.g, now.gfp, zones);
	now.answer = reference_pass(now.g, now.gfp, now.order, ALLOC_PASS_LOW);
	if (now.answer.way != WAY_NONE)
		return;
	expect_wake(zones);
	now.answer = reference_pass(now.g, now.gfp, now.order, ALLOC_PASS_MIN);
	if (now.answer.way != WAY_NONE)
		return;
	if ((now.gfp & __GFP_DIRECT_RECLAIM) && mm_node.reclaim &&
	    zones[0] >= 0) {
		note_stat(zones[0], ZONE_STAT_STALL);
		now.rounds = reference_rounds(now.gfp, now.order);
	} else {
		expect_last_pass();
	}
}

/* The list that was refilled, from the oldest block on. Return: blocks. */
static unsigned int take_over_list(struct geometry *g, unsigned int zone,
				   unsigned int type, unsigned int order)
{
	const struct page *page =
		mm_node.zones[zone].pcp[0].list[type][order].first;
	pfn_t pfns[GEOMETRY_MAX_HIGH];
	unsigned int nr = 0, i;

	for (; page && nr < GEOMETRY_MAX_HIGH; nr++) {
		pfns[nr] = (pfn_t)(page - mem_map);
		if (!naive_has(&g->naive[zone], pfns[nr]))
			break;
		page = (const struct page *)page->lru.next;
	}
	for (i = nr; i-- > 0;) {
		if (!reference_push(g, zone, type, order, pfns[i]))
			COMPLAIN("zone %u: %#lx of order %u came on a list",
				 zone, pfns[i], order);
	}
	if (page)
		COMPLAIN("zone %u: list %u has no end", zone, order);
	return nr;
}

/* The one pageblock that changed its type to @type; -1: none did. */
static int find_claimed(const struct geometry *g, unsigned int zone,
			unsigned int type)
{
	const u8 *types = zone_types(g, zone);
	unsigned long nr = nr_pageblocks(g->naive[zone].start_pfn,
					 g->naive[zone].end_pfn),
		      i;
	int claimed = -1;

	for (i = 0; i < nr; i++) {
		if (types[i] == g->side[zone].type[i])
			continue;
		if (claimed >= 0 || types[i] != type)
			COMPLAIN("zone %u: pageblock %lu has type %u", zone, i,
				 types[i]);
		claimed = (int)i;
	}
	return claimed;
}

/* Steals or claims since the last look. */
static unsigned long stat_step(struct geometry *g, unsigned int zone,
			       enum zone_stat item)
{
	unsigned long is = mm_node.zones[zone].stat[0].count[item];
	unsigned long step = is - g->side[zone].stat[item];

	g->side[zone].stat[item] = is;
	return step;
}

/* What the request did, as far as it can be seen in one look. */
static void find_took(struct geometry *g, const struct reference_answer *a,
		      struct reference_took *took)
{
	const struct zone *z = &mm_node.zones[a->zone];
	unsigned long stolen = stat_step(g, a->zone, ZONE_STAT_STEAL);
	unsigned long claims = stat_step(g, a->zone, ZONE_STAT_CLAIM);
	unsigned long most = g->naive[a->zone].nr_free - a->floor;

	took->claimed = find_claimed(g, a->zone, a->type);
	took->stole = stolen != 0;
	took->nr_blocks = 1;
	if (stolen > 1 || claims != (took->claimed >= 0))
		COMPLAIN("zone %u: %lu steals, %lu claims, pageblock %d",
			 a->zone, stolen, claims, took->claimed);
	/* How many came is seen from the room that the list has now. */
	if (a->way == WAY_REFILL)
		took->nr_blocks +=
			(unsigned int)(g->side[a->zone]
					       .list[a->type][now.order]
					       .high -
				       z->pcp[0].list[a->type][now.order].room);
	if (took->nr_blocks > most >> now.order)
		COMPLAIN("zone %u: %u blocks of order %u taken, %lu above %lu",
			 a->zone, took->nr_blocks, now.order, most, a->floor);
}

/* A request took @pfn from the buddy, and maybe more for a list. */
static void check_took(struct geometry *g, const struct reference_answer *a,
		       pfn_t pfn, bool thorough)
{
	struct reference_took took;
	struct reference_counts counts, left;
	const char *wrong = NULL;

	find_took(g, a, &took);
	thorough = thorough || took.stole || took.claimed >= 0;
	if (thorough)
		wrong = reference_explain(g, a, now.order, &took, &counts);
	if (wrong)
		COMPLAIN("zone %u, order %u, type %u: %s", a->zone, now.order,
			 a->type, wrong);
	if (took.claimed >= 0)
		g->side[a->zone].type[took.claimed] = (u8)a->type;
	if (!naive_take(&g->naive[a->zone], pfn, now.order))
		COMPLAIN("order %u at %#lx was not free", now.order, pfn);
	else if (a->way == WAY_REFILL)
		take_over_list(g, a->zone, a->type, now.order);
	if (!thorough || buddy_complaint())
		return;
	reference_count(g, a->zone, &left);
	if (memcmp(&left, &counts, sizeof(left)))
		COMPLAIN(
			"zone %u: order %u was not cut from the smallest block",
			a->zone, now.order);
}

/* The request got a block as foretold: the right one? */
static void check_answer(struct geometry *g, const struct page *page,
			 bool thorough)
{
	const struct reference_answer *a = &now.answer;
	pfn_t pfn = (pfn_t)(page - mem_map);
	struct naive_side *side = &g->side[a->zone];
	bool compound = (now.gfp & __GFP_COMP) && now.order;

	side->stat[ZONE_STAT_ALLOC]++;
	side->stat[ZONE_STAT_ALLOC_PAGES] += 1ul << now.order;
	if (a->rank)
		side->stat[ZONE_STAT_FALLBACK]++;
	if (buddy_zone_of(g, pfn) != a->zone)
		COMPLAIN("order %u at %#lx, want it from zone %u", now.order,
			 pfn, a->zone);
	else if (a->way != WAY_LIST)
		check_took(g, a, pfn, thorough);
	else if (reference_pop(g, a->zone, a->type, now.order) != pfn)
		COMPLAIN("%#lx was not the newest of list %u", pfn, now.order);
	if (page_state(page) != PAGE_ALLOCATED ||
	    page_order(page) != now.order || page->site != SITE ||
	    atomic_read(&page->_refcount) != 1 || PageHead(page) != compound)
		COMPLAIN("%#lx: flags %#x, %d users", pfn, page->flags,
			 atomic_read(&page->_refcount));
	naive_at(&g->naive[a->zone], pfn)->compound = compound;
}

static void begin_request(struct geometry *g, gfp_t gfp, unsigned int order)
{
	now.g = g;
	now.gfp = gfp;
	now.order = order;
	now.answer = (struct reference_answer){ .way = WAY_NONE };
	now.rounds = now.wakes = 0;
}

/* Nothing came: the best zone counts that, if the request was a good one. */
static void note_failure(void)
{
	int zones[NR_ZONES + 1];

	reference_zones(now.g, now.gfp, zones);
	if (zones[0] >= 0 && !reference_refuses(now.gfp, now.order))
		note_stat(zones[0], ZONE_STAT_FAIL);
}

pfn_t buddy_try_alloc(struct geometry *g, gfp_t gfp, unsigned int order,
		      bool thorough)
{
	struct page *page;

	begin_request(g, gfp | __GFP_NOWARN, order);
	if (!reference_refuses(gfp, order))
		expect_passes();
	page = alloc_pages_site(now.gfp, order, SITE);
	if (now.rounds || now.wakes)
		COMPLAIN("reclaim was not asked: %u rounds, %u zones not woken",
			 now.rounds, now.wakes);
	if (!page != (now.answer.way == WAY_NONE))
		COMPLAIN("gfp %#x order %u: got %#lx, want way %u of zone %u",
			 gfp, order, page ? (pfn_t)(page - mem_map) : 0,
			 now.answer.way, now.answer.zone);
	else if (page)
		check_answer(g, page, thorough);
	else
		note_failure();
	look(g);
	return page && !buddy_complaint() ? (pfn_t)(page - mem_map) : ULONG_MAX;
}

bool buddy_may_insist(const struct geometry *g, gfp_t gfp, unsigned int order)
{
	int zones[NR_ZONES + 1], *zone;

	if (reference_refuses(gfp, order))
		return true;
	reference_zones(g, gfp, zones);
	for (zone = zones; *zone >= 0; zone++) {
		if (naive_can_alloc(&g->naive[*zone], order))
			return true;
	}
	return false;
}

/* --- many pages ----------------------------------------------------------- */

/* What is known of a zone before such a call: between its steps it is not
 * looked at. */
struct bulk_zone {
	unsigned int zone;
	unsigned long low, min; /* floors of the first pass and the last */
	unsigned long nr_free; /* in the buddy, before */
	unsigned long came; /* pages from it */
};

/* All lists are drained, so pages may come from anywhere. Return: zones. */
static unsigned int bulk_begin(struct geometry *g, struct bulk_zone *b)
{
	int zones[NR_ZONES + 1];
	unsigned int i;

	reference_zones(g, now.gfp, zones);
	for (i = 0; zones[i] >= 0; i++) {
		b[i] = (struct bulk_zone){ .zone = (unsigned int)zones[i] };
		b[i].low = reference_floor(b[i].zone, now.gfp, ALLOC_PASS_LOW);
		b[i].min = reference_floor(b[i].zone, now.gfp, ALLOC_PASS_MIN);
		b[i].nr_free = g->naive[b[i].zone].nr_free;
		reference_drain(g, b[i].zone);
	}
	return i;
}

/* Page @pfn came; it may be of any zone that was allowed. */
static void bulk_take(struct geometry *g, struct bulk_zone *b,
		      unsigned int nr_zones, pfn_t pfn)
{
	unsigned int i;

	for (i = 0; i < nr_zones; i++) {
		if (!naive_has(&g->naive[b[i].zone], pfn))
			continue;
		b[i].came++;
		if (!naive_take(&g->naive[b[i].zone], pfn, 0))
			COMPLAIN("many pages: %#lx was not free", pfn);
		return;
	}
	COMPLAIN("many pages: %#lx lies in no zone allowed", pfn);
}

/* Take over what is left to choose: lists and types. */
static void bulk_take_over(struct geometry *g, unsigned int i)
{
	unsigned int type = reference_type(g, i, now.gfp), list;
	const u8 *types = zone_types(g, i);
	unsigned long changed = 0, block;

	for (list = 0; list < MIGRATE_TYPES * PCP_ORDERS; list++)
		take_over_list(g, i, list / PCP_ORDERS, list % PCP_ORDERS);
	for (block = 0; block < GEOMETRY_PAGEBLOCKS; block++) {
		if (g->outside >> i & 1 &&
		    block >= nr_pageblocks(g->naive[i].start_pfn,
					   g->naive[i].end_pfn))
			break;
		if (types[block] == g->side[i].type[block])
			continue;
		if (types[block] != type)
			COMPLAIN("many pages: pageblock %lu has type %u", block,
				 types[block]);
		g->side[i].type[block] = types[block];
		changed++;
	}
	if (stat_step(g, i, ZONE_STAT_CLAIM) != changed)
		COMPLAIN("zone %u: %lu claims not counted", i, changed);
	stat_step(g, i, ZONE_STAT_STEAL);
}

/* Free frames of the zone, those on lists too: none came while it lasted. */
static unsigned long left_in(const struct geometry *g, unsigned int zone)
{
	return g->naive[zone].nr_free + g->side[zone].nr_listed;
}

/*
 * Marks, zone by zone. Frames only went, so what is left now was there all the
 * time: a zone was only passed over if it is at its mark now, and no zone goes
 * below its low mark while another one of the request is above.
 */
static void bulk_check(const struct geometry *g, const struct bulk_zone *b,
		       unsigned int nr_zones, bool all)
{
	bool above = false, below = false;
	unsigned int i;

	for (i = 0; i < nr_zones; i++) {
		unsigned long nr_free = g->naive[b[i].zone].nr_free;
		unsigned long left = left_in(g, b[i].zone);

		if (above && b[i].came)
			COMPLAIN("many pages: zone %u before a better one",
				 b[i].zone);
		above = above || left > b[i].low;
		below = below || nr_free < min(b[i].low, b[i].nr_free);
		if (nr_free < min(b[i].min, b[i].nr_free))
			COMPLAIN("many pages: zone %u has %lu left, floor %lu",
				 b[i].zone, nr_free, b[i].min);
		if (!all && left > b[i].min)
			COMPLAIN("many pages: zone %u has %lu left", b[i].zone,
				 left);
	}
	if (above && below)
		COMPLAIN("many pages: below the low mark too early");
}

/* The counters that such a call moves in a way that is not followed. */
static void bulk_forget_stats(struct geometry *g, const struct bulk_zone *b,
			      unsigned int nr_zones)
{
	static const u8 items[] = { ZONE_STAT_FALLBACK, ZONE_STAT_WAKE,
				    ZONE_STAT_FAIL, ZONE_STAT_STALL };
	unsigned int i, j;

	for (i = 0; i < nr_zones; i++) {
		g->side[b[i].zone].stat[ZONE_STAT_ALLOC] += b[i].came;
		g->side[b[i].zone].stat[ZONE_STAT_ALLOC_PAGES] += b[i].came;
		for (j = 0; j < sizeof(items); j++)
			stat_step(g, b[i].zone, (enum zone_stat)items[j]);
	}
}

unsigned int buddy_try_bulk_alloc(struct geometry *g, gfp_t gfp,
				  unsigned int nr, pfn_t *pfns)
{
	const struct mm_reclaim *reclaim = mm_node.reclaim;
	struct page *pages[BUDDY_MAX_BULK] = { NULL };
	struct bulk_zone b[NR_ZONES];
	unsigned int nr_zones = 0, i, got;

	begin_request(g, gfp | __GFP_NOWARN, 0);
	if (!reference_refuses(gfp, 0))
		nr_zones = bulk_begin(g, b);
	mm_node.reclaim = NULL; /* its frees would hide what was there */
	got = (unsigned int)alloc_pages_bulk_array_site(now.gfp, nr, pages,
							SITE);
	mm_node.reclaim = reclaim;
	for (i = 0; i < got && pages[i]; i++) {
		pfns[i] = (pfn_t)(pages[i] - mem_map);
		bulk_take(g, b, nr_zones, pfns[i]);
	}
	if (i != got || (got < nr && pages[got]))
		COMPLAIN("many pages: %u of %u slots, said %u", i, nr, got);
	for (i = 0; i < nr_zones; i++)
		bulk_take_over(g, b[i].zone);
	bulk_check(g, b, nr_zones, got == nr);
	bulk_forget_stats(g, b, nr_zones);
	look(g);
	return got;
}

/* How many pages from @pfns on lie in a row and go back as one. */
static unsigned int run_length(const struct geometry *g, const pfn_t *pfns,
			       unsigned int nr)
{
	const struct naive_zone *nz;
	unsigned int zone = buddy_zone_of(g, pfns[0]), run = 1, i;

	while (run < min(nr, 64u) && pfns[run] == pfns[0] + run)
		run++;
	if (run == 1 || zone == NR_ZONES)
		return 0;
	nz = &g->naive[zone];
	for (i = 0; i < run; i++) {
		const struct naive_frame *frame = naive_at(nz, pfns[i]);

		if (!naive_has(nz, pfns[i]) || frame->state != NAIVE_HEAD ||
		    frame->order || frame->more_users)
			break;
	}
	return i;
}

/* One page of many, by itself. Return: a report is due. */
static bool expect_free(struct geometry *g, pfn_t pfn)
{
	unsigned int zone = buddy_zone_of(g, pfn);

	if (zone == NR_ZONES ||
	    naive_judge(&g->naive[zone], pfn, 0) != NAIVE_OK)
		return true;
	reference_free(g, zone, pfn);
	return false;
}

/* Pages in a row, straight to the buddy. */
static void expect_free_run(struct geometry *g, const pfn_t *pfns,
			    unsigned int nr)
{
	unsigned int zone = buddy_zone_of(g, pfns[0]), i;

	for (i = 0; i < nr; i++)
		naive_give(&g->naive[zone], pfns[i]);
	g->side[zone].stat[ZONE_STAT_FREE] += nr;
	g->side[zone].stat[ZONE_STAT_FREE_PAGES] += nr;
}

/* Does the row that begins here go on behind @done pages? */
static bool row_goes_on(const pfn_t *pfns, unsigned int nr, unsigned int done)
{
	return done < min(nr, 64u) && pfns[done] == pfns[0] + done;
}

void buddy_try_bulk_free(struct geometry *g, const pfn_t *pfns, unsigned int nr)
{
	struct page *pages[BUDDY_MAX_BULK];
	unsigned int i, wrong = 0;

	for (i = 0; i < nr; i++)
		pages[i] = record(g, pfns[i]);
	model_forget_report();
	free_pages_bulk_site(pages, nr, SITE);
	for (i = 0; i < nr;) {
		unsigned int run = run_length(g, pfns + i, nr - i);

		if (run)
			expect_free_run(g, pfns + i, run);
		/* The page that ended it, or one without a row. */
		if (row_goes_on(pfns + i, nr - i, run))
			wrong += expect_free(g, pfns[i + run++]);
		i += run;
	}
	if (model_nr_reports() != wrong)
		COMPLAIN("%u pages: %u reports, want %u", nr,
			 model_nr_reports(), wrong);
	look(g);
}

/* --- other operations ----------------------------------------------------- */

/* The call of the public: it knows the zone by itself and returns nothing. */
static int free_as_anyone(struct page *page, unsigned int order)
{
	__free_pages_site(page, order, SITE);
	return model_report()[0] ? -EINVAL : 0;
}

/* What must be said, up to the figures; "" for a right one. */
static const char *free_verdict(const struct geometry *g, unsigned int zone,
				pfn_t pfn, unsigned int order, bool public)
{
	enum naive_verdict want = naive_judge(&g->naive[zone], pfn, order);

	if (want == NAIVE_OK && !public &&
	    naive_at(&g->naive[zone], pfn)->more_users)
		return "bad-free referenced pfn=";
	return naive_verdict_text(want);
}

/* A right one: what becomes of the block. Return: it is free. */
static bool expect_right_free(struct geometry *g, unsigned int zone, pfn_t pfn,
			      bool public)
{
	unsigned int order = naive_at(&g->naive[zone], pfn)->order;

	if (public) {
		reference_free(g, zone, pfn);
		return naive_at(&g->naive[zone], pfn)->state != NAIVE_HEAD;
	}
	g->side[zone].stat[ZONE_STAT_FREE]++;
	g->side[zone].stat[ZONE_STAT_FREE_PAGES] += 1ul << order;
	naive_give(&g->naive[zone], pfn);
	return true;
}

bool buddy_try_free(struct geometry *g, unsigned int zone, pfn_t pfn,
		    unsigned int order, bool public)
{
	struct zone *z = &mm_node.zones[zone];
	struct page *page = record(g, pfn);
	const char *want;
	bool inside;
	int err;

	public = public && pfn_zone(pfn) == z;
	want = free_verdict(g, zone, pfn, order, public);
	inside = naive_judge(&g->naive[zone], pfn, order) == NAIVE_INSIDE;
	model_forget_report();
	if (public)
		err = free_as_anyone(page, order);
	else
		err = zone_free_block(z, page, order, SITE);
	if (err != (*want ? -EINVAL : 0) ||
	    strncmp(model_report(), want, strlen(want)))
		COMPLAIN("free of %#lx order %u: %d \"%s\", want \"%s\"", pfn,
			 order, err, model_report(), want);
	else if (inside != !!strstr(model_report(), " inside free block "))
		COMPLAIN("free of %#lx: \"%s\"", pfn, model_report());
	if (!*want)
		inside = expect_right_free(g, zone, pfn, public);
	look(g);
	return !*want && inside;
}

/* The frame that counts the users of @pfn: a compound block's head, else
 * itself. */
static pfn_t counting_frame(const struct naive_zone *nz, pfn_t pfn)
{
	pfn_t head = pfn;

	if (naive_at(nz, pfn)->state != NAIVE_TAIL)
		return pfn;
	while (naive_at(nz, head)->state == NAIVE_TAIL)
		head--;
	return naive_at(nz, head)->compound ? head : pfn;
}

/* What is said of a reference that cannot be; NULL: it can. */
static const char *get_verdict(const struct geometry *g, unsigned int zone,
			       pfn_t pfn)
{
	if (zone == NR_ZONES)
		return "bad-ref no-page pfn=";
	switch ((enum naive_state)naive_at(&g->naive[zone], pfn)->state) {
	case NAIVE_HEAD: return NULL;
	case NAIVE_TAIL: return "bad-ref tail pfn=";
	case NAIVE_HOLE: return "bad-ref no-page pfn=";
	default: return "bad-ref free pfn=";
	}
}

void buddy_try_get(struct geometry *g, pfn_t pfn)
{
	unsigned int zone = buddy_zone_of(g, pfn);
	const char *want;
	pfn_t head = pfn;

	if (zone < NR_ZONES)
		head = counting_frame(&g->naive[zone], pfn);
	want = get_verdict(g, zone, head);
	if (!want && naive_at(&g->naive[zone], head)->more_users == 100)
		return;
	model_forget_report();
	get_page(record(g, pfn));
	if (!want)
		naive_at(&g->naive[zone], head)->more_users++;
	else if (strncmp(model_report(), want, strlen(want)))
		COMPLAIN("get of %#lx: \"%s\", want \"%s\"", pfn,
			 model_report(), want);
	if (!want && model_nr_reports())
		COMPLAIN("get of %#lx: \"%s\"", pfn, model_report());
}

/* A reference that can be let go: of @head. Return: it is free. */
static bool expect_right_put(struct geometry *g, unsigned int zone, pfn_t head)
{
	reference_free(g, zone, head);
	return naive_at(&g->naive[zone], head)->state != NAIVE_HEAD;
}

pfn_t buddy_try_put(struct geometry *g, pfn_t pfn)
{
	unsigned int zone = buddy_zone_of(g, pfn);
	const char *want = naive_verdict_text(NAIVE_NO_PAGE);
	const struct naive_frame *frame = NULL;
	pfn_t head = pfn;

	if (zone < NR_ZONES) {
		head = counting_frame(&g->naive[zone], pfn);
		frame = naive_at(&g->naive[zone], head);
		want = naive_verdict_text(
			naive_judge(&g->naive[zone], head, 0));
	}
	/* Its order is known, or is not asked for. */
	if (frame && frame->state == NAIVE_HEAD &&
	    (frame->compound || frame->more_users))
		want = "";
	model_forget_report();
	put_page(record(g, pfn));
	if (strncmp(model_report(), want, strlen(want)) ||
	    model_nr_reports() != !!*want)
		COMPLAIN("put of %#lx: \"%s\", want \"%s\"", pfn,
			 model_report(), want);
	if (*want || !expect_right_put(g, zone, head))
		head = ULONG_MAX;
	look(g);
	return head;
}

void buddy_split(struct geometry *g, unsigned int zone, pfn_t pfn)
{
	unsigned int order = naive_at(&g->naive[zone], pfn)->order;
	pfn_t i;

	page_block_split(record(g, pfn), order);
	for (i = 0; i < 1ul << order; i++)
		naive_put(&g->naive[zone], pfn + i, 0, NAIVE_HEAD, NAIVE_TAIL);
}

bool buddy_try_join(struct geometry *g, pfn_t pfn, unsigned int order)
{
	unsigned int zone = buddy_zone_of(g, pfn);
	bool fit = zone < NR_ZONES;
	pfn_t i;

	for (i = pfn; fit && i < pfn + (1ul << order); i++) {
		const struct naive_frame *frame = naive_at(&g->naive[zone], i);

		fit = naive_has(&g->naive[zone], i) &&
		      frame->state == NAIVE_HEAD && !frame->order &&
		      !frame->more_users;
	}
	if (page_block_join(record(g, pfn), order) != fit)
		COMPLAIN("join of %#lx order %u: want %d", pfn, order, fit);
	if (fit)
		naive_put(&g->naive[zone], pfn, order, NAIVE_HEAD, NAIVE_TAIL);
	return fit;
}

void buddy_drain(struct geometry *g, unsigned int zone)
{
	unsigned long is = page_pcp_drain_zone(&mm_node.zones[zone]);
	unsigned long want = reference_drain(g, zone);

	if (is != want)
		COMPLAIN("zone %u: drained %lu frames, want %lu", zone, is,
			 want);
	look(g);
}

void buddy_set_high(struct geometry *g, unsigned int zone, unsigned long high)
{
	page_pcp_set_high(&mm_node.zones[zone], high);
	reference_set_high(g, zone, high);
	look(g);
}

/* --- everything ----------------------------------------------------------- */

static void compare_records(const struct geometry *g, unsigned int zone)
{
	static const u8 states[] = {
		[NAIVE_KEPT] = PAGE_RESERVED,
		[NAIVE_HEAD] = PAGE_ALLOCATED,
		[NAIVE_LISTED] = PAGE_PCP,
		[NAIVE_LISTED_TAIL] = PAGE_NONE,
	};
	const struct naive_zone *nz = &g->naive[zone];
	pfn_t pfn;

	for (pfn = nz->start_pfn; pfn < nz->end_pfn; pfn++) {
		const struct naive_frame *frame = naive_at(nz, pfn);
		const struct page *page = record(g, pfn);
		bool head = frame->state == NAIVE_HEAD;

		if (frame->state == NAIVE_FREE) /* zone_check() has seen it */
			continue;
		if (page_state(page) != states[frame->state] ||
		    PageHead(page) != (head && frame->compound) ||
		    ((head || frame->state == NAIVE_LISTED) &&
		     page_order(page) != frame->order) ||
		    (head &&
		     atomic_read(&page->_refcount) != frame->more_users + 1))
			COMPLAIN("%#lx: flags %#x, want state %u order %u", pfn,
				 page->flags, frame->state, frame->order);
	}
}

static void compare_list(const struct geometry *g, unsigned int zone,
			 unsigned int type, unsigned int order)
{
	const struct naive_list *want = &g->side[zone].list[type][order];
	const struct page *page =
		mm_node.zones[zone].pcp[0].list[type][order].first;
	unsigned int i;

	for (i = want->nr; i-- > 0;) {
		if (page != record(g, want->pfn[i])) {
			COMPLAIN("zone %u: list %u of type %u differs", zone,
				 order, type);
			return;
		}
		page = (const struct page *)page->lru.next;
	}
}

static void compare_stats(const struct geometry *g, unsigned int zone)
{
	static const u8 followed[] = {
		ZONE_STAT_ALLOC,      ZONE_STAT_ALLOC_PAGES, ZONE_STAT_FREE,
		ZONE_STAT_FREE_PAGES, ZONE_STAT_FALLBACK,    ZONE_STAT_FAIL,
		ZONE_STAT_WAKE,	      ZONE_STAT_STALL,	     ZONE_STAT_STEAL,
		ZONE_STAT_CLAIM,
	};
	unsigned int i;

	for (i = 0; i < sizeof(followed); i++) {
		unsigned long is = zone_stat_sum(&mm_node.zones[zone],
						 (enum zone_stat)followed[i]);
		unsigned long want = g->side[zone].stat[followed[i]];

		if (is != want)
			COMPLAIN("zone %u: %s is %lu, want %lu", zone,
				 zone_stat_desc[followed[i]].name, is, want);
	}
}

static void compare_zone(const struct geometry *g, unsigned int i)
{
	struct zone *z = &mm_node.zones[i];
	struct reference_counts counts;
	unsigned int type, order;

	if (zone_check(z))
		COMPLAIN("zone_check() of zone %u", i);
	reference_count(g, i, &counts);
	for (type = 0; type < MIGRATE_TYPES; type++) {
		for (order = 0; order < MAX_ORDER; order++) {
			unsigned long is = z->free[type].area[order].nr_blocks;

			if (is != counts.nr[type][order])
				COMPLAIN(
					"zone %u: %lu blocks of order %u, type %u, want %lu",
					i, is, order, type,
					counts.nr[type][order]);
		}
		for (order = 0; order < PCP_ORDERS; order++)
			compare_list(g, i, type, order);
	}
	compare_records(g, i);
	compare_stats(g, i);
}

bool buddy_compare(struct geometry *g)
{
	unsigned int i;

	look(g);
	for (i = 0; i < NR_ZONES; i++)
		compare_zone(g, i);
	return !buddy_complaint();
}
