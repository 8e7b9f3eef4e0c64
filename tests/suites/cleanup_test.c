/* SPDX-License-Identifier: MIT */
/* cleanup_test.c - what is undone by itself is undone, once, in reverse order */
#include <kernel/guards.h>
#include <kernel/ktest.h>
#include <mm/slab.h>

/* What happened, a letter each. */
static char trail[16];
static unsigned int trail_len;

static void note(char what)
{
	if (trail_len < sizeof(trail) - 1)
		trail[trail_len++] = what;
}

static void trail_begin(void)
{
	memset(trail, 0, sizeof(trail));
	trail_len = 0;
}

DEFINE_FREE(note, char, note(_T))
DEFINE_GUARD(noted, char *, note(*_T), note((char)(*_T - 'a' + 'A')))
DEFINE_CLASS(doubled, int, note((char)('0' + _T)), 2 * n, int n)

static int leave_early(bool early)
{
	char a __free(note) = 'a';
	char b __free(note) = 'b';

	note('1');
	if (early)
		return (int)trail_len;
	note('2');
	{
		char c __free(note) = 'c';

		(void)c;
	}
	note('3');
	(void)a;
	(void)b;
	return (int)trail_len;
}

static void blocks_undo_in_reverse_however_they_are_left(struct ktest *t)
{
	trail_begin();
	/* The result is made before anything is undone. */
	KTEST_EXPECT_EQ(t, leave_early(true), 1);
	KTEST_EXPECT_STREQ(t, trail, "1ba");
	trail_begin();
	KTEST_EXPECT_EQ(t, leave_early(false), 4);
	KTEST_EXPECT_STREQ(t, trail, "12c3ba");
}

static char *kept(bool keep)
{
	char *p __free(kfree) = kmalloc(20, GFP_KERNEL);
	char *q __free(kfree) = NULL;

	(void)q; /* NULL is harmless */
	if (!p || !keep)
		return NULL;
	p[0] = 'k';
	return_ptr(p);
}

static void memory_goes_with_its_variable_unless_taken_out(struct ktest *t)
{
	/* A leak or a double free is told when the suite ends. */
	char *p = kept(true);

	KTEST_EXPECT_NULL(t, kept(false));
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_EQ(t, p[0], 'k');
	kfree(p);
}

static void guards_hold_to_the_end_of_their_block(struct ktest *t)
{
	char x = 'x', y = 'y';
	unsigned int rounds = 0;

	trail_begin();
	{
		guard(noted)(&x);
		guard(noted)(&y);
		note('.');
	}
	KTEST_EXPECT_STREQ(t, trail, "xy.YX");
	trail_begin();
	scoped_guard(noted, &x)
	{
		scoped_guard(noted, &y) note('.');
		if (rounds++ == 0)
			break;
		note('!');
	}
	KTEST_EXPECT_STREQ(t, trail, "xy.YX");
	KTEST_EXPECT_EQ(t, rounds, 1);
	trail_begin();
	{
		CLASS(doubled, d)(3);

		KTEST_EXPECT_EQ(t, d, 6);
	}
	KTEST_EXPECT_STREQ(t, trail, "6");
}

static DEFINE_SPINLOCK(guarded_lock);
static DEFINE_MUTEX(guarded_mutex);
static DECLARE_RWSEM(guarded_rwsem);

static bool holds_both(bool early)
{
	guard(mutex)(&guarded_mutex);
	guard(spinlock_irqsave)(&guarded_lock);
	if (early)
		return spin_is_locked(&guarded_lock) && irqs_disabled();
	return mutex_is_locked(&guarded_mutex);
}

static void locks_are_given_back_in_every_form(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, holds_both(true));
	KTEST_EXPECT_FALSE(t, spin_is_locked(&guarded_lock));
	KTEST_EXPECT_FALSE(t, irqs_disabled());
	KTEST_EXPECT_TRUE(t, holds_both(false));
	KTEST_EXPECT_FALSE(t, mutex_is_locked(&guarded_mutex));
	scoped_guard(spinlock, &guarded_lock)
		KTEST_EXPECT_TRUE(t, spin_is_locked(&guarded_lock));
	scoped_guard(spinlock_bh, &guarded_lock)
		KTEST_EXPECT_TRUE(t, in_softirq());
	scoped_guard(spinlock_irq, &guarded_lock)
		KTEST_EXPECT_TRUE(t, irqs_disabled());
	KTEST_EXPECT_FALSE(t, irqs_disabled() || in_softirq());
	KTEST_EXPECT_FALSE(t, spin_is_locked(&guarded_lock));
	scoped_guard(rwsem_read, &guarded_rwsem)
		KTEST_EXPECT_EQ(t, down_write_trylock(&guarded_rwsem), 0);
	scoped_guard(rwsem_write, &guarded_rwsem)
		KTEST_EXPECT_EQ(t, down_read_trylock(&guarded_rwsem), 0);
	if (KTEST_EXPECT_EQ(t, down_write_trylock(&guarded_rwsem), 1))
		up_write(&guarded_rwsem);
	scoped_guard(preempt) KTEST_EXPECT_TRUE(t, in_atomic());
	scoped_guard(irqsave)
	{
		KTEST_EXPECT_TRUE(t, irqs_disabled());
		scoped_guard(irqsave);
		KTEST_EXPECT_TRUE(t, irqs_disabled());
	}
	KTEST_EXPECT_FALSE(t, irqs_disabled() || in_atomic());
	scoped_guard(rcu);
	scoped_guard(irq) KTEST_EXPECT_TRUE(t, irqs_disabled());
	KTEST_EXPECT_FALSE(t, irqs_disabled() || in_atomic());
}

static const struct ktest_case cleanup_cases[] = {
	KTEST_CASE(blocks_undo_in_reverse_however_they_are_left),
	KTEST_CASE(memory_goes_with_its_variable_unless_taken_out),
	KTEST_CASE(guards_hold_to_the_end_of_their_block),
	KTEST_CASE(locks_are_given_back_in_every_form),
};
KTEST_SUITE(cleanup, cleanup_cases);
