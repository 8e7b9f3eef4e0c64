/* SPDX-License-Identifier: MIT */
/*
 * edu.c - a PCI driver with everything: registers, interrupt, DMA, a device file
 *
 * QEMU's edu device (docs/specs/edu in its sources; `-device edu`) is made for
 * this: it computes factorials and has 4 KiB of memory of its own, which it
 * moves to and from ours by DMA. /dev/edu0 is that memory, to read, write and
 * seek in; an ioctl has a factorial computed.
 *
 * What one must know of it:
 *   - it sends 28 bits of address, and clips the others without a word. So its
 *     mask is set, and what lies above goes through bounce buffers; the driver
 *     sees nothing of that but dma_map_page() and dma_unmap_page()
 *   - QEMU ends when a transfer touches the last byte, or is too long (7.2): the
 *     file is a byte shorter than the memory, and transfers are 2 KiB at most
 *   - its interrupt is a level, and perhaps others' as well: the handler looks
 *     whether it asked, says that it has heard, and returns IRQ_NONE if not
 *   - pulled out it has no id any more: a PC reads ones there, QEMU zeroes
 *
 * Locking: edu->lock, a mutex, is held for a transfer or a factorial: the device
 * does one thing at a time. The handler takes no lock; it ends a completion.
 */
#define pr_fmt(fmt) "edu: " fmt
#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioctl.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

/* Registers. */
#define EDU_ID 0x00
#define EDU_ID_IS 0x00edu /* the upper half is its version */
#define EDU_ID_MASK 0x0000ffffu
#define EDU_INVERT 0x04 /* reads as what was written, inverted */
#define EDU_FACTORIAL_REG 0x08
#define EDU_STATUS 0x20
#define EDU_STATUS_BUSY 0x01
#define EDU_STATUS_IRQ 0x80 /* interrupt when a factorial is done */
#define EDU_IRQ_STATUS 0x24
#define EDU_IRQ_FACTORIAL 0x001
#define EDU_IRQ_DMA 0x100
#define EDU_IRQ_ACK 0x64
#define EDU_DMA_SRC 0x80
#define EDU_DMA_DST 0x88
#define EDU_DMA_COUNT 0x90
#define EDU_DMA_CMD 0x98
#define EDU_DMA_START 0x1
#define EDU_DMA_TO_RAM 0x2
#define EDU_DMA_IRQ 0x4
#define EDU_BUFFER 0x40000 /* its memory, in its own addresses */

#define EDU_GONE 0xffffffffu
#define EDU_FILE_BYTES 4095
#define EDU_TRANSFER_MOST 2048u
/* A transfer takes it a tenth of a second. */
#define EDU_PATIENCE (5 * HZ)
#define EDU_DEVICES 8

/* Argument: 0 to 12, as 13! does not fit. Returns its factorial. */
#define EDU_IOC_FACTORIAL _IO('E', 1)
#define EDU_FACTORIAL_MOST 12

static unsigned int mask_bits = 28;
module_param(mask_bits, uint, 0444);
MODULE_PARM_DESC(mask_bits, "address bits of the device, 24 to 32");

struct edu {
	struct pci_dev *pdev;
	void __iomem *regs;
	struct cdev *cdev;
	dev_t number;
	struct page *page; /* anywhere; what is moved goes through it */

	struct mutex lock;
	bool dead; /* it did not end a transfer; guarded by @lock */
	struct completion done;
};

static dev_t edu_numbers; /* EDU_DEVICES of them */
static struct class *edu_class;
/* By minor number; set in probe(), which is called for one at a time. */
static struct edu *edu_devices[EDU_DEVICES];

/* --- the device ----------------------------------------------------------- */

static irqreturn_t edu_interrupt(int irq, void *dev_id)
{
	struct edu *edu = dev_id;
	u32 status = readl(edu->regs + EDU_IRQ_STATUS);

	(void)irq;
	/* Another's on this line; or we are pulled out. */
	if (!status || status == EDU_GONE)
		return IRQ_NONE;
	writel(status, edu->regs + EDU_IRQ_ACK);
	complete(&edu->done);
	return IRQ_HANDLED;
}

static bool edu_is_gone(const struct edu *edu)
{
	return (readl(edu->regs + EDU_ID) ^ EDU_ID_IS) & EDU_ID_MASK;
}

/* Lock held; the device was told to do something. */
static int edu_wait(struct edu *edu)
{
	if (wait_for_completion_timeout(&edu->done, EDU_PATIENCE))
		return edu_is_gone(edu) ? -ENODEV : 0;
	if (edu_is_gone(edu)) {
		dev_err(&edu->pdev->dev, "pulled out\n");
		return -ENODEV;
	}
	/* Whatever it is at: it must not write any more into memory that
	 * somebody else may have soon. */
	pci_clear_master(edu->pdev);
	edu->dead = true;
	dev_err(&edu->pdev->dev, "no answer; not used any more\n");
	return -ETIMEDOUT;
}

/* Lock held. */
static int edu_is_ready(struct edu *edu)
{
	if (edu->dead)
		return -EIO;
	if (edu_is_gone(edu))
		return -ENODEV;
	reinit_completion(&edu->done);
	return 0;
}

/* @count bytes between edu->page and @offset of its memory. Lock held. */
static int edu_transfer(struct edu *edu, unsigned int offset,
			unsigned int count, enum dma_data_direction dir)
{
	bool to_ram = dir == DMA_FROM_DEVICE;
	struct device *dev = &edu->pdev->dev;
	dma_addr_t bus;
	int err = edu_is_ready(edu);

	if (err)
		return err;
	bus = dma_map_page(dev, edu->page, 0, count, dir);
	if (dma_mapping_error(dev, bus))
		return -ENOMEM;
	offset += EDU_BUFFER;
	writel(to_ram ? offset : (u32)bus, edu->regs + EDU_DMA_SRC);
	writel(to_ram ? (u32)bus : offset, edu->regs + EDU_DMA_DST);
	writel(count, edu->regs + EDU_DMA_COUNT);
	writel(EDU_DMA_START | EDU_DMA_IRQ | (to_ram ? EDU_DMA_TO_RAM : 0),
	       edu->regs + EDU_DMA_CMD);
	err = edu_wait(edu);
	dma_unmap_page(dev, bus, count, dir);
	return err;
}

/* Lock held. Return: the factorial, or an error. */
static long edu_factorial(struct edu *edu, unsigned int n)
{
	int err = edu_is_ready(edu);

	if (err)
		return err;
	writel(EDU_STATUS_IRQ, edu->regs + EDU_STATUS);
	writel(n, edu->regs + EDU_FACTORIAL_REG);
	err = edu_wait(edu);
	return err ? err : (long)readl(edu->regs + EDU_FACTORIAL_REG);
}

/* --- the file ---------------------------------------------------------------- */

static int edu_open(struct inode *inode, struct file *file)
{
	file->private_data = edu_devices[iminor(inode) - MINOR(edu_numbers)];
	return file->private_data ? 0 : -ENODEV;
}

/* How much one transfer from @pos on moves. */
static unsigned int edu_count(size_t count, loff_t pos)
{
	size_t left = pos < EDU_FILE_BYTES ? (size_t)(EDU_FILE_BYTES - pos) : 0;

	count = min(count, left);
	return (unsigned int)min_t(size_t, count, EDU_TRANSFER_MOST);
}

static ssize_t edu_read(struct file *file, char __user *buf, size_t count,
			loff_t *pos)
{
	struct edu *edu = file->private_data;
	unsigned int n = edu_count(count, *pos);
	int err;

	if (!n)
		return 0;
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	err = edu_transfer(edu, (unsigned int)*pos, n, DMA_FROM_DEVICE);
	if (!err) {
		if (copy_to_user(buf, kmap(edu->page), n))
			err = -EFAULT;
		kunmap(edu->page);
	}
	mutex_unlock(&edu->lock);
	if (err)
		return err;
	*pos += n;
	return (ssize_t)n;
}

static ssize_t edu_write(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	struct edu *edu = file->private_data;
	unsigned int n = edu_count(count, *pos);
	int err = 0;

	if (!n)
		return count ? -ENOSPC : 0;
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	if (copy_from_user(kmap(edu->page), buf, n))
		err = -EFAULT;
	kunmap(edu->page);
	if (!err)
		err = edu_transfer(edu, (unsigned int)*pos, n, DMA_TO_DEVICE);
	mutex_unlock(&edu->lock);
	if (err)
		return err;
	*pos += n;
	return (ssize_t)n;
}

static loff_t edu_llseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, EDU_FILE_BYTES);
}

static long edu_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct edu *edu = file->private_data;
	long result;

	if (cmd != EDU_IOC_FACTORIAL)
		return -ENOTTY;
	if (arg > EDU_FACTORIAL_MOST)
		return -EINVAL;
	if (mutex_lock_interruptible(&edu->lock))
		return -ERESTARTSYS;
	result = edu_factorial(edu, (unsigned int)arg);
	mutex_unlock(&edu->lock);
	return result;
}

static const struct file_operations edu_fops = {
	.owner = THIS_MODULE,
	.open = edu_open,
	.read = edu_read,
	.write = edu_write,
	.llseek = edu_llseek,
	.unlocked_ioctl = edu_ioctl,
};

/* /dev/edu0 and so on. */
static int edu_make_file(struct edu *edu)
{
	struct device *dev;
	unsigned int i;
	int err;

	for (i = 0; i < EDU_DEVICES && edu_devices[i]; i++)
		;
	if (i == EDU_DEVICES)
		return -ENFILE;
	edu->number = edu_numbers + i;
	edu->cdev = cdev_alloc();
	if (!edu->cdev)
		return -ENOMEM;
	edu->cdev->ops = &edu_fops;
	edu->cdev->owner = THIS_MODULE;
	edu_devices[i] = edu;
	err = cdev_add(edu->cdev, edu->number, 1);
	if (err)
		goto out_forget;
	dev = device_create(edu_class, &edu->pdev->dev, edu->number, edu,
			    "edu%u", i);
	if (!IS_ERR(dev))
		return 0;
	err = PTR_ERR(dev);

out_forget:
	cdev_del(edu->cdev);
	edu_devices[i] = NULL;
	return err;
}

static void edu_remove_file(struct edu *edu)
{
	device_destroy(edu_class, edu->number);
	cdev_del(edu->cdev);
	edu_devices[edu->number - edu_numbers] = NULL;
}

/* --- the driver ---------------------------------------------------------------- */

/* Is it what it says to be, and can it do DMA as we want? */
static int edu_check(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;

	writel(0x12345678, edu->regs + EDU_INVERT);
	if (edu_is_gone(edu) || readl(edu->regs + EDU_INVERT) != ~0x12345678u) {
		dev_err(&pdev->dev, "id %#x: no edu device\n",
			readl(edu->regs + EDU_ID));
		return -ENODEV;
	}
	return dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(mask_bits));
}

/* Registers and DMA are there: let it interrupt, and be used. */
static int edu_start(struct edu *edu)
{
	struct pci_dev *pdev = edu->pdev;
	int err;

	/* Nothing of the time before us: it would be nobody's interrupt. */
	writel(0, edu->regs + EDU_STATUS);
	writel(readl(edu->regs + EDU_IRQ_STATUS), edu->regs + EDU_IRQ_ACK);
	err = request_irq(pdev->irq, edu_interrupt, IRQF_SHARED, "edu", edu);
	if (err)
		return err;
	pci_set_master(pdev);
	err = edu_make_file(edu);
	if (err) {
		pci_clear_master(pdev);
		free_irq(pdev->irq, edu);
		return err;
	}
	dev_info(&pdev->dev,
		 "edu%u: registers at %#llx, irq %u, %u address"
		 " bits, buffer at %#llx\n",
		 (unsigned int)(edu->number - edu_numbers),
		 (unsigned long long)pci_resource_start(pdev, 0), pdev->irq,
		 mask_bits, (unsigned long long)page_to_phys(edu->page));
	return 0;
}

static int edu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct edu *edu = kzalloc(sizeof(*edu), GFP_KERNEL);
	int err;

	(void)id;
	if (!edu)
		return -ENOMEM;
	edu->pdev = pdev;
	mutex_init(&edu->lock);
	init_completion(&edu->done);
	err = pci_enable_device(pdev);
	if (err)
		goto out_free;
	err = pci_request_regions(pdev, "edu");
	if (err)
		goto out_disable;
	err = -ENOMEM;
	edu->regs = pci_iomap(pdev, 0, 0);
	if (!edu->regs)
		goto out_release;
	edu->page = alloc_page(GFP_HIGHUSER);
	if (!edu->page)
		goto out_unmap;
	err = edu_check(edu);
	if (!err)
		err = edu_start(edu);
	if (err)
		goto out_free_page;
	pci_set_drvdata(pdev, edu);
	return 0;

out_free_page:
	__free_page(edu->page);
out_unmap:
	pci_iounmap(pdev, edu->regs);
out_release:
	pci_release_regions(pdev);
out_disable:
	pci_disable_device(pdev);
out_free:
	kfree(edu);
	return err;
}

static void edu_remove(struct pci_dev *pdev)
{
	struct edu *edu = pci_get_drvdata(pdev);

	edu_remove_file(edu);
	free_irq(pdev->irq, edu);
	pci_disable_device(pdev);
	__free_page(edu->page);
	pci_iounmap(pdev, edu->regs);
	pci_release_regions(pdev);
	kfree(edu);
}

static const struct pci_device_id edu_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_QEMU, PCI_DEVICE_ID_QEMU_EDU) },
	{ 0 },
};
MODULE_DEVICE_TABLE(pci, edu_ids);

static struct pci_driver edu_driver = {
	.name = "edu",
	.id_table = edu_ids,
	.probe = edu_probe,
	.remove = edu_remove,
};

static int __init edu_init(void)
{
	int err;

	if (mask_bits < 24 || mask_bits > 32) {
		pr_err("mask_bits=%u: 24 to 32\n", mask_bits);
		return -EINVAL;
	}
	err = alloc_chrdev_region(&edu_numbers, 0, EDU_DEVICES, "edu");
	if (err)
		return err;
	edu_class = class_create(THIS_MODULE, "edu");
	if (IS_ERR(edu_class)) {
		err = PTR_ERR(edu_class);
		goto out_numbers;
	}
	err = pci_register_driver(&edu_driver);
	if (!err)
		return 0;
	class_destroy(edu_class);
out_numbers:
	unregister_chrdev_region(edu_numbers, EDU_DEVICES);
	return err;
}

static void __exit edu_exit(void)
{
	pci_unregister_driver(&edu_driver);
	class_destroy(edu_class);
	unregister_chrdev_region(edu_numbers, EDU_DEVICES);
}

module_init(edu_init);
module_exit(edu_exit);
MODULE_DESCRIPTION("QEMU's edu device: registers, interrupt and DMA");
MODULE_LICENSE("Dual MIT/GPL");
