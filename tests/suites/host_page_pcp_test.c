/* SPDX-License-Identifier: MIT */
/*
 * host_page_pcp_test.c - an interrupt in the middle of alloc_pages() and of
 * __free_pages(), that allocates and frees by itself; hosted only
 *
 * A line that is pending while interrupts are on cannot be on a real machine;
 * here it comes at the next place that turns them on: inside the call, right
 * behind the pop or the push.
 */
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <mm/page_alloc.h>

#define LINE 13 /* no device's */
#define KEPT 40u

static struct page *kept[KEPT];
static unsigned int nr_kept, nr_handled;

/* Take one more, or give all back. */
static irqreturn_t take_or_give(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	nr_handled++;
	if (nr_kept < KEPT) {
		kept[nr_kept] = alloc_page(GFP_ATOMIC);
		nr_kept += kept[nr_kept] != NULL;
	} else {
		while (nr_kept)
			__free_page(kept[--nr_kept]);
	}
	return IRQ_HANDLED;
}

static void
an_interrupt_may_allocate_in_the_middle_of_allocating(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	struct page *p[4];
	unsigned int i, k;
	struct zone *z;

	KTEST_ASSERT_EQ(t, request_irq(LINE, take_or_give, 0, "test", kept), 0);
	nr_handled = 0;
	for (i = 0; i < 300; i++) {
		for (k = 0; k < 4; k++) {
			host_irq.pending |= 1ul << LINE;
			p[k] = alloc_page(GFP_KERNEL);
			KTEST_ASSERT_NOT_NULL(t, p[k]);
		}
		for (k = 0; k < 4; k++) {
			KTEST_EXPECT_EQ(t, page_state(p[k]), PAGE_ALLOCATED);
			host_irq.pending |= 1ul << LINE;
			__free_page(p[k]);
		}
	}
	KTEST_EXPECT_EQ(t, nr_handled, 300 * 8);
	while (nr_kept)
		__free_page(kept[--nr_kept]);
	free_irq(LINE, kept);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	for_each_zone(z)
		KTEST_EXPECT_EQ(t, zone_check(z), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(an_interrupt_may_allocate_in_the_middle_of_allocating),
};
KTEST_SUITE(host_page_pcp, cases);
