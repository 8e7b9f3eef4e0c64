/* SPDX-License-Identifier: MIT */
/*
 * x86_edu_test.c - level interrupts of real PCI devices that share a line
 *
 * By QEMU's edu device (`-device edu`, of which one raises its interrupt when
 * told so, and holds it until it is acknowledged). Without one the cases are
 * skipped, and so they are where the device has a driver.
 */
#include <kernel/delay.h>
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/jiffies.h>
#include <kernel/ktest.h>
#include <kernel/pci.h>
#include <asm/device_io.h>

#define EDU_IRQ_STATUS 0x24
#define EDU_IRQ_RAISE 0x60
#define EDU_IRQ_ACK 0x64
#define EDU_REGISTERS 0x100

/* A storm is shut after 100,000 interrupts, some microseconds each. */
#define STORM_SECONDS 60

struct edu {
	struct pci_dev *dev;
	u8 __iomem *regs;
	unsigned int mine, others; /* calls of its handler */
};

static irqreturn_t edu_handler(int irq, void *dev_id)
{
	struct edu *edu = dev_id;
	u32 status = readl(edu->regs + EDU_IRQ_STATUS);

	(void)irq;
	if (!status) {
		edu->others++;
		return IRQ_NONE;
	}
	writel(status, edu->regs + EDU_IRQ_ACK);
	edu->mine++;
	return IRQ_HANDLED;
}

/* A driver of another device: this one's interrupt never ends. */
static irqreturn_t stranger(int irq, void *dev_id)
{
	(void)irq;
	++*(unsigned int *)dev_id;
	return IRQ_NONE;
}

/* The device behind @from, ready to interrupt. Return: false: there is none. */
static bool edu_open(struct edu *edu, struct pci_dev *from)
{
	*edu = (struct edu){ 0 };
	edu->dev = pci_get_device(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU,
				  from ? pci_dev_get(from) : NULL);
	if (!edu->dev)
		return false;
	if (!edu->dev->driver && edu->dev->irq &&
	    !pci_enable_device(edu->dev)) {
		edu->regs = pci_iomap(edu->dev, 0, EDU_REGISTERS);
		if (edu->regs)
			return true;
		pci_disable_device(edu->dev);
	}
	pci_dev_put(edu->dev);
	return false;
}

static void edu_close(struct edu *edu)
{
	pci_iounmap(edu->dev, edu->regs);
	pci_disable_device(edu->dev);
	pci_dev_put(edu->dev);
}

static int edu_take(struct edu *edu)
{
	return request_irq(edu->dev->irq, edu_handler, IRQF_SHARED, "edu-test",
			   edu);
}

/* Wait for an interrupt that is on its way. */
static bool comes(const unsigned int *count, unsigned int wanted)
{
	unsigned long end = jiffies + 5 * HZ;

	while (READ_ONCE(*count) < wanted && time_before(jiffies, end))
		udelay(10);
	return READ_ONCE(*count) == wanted;
}

static void each_of_two_handles_its_own(struct ktest *t)
{
	struct edu a, b;

	if (!edu_open(&a, NULL)) {
		ktest_skip(t, "no edu device that is free");
		return;
	}
	if (!edu_open(&b, a.dev) || a.dev->irq != b.dev->irq) {
		edu_close(&a);
		ktest_skip(t, "no second edu device on the line");
		return;
	}
	KTEST_EXPECT_EQ(t, edu_take(&a), 0);
	KTEST_EXPECT_EQ(t, edu_take(&b), 0);
	writel(1, b.regs + EDU_IRQ_RAISE);
	KTEST_EXPECT_TRUE(t, comes(&b.mine, 1));
	writel(1, a.regs + EDU_IRQ_RAISE);
	KTEST_EXPECT_TRUE(t, comes(&a.mine, 1));
	/* Acknowledged, neither comes again. */
	synchronize_irq(a.dev->irq);
	KTEST_EXPECT_EQ(t, a.mine + b.mine, 2);
	KTEST_EXPECT_GE(t, a.others, 1);
	free_irq(a.dev->irq, &a);
	/* The other one goes on. */
	writel(2, b.regs + EDU_IRQ_RAISE);
	KTEST_EXPECT_TRUE(t, comes(&b.mine, 2));
	free_irq(b.dev->irq, &b);
	edu_close(&b);
	edu_close(&a);
}

static void a_disabled_line_s_level_comes_afterwards(struct ktest *t)
{
	struct edu edu;

	if (!edu_open(&edu, NULL)) {
		ktest_skip(t, "no edu device that is free");
		return;
	}
	KTEST_EXPECT_EQ(t, edu_take(&edu), 0);
	disable_irq(edu.dev->irq);
	writel(1, edu.regs + EDU_IRQ_RAISE);
	udelay(1000);
	KTEST_EXPECT_EQ(t, edu.mine, 0);
	enable_irq(edu.dev->irq);
	KTEST_EXPECT_TRUE(t, comes(&edu.mine, 1));
	free_irq(edu.dev->irq, &edu);
	edu_close(&edu);
}

static void a_storm_is_shut_and_opened_by_who_was_missing(struct ktest *t)
{
	unsigned int calls = 0;
	unsigned long end;
	struct edu edu;

	if (!edu_open(&edu, NULL)) {
		ktest_skip(t, "no edu device that is free");
		return;
	}
	KTEST_EXPECT_EQ(t,
			request_irq(edu.dev->irq, stranger, IRQF_SHARED,
				    "stranger", &calls),
			0);
	writel(1, edu.regs + EDU_IRQ_RAISE);
	end = jiffies + STORM_SECONDS * HZ;
	while (!irq_is_shut(edu.dev->irq) && time_before(jiffies, end))
		udelay(10);
	KTEST_EXPECT_TRUE(t, irq_is_shut(edu.dev->irq));
	KTEST_EXPECT_GE(t, calls, 100000);
	/* It is still held: the first thing its driver gets. */
	KTEST_EXPECT_EQ(t, edu_take(&edu), 0);
	KTEST_EXPECT_TRUE(t, comes(&edu.mine, 1));
	KTEST_EXPECT_FALSE(t, irq_is_shut(edu.dev->irq));
	free_irq(edu.dev->irq, &calls);
	free_irq(edu.dev->irq, &edu);
	edu_close(&edu);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(each_of_two_handles_its_own),
	KTEST_CASE(a_disabled_line_s_level_comes_afterwards),
	KTEST_CASE(a_storm_is_shut_and_opened_by_who_was_missing),
};
KTEST_SUITE(x86_edu, cases);
