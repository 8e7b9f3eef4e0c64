/* SPDX-License-Identifier: MIT */
/*
 * host_page_ref_test.c - an interrupt in the middle of put_page(), that takes
 * and drops references by itself; hosted only (see host_page_pcp_test.c)
 */
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>

#define LINE 13 /* no device's */
#define ORDER 2u
#define ROUNDS 300u

static struct {
	struct page *block; /* compound; its references come and go */
	struct page
		*last; /* a page whose last user is the interrupt; or NULL */
	unsigned int nr_handled;
} shared;

static irqreturn_t use_and_drop(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	if (++shared.nr_handled & 1)
		get_page(shared.block + 3);
	else
		put_page(shared.block + 2);
	if (shared.last)
		put_page(shared.last);
	shared.last = NULL;
	return IRQ_HANDLED;
}

/* One round: ours and the interrupt's reference to a page go, in any order. */
static void one_round(struct ktest *t, unsigned int i)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct page *last = alloc_page(GFP_KERNEL);

	KTEST_ASSERT_TRUE(t, page && last);
	get_page(last);
	shared.last = last;
	host_irq.pending |= 1ul << LINE;
	if (i & 2) {
		put_page(page);
		KTEST_EXPECT_EQ(t, page_count(last), 1);
		put_page(last);
	} else {
		put_page(last); /* both at once */
		put_page(page);
	}
	KTEST_EXPECT_EQ(t, shared.nr_handled, i + 1);
	KTEST_EXPECT_EQ(t, page_count(last), 0);
	KTEST_EXPECT_EQ(t, page_count(shared.block), i & 1 ? 1 : 2);
}

static void
an_interrupt_may_drop_the_last_reference_inside_put_page(struct ktest *t)
{
	unsigned long before = nr_free_pages();
	unsigned int i;

	KTEST_ASSERT_EQ(t, request_irq(LINE, use_and_drop, 0, "test", &shared),
			0);
	shared.nr_handled = 0;
	shared.block = alloc_pages(GFP_KERNEL | __GFP_COMP, ORDER);
	KTEST_ASSERT_NOT_NULL(t, shared.block);
	for (i = 0; i < ROUNDS && !t->failed; i++)
		one_round(t, i);
	free_irq(LINE, &shared);
	KTEST_EXPECT_EQ(t, page_count(shared.block), 1);
	put_page(shared.block);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(an_interrupt_may_drop_the_last_reference_inside_put_page),
};
KTEST_SUITE(host_page_ref, cases);
