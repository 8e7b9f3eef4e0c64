/* SPDX-License-Identifier: MIT */
/*
 * pci_access.c - reading and writing configuration space
 *
 * Every function has 256 bytes of it. A PC reaches them by mechanism 1: the
 * place is written to one port, and the value then stands at another. The two
 * accesses belong together, so there is one lock for all.
 *
 * A place without a device reads as ones: nobody drives the bus.
 *
 * PCI Local Bus Specification 3.0, section 3.2.2.3.2.
 *
 * Locking: pci_config_lock (irq-safe, LOCK_PCI), around every access.
 */
#include <kernel/export.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>
#include <asm/device_io.h>
#include "pci_internal.h"

#define CONFIG_ENABLE 0x80000000u

/* Capabilities are at least 4 bytes long and lie behind the header: no list
 * without a ring is longer. */
#define MAX_CAPABILITIES \
	((PCI_CFG_SPACE_SIZE - PCI_STD_HEADER_SIZEOF) / sizeof(u32))

static spinlock_t pci_config_lock = SPINLOCK_INIT("pci", LOCK_PCI);

/* --- mechanism 1 ------------------------------------------------------------ */

static u32 conf1_address(const struct pci_bus *bus, unsigned int devfn,
			 int where)
{
	return CONFIG_ENABLE | (u32)bus->number << 16 | devfn << 8 |
	       ((u32)where & ~3u);
}

static int conf1_read(struct pci_bus *bus, unsigned int devfn, int where,
		      int size, u32 *value)
{
	u16 port = (u16)(PCI_CONF1_DATA + (where & 3));

	outl(conf1_address(bus, devfn, where), PCI_CONF1_ADDRESS);
	switch (size) {
	case 1: *value = inb(port); break;
	case 2: *value = inw(port); break;
	default: *value = inl(port); break;
	}
	return PCIBIOS_SUCCESSFUL;
}

static int conf1_write(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 value)
{
	u16 port = (u16)(PCI_CONF1_DATA + (where & 3));

	outl(conf1_address(bus, devfn, where), PCI_CONF1_ADDRESS);
	switch (size) {
	case 1: outb((u8)value, port); break;
	case 2: outw((u16)value, port); break;
	default: outl(value, port); break;
	}
	return PCIBIOS_SUCCESSFUL;
}

const struct pci_ops pci_conf1_ops = {
	.read = conf1_read,
	.write = conf1_write,
};

/* The address port keeps what it is given, but for bits that are not there;
 * where there is no such port nothing is kept. */
bool pci_conf1_present(void)
{
	unsigned long flags = spin_lock_irqsave(&pci_config_lock);
	u32 before, kept;

	/* Old boards answer with mechanism 2 until bit 0 here is set. */
	outb(0x01, PCI_CONF1_ADDRESS + 3);
	before = inl(PCI_CONF1_ADDRESS);
	outl(CONFIG_ENABLE, PCI_CONF1_ADDRESS);
	kept = inl(PCI_CONF1_ADDRESS);
	outl(before, PCI_CONF1_ADDRESS);
	spin_unlock_irqrestore(&pci_config_lock, flags);
	return kept == CONFIG_ENABLE;
}

/* --- by bus and place --------------------------------------------------------- */

static bool place_is_good(int where, int size)
{
	return where >= 0 && where <= PCI_CFG_SPACE_SIZE - size &&
	       !(where & (size - 1));
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where,
		       int size, u32 *value)
{
	unsigned long flags;
	int err;

	*value = U32_MAX;
	if (!place_is_good(where, size))
		return PCIBIOS_BAD_REGISTER_NUMBER;
	flags = spin_lock_irqsave(&pci_config_lock);
	err = bus->ops->read(bus, devfn, where, size, value);
	spin_unlock_irqrestore(&pci_config_lock, flags);
	return err;
}

static int config_write(struct pci_bus *bus, unsigned int devfn, int where,
			int size, u32 value)
{
	unsigned long flags;
	int err;

	if (!place_is_good(where, size))
		return PCIBIOS_BAD_REGISTER_NUMBER;
	flags = spin_lock_irqsave(&pci_config_lock);
	err = bus->ops->write(bus, devfn, where, size, value);
	spin_unlock_irqrestore(&pci_config_lock, flags);
	return err;
}

#define CONFIG_CALLS(name, type)                                               \
	int pci_bus_read_config_##name(struct pci_bus *bus,                    \
				       unsigned int devfn, int where,          \
				       type *value)                            \
	{                                                                      \
		u32 word;                                                      \
		int err = config_read(bus, devfn, where, sizeof(type), &word); \
                                                                               \
		*value = (type)word;                                           \
		return err;                                                    \
	}                                                                      \
	EXPORT_SYMBOL(pci_bus_read_config_##name);                             \
	int pci_bus_write_config_##name(struct pci_bus *bus,                   \
					unsigned int devfn, int where,         \
					type value)                            \
	{                                                                      \
		return config_write(bus, devfn, where, sizeof(type), value);   \
	}                                                                      \
	EXPORT_SYMBOL(pci_bus_write_config_##name);                            \
	int pci_read_config_##name(const struct pci_dev *dev, int where,       \
				   type *value)                                \
	{                                                                      \
		return pci_bus_read_config_##name(dev->bus, dev->devfn, where, \
						  value);                      \
	}                                                                      \
	EXPORT_SYMBOL(pci_read_config_##name);                                 \
	int pci_write_config_##name(const struct pci_dev *dev, int where,      \
				    type value)                                \
	{                                                                      \
		return pci_bus_write_config_##name(dev->bus, dev->devfn,       \
						   where, value);              \
	}                                                                      \
	EXPORT_SYMBOL(pci_write_config_##name)

CONFIG_CALLS(byte, u8);
CONFIG_CALLS(word, u16);
CONFIG_CALLS(dword, u32);

/* --- the list of capabilities ----------------------------------------------------- */

/* From the pointer at @where on. */
static u8 capability_find(struct pci_dev *dev, int where, int cap)
{
	unsigned int left;
	u8 pos, id;

	pci_read_config_byte(dev, where, &pos);
	for (left = MAX_CAPABILITIES; left; left--) {
		pos &= (u8)~3u;
		if (pos < PCI_STD_HEADER_SIZEOF)
			return 0;
		pci_read_config_byte(dev, pos + PCI_CAP_LIST_ID, &id);
		if (id == 0xff)
			return 0;
		if (id == cap)
			return pos;
		pci_read_config_byte(dev, pos + PCI_CAP_LIST_NEXT, &pos);
	}
	return 0;
}

u8 pci_find_capability(struct pci_dev *dev, int cap)
{
	bool cardbus = dev->hdr_type == PCI_HEADER_TYPE_CARDBUS;
	u16 status;

	pci_read_config_word(dev, PCI_STATUS, &status);
	if (!(status & PCI_STATUS_CAP_LIST))
		return 0;
	return capability_find(
		dev, cardbus ? PCI_CB_CAPABILITY_LIST : PCI_CAPABILITY_LIST,
		cap);
}
EXPORT_SYMBOL(pci_find_capability);

u8 pci_find_next_capability(struct pci_dev *dev, u8 pos, int cap)
{
	return capability_find(dev, pos + PCI_CAP_LIST_NEXT, cap);
}
EXPORT_SYMBOL_GPL(pci_find_next_capability);

bool pci_device_is_present(struct pci_dev *dev)
{
	u32 ids;

	pci_read_config_dword(dev, PCI_VENDOR_ID, &ids);
	return ids == ((u32)dev->device << 16 | dev->vendor);
}
EXPORT_SYMBOL_GPL(pci_device_is_present);
