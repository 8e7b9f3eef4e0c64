/* SPDX-License-Identifier: MIT */
/*
 * ide_port.c - finding ports: on PCI, or where ISA has them; and /proc/ide
 *
 * A PCI function of class 01.01 has two ports. In compatibility mode, which is
 * all that PIIX knows, they are where ISA's were, on its interrupts; BAR 4 has
 * the bus master's registers for both. Without such a function the same ports
 * are tried as ISA's, without bus master: the CPU moves the data.
 *
 * Locking: ports_lock, a mutex, for the list of ports.
 */
#define pr_fmt(fmt) "ide: " fmt
#include <kernel/delay.h>
#include <kernel/dma_mapping.h>
#include <kernel/ioport.h>
#include <kernel/irq.h>
#include <kernel/pci.h>
#include <kernel/pci_ids.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <mm/slab.h>
#include <asm/io.h>

#include "ide_internal.h"

#define COMMAND_PORTS 8
#define PCI_PORTS 2u

static DEFINE_MUTEX(ports_lock);
static LIST_HEAD(ports);
static unsigned int nr_controllers; /* of PCI, at start-up */

/* Where they are since the PC/AT; Linux's majors. */
static const struct ide_port_desc compatible[PCI_PORTS] = {
	{
		.name = "ide0",
		.command = 0x1f0,
		.control = 0x3f6,
		.irq = 14,
		.major = 3,
		.letter = 'a',
	},
	{
		.name = "ide1",
		.command = 0x170,
		.control = 0x376,
		.irq = 15,
		.major = 22,
		.letter = 'c',
	},
};

/* --- one port ------------------------------------------------------------------------ */

static bool ports_claim(const struct ide_port_desc *desc)
{
	if (!request_region(desc->command, COMMAND_PORTS, desc->name))
		return false;
	if (request_region(desc->control, 1, desc->name))
		return true;
	release_region(desc->command, COMMAND_PORTS);
	return false;
}

static void ports_release(const struct ide_port_desc *desc)
{
	release_region(desc->control, 1);
	release_region(desc->command, COMMAND_PORTS);
}

static bool drives_find(struct ide_port *port)
{
	/* Nothing pulls the lines down: nothing is plugged in. */
	if (ide_alt_status(port) == ATA_NOTHING)
		return false;
	outb(ATA_CONTROL_NO_IRQ, port->desc.control);
	ide_drive_find(port, 0);
	ide_drive_find(port, 1);
	outb(0, port->desc.control);
	return port->drive[0] || port->drive[1];
}

static void drives_free(struct ide_port *port)
{
	kfree(port->drive[0]);
	kfree(port->drive[1]);
}

static void drives_add(struct ide_port *port)
{
	unsigned int i;

	for (i = 0; i < IDE_DRIVES; i++) {
		if (port->drive[i])
			ide_drive_add(port->drive[i]);
	}
}

static struct ide_port *port_make(const struct ide_port_desc *desc)
{
	struct ide_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	if (!port)
		return NULL;
	port->desc = *desc;
	spin_lock_init(&port->lock, "ide_port", LOCK_DRIVER);
	timer_setup(&port->look_timer, ide_look, 0);
	return port;
}

struct ide_port *ide_port_add(const struct ide_port_desc *desc)
{
	struct ide_port *port = port_make(desc);

	if (!port)
		return NULL;
	if (!ports_claim(desc)) {
		pr_err("%s: somebody has its ports\n", desc->name);
		goto out_free;
	}
	if (!drives_find(port))
		goto out_release;
	if (register_blkdev((unsigned int)desc->major, desc->name))
		goto out_drives;
	if (ide_interrupt_line(port))
		goto out_major;
	if (desc->bus_master && !ide_dma_init(port))
		pr_warn("%s: no memory for DMA: PIO\n", desc->name);
	mutex_lock(&ports_lock);
	list_add_tail(&port->link, &ports);
	mutex_unlock(&ports_lock);
	drives_add(port);
	return port;

out_major:
	unregister_blkdev((unsigned int)desc->major, desc->name);
out_drives:
	drives_free(port);
out_release:
	ports_release(desc);
out_free:
	kfree(port);
	return NULL;
}

static bool has_request(const struct ide_drive *drive)
{
	return drive && blk_peek_request(drive->queue);
}

/* Take the drives away if no request is left of either: who ends one looks at
 * both for the next. */
static bool drives_take(struct ide_port *port, struct ide_drive *taken[])
{
	unsigned long flags = spin_lock_irqsave(&port->lock);
	bool idle = !port->rq && !has_request(port->drive[0]) &&
		    !has_request(port->drive[1]);
	unsigned int i;

	for (i = 0; idle && i < IDE_DRIVES; i++) {
		taken[i] = port->drive[i];
		port->drive[i] = NULL;
	}
	spin_unlock_irqrestore(&port->lock, flags);
	return idle;
}

static void drives_remove(struct ide_port *port)
{
	struct ide_drive *taken[IDE_DRIVES] = { NULL };
	unsigned int i;

	/* From here on no request comes. */
	for (i = 0; i < IDE_DRIVES; i++) {
		if (port->drive[i])
			del_gendisk(port->drive[i]->disk);
	}
	while (!drives_take(port, taken))
		msleep(1);
	for (i = 0; i < IDE_DRIVES; i++) {
		if (taken[i])
			ide_drive_remove(taken[i]);
	}
}

void ide_port_remove(struct ide_port *port)
{
	mutex_lock(&ports_lock);
	list_del(&port->link);
	mutex_unlock(&ports_lock);
	drives_remove(port);
	free_irq(port->desc.irq, port);
	del_timer_sync(&port->look_timer);
	ide_dma_exit(port);
	unregister_blkdev((unsigned int)port->desc.major, port->desc.name);
	ports_release(&port->desc);
	kfree(port);
}

/* --- PCI -------------------------------------------------------------------------------- */

#define CLASS_IDE (PCI_CLASS_STORAGE_IDE << 8)
#define CLASS_ANY_INTERFACE 0xffff00
/* The programming interface: ports at places of their own; a bus master. */
#define INTERFACE_NATIVE 0x05
#define INTERFACE_MASTER 0x80
#define BAR_MASTER 4
#define MASTER_PORTS 8u /* for each port */

struct ide_controller {
	struct ide_port *port[PCI_PORTS]; /* NULL: nothing is there */
	struct device_dma_parameters parms;
};

/* Return: where the bus master is; 0: the CPU does it. */
static u16 master_set_up(struct pci_dev *pdev, struct ide_controller *c)
{
	if (!(pdev->class & INTERFACE_MASTER) ||
	    !(pci_resource_flags(pdev, BAR_MASTER) & IORESOURCE_IO) ||
	    pci_request_region(pdev, BAR_MASTER, "ide"))
		return 0;
	pdev->dev.dma_parms = &c->parms;
	if (dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(32)) ||
	    dma_set_max_seg_size(&pdev->dev, IDE_PRD_BYTES) ||
	    dma_set_seg_boundary(&pdev->dev, IDE_PRD_BOUNDARY)) {
		pci_release_region(pdev, BAR_MASTER);
		return 0;
	}
	pci_set_master(pdev);
	return (u16)pci_resource_start(pdev, BAR_MASTER);
}

static void controller_add(struct pci_dev *pdev, struct ide_controller *c)
{
	u16 master = master_set_up(pdev, c);
	unsigned int i;

	for (i = 0; i < PCI_PORTS; i++) {
		struct ide_port_desc desc = compatible[i];

		if (master) {
			desc.bus_master = (u16)(master + i * MASTER_PORTS);
			desc.dev = &pdev->dev;
		}
		c->port[i] = ide_port_add(&desc);
	}
}

static int ide_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct ide_controller *c;
	int err;

	(void)id;
	if (pdev->class & INTERFACE_NATIVE || nr_controllers) {
		pr_warn("%s: its ports are not at ISA's places: left alone\n",
			pci_name(pdev));
		return -ENODEV;
	}
	err = pci_enable_device(pdev);
	if (err)
		return err;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c) {
		pci_disable_device(pdev);
		return -ENOMEM;
	}
	nr_controllers++;
	pci_set_drvdata(pdev, c);
	controller_add(pdev, c);
	return 0;
}

static void ide_remove(struct pci_dev *pdev)
{
	struct ide_controller *c = pci_get_drvdata(pdev);
	unsigned int i;

	for (i = 0; i < PCI_PORTS; i++) {
		if (c->port[i])
			ide_port_remove(c->port[i]);
	}
	pci_clear_master(pdev);
	pci_release_region(pdev, BAR_MASTER);
	pci_disable_device(pdev);
	pdev->dev.dma_parms = NULL;
	kfree(c);
	nr_controllers--;
}

static const struct pci_device_id ide_ids[] = {
	{ PCI_DEVICE_CLASS(CLASS_IDE, CLASS_ANY_INTERFACE) },
	{ 0 },
};

static struct pci_driver ide_driver = {
	.name = "ide",
	.id_table = ide_ids,
	.probe = ide_probe,
	.remove = ide_remove,
};

void ide_init(void)
{
	unsigned int i;

	if (pci_register_driver(&ide_driver))
		pr_err("no driver for PCI\n");
	for (i = 0; i < PCI_PORTS && !nr_controllers; i++)
		(void)ide_port_add(&compatible[i]);
}

/* --- /proc/ide ----------------------------------------------------------------------------- */

#define IDE_STAT_AS_WORD(id, word, help) [IDE_##id] = word,
static const char *const stat_words[NR_IDE_STATS] = { IDE_STATS(
	IDE_STAT_AS_WORD) };

unsigned long ide_port_stat(const struct ide_port *port, enum ide_stat item)
{
	return READ_ONCE(port->stat[item]);
}

static void ide_show(struct seq_file *m)
{
	const struct ide_port *port;
	unsigned int i;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, link) {
		seq_printf(m, "%s:", port->desc.name);
		for (i = 0; i < NR_IDE_STATS; i++)
			seq_printf(m, " %s=%lu", stat_words[i],
				   ide_port_stat(port, i));
		seq_puts(m, "\n");
	}
	mutex_unlock(&ports_lock);
}
PROC_FILE(ide, "ide", ide_show);
