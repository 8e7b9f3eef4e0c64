/* SPDX-License-Identifier: MIT */
/*
 * percpu_space_test.c - who has what in the units, on private ones
 *
 * The units are a stretch of vmalloc memory. "Frames" behind a page are a mark
 * in a table and a pattern in the memory: what is not backed holds ABSENT_BYTE
 * and what was just backed DIRTY_BYTE, so that a byte of either shows.
 */
#include <kernel/bitmap.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/percpu_space.h>
#include <mm/vmalloc.h>

#define NR_UNITS 3u
#define UNIT_PAGES 24ul
#define UNIT_BYTES (UNIT_PAGES * PAGE_SIZE)
#define STATIC_BYTES 128ul
#define ABSENT_BYTE 0x5a
#define DIRTY_BYTE 0xa5
#define SITE_A 0x1234ul
#define SITE_F 0x4321ul

static struct {
	struct percpu_space s;
	u8 *units;
	bool backed[UNIT_PAGES];
	unsigned int nr_back, nr_unback, nr_kicks;
	unsigned int fail_back; /* the so-many-th from now fails; 0: none */
	gfp_t back_gfp; /* what frames were asked for with, all of them */
} fx;

static void fill_page(unsigned long idx, int byte)
{
	unsigned int i;

	for (i = 0; i < NR_UNITS; i++)
		memset(fx.units + i * UNIT_BYTES + idx * PAGE_SIZE, byte,
		       PAGE_SIZE);
}

static int fake_back(struct percpu_space *s, unsigned long idx, gfp_t gfp)
{
	(void)s;
	fx.back_gfp |= gfp;
	if (fx.fail_back && !--fx.fail_back)
		return -ENOMEM;
	fx.nr_back++;
	fx.backed[idx] = true;
	fill_page(idx, DIRTY_BYTE);
	return 0;
}

static void fake_unback(struct percpu_space *s, unsigned long idx)
{
	(void)s;
	fx.nr_unback++;
	fx.backed[idx] = false;
	fill_page(idx, ABSENT_BYTE);
}

static bool fake_is_backed(const struct percpu_space *s, unsigned long idx)
{
	(void)s;
	return fx.backed[idx];
}

static void fake_kick(struct percpu_space *s)
{
	(void)s;
	fx.nr_kicks++;
}

static const struct percpu_ops fake_ops = {
	.back = fake_back,
	.unback = fake_unback,
	.is_backed = fake_is_backed,
	.kick = fake_kick,
};

static bool fx_init(struct ktest *t)
{
	struct percpu_space_desc desc = {
		.name = "test",
		.unit_bytes = UNIT_BYTES,
		.nr_units = NR_UNITS,
		.static_bytes = STATIC_BYTES,
		.ops = &fake_ops,
	};
	u8 *units = vmalloc(NR_UNITS * UNIT_BYTES);

	if (!KTEST_EXPECT_NOT_NULL(t, units))
		return false;
	memset(&fx, 0, sizeof(fx));
	fx.units = units;
	memset(units, ABSENT_BYTE, NR_UNITS * UNIT_BYTES);
	desc.base = (unsigned long)units;
	if (!KTEST_EXPECT_EQ(t, percpu_space_init(&fx.s, &desc), 0)) {
		vfree(units);
		return false;
	}
	return true;
}

/* The memory is looked at last: what was never backed must be untouched. */
static void fx_exit(struct ktest *t)
{
	unsigned long idx;

	KTEST_EXPECT_EQ(t, percpu_space_check(&fx.s), 0);
	percpu_space_exit(&fx.s);
	for (idx = 0; idx < UNIT_PAGES; idx++)
		KTEST_EXPECT_FALSE(t, fx.backed[idx]);
	KTEST_EXPECT_NULL(
		t, memchr_inv(fx.units, ABSENT_BYTE, NR_UNITS * UNIT_BYTES));
	vfree(fx.units);
}

static unsigned long take_gfp(size_t size, size_t align, gfp_t gfp)
{
	const struct percpu_request req = { size, align, gfp, SITE_A };

	return percpu_space_alloc(&fx.s, &req);
}

static unsigned long take(size_t size, size_t align)
{
	return take_gfp(size, align, GFP_KERNEL);
}

static bool give(unsigned long offset)
{
	const void *addr = (const void *)(0x10000 + offset);

	return percpu_space_free(&fx.s, offset, addr, SITE_F);
}

/* In every unit, [offset, offset + size) is all @byte. */
static bool all_units_hold(unsigned long offset, size_t size, int byte)
{
	unsigned int i;

	for (i = 0; i < NR_UNITS; i++)
		if (memchr_inv(fx.units + i * UNIT_BYTES + offset, byte, size))
			return false;
	return true;
}

static void fill_units(unsigned long offset, size_t size, int byte)
{
	unsigned int i;

	for (i = 0; i < NR_UNITS; i++)
		memset(fx.units + i * UNIT_BYTES + offset, byte, size);
}

/* --- what is handed out --------------------------------------------------- */

static void the_lowest_room_that_fits_is_taken(struct ktest *t)
{
	unsigned long a, b, c;

	if (!fx_init(t))
		return;
	a = take(4, 4);
	b = take(6, 4); /* two granules */
	c = take(4, 4);
	KTEST_EXPECT_EQ(t, a, STATIC_BYTES);
	KTEST_EXPECT_EQ(t, b, STATIC_BYTES + 4);
	KTEST_EXPECT_EQ(t, c, STATIC_BYTES + 12);
	KTEST_EXPECT_TRUE(t, give(b));
	/* 12 bytes do not fit into the hole of 8, 8 do. */
	KTEST_EXPECT_EQ(t, take(12, 4), STATIC_BYTES + 16);
	KTEST_EXPECT_EQ(t, take(8, 4), STATIC_BYTES + 4);
	KTEST_EXPECT_EQ(t, fx.s.used_granules, 1u + 2 + 1 + 3);
	fx_exit(t);
}

static void the_static_part_is_nobodys(struct ktest *t)
{
	if (!fx_init(t))
		return;
	fill_units(0, STATIC_BYTES, 0x77);
	while (take_gfp(4, 4, GFP_ATOMIC) != PERCPU_NONE)
		;
	KTEST_EXPECT_TRUE(t, all_units_hold(0, STATIC_BYTES, 0x77));
	ktest_expect_report(t, "bad-free_percpu");
	KTEST_EXPECT_FALSE(t, give(0));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), " static "));
	fx_exit(t);
}

static void objects_are_zero_in_every_unit(struct ktest *t)
{
	static const size_t sizes[] = { 1,  4,	7,    16,   17,
					20, 64, 4096, 5000, PERCPU_MAX_BYTES };
	unsigned int i;

	if (!fx_init(t))
		return;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned long at = take(sizes[i], 4);

		KTEST_ASSERT_NE(t, at, PERCPU_NONE);
		KTEST_EXPECT_TRUE(t, all_units_hold(at, sizes[i], 0));
		fill_units(at, sizes[i], 0xee);
		KTEST_EXPECT_TRUE(t, give(at));
		/* The same room again, dirty this time, or other. */
		at = take(sizes[i], 4);
		KTEST_EXPECT_TRUE(t, all_units_hold(at, sizes[i], 0));
		KTEST_EXPECT_TRUE(t, give(at));
	}
	fx_exit(t);
}

static void every_alignment_up_to_a_page_is_kept(struct ktest *t)
{
	size_t align;

	if (!fx_init(t))
		return;
	for (align = 1; align <= PERCPU_MAX_ALIGN; align *= 2) {
		unsigned long odd = take(4, 4), at = take(12, align);

		KTEST_EXPECT_NE(t, odd, PERCPU_NONE);
		KTEST_EXPECT_NE(t, at, PERCPU_NONE);
		KTEST_EXPECT_EQ(t, at % align, 0);
		KTEST_EXPECT_EQ(t, at % PERCPU_GRANULE, 0);
	}
	fx_exit(t);
}

static void an_object_may_cross_pages(struct ktest *t)
{
	unsigned long a, b, c;

	if (!fx_init(t))
		return;
	/* All that is backed: the static page, and one behind it. */
	percpu_space_balance(&fx.s);
	a = take(PAGE_SIZE - STATIC_BYTES - 100, 4);
	b = take(300, 4);
	c = take(4, 4);
	KTEST_EXPECT_EQ(t, b, PAGE_SIZE - 100);
	KTEST_EXPECT_EQ(t, c, PAGE_SIZE + 200);
	KTEST_EXPECT_TRUE(t, all_units_hold(b, 300, 0));
	KTEST_EXPECT_EQ(t, percpu_space_check(&fx.s), 0);
	KTEST_EXPECT_TRUE(t, give(b));
	KTEST_EXPECT_EQ(t, percpu_space_check(&fx.s), 0);
	KTEST_EXPECT_EQ(t, take(300, 4), b);
	KTEST_EXPECT_TRUE(t, give(a));
	fx_exit(t);
}

/* What was found too short for a length may have become long enough. */
static void a_freed_neighbour_is_remembered_across_pages(struct ktest *t)
{
	unsigned long a, b;

	if (!fx_init(t))
		return;
	a = take(PAGE_SIZE - STATIC_BYTES - 40, 4);
	b = take(PAGE_SIZE, PAGE_SIZE);
	KTEST_EXPECT_EQ(t, b, PAGE_SIZE);
	/* Page 0 has 40 bytes at its end, and page 1 has none. */
	KTEST_EXPECT_EQ(t, take(44, 4), 2 * PAGE_SIZE);
	KTEST_EXPECT_TRUE(t, give(b));
	/* The run begins in page 0, which had none of this length. */
	KTEST_EXPECT_EQ(t, take(PAGE_SIZE, 4), PAGE_SIZE - 40);
	KTEST_EXPECT_TRUE(t, give(a));
	fx_exit(t);
}

/* --- frames come and go --------------------------------------------------- */

static void frames_come_when_they_are_needed(struct ktest *t)
{
	if (!fx_init(t))
		return;
	KTEST_EXPECT_EQ(t, fx.nr_back, 1);
	KTEST_EXPECT_NE(t, take(PERCPU_MAX_BYTES, 4), PERCPU_NONE);
	/* As many as it takes, and those that are kept. */
	KTEST_EXPECT_EQ(t, fx.nr_back,
			1 + PERCPU_MAX_BYTES / PAGE_SIZE + PERCPU_EMPTY_LOW);
	KTEST_EXPECT_EQ(t, fx.s.nr_backed, fx.nr_back);
	KTEST_EXPECT_EQ(t, fx.s.nr_empty, PERCPU_EMPTY_LOW);
	fx_exit(t);
}

static void frames_go_when_nothing_lies_there(struct ktest *t)
{
	unsigned long at[10];
	unsigned int i;

	if (!fx_init(t))
		return;
	for (i = 0; i < ARRAY_SIZE(at); i++)
		at[i] = take(PAGE_SIZE, PAGE_SIZE);
	for (i = 0; i < ARRAY_SIZE(at); i++)
		KTEST_EXPECT_TRUE(t, give(at[i]));
	KTEST_EXPECT_LE(t, fx.s.nr_empty, PERCPU_EMPTY_HIGH);
	KTEST_EXPECT_GE(t, fx.s.nr_empty, PERCPU_EMPTY_LOW);
	KTEST_EXPECT_EQ(t, fx.s.nr_backed, 1 + fx.s.nr_empty);
	KTEST_EXPECT_EQ(t, fx.nr_back - fx.nr_unback, fx.s.nr_backed);
	fx_exit(t);
}

/* One owner who takes and gives a page again and again. */
static void frames_do_not_go_to_and_fro(struct ktest *t)
{
	unsigned int i, moves;

	if (!fx_init(t))
		return;
	percpu_space_balance(&fx.s);
	give(take(PAGE_SIZE, PAGE_SIZE));
	moves = fx.nr_back + fx.nr_unback;
	for (i = 0; i < 100; i++)
		KTEST_EXPECT_TRUE(t, give(take(PAGE_SIZE, PAGE_SIZE)));
	KTEST_EXPECT_EQ(t, fx.nr_back + fx.nr_unback, moves);
	fx_exit(t);
}

static void a_shrink_leaves_one_empty_page(struct ktest *t)
{
	unsigned long nr;

	if (!fx_init(t))
		return;
	KTEST_EXPECT_TRUE(t, give(take(2 * PAGE_SIZE, PAGE_SIZE)));
	nr = fx.s.nr_empty;
	KTEST_EXPECT_GE(t, nr, PERCPU_EMPTY_LOW + 1);
	KTEST_EXPECT_EQ(t, percpu_space_shrink(&fx.s), nr - PERCPU_EMPTY_LOW);
	KTEST_EXPECT_EQ(t, fx.s.nr_empty, PERCPU_EMPTY_LOW);
	KTEST_EXPECT_EQ(t, fx.nr_unback, nr - PERCPU_EMPTY_LOW);
	KTEST_EXPECT_EQ(t, percpu_space_shrink(&fx.s), 0);
	fx_exit(t);
}

static void atomic_requests_live_on_what_is_backed(struct ktest *t)
{
	unsigned long flags, backed, at;

	if (!fx_init(t))
		return;
	percpu_space_balance(&fx.s);
	backed = fx.nr_back;
	flags = local_irq_save();
	KTEST_EXPECT_EQ(t, take_gfp(PAGE_SIZE, PAGE_SIZE, GFP_ATOMIC),
			PAGE_SIZE);
	KTEST_EXPECT_NE(t, fx.nr_kicks, 0);
	KTEST_EXPECT_EQ(t, take_gfp(PAGE_SIZE, PAGE_SIZE, GFP_ATOMIC),
			PERCPU_NONE);
	KTEST_EXPECT_EQ(t, fx.nr_back, backed);
	local_irq_restore(flags);
	/* Somebody who may sleep comes by. */
	at = take(4, 4);
	KTEST_EXPECT_NE(t, at, PERCPU_NONE);
	KTEST_EXPECT_EQ(t, fx.s.nr_empty, PERCPU_EMPTY_LOW);
	KTEST_EXPECT_NE(t, take_gfp(PAGE_SIZE, PAGE_SIZE, GFP_ATOMIC),
			PERCPU_NONE);
	fx_exit(t);
}

static void giving_back_waits_for_a_context_that_may(struct ktest *t)
{
	unsigned long at[8], flags;
	unsigned int i;

	if (!fx_init(t))
		return;
	for (i = 0; i < ARRAY_SIZE(at); i++)
		at[i] = take(PAGE_SIZE, PAGE_SIZE);
	flags = local_irq_save();
	for (i = 0; i < ARRAY_SIZE(at); i++)
		KTEST_EXPECT_TRUE(t, give(at[i]));
	KTEST_EXPECT_EQ(t, fx.nr_unback, 0);
	KTEST_EXPECT_NE(t, fx.nr_kicks, 0);
	local_irq_restore(flags);
	percpu_space_balance(&fx.s);
	KTEST_EXPECT_EQ(t, fx.s.nr_empty, PERCPU_EMPTY_LOW);
	fx_exit(t);
}

/* The page that is kept is had by a request that may not do all that getting
 * another one would take. */
static void a_request_goes_no_further_than_it_may(struct ktest *t)
{
	static const gfp_t gfp[] = { GFP_NOFS, GFP_NOIO, GFP_NOWAIT };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gfp); i++) {
		unsigned int backed;

		if (!fx_init(t))
			return;
		percpu_space_balance(&fx.s);
		backed = fx.nr_back;
		fx.back_gfp = 0;
		KTEST_EXPECT_NE(t, take_gfp(PAGE_SIZE, PAGE_SIZE, gfp[i]),
				PERCPU_NONE);
		KTEST_EXPECT_EQ(t, fx.back_gfp & GFP_KERNEL & ~gfp[i], 0);
		/* Who may not wait has it done by somebody else. */
		KTEST_EXPECT_EQ(t, fx.nr_back - backed, gfp_may_sleep(gfp[i]));
		KTEST_EXPECT_EQ(t, fx.nr_kicks, !gfp_may_sleep(gfp[i]));
		fx_exit(t);
	}
}

/* Its caller may hold what reclaim would want. */
static void giving_back_asks_for_no_memory(struct ktest *t)
{
	unsigned long at, backed, flags;

	if (!fx_init(t))
		return;
	percpu_space_balance(&fx.s);
	at = take(4, 4);
	flags = local_irq_save();
	KTEST_EXPECT_NE(t, take_gfp(PAGE_SIZE, 4, GFP_ATOMIC), PERCPU_NONE);
	local_irq_restore(flags);
	KTEST_EXPECT_EQ(t, fx.s.nr_empty, 0);
	backed = fx.nr_back;
	fx.nr_kicks = 0;
	KTEST_EXPECT_TRUE(t, give(at));
	KTEST_EXPECT_EQ(t, fx.nr_back, backed);
	KTEST_EXPECT_EQ(t, fx.nr_kicks, 1);
	percpu_space_balance(&fx.s);
	KTEST_EXPECT_EQ(t, fx.s.nr_empty, PERCPU_EMPTY_LOW);
	fx_exit(t);
}

static void full_units_say_so(struct ktest *t)
{
	unsigned long at, last = PERCPU_NONE;
	unsigned int nr = 0;

	if (!fx_init(t))
		return;
	while ((at = take(PAGE_SIZE, PAGE_SIZE)) != PERCPU_NONE) {
		last = at;
		nr++;
	}
	KTEST_EXPECT_EQ(t, nr, UNIT_PAGES - 1);
	KTEST_EXPECT_EQ(t, last, UNIT_BYTES - PAGE_SIZE);
	KTEST_EXPECT_NE(t, take(PAGE_SIZE - STATIC_BYTES, 4), PERCPU_NONE);
	KTEST_EXPECT_EQ(t, take(1, 1), PERCPU_NONE);
	KTEST_EXPECT_TRUE(t, give(last));
	KTEST_EXPECT_EQ(t, take(1, 1), last);
	fx_exit(t);
}

/* --- memory runs out ------------------------------------------------------ */

/* Each step of growing fails once, and nothing is left behind. */
static void growth_that_fails_leaves_nothing(struct ktest *t)
{
	unsigned long at = PERCPU_NONE, flags;
	struct fault_attr saved;
	unsigned int nth;

	if (!fx_init(t))
		return;
	for (nth = 1; nth < 100 && at == PERCPU_NONE; nth++) {
		fx.fail_back = nth;
		at = take(PERCPU_MAX_BYTES, PAGE_SIZE);
		if (at != PERCPU_NONE)
			break;
		KTEST_EXPECT_EQ(t, fx.nr_back - fx.nr_unback, 1);
		KTEST_EXPECT_EQ(t, percpu_space_check(&fx.s), 0);
	}
	KTEST_EXPECT_EQ(t, nth, PERCPU_MAX_BYTES / PAGE_SIZE + 1);
	fx.fail_back = 0;
	KTEST_EXPECT_TRUE(t, give(at));
	/* All that is empty goes: the next has to grow again. */
	flags = local_irq_save();
	while (take_gfp(PAGE_SIZE, PAGE_SIZE, GFP_ATOMIC) != PERCPU_NONE)
		;
	local_irq_restore(flags);
	fault_plan_save(&fault_slab, &saved);
	at = PERCPU_NONE;
	for (nth = 1; nth < 100 && at == PERCPU_NONE; nth++) {
		fault_fail_nth(&fault_slab, nth);
		at = take(2 * PAGE_SIZE, PAGE_SIZE);
		KTEST_EXPECT_EQ(t, percpu_space_check(&fx.s), 0);
	}
	fault_plan_restore(&fault_slab, &saved);
	KTEST_EXPECT_NE(t, at, PERCPU_NONE);
	KTEST_EXPECT_GE(t, nth, 3);
	fx_exit(t);
}

static void a_space_that_cannot_begin_leaves_nothing(struct ktest *t)
{
	struct percpu_space_desc desc;
	struct fault_attr saved;
	unsigned int nth;
	int err = -ENOMEM;

	if (!fx_init(t))
		return;
	desc = fx.s.desc;
	percpu_space_exit(&fx.s);
	fault_plan_save(&fault_slab, &saved);
	for (nth = 1; nth < 10 && err; nth++) {
		fault_fail_nth(&fault_slab, nth);
		err = percpu_space_init(&fx.s, &desc);
		KTEST_EXPECT_EQ(t, fx.nr_back - fx.nr_unback, !err);
	}
	fault_plan_restore(&fault_slab, &saved);
	KTEST_EXPECT_EQ(t, err, 0);
	KTEST_EXPECT_GE(t, nth, 4); /* pages, map, tags */
	fx_exit(t);
}

/* --- misuse --------------------------------------------------------------- */

static void freeing_twice_names_who_freed(struct ktest *t)
{
	unsigned long at;

	if (!fx_init(t))
		return;
	at = take(12, 4);
	KTEST_EXPECT_TRUE(t, give(at));
	ktest_expect_report(t, "double-free");
	KTEST_EXPECT_FALSE(t, give(at));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "percpu addr="));
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t), "4321"));
	fx_exit(t);
}

static void freeing_what_is_no_object_is_refused(struct ktest *t)
{
	static const struct {
		long from; /* the object's start */
		const char *why;
	} wrong[] = {
		{ 4, " interior " }, { 8, " interior " }, { 1, " interior " },
		{ 16, " free " },    { 18, " free " },
	};
	unsigned long at, backed;
	unsigned int i;

	if (!fx_init(t))
		return;
	at = take(16, 4);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		ktest_expect_report(t, "bad-free_percpu");
		KTEST_EXPECT_FALSE(t, give(at + (unsigned long)wrong[i].from));
		if (!strstr(ktest_last_report(t), wrong[i].why))
			KTEST_FAIL(t, "no%sin: %s", wrong[i].why,
				   ktest_last_report(t));
	}
	backed = fx.s.nr_backed;
	ktest_expect_report(t, "bad-free_percpu");
	KTEST_EXPECT_FALSE(t, give(backed * PAGE_SIZE));
	ktest_expect_report(t, "bad-free_percpu");
	KTEST_EXPECT_FALSE(t, give(UNIT_BYTES));
	ktest_expect_report(t, "bad-free_percpu");
	KTEST_EXPECT_FALSE(t, give(-4ul));
	KTEST_EXPECT_EQ(t, fx.s.nr_objects, 1);
	KTEST_EXPECT_TRUE(t, give(at));
	fx_exit(t);
}

static void callers_are_told_apart_until_there_are_too_many(struct ktest *t)
{
	struct percpu_request req = { 4, 4, GFP_KERNEL, 0 };
	unsigned long cursor = 0, nr = 0, unknown = 0;
	struct percpu_object o;

	if (!fx_init(t))
		return;
	for (req.site = 0x1000; req.site < 0x1000 + 300 * 16; req.site += 16)
		KTEST_EXPECT_NE(t, percpu_space_alloc(&fx.s, &req),
				PERCPU_NONE);
	while (percpu_space_next(&fx.s, &cursor, &o)) {
		KTEST_EXPECT_EQ(t, o.offset, STATIC_BYTES + nr * 4);
		KTEST_EXPECT_EQ(t, o.bytes, 4);
		if (o.site)
			KTEST_EXPECT_EQ(t, o.site, 0x1000 + nr * 16);
		else
			unknown++;
		nr++;
	}
	KTEST_EXPECT_EQ(t, nr, 300);
	KTEST_EXPECT_GE(t, unknown, 300 - PERCPU_SITES);
	KTEST_EXPECT_LE(t, unknown, 150);
	fx_exit(t);
}

/* --- the check finds what is broken --------------------------------------- */

/* @broken is one word of the space; it is put back afterwards. */
#define EXPECT_VIOLATION(t, broken, value)                        \
	do {                                                      \
		__typeof__(broken) _was = (broken);               \
                                                                  \
		(broken) = (__typeof__(broken))(value);           \
		KTEST_EXPECT_GE(t, percpu_space_check(&fx.s), 1); \
		(broken) = _was;                                  \
		KTEST_EXPECT_EQ(t, percpu_space_check(&fx.s), 0); \
	} while (0)

static void the_check_finds_each_broken_invariant(struct ktest *t)
{
	unsigned long a, b, g;

	if (!fx_init(t))
		return;
	a = take(12, 4);
	b = take(4, 4);
	g = a / PERCPU_GRANULE;
	EXPECT_VIOLATION(t, fx.backed[0], false);
	EXPECT_VIOLATION(t, fx.backed[UNIT_PAGES - 1], true);
	EXPECT_VIOLATION(t, fx.s.map[BITS_TO_LONGS(g + 64)], 1);
	EXPECT_VIOLATION(t, fx.s.page[0].nr_free, 5);
	EXPECT_VIOLATION(t, fx.s.page[0].first, PERCPU_PAGE_GRANULES);
	EXPECT_VIOLATION(t, fx.s.page[0].too_long, 2);
	EXPECT_VIOLATION(t, fx.s.hint, 1);
	EXPECT_VIOLATION(t, fx.s.nr_backed, 9);
	EXPECT_VIOLATION(t, fx.s.nr_empty, 9);
	EXPECT_VIOLATION(t, fx.s.nr_objects, 9);
	EXPECT_VIOLATION(t, fx.s.used_granules, 9);
	EXPECT_VIOLATION(t, *percpu_tag(&fx.s, g), 0);
	EXPECT_VIOLATION(t, *percpu_tag(&fx.s, g + 1), 2);
	EXPECT_VIOLATION(t, *percpu_tag(&fx.s, g + 1), 4);
	EXPECT_VIOLATION(t, *percpu_tag(&fx.s, g + 2), PERCPU_TAG_OBJECT);
	KTEST_EXPECT_TRUE(t, give(a));
	KTEST_EXPECT_TRUE(t, give(b));
	fx_exit(t);
}

/* --- against a naive one -------------------------------------------------- */

#define MODEL_OBJECTS 200u
#define MODEL_STEPS 4000u

struct model_object {
	unsigned long at;
	size_t size;
	u8 byte; /* what the test wrote into all of it */
};

static size_t random_size(struct ktest *t)
{
	switch (ktest_random(t) % 8) {
	case 0: return 1 + ktest_random(t) % 6000;
	case 1: return 1 + ktest_random(t) % 400;
	case 2: return 4;
	default: return 1 + ktest_random(t) % 64;
	}
}

/* The naive search: no object of @m overlaps [at, at + size). */
static bool model_is_free(const struct model_object *m, unsigned long at,
			  size_t size)
{
	unsigned int i;

	for (i = 0; i < MODEL_OBJECTS; i++)
		if (m[i].size && at < m[i].at + ALIGN(m[i].size, 4ul) &&
		    m[i].at < at + size)
			return false;
	return true;
}

static void model_take(struct ktest *t, struct model_object *m,
		       const struct model_object *all)
{
	size_t size = random_size(t);
	size_t align = 1ul << ktest_random(t) % 13;
	gfp_t gfp = ktest_random(t) % 4 ? GFP_KERNEL : GFP_ATOMIC;
	unsigned long at;

	/* Large alignments are rare, or nothing else would fit. */
	if (align > 64 && ktest_random(t) % 16)
		align = 4;
	at = take_gfp(size, align, gfp);
	if (at == PERCPU_NONE)
		return;
	KTEST_EXPECT_EQ(t, at % align, 0);
	KTEST_EXPECT_GE(t, at, STATIC_BYTES);
	KTEST_EXPECT_LE(t, at + size, UNIT_BYTES);
	KTEST_EXPECT_TRUE(t, model_is_free(all, at, size));
	KTEST_EXPECT_TRUE(t, all_units_hold(at, size, 0));
	*m = (struct model_object){ at, size, (u8)ktest_random(t) };
	fill_units(at, size, m->byte);
}

static void random_requests_never_overlap(struct ktest *t)
{
	static struct model_object m[MODEL_OBJECTS];
	unsigned int step;

	if (!fx_init(t))
		return;
	memset(m, 0, sizeof(m));
	for (step = 0; step < MODEL_STEPS && !t->failed; step++) {
		struct model_object *o = &m[ktest_random(t) % MODEL_OBJECTS];

		if (!o->size) {
			model_take(t, o, m);
		} else {
			KTEST_EXPECT_TRUE(
				t, all_units_hold(o->at, o->size, o->byte));
			KTEST_EXPECT_TRUE(t, give(o->at));
			o->size = 0;
		}
		if (step % 64 == 0)
			KTEST_EXPECT_EQ(t, percpu_space_check(&fx.s), 0);
	}
	for (step = 0; step < MODEL_OBJECTS; step++)
		if (m[step].size)
			KTEST_EXPECT_TRUE(t, give(m[step].at));
	KTEST_EXPECT_EQ(t, fx.s.nr_objects, 0);
	KTEST_EXPECT_EQ(t, fx.s.used_granules, 0);
	fx_exit(t);
}

static const struct ktest_case percpu_space_cases[] = {
	KTEST_CASE(the_lowest_room_that_fits_is_taken),
	KTEST_CASE(the_static_part_is_nobodys),
	KTEST_CASE(objects_are_zero_in_every_unit),
	KTEST_CASE(every_alignment_up_to_a_page_is_kept),
	KTEST_CASE(an_object_may_cross_pages),
	KTEST_CASE(a_freed_neighbour_is_remembered_across_pages),
	KTEST_CASE(frames_come_when_they_are_needed),
	KTEST_CASE(frames_go_when_nothing_lies_there),
	KTEST_CASE(frames_do_not_go_to_and_fro),
	KTEST_CASE(a_shrink_leaves_one_empty_page),
	KTEST_CASE(atomic_requests_live_on_what_is_backed),
	KTEST_CASE(giving_back_waits_for_a_context_that_may),
	KTEST_CASE(a_request_goes_no_further_than_it_may),
	KTEST_CASE(giving_back_asks_for_no_memory),
	KTEST_CASE(full_units_say_so),
	KTEST_CASE(growth_that_fails_leaves_nothing),
	KTEST_CASE(a_space_that_cannot_begin_leaves_nothing),
	KTEST_CASE(freeing_twice_names_who_freed),
	KTEST_CASE(freeing_what_is_no_object_is_refused),
	KTEST_CASE(callers_are_told_apart_until_there_are_too_many),
	KTEST_CASE(the_check_finds_each_broken_invariant),
	KTEST_CASE(random_requests_never_overlap),
};
KTEST_SUITE(percpu_space, percpu_space_cases);
