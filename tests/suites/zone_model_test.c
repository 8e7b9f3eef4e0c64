/* SPDX-License-Identifier: MIT */
/*
 * zone_model_test.c - random operations against the naive reference, and
 * zone_check() against zones that were corrupted on purpose
 *
 * The long form, with geometry from real memory maps and millions of
 * operations, is tests/models/buddy_model.c; this one runs in every boot.
 */
#include <kernel/errno.h>
#include <kernel/printk.h>
#include "naive_zone.h"
#include "zone_fixture.h"

#define ROUNDS 12u
#define OPERATIONS 1500u
/* A full comparison costs as much as a hundred operations. */
#define OPERATIONS_PER_CHECK 100u

static struct naive_frame naive_frames[FIXTURE_FRAMES];
static struct naive_zone naive;

/* A number in [0, n). */
static u32 draw(struct ktest *t, u32 n)
{
	return (u32)(((u64)ktest_random(t) * n) >> 32);
}

/* Runs of free, reserved and missing frames, from an odd start to an odd end.
 * Return: the zone, and the reference beside it. */
static struct zone *draw_zone(struct ktest *t)
{
	pfn_t start = draw(t, 40), pos;
	pfn_t end = start + 1 + draw(t, FIXTURE_FRAMES - 41);
	struct zone *z = fixture_zone_empty(start, end);

	naive_init(&naive, naive_frames, start, end);
	for (pos = start; pos < end;) {
		u32 longest = draw(t, 4) ? 1200 : 9;
		pfn_t next = min(end, pos + 1 + draw(t, longest));
		u32 kind = draw(t, 8);

		if (kind > 1) {
			zone_add_free(z, pos, next);
			naive_mark(&naive, pos, next, NAIVE_FREE);
		} else if (kind == 1) {
			zone_add_reserved(z, pos, next);
			naive_mark(&naive, pos, next, NAIVE_KEPT);
		}
		pos = next;
	}
	return z;
}

static void try_alloc(struct ktest *t, struct zone *z)
{
	unsigned int order = min(draw(t, MAX_ORDER), draw(t, MAX_ORDER));
	struct page *p = fixture_alloc(z, order);

	if (!p) {
		KTEST_EXPECT_FALSE(t, naive_can_alloc(&naive, order));
		return;
	}
	KTEST_EXPECT_EQ(t, page_order(p), order);
	KTEST_EXPECT_TRUE(t, naive_take(&naive, zone_page_to_pfn(z, p), order));
}

/* Free any frame as any order; a wrong free must get its right name. */
static void try_free(struct ktest *t, struct zone *z)
{
	pfn_t pfn = z->start_pfn + draw(t, (u32)(z->end_pfn - z->start_pfn));
	unsigned int order = draw(t, 8) ? naive_at(&naive, pfn)->order :
					  draw(t, MAX_ORDER + 1);
	enum naive_verdict verdict = naive_judge(&naive, pfn, order);
	struct page *page = zone_pfn_to_page(z, pfn);
	const char *want = naive_verdict_text(verdict);

	if (verdict == NAIVE_OK) {
		KTEST_EXPECT_EQ(t, fixture_free(z, page, order), 0);
		naive_give(&naive, pfn);
		return;
	}
	/* Each report is a line in the log: a few stand for the many. */
	if (draw(t, 16))
		return;
	ktest_expect_report(t, naive_verdict_class(verdict));
	KTEST_EXPECT_EQ(t, fixture_free(z, page, order), -EINVAL);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), want));
}

static void compare(struct ktest *t, struct zone *z)
{
	unsigned long nr_blocks[MAX_ORDER];
	unsigned int order;

	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	KTEST_EXPECT_EQ(t, z->nr_free_pages, naive.nr_free);
	naive_count_blocks(&naive, nr_blocks);
	for (order = 0; order < MAX_ORDER; order++)
		KTEST_EXPECT_EQ(t, zone_nr_blocks(z, order), nr_blocks[order]);
}

static void random_operations_agree_with_the_reference(struct ktest *t)
{
	unsigned int round, i;

	for (round = 0; round < ROUNDS && !t->failed; round++) {
		struct zone *z = draw_zone(t);

		compare(t, z);
		for (i = 1; i <= OPERATIONS && !t->failed; i++) {
			if (draw(t, 2))
				try_alloc(t, z);
			else
				try_free(t, z);
			if (i % OPERATIONS_PER_CHECK == 0)
				compare(t, z);
		}
	}
}

/* --- zone_check() must see each kind of damage --------------------------- */

/* How the damage was done; a fresh zone for each. */
enum damage {
	DAMAGE_NONE,
	DAMAGE_COUNT, /* I3 */
	DAMAGE_LIST_COUNT, /* I3 */
	DAMAGE_BIT, /* I5 */
	DAMAGE_LOST_BLOCK, /* I3, I6 */
	DAMAGE_TAIL_STATE, /* I4 */
	DAMAGE_WRONG_LIST, /* I4 */
	DAMAGE_TORN_LINK, /* I4 */
	DAMAGE_LOOP, /* I4 */
	DAMAGE_BACK_LINK, /* I4 */
	DAMAGE_PRESENT, /* I6 */
	DAMAGE_MISALIGNED, /* I1 */
	DAMAGE_UNMERGED, /* I2 */
	DAMAGE_SMASHED, /* I4 */
	DAMAGE_NO_TYPE, /* I8 */
	DAMAGE_OTHER_TYPE, /* I8 */
	DAMAGE_LIST_OF_OTHER_TYPE, /* I8 */
	DAMAGE_MIN_MARK, /* I9 */
	DAMAGE_LOW_MARK, /* I9 */
	NR_DAMAGES,
};

/* Two free buddies that were never merged. */
static void damage_unmerge(struct zone *z)
{
	struct page *p = fixture_alloc(z, 1), *upper = p + 1;
	struct free_area *area = &z->free[0].area[0];

	p->flags = upper->flags = PAGE_FREE;
	list_add(&p->lru, &area->blocks);
	list_add(&upper->lru, &area->blocks);
	area->nr_blocks += 2;
	z->nr_free_pages += 2;
	z->free[0].orders |= 1;
}

/* A block on a list that nothing is wrong with but its type. */
static void damage_move(struct zone *z, struct page *p, unsigned int order)
{
	list_move(&p->lru, &z->free[MIGRATE_MOVABLE].area[order].blocks);
	z->free[0].area[order].nr_blocks--;
	z->free[0].orders &= ~BIT(order);
	z->free[MIGRATE_MOVABLE].area[order].nr_blocks++;
	z->free[MIGRATE_MOVABLE].orders |= BIT(order);
}

static void damage_do(struct zone *z, enum damage damage)
{
	/* [0, 1) is allocated: free are 1, 2, 4, 8, 16 from 1, 2, 4, 8, 16. */
	struct page *p = &fixture_map[16];

	switch (damage) {
	case DAMAGE_COUNT: z->nr_free_pages++; break;
	case DAMAGE_LIST_COUNT: z->free[0].area[2].nr_blocks++; break;
	case DAMAGE_BIT: z->free[0].orders ^= BIT(7); break;
	case DAMAGE_LOST_BLOCK: list_del_init(&p->lru); break;
	case DAMAGE_TAIL_STATE: p[3].flags = PAGE_ALLOCATED; break;
	case DAMAGE_WRONG_LIST:
		list_move(&p->lru, &z->free[0].area[3].blocks);
		break;
	case DAMAGE_TORN_LINK: p->lru.next = LIST_POISON_NEXT; break;
	case DAMAGE_LOOP: p->lru.next = &p->lru; break;
	case DAMAGE_BACK_LINK: p->lru.prev = &p->lru; break;
	case DAMAGE_PRESENT: z->present_pages--; break;
	case DAMAGE_MISALIGNED:
		p->flags = 0;
		p[1].flags = PAGE_FREE | 4 << PAGE_ORDER_SHIFT;
		break;
	case DAMAGE_UNMERGED: damage_unmerge(z); break;
	case DAMAGE_SMASHED: p->flags = 0x6b6b6b6b; break;
	case DAMAGE_NO_TYPE:
		while (fixture_alloc(z, 0)) /* so that no list knows better */
			continue;
		*zone_block_type_at(z, 0) = MIGRATE_TYPES;
		break;
	case DAMAGE_OTHER_TYPE:
		*zone_block_type_at(z, 0) = MIGRATE_RECLAIMABLE;
		break;
	case DAMAGE_LIST_OF_OTHER_TYPE: damage_move(z, p, 4); break;
	case DAMAGE_MIN_MARK: z->mark_pages[MARK_MIN] = 1; break;
	case DAMAGE_LOW_MARK: z->mark_pages[MARK_LOW] = 1; break;
	default: break;
	}
}

static void check_sees_every_kind_of_damage(struct ktest *t)
{
	unsigned int damage;

	for (damage = DAMAGE_NONE; damage < NR_DAMAGES; damage++) {
		struct zone *z = fixture_zone(0, 32);
		int level = console_get_loglevel();
		int found;

		KTEST_ASSERT_NOT_NULL(t, fixture_alloc(z, 0));
		damage_do(z, (enum damage)damage);
		console_set_loglevel(0); /* its lines are no news here */
		found = zone_check(z);
		console_set_loglevel(level);
		if ((found != 0) != (damage != DAMAGE_NONE))
			KTEST_FAIL(t, "damage %u: %d violations", damage,
				   found);
	}
}

static void check_changes_nothing(struct ktest *t)
{
	static struct page before[32];
	struct zone *z = fixture_zone(0, 32);

	KTEST_ASSERT_NOT_NULL(t, fixture_alloc(z, 2));
	memcpy(before, fixture_map, sizeof(before));
	KTEST_EXPECT_EQ(t, zone_check(z), 0);
	KTEST_EXPECT_EQ(t, memcmp(before, fixture_map, sizeof(before)), 0);
	KTEST_EXPECT_FALSE(t, spin_is_locked(&z->lock));
}

static const struct ktest_case cases[] = {
	KTEST_CASE(random_operations_agree_with_the_reference),
	KTEST_CASE(check_sees_every_kind_of_damage),
	KTEST_CASE(check_changes_nothing),
};
KTEST_SUITE(zone_model, cases);
