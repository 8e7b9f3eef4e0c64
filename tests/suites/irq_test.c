/* SPDX-License-Identifier: MIT */
/* irq_test.c - who may take an interrupt line, and what is refused. */
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/ktest.h>

/* A line no device of the tested machines uses. */
#define FREE_LINE 13

static irqreturn_t handler(int irq, void *dev_id)
{
	(void)irq;
	++*(unsigned int *)dev_id;
	return IRQ_HANDLED;
}

static void a_line_has_one_owner(struct ktest *t)
{
	unsigned int count = 0, other = 0;

	KTEST_ASSERT_EQ(t, request_irq(FREE_LINE, handler, 0, "test", &count),
			0);
	KTEST_EXPECT_EQ(t, request_irq(FREE_LINE, handler, 0, "test", &other),
			-EBUSY);
	irq_dispatch(FREE_LINE);
	irq_dispatch(FREE_LINE);
	KTEST_EXPECT_EQ(t, count, 2);
	KTEST_EXPECT_EQ(t, other, 0);
	free_irq(FREE_LINE, &count);
	KTEST_ASSERT_EQ(t, request_irq(FREE_LINE, handler, 0, "test", &other),
			0);
	free_irq(FREE_LINE, &other);
}

static void bad_requests_are_refused(struct ktest *t)
{
	unsigned int count = 0;

	KTEST_EXPECT_EQ(t, request_irq(NR_IRQS, handler, 0, "test", &count),
			-EINVAL);
	KTEST_EXPECT_EQ(t, request_irq(FREE_LINE, NULL, 0, "test", &count),
			-EINVAL);
	KTEST_EXPECT_EQ(t, request_irq(FREE_LINE, handler, 1, "test", &count),
			-EINVAL);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_line_has_one_owner),
	KTEST_CASE(bad_requests_are_refused),
};
KTEST_SUITE(irq, cases);
