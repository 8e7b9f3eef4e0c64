/* SPDX-License-Identifier: MIT */
/* irq_test.c - who may take an interrupt line, what is refused, who is called. */
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/seq_file.h>
#include <kernel/softirq.h>
#include <kernel/string.h>
#include "log_lines.h"
#include "proc_text.h"

/* A line no device of the tested machines uses. */
#define FREE_LINE 13
#define OTHER_FREE_LINE 10
/* core/irq.c's measure. */
#define JUDGED 100000u

static irqreturn_t handler(int irq, void *dev_id)
{
	(void)irq;
	++*(unsigned int *)dev_id;
	return IRQ_HANDLED;
}

static irqreturn_t stranger(int irq, void *dev_id)
{
	(void)irq;
	++*(unsigned int *)dev_id;
	return IRQ_NONE;
}

/* Interrupts as the arch brings them. */
static void interrupt(unsigned int times)
{
	while (times--) {
		unsigned long flags = local_irq_save();

		irq_enter();
		irq_dispatch(FREE_LINE);
		irq_exit();
		local_irq_restore(flags);
	}
}

static int take(irq_handler_t fn, unsigned long flags, unsigned int *count)
{
	return request_irq(FREE_LINE, fn, flags, "test", count);
}

static void a_line_has_one_owner(struct ktest *t)
{
	unsigned int count = 0, other = 0;

	KTEST_ASSERT_EQ(t, take(handler, 0, &count), 0);
	KTEST_EXPECT_EQ(t, take(handler, 0, &other), -EBUSY);
	interrupt(2);
	KTEST_EXPECT_EQ(t, count, 2);
	KTEST_EXPECT_EQ(t, other, 0);
	free_irq(FREE_LINE, &count);
	KTEST_ASSERT_EQ(t, take(handler, 0, &other), 0);
	free_irq(FREE_LINE, &other);
}

static void bad_requests_are_refused(struct ktest *t)
{
	unsigned int count = 0;

	KTEST_EXPECT_EQ(t, request_irq(NR_IRQS, handler, 0, "test", &count),
			-EINVAL);
	KTEST_EXPECT_EQ(t, take(NULL, 0, &count), -EINVAL);
	KTEST_EXPECT_EQ(t, take(handler, 0x80000000ul, &count), -EINVAL);
	KTEST_EXPECT_EQ(t, take(handler, IRQF_SHARED, NULL), -EINVAL);
}

static void those_who_share_are_all_called(struct ktest *t)
{
	unsigned int first = 0, second = 0, third = 0;

	KTEST_ASSERT_EQ(t, take(stranger, IRQF_SHARED, &first), 0);
	KTEST_ASSERT_EQ(t, take(handler, IRQF_SHARED, &second), 0);
	KTEST_ASSERT_EQ(t, take(handler, IRQF_SHARED, &third), 0);
	interrupt(1);
	free_irq(FREE_LINE, &second);
	interrupt(1);
	KTEST_EXPECT_EQ(t, first, 2);
	KTEST_EXPECT_EQ(t, second, 1);
	KTEST_EXPECT_EQ(t, third, 2);
	free_irq(FREE_LINE, &first);
	free_irq(FREE_LINE, &third);
}

static void who_is_refused_reads_who_has_it(struct ktest *t)
{
	unsigned int mine = 0, other = 0;
	u64 from = log_end();

	KTEST_ASSERT_EQ(
		t,
		request_irq(FREE_LINE, handler, IRQF_SHARED, "holder", &mine),
		0);
	KTEST_EXPECT_EQ(t, take(handler, 0, &other), -EBUSY);
	KTEST_EXPECT_EQ(t,
			log_count(from,
				  "genirq: Flags mismatch irq 13. 00000000"
				  " (test) vs. 00000080 (holder)"),
			1);
	/* Who only tries hears it, and nobody else. */
	KTEST_EXPECT_EQ(t, take(handler, IRQF_PROBE_SHARED, &other), -EBUSY);
	KTEST_EXPECT_EQ(t, log_count(from, "genirq: "), 1);
	free_irq(FREE_LINE, &mine);
}

static void sharing_takes_two(struct ktest *t)
{
	unsigned int mine = 0, other = 0;

	KTEST_ASSERT_EQ(t, take(handler, IRQF_SHARED, &mine), 0);
	KTEST_EXPECT_EQ(t, take(handler, 0, &other), -EBUSY);
	free_irq(FREE_LINE, &mine);
	KTEST_ASSERT_EQ(t, take(handler, 0, &mine), 0);
	KTEST_EXPECT_EQ(t, take(handler, IRQF_SHARED, &other), -EBUSY);
	free_irq(FREE_LINE, &mine);
}

static void those_who_share_agree_on_the_trigger(struct ktest *t)
{
	unsigned int mine = 0, other = 0;

	KTEST_ASSERT_EQ(
		t, take(handler, IRQF_SHARED | IRQF_TRIGGER_RISING, &mine), 0);
	KTEST_EXPECT_EQ(
		t, take(handler, IRQF_SHARED | IRQF_TRIGGER_FALLING, &other),
		-EBUSY);
	KTEST_EXPECT_EQ(t, take(handler, IRQF_SHARED, &other), 0);
	free_irq(FREE_LINE, &mine);
	free_irq(FREE_LINE, &other);
}

static void there_are_only_so_many_handlers(struct ktest *t)
{
	unsigned int counts[NR_IRQ_ACTIONS], nr = 0;

	while (nr < NR_IRQ_ACTIONS && !take(handler, IRQF_SHARED, &counts[nr]))
		nr++;
	/* Some are the machine's own. */
	KTEST_EXPECT_GE(t, nr, NR_IRQ_ACTIONS / 2);
	KTEST_EXPECT_LE(t, nr, NR_IRQ_ACTIONS - 1);
	KTEST_EXPECT_EQ(t, take(handler, IRQF_SHARED, &nr), -ENOMEM);
	while (nr)
		free_irq(FREE_LINE, &counts[--nr]);
	KTEST_EXPECT_EQ(t, take(handler, 0, &nr), 0);
	free_irq(FREE_LINE, &nr);
}

static void free_by_a_stranger_changes_nothing(struct ktest *t)
{
	unsigned int mine = 0, other = 0;

	KTEST_ASSERT_EQ(t, take(handler, IRQF_SHARED, &mine), 0);
	free_irq(FREE_LINE, &other);
	interrupt(1);
	KTEST_EXPECT_EQ(t, mine, 1);
	free_irq(FREE_LINE, &mine);
}

static irqreturn_t leave(int irq, void *dev_id)
{
	++*(unsigned int *)dev_id;
	free_irq((unsigned int)irq, dev_id);
	return IRQ_HANDLED;
}

/* Its place in the table is had again when the line rests. */
static void a_handler_may_free_itself(struct ktest *t)
{
	unsigned int i, count = 0;

	for (i = 0; i < NR_IRQ_ACTIONS + 1; i++) {
		KTEST_ASSERT_EQ(t, take(leave, 0, &count), 0);
		interrupt(1);
		KTEST_ASSERT_EQ(t, count, i + 1);
	}
	KTEST_ASSERT_EQ(t, take(handler, 0, &count), 0);
	free_irq(FREE_LINE, &count);
}

static irqreturn_t leave_and_return(int irq, void *dev_id)
{
	free_irq((unsigned int)irq, dev_id);
	if (take(handler, IRQF_SHARED, dev_id))
		return IRQ_NONE;
	return IRQ_HANDLED;
}

/* The dispatcher stands at what was freed, and goes on from there. */
static void those_behind_one_that_left_are_called(struct ktest *t)
{
	unsigned int first = 0, second = 0;

	KTEST_ASSERT_EQ(t, take(leave_and_return, IRQF_SHARED, &first), 0);
	KTEST_ASSERT_EQ(t, take(handler, IRQF_SHARED, &second), 0);
	interrupt(1);
	KTEST_EXPECT_EQ(t, second, 1);
	interrupt(1);
	KTEST_EXPECT_EQ(t, second, 2);
	KTEST_EXPECT_GE(t, first, 1);
	free_irq(FREE_LINE, &first);
	free_irq(FREE_LINE, &second);
}

static void interrupts_shows_all_names_of_a_line(struct ktest *t)
{
	unsigned int first = 0, second = 0;
	const char *text;

	KTEST_ASSERT_EQ(
		t, request_irq(FREE_LINE, handler, IRQF_SHARED, "tick", &first),
		0);
	KTEST_ASSERT_EQ(
		t,
		request_irq(FREE_LINE, handler, IRQF_SHARED, "tock", &second),
		0);
	text = text_of(t, "interrupts");
	KTEST_EXPECT_TRUE(t, strstr(text, " tick, tock\n"));
	free_irq(FREE_LINE, &first);
	text = text_of(t, "interrupts");
	KTEST_EXPECT_TRUE(t, strstr(text, " tock\n"));
	KTEST_EXPECT_FALSE(t, strstr(text, "tick"));
	free_irq(FREE_LINE, &second);
}

/* --- which line is it? ----------------------------------------------------------- */

static void a_line_is_found_by_its_interrupt(struct ktest *t)
{
	unsigned long mask = probe_irq_on();

	KTEST_EXPECT_TRUE(t, mask & BIT(FREE_LINE));
	KTEST_EXPECT_EQ(t, mask & (BIT(0) | BIT(2)), 0);
	interrupt(3);
	KTEST_EXPECT_EQ(t, probe_irq_off(mask), FREE_LINE);
	/* It is nobody's again, and open. */
	a_line_has_one_owner(t);
}

static void no_interrupt_and_several_are_told_apart(struct ktest *t)
{
	unsigned long flags, mask = probe_irq_on();

	KTEST_EXPECT_EQ(t, probe_irq_off(mask), 0);
	mask = probe_irq_on();
	KTEST_ASSERT_TRUE(t, mask & BIT(OTHER_FREE_LINE));
	interrupt(1);
	flags = local_irq_save();
	irq_enter();
	irq_dispatch(OTHER_FREE_LINE);
	irq_exit();
	local_irq_restore(flags);
	KTEST_EXPECT_EQ(t, probe_irq_off(mask),
			-min(FREE_LINE, OTHER_FREE_LINE));
}

static void a_line_that_is_taken_is_not_watched(struct ktest *t)
{
	unsigned int count = 0;
	unsigned long mask;
	u64 from = log_end();

	KTEST_ASSERT_EQ(t, take(handler, 0, &count), 0);
	mask = probe_irq_on();
	KTEST_EXPECT_EQ(t, mask & BIT(FREE_LINE), 0);
	interrupt(1);
	KTEST_EXPECT_EQ(t, probe_irq_off(mask), 0);
	KTEST_EXPECT_EQ(t, count, 1);
	KTEST_EXPECT_EQ(t, log_count(from, "mismatch"), 0);
	free_irq(FREE_LINE, &count);
}

/* --- disabled lines ---------------------------------------------------------- */

static void a_disabled_line_waits(struct ktest *t)
{
	unsigned int count = 0;

	KTEST_ASSERT_EQ(t, take(handler, 0, &count), 0);
	disable_irq(FREE_LINE);
	disable_irq_nosync(FREE_LINE);
	interrupt(3);
	enable_irq(FREE_LINE);
	/* Not even when what was kept would have its turn. */
	local_bh_disable();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, count, 0);
	/* What came meanwhile comes once, as an edge that was kept. */
	enable_irq(FREE_LINE);
	local_bh_disable();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, count, 1);
	interrupt(1);
	KTEST_EXPECT_EQ(t, count, 2);
	/* And not again. */
	disable_irq(FREE_LINE);
	enable_irq(FREE_LINE);
	local_bh_disable();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, count, 2);
	free_irq(FREE_LINE, &count);
}

/* A line that was left disabled, with an edge that was kept. */
static void a_new_owner_begins_afresh(struct ktest *t)
{
	unsigned int old = 0, count = 0;

	KTEST_ASSERT_EQ(t, take(handler, 0, &old), 0);
	disable_irq(FREE_LINE);
	interrupt(1);
	free_irq(FREE_LINE, &old);
	KTEST_ASSERT_EQ(t, take(handler, 0, &count), 0);
	interrupt(1);
	KTEST_EXPECT_EQ(t, count, 1);
	disable_irq(FREE_LINE);
	enable_irq(FREE_LINE);
	local_bh_disable();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, count, 1);
	KTEST_EXPECT_EQ(t, old, 0);
	free_irq(FREE_LINE, &count);
}

static void a_line_can_be_requested_disabled(struct ktest *t)
{
	unsigned int count = 0;

	KTEST_ASSERT_EQ(t, take(handler, IRQF_NO_AUTOEN, &count), 0);
	interrupt(1);
	KTEST_EXPECT_EQ(t, count, 0);
	enable_irq(FREE_LINE);
	local_bh_disable();
	local_bh_enable();
	KTEST_EXPECT_EQ(t, count, 1);
	free_irq(FREE_LINE, &count);
}

static void enabling_what_was_not_disabled_changes_nothing(struct ktest *t)
{
	unsigned int count = 0;

	KTEST_ASSERT_EQ(t, take(handler, 0, &count), 0);
	enable_irq(FREE_LINE);
	interrupt(1);
	KTEST_EXPECT_EQ(t, count, 1);
	free_irq(FREE_LINE, &count);
}

/* --- storms -------------------------------------------------------------------- */

/* Was there a lull that ends a storm? A host that is busy makes some. */
static bool lull(unsigned long *last)
{
	bool long_ago = time_after(jiffies, *last + HZ / 10);

	*last = jiffies;
	return long_ago;
}

/* So many interrupts without a lull, on a line that is left requested. */
static bool storm(struct ktest *t, irq_handler_t fn, unsigned int *count,
		  unsigned int times)
{
	unsigned int tries = 10, i;
	unsigned long last;
	int err;

	while (tries--) {
		bool held_up = false;

		*count = 0;
		err = take(fn, IRQF_SHARED, count);
		KTEST_EXPECT_EQ(t, err, 0);
		if (err)
			return false;
		last = jiffies;
		for (i = 0; i < times; i++) {
			interrupt(1);
			held_up |= lull(&last);
		}
		if (!held_up)
			return true;
		free_irq(FREE_LINE, count);
	}
	ktest_skip(t, "the host holds the machine up all the time");
	return false;
}

static void a_line_that_nobody_handles_is_shut(struct ktest *t)
{
	unsigned int count, friend = 0;

	if (!storm(t, stranger, &count, JUDGED - 1))
		return;
	KTEST_EXPECT_FALSE(t, irq_is_shut(FREE_LINE));
	interrupt(1);
	KTEST_EXPECT_TRUE(t, irq_is_shut(FREE_LINE));
	KTEST_EXPECT_EQ(t, count, JUDGED);
	/* Who comes then may be who was missing. */
	KTEST_ASSERT_EQ(t, take(handler, IRQF_SHARED, &friend), 0);
	KTEST_EXPECT_FALSE(t, irq_is_shut(FREE_LINE));
	free_irq(FREE_LINE, &friend);
	free_irq(FREE_LINE, &count);
}

static unsigned int friend_s_calls;

static irqreturn_t stranger_who_calls_a_friend(int irq, void *dev_id)
{
	unsigned int *count = dev_id;

	(void)irq;
	if (++*count == JUDGED && take(handler, IRQF_SHARED, &friend_s_calls))
		++*count;
	return IRQ_NONE;
}

/* Who comes while the last interrupt is judged was not asked yet. */
static void a_line_that_somebody_has_just_joined_stays(struct ktest *t)
{
	unsigned int count;

	friend_s_calls = 0;
	if (!storm(t, stranger_who_calls_a_friend, &count, JUDGED))
		return;
	KTEST_EXPECT_EQ(t, count, JUDGED);
	KTEST_EXPECT_FALSE(t, irq_is_shut(FREE_LINE));
	interrupt(1);
	/* The one that was judged may have come to it already. */
	KTEST_EXPECT_EQ(t, friend_s_calls, 2);
	free_irq(FREE_LINE, &friend_s_calls);
	free_irq(FREE_LINE, &count);
}

static irqreturn_t handler_of_some(int irq, void *dev_id)
{
	unsigned int *count = dev_id;

	(void)irq;
	/* 100 of 100,000. */
	return ++*count % 1000 == 0 ? IRQ_HANDLED : IRQ_NONE;
}

static irqreturn_t handler_of_fewer(int irq, void *dev_id)
{
	unsigned int *count = dev_id;

	(void)irq;
	/* 99 of them. */
	return ++*count % 1000 == 0 && *count > 1000 ? IRQ_HANDLED : IRQ_NONE;
}

/* One in a thousand is enough; one less is not. */
static void a_line_that_is_handled_at_times_stays(struct ktest *t)
{
	unsigned int count = 0;

	KTEST_ASSERT_EQ(t, take(handler_of_some, IRQF_SHARED, &count), 0);
	interrupt(2 * JUDGED);
	KTEST_EXPECT_FALSE(t, irq_is_shut(FREE_LINE));
	free_irq(FREE_LINE, &count);
	if (!storm(t, handler_of_fewer, &count, JUDGED))
		return;
	KTEST_EXPECT_TRUE(t, irq_is_shut(FREE_LINE));
	free_irq(FREE_LINE, &count);
}

/* Whoever of those who share it says so, and whenever he is asked. */
static void one_answer_of_many_is_enough(struct ktest *t)
{
	unsigned int first = 0, second = 0;

	KTEST_ASSERT_EQ(t, take(handler, IRQF_SHARED, &first), 0);
	KTEST_ASSERT_EQ(t, take(stranger, IRQF_SHARED, &second), 0);
	interrupt(JUDGED);
	KTEST_EXPECT_FALSE(t, irq_is_shut(FREE_LINE));
	free_irq(FREE_LINE, &first);
	free_irq(FREE_LINE, &second);
}

static void a_new_owner_is_judged_by_his_own(struct ktest *t)
{
	unsigned int count = 0;

	KTEST_ASSERT_EQ(t, take(stranger, 0, &count), 0);
	interrupt(JUDGED - 1);
	free_irq(FREE_LINE, &count);
	KTEST_ASSERT_EQ(t, take(stranger, 0, &count), 0);
	interrupt(1);
	KTEST_EXPECT_FALSE(t, irq_is_shut(FREE_LINE));
	free_irq(FREE_LINE, &count);
}

/* One that comes alone, a tenth of a second after the others. */
static void interrupts_that_come_seldom_are_no_storm(struct ktest *t)
{
	unsigned int count = 0;
	unsigned long until;

	KTEST_ASSERT_EQ(t, take(stranger, 0, &count), 0);
	interrupt(JUDGED - 1);
	until = jiffies + HZ / 10 + 1;
	while (!time_after(jiffies, until))
		cpu_relax();
	interrupt(1);
	KTEST_EXPECT_FALSE(t, irq_is_shut(FREE_LINE));
	free_irq(FREE_LINE, &count);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_line_is_found_by_its_interrupt),
	KTEST_CASE(no_interrupt_and_several_are_told_apart),
	KTEST_CASE(a_line_that_is_taken_is_not_watched),
	KTEST_CASE(a_line_has_one_owner),
	KTEST_CASE(bad_requests_are_refused),
	KTEST_CASE(those_who_share_are_all_called),
	KTEST_CASE(who_is_refused_reads_who_has_it),
	KTEST_CASE(sharing_takes_two),
	KTEST_CASE(those_who_share_agree_on_the_trigger),
	KTEST_CASE(there_are_only_so_many_handlers),
	KTEST_CASE(free_by_a_stranger_changes_nothing),
	KTEST_CASE(a_handler_may_free_itself),
	KTEST_CASE(those_behind_one_that_left_are_called),
	KTEST_CASE(interrupts_shows_all_names_of_a_line),
	KTEST_CASE(a_disabled_line_waits),
	KTEST_CASE(a_new_owner_begins_afresh),
	KTEST_CASE(a_line_can_be_requested_disabled),
	KTEST_CASE(enabling_what_was_not_disabled_changes_nothing),
	KTEST_CASE(a_line_that_nobody_handles_is_shut),
	KTEST_CASE(a_line_that_somebody_has_just_joined_stays),
	KTEST_CASE(a_line_that_is_handled_at_times_stays),
	KTEST_CASE(one_answer_of_many_is_enough),
	KTEST_CASE(a_new_owner_is_judged_by_his_own),
	KTEST_CASE(interrupts_that_come_seldom_are_no_storm),
};
KTEST_SUITE(irq, cases);
