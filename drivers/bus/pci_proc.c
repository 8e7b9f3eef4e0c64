/* SPDX-License-Identifier: MIT */
/*
 * pci_proc.c - /proc/bus/pci: the list of devices, and configuration spaces
 *
 *	devices    a line for each: place, ids, line, seven ranges' starts (with
 *	           their registers' low bits) and lengths, driver; Linux's format,
 *	           which lspci reads
 *	BB/DD.F    256 bytes of configuration space, to read and to write; of
 *	           another domain than 0 DDDD:BB/DD.F
 *
 * Configuration space is reached in words as they are aligned, so a register of
 * four bytes that is read whole is read at once.
 *
 * Locking: pci_bus_sem while directories and files are made and removed.
 */
#define pr_fmt(fmt) "pci " fmt

#include <fs/proc_fs.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/uaccess.h>
#include "pci_internal.h"

/* Ranges of a line: the BARs and the ROM. */
#define LINE_RANGES (PCI_ROM_RESOURCE + 1)
/* Of a range's flags: what its register says of its kind. */
#define REGISTER_BITS 0x0ful

/* Files can be made from here on. */
static bool proc_is_there;

/* --- configuration space -------------------------------------------------------- */

/* The most that one access can take of [pos, end): 4, 2 or 1. */
static int access_size(loff_t pos, loff_t end)
{
	if (!(pos & 3) && end - pos >= 4)
		return 4;
	return !(pos & 1) && end - pos >= 2 ? 2 : 1;
}

/* Configuration space is little-endian, as we are. */
static u32 config_get(struct pci_dev *dev, int pos, int size)
{
	u32 value = 0;

	switch (size) {
	case 1: pci_read_config_byte(dev, pos, (u8 *)&value); break;
	case 2: pci_read_config_word(dev, pos, (u16 *)&value); break;
	default: pci_read_config_dword(dev, pos, &value); break;
	}
	return value;
}

static void config_put(struct pci_dev *dev, int pos, int size, u32 value)
{
	switch (size) {
	case 1: pci_write_config_byte(dev, pos, (u8)value); break;
	case 2: pci_write_config_word(dev, pos, (u16)value); break;
	default: pci_write_config_dword(dev, pos, value); break;
	}
}

/* Where a transfer of @count bytes from @pos on ends. */
static loff_t transfer_end(loff_t pos, size_t count)
{
	if (pos < 0 || pos >= PCI_CFG_SPACE_SIZE)
		return pos;
	return pos + (loff_t)min(count, (size_t)(PCI_CFG_SPACE_SIZE - pos));
}

static ssize_t config_read(struct file *file, char __user *buf, size_t count,
			   loff_t *ppos)
{
	struct pci_dev *dev = pde_data(file_inode(file));
	loff_t start = *ppos, pos = start, end = transfer_end(start, count);

	while (pos < end) {
		int size = access_size(pos, end);
		u32 value = config_get(dev, (int)pos, size);

		if (copy_to_user(buf + (pos - start), &value, (size_t)size))
			return pos == start ? -EFAULT : (ssize_t)(pos - start);
		pos += size;
		*ppos = pos;
	}
	return (ssize_t)(pos - start);
}

static ssize_t config_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	struct pci_dev *dev = pde_data(file_inode(file));
	loff_t start = *ppos, pos = start, end = transfer_end(start, count);

	while (pos < end) {
		int size = access_size(pos, end);
		u32 value = 0;

		if (copy_from_user(&value, buf + (pos - start), (size_t)size))
			return pos == start ? -EFAULT : (ssize_t)(pos - start);
		config_put(dev, (int)pos, size, value);
		pos += size;
		*ppos = pos;
	}
	/* Behind the end there is no room. */
	return count && pos == start ? -ENOSPC : (ssize_t)(pos - start);
}

static loff_t config_lseek(struct file *file, loff_t offset, int whence)
{
	return fixed_size_llseek(file, offset, whence, PCI_CFG_SPACE_SIZE);
}

static const struct proc_ops config_ops = {
	.proc_read = config_read,
	.proc_write = config_write,
	.proc_lseek = config_lseek,
};

/* --- the list -------------------------------------------------------------------- */

static void device_show(struct seq_file *m, const struct pci_dev *dev)
{
	char driver[PCI_DRIVER_NAME_BYTES];
	int i;

	seq_printf(m, "%02x%02x\t%04x%04x\t%x", dev->bus->number, dev->devfn,
		   dev->vendor, dev->device, dev->irq);
	for (i = 0; i < LINE_RANGES; i++)
		seq_printf(m, "\t%16llx",
			   dev->resource[i].start |
				   (dev->resource[i].flags & REGISTER_BITS));
	for (i = 0; i < LINE_RANGES; i++)
		seq_printf(m, "\t%16llx",
			   (unsigned long long)pci_resource_len(dev, i));
	pci_driver_name(dev, driver, sizeof(driver));
	seq_printf(m, "\t%s\n", driver);
}

static void devices_show(struct seq_file *m)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev) device_show(m, dev);
}
PROC_FILE(bus_pci_devices, "bus/pci/devices", devices_show);

/* --- a file for each --------------------------------------------------------------- */

static void bus_attach(struct pci_bus *bus)
{
	char name[24];

	if (bus->host->domain)
		scnprintf(name, sizeof(name), "bus/pci/%04x:%02x",
			  bus->host->domain, bus->number);
	else
		scnprintf(name, sizeof(name), "bus/pci/%02x", bus->number);
	bus->procdir = proc_mkdir(name, NULL);
}

void pci_proc_attach(struct pci_dev *dev)
{
	char name[8];

	if (!proc_is_there || dev->procent)
		return;
	if (!dev->bus->procdir)
		bus_attach(dev->bus);
	if (!dev->bus->procdir)
		return;
	scnprintf(name, sizeof(name), "%02x.%x", PCI_SLOT(dev->devfn),
		  PCI_FUNC(dev->devfn));
	dev->procent = proc_create_data(name, 0644, dev->bus->procdir,
					&config_ops, dev);
}

void pci_proc_detach(struct pci_dev *dev)
{
	proc_remove(dev->procent);
	dev->procent = NULL;
}

void pci_proc_detach_bus(struct pci_bus *bus)
{
	proc_remove(bus->procdir);
	bus->procdir = NULL;
}

void pci_proc_init(void)
{
	struct pci_dev *dev;

	down_write(&pci_bus_sem);
	proc_is_there = true;
	list_for_each_entry(dev, &pci_devices, global_list)
		pci_proc_attach(dev);
	up_write(&pci_bus_sem);
}
