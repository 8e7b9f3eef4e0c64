/* SPDX-License-Identifier: MIT */
/*
 * x86_pic_test.c - what the two 8259s owe each other
 *
 * On machines that use them: isapc, and others with noapic or nolapic.
 */
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <asm/device_io.h>
#include "../../core/irq_internal.h"

#define PIC1_DATA 0x21
#define CASCADE_IRQ 2u

static irqreturn_t never(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	return IRQ_NONE;
}

static bool cascade_is_open(void)
{
	return !(inb(PIC1_DATA) & 1u << CASCADE_IRQ);
}

/* Lines 8 to 15 come through line 2: who gave that back would shut them. */
static void the_cascade_is_not_for_drivers(struct ktest *t)
{
	static char device;
	int err;

	if (strcmp(irq_chip_name(), "XT-PIC")) {
		ktest_skip(t, "the 8259s are not in use");
		return;
	}
	KTEST_EXPECT_TRUE(t, cascade_is_open());
	err = request_irq(CASCADE_IRQ, never, 0, "not the cascade", &device);
	KTEST_EXPECT_EQ(t, err, -EBUSY);
	if (!err)
		free_irq(CASCADE_IRQ, &device);
	KTEST_EXPECT_TRUE(t, cascade_is_open());
	disable_irq(CASCADE_IRQ);
	enable_irq(CASCADE_IRQ);
	KTEST_EXPECT_TRUE(t, cascade_is_open());
}

static const struct ktest_case cases[] = {
	KTEST_CASE(the_cascade_is_not_for_drivers),
};
KTEST_SUITE(x86_pic, cases);
