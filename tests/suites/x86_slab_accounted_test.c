/* SPDX-License-Identifier: MIT */
/*
 * x86_slab_accounted_test.c - objects as modules ask for them, without a module
 *
 * The calls are looked up under the names that modules are linked to.
 */
#include <kernel/export.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/timer.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>

#define SIZE 64u
#define NR_TICKS 200u

static struct {
	void *(*kmalloc)(size_t size, gfp_t gfp);
	void *(*krealloc)(const void *p, size_t size, gfp_t gfp);
	void (*kfree)(const void *p);
} mod;

static const void *exported(const char *name)
{
	const struct exported_symbol *const *pos;

	for_each_section_entry(pos, exported_symbols) {
		if (!strcmp((*pos)->name, name))
			return (*pos)->address;
	}
	return NULL;
}

static bool mod_init(struct ktest *t)
{
	mod.kmalloc = (__typeof__(mod.kmalloc))exported("__kmalloc");
	mod.krealloc = (__typeof__(mod.krealloc))exported("krealloc");
	mod.kfree = (__typeof__(mod.kfree))exported("kfree");
	return KTEST_EXPECT_TRUE(t, mod.kmalloc && mod.krealloc && mod.kfree) &&
	       KTEST_EXPECT_EQ(t, accounted_start(), 0);
}

static unsigned long nr_known(void)
{
	unsigned long known, missed;

	accounted_count(&known, &missed);
	return known;
}

static void a_record_goes_with_its_object(struct ktest *t)
{
	unsigned long before;
	void *p, *q;

	if (!mod_init(t))
		return;
	before = nr_known();
	p = mod.kmalloc(SIZE, GFP_KERNEL);
	KTEST_EXPECT_EQ(t, nr_known(), before + 1);
	/* Where it is, and then somewhere else. */
	q = mod.krealloc(p, SIZE - 1, GFP_KERNEL);
	KTEST_EXPECT_PTR_EQ(t, q, p);
	q = mod.krealloc(p, 4 * SIZE, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL(t, q);
	KTEST_EXPECT_EQ(t, nr_known(), before + 1);
	/* A size that nobody has: the old one stays, and so does its record. */
	p = mod.krealloc(q, SIZE_MAX - 1, GFP_KERNEL | __GFP_NOWARN);
	KTEST_EXPECT_NULL(t, p);
	KTEST_EXPECT_EQ(t, nr_known(), before + 1);
	KTEST_EXPECT_PTR_EQ(t, mod.krealloc(q, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	KTEST_EXPECT_EQ(t, nr_known(), before);
}

/* Whose handler takes an object with each tick, and keeps it. */
static struct {
	struct timer_list timer;
	void *object[NR_TICKS];
	unsigned int nr;
} ticks;

static void tick_fn(struct timer_list *timer)
{
	ticks.object[ticks.nr] = mod.kmalloc(SIZE, GFP_ATOMIC);
	if (++ticks.nr < NR_TICKS)
		mod_timer(timer, jiffies + 1);
}

/* What krealloc() frees may be the handler's before krealloc() returns. */
static void a_record_is_that_of_who_has_the_object_now(struct ktest *t)
{
	unsigned long before, i;

	if (!mod_init(t))
		return;
	before = nr_known();
	ticks.nr = 0;
	timer_setup(&ticks.timer, tick_fn, 0);
	mod_timer(&ticks.timer, jiffies + 1);
	while (READ_ONCE(ticks.nr) < NR_TICKS) {
		void *p = mod.kmalloc(SIZE, GFP_KERNEL);

		p = mod.krealloc(p, 0, GFP_KERNEL);
		KTEST_EXPECT_PTR_EQ(t, p, ZERO_SIZE_PTR);
	}
	del_timer_sync(&ticks.timer);
	KTEST_EXPECT_EQ(t, nr_known(), before + NR_TICKS);
	for (i = 0; i < NR_TICKS; i++)
		mod.kfree(ticks.object[i]);
	KTEST_EXPECT_EQ(t, nr_known(), before);
}

static const struct ktest_case slab_accounted_cases[] = {
	KTEST_CASE(a_record_goes_with_its_object),
	KTEST_CASE(a_record_is_that_of_who_has_the_object_now),
};
KTEST_SUITE(slab_accounted, slab_accounted_cases);
