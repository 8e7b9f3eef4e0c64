/* SPDX-License-Identifier: MIT */
/*
 * managed.c - a driver of QEMU's edu device that gives nothing back by itself
 *
 * Between what it takes it adds actions that say when they are done. With
 * fail=N its probe() ends before step N.
 */
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#define EDU_IRQ_STATUS 0x24
#define EDU_IRQ_ACK 0x64
#define EDU_DMA_SRC 0x80
#define EDU_DMA_DST 0x88
#define EDU_DMA_COUNT 0x90
#define EDU_DMA_CMD 0x98
#define EDU_DMA_START 0x1
#define EDU_DMA_TO_RAM 0x2
#define EDU_DMA_IRQ 0x4
#define EDU_BUFFER 0x40000
#define BYTES 64

static int fail;
module_param(fail, int, 0444);

struct managed {
	void __iomem *regs;
	u8 *buf; /* two halves: out, and back */
	dma_addr_t bus;
	struct completion done;
	unsigned int handled;
};

static void managed_undo(void *what)
{
	pr_info("managed: undo %s\n", (const char *)what);
}

static irqreturn_t managed_handler(int irq, void *dev_id)
{
	struct managed *m = dev_id;
	u32 status = readl(m->regs + EDU_IRQ_STATUS);

	(void)irq;
	if (!status)
		return IRQ_NONE;
	writel(status, m->regs + EDU_IRQ_ACK);
	m->handled++;
	complete(&m->done);
	return IRQ_HANDLED;
}

static int managed_move(struct managed *m, u32 from, u32 to, u32 cmd)
{
	reinit_completion(&m->done);
	writel(from, m->regs + EDU_DMA_SRC);
	writel(to, m->regs + EDU_DMA_DST);
	writel(BYTES, m->regs + EDU_DMA_COUNT);
	writel(cmd | EDU_DMA_START | EDU_DMA_IRQ, m->regs + EDU_DMA_CMD);
	return wait_for_completion_timeout(&m->done, 20 * HZ) ? 0 : -ETIMEDOUT;
}

/* Out to the device, and back behind it. */
static int managed_use(struct managed *m)
{
	int i, err;

	for (i = 0; i < BYTES; i++)
		m->buf[i] = (u8)(i * 3 + 1);
	err = managed_move(m, (u32)m->bus, EDU_BUFFER, 0);
	if (!err)
		err = managed_move(m, EDU_BUFFER, (u32)m->bus + BYTES,
				   EDU_DMA_TO_RAM);
	if (!err && memcmp(m->buf, m->buf + BYTES, BYTES))
		err = -EIO;
	return err;
}

static int managed_step(struct pci_dev *pdev, int step, const char *what)
{
	if (fail == step)
		return -EIO;
	return devm_add_action_or_reset(&pdev->dev, managed_undo,
					(void *)(unsigned long)what);
}

/* Memory and registers, then DMA, then interrupts: so they are needed. */
static int managed_take(struct pci_dev *pdev, struct managed *m)
{
	int err = pcim_enable_device(pdev);

	if (!err)
		err = managed_step(pdev, 2, "enable");
	if (!err)
		err = pcim_iomap_regions(pdev, 1 << 0, "managed");
	if (!err)
		err = managed_step(pdev, 3, "registers");
	if (!err)
		err = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(28));
	if (err)
		return err;
	m->regs = pcim_iomap_table(pdev)[0];
	m->buf =
		dmam_alloc_coherent(&pdev->dev, 2 * BYTES, &m->bus, GFP_KERNEL);
	if (!m->buf)
		return -ENOMEM;
	err = managed_step(pdev, 4, "dma");
	if (!err)
		err = devm_request_irq(&pdev->dev, pdev->irq, managed_handler,
				       IRQF_SHARED, NULL, m);
	return err ? err : managed_step(pdev, 5, "irq");
}

static int managed_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct managed *m = devm_kzalloc(&pdev->dev, sizeof(*m), GFP_KERNEL);
	int err;

	(void)id;
	if (!m)
		return -ENOMEM;
	init_completion(&m->done);
	err = managed_step(pdev, 1, "memory");
	if (!err)
		err = managed_take(pdev, m);
	if (err)
		return err;
	pci_set_master(pdev);
	err = managed_use(m);
	pr_info("managed: moved %d handled %u\n", err, m->handled);
	return err;
}

static void managed_remove(struct pci_dev *pdev)
{
	(void)pdev;
	pr_info("managed: undo nothing by hand\n");
}

static const struct pci_device_id managed_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU) },
	{ 0 },
};
MODULE_DEVICE_TABLE(pci, managed_ids);

static struct pci_driver managed_driver = {
	.name = "managed",
	.id_table = managed_ids,
	.probe = managed_probe,
	.remove = managed_remove,
};
module_pci_driver(managed_driver);
MODULE_LICENSE("GPL");
