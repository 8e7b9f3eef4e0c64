/* SPDX-License-Identifier: MIT */
/* pci_model.c - PCI buses that are a table in memory; see pci_model.h */
#include <kernel/bug.h>
#include <kernel/string.h>
#include "pci_model.h"

struct pci_model pci_model;

static struct pci_model_function *function_at(u8 bus, unsigned int devfn)
{
	unsigned int i;

	for (i = 0; i < pci_model.nr; i++) {
		struct pci_model_function *f = &pci_model.functions[i];

		if (f->bus == bus && f->devfn == devfn && !f->gone)
			return f;
	}
	return NULL;
}

static int ops_read(struct pci_bus *bus, unsigned int devfn, int where,
		    int size, u32 *value)
{
	*value = pci_model_read(bus->number, devfn, where, size);
	return 0;
}

static int ops_write(struct pci_bus *bus, unsigned int devfn, int where,
		     int size, u32 value)
{
	pci_model_write(bus->number, devfn, where, size, value);
	return 0;
}

static const struct pci_ops ops = { .read = ops_read, .write = ops_write };

void pci_model_reset(void)
{
	memset(&pci_model, 0, sizeof(pci_model));
	pci_model.io = (struct resource)DEFINE_RES_IO_NAMED(0, 0x10000, "io");
	pci_model.mem = (struct resource){ .end = U64_MAX,
					   .name = "mem",
					   .flags = IORESOURCE_MEM };
	/* The first 256 MiB are RAM. */
	pci_model.ram = (struct resource)DEFINE_RES_NAMED(
		0, 0x10000000, "RAM", IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY);
	BUG_ON(request_resource(&pci_model.mem, &pci_model.ram));
	pci_model.host = (struct pci_host){
		.domain = PCI_MODEL_DOMAIN,
		.ops = &ops,
		.io = &pci_model.io,
		.mem = &pci_model.mem,
	};
}

void pci_model_byte(struct pci_model_function *f, int where, u8 value)
{
	f->config[where] = value;
}

void pci_model_word(struct pci_model_function *f, int where, u16 value)
{
	f->config[where] = (u8)value;
	f->config[where + 1] = (u8)(value >> 8);
}

void pci_model_dword(struct pci_model_function *f, int where, u32 value)
{
	pci_model_word(f, where, (u16)value);
	pci_model_word(f, where + 2, (u16)(value >> 16));
}

u32 pci_model_get(const struct pci_model_function *f, int where)
{
	return f->config[where] | (u32)f->config[where + 1] << 8 |
	       (u32)f->config[where + 2] << 16 |
	       (u32)f->config[where + 3] << 24;
}

struct pci_model_function *pci_model_add(u8 bus, unsigned int slot,
					 unsigned int func, u16 device)
{
	struct pci_model_function *f = &pci_model.functions[pci_model.nr++];

	BUG_ON(pci_model.nr > PCI_MODEL_FUNCTIONS);
	f->bus = bus;
	f->devfn = (u8)PCI_DEVFN(slot, func);
	pci_model_word(f, PCI_VENDOR_ID, PCI_MODEL_VENDOR);
	pci_model_word(f, PCI_DEVICE_ID, device);
	pci_model_word(f, PCI_COMMAND, PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
	return f;
}

struct pci_model_function *pci_model_bridge(u8 bus, unsigned int slot, u8 first,
					    u8 last)
{
	struct pci_model_function *f = pci_model_add(bus, slot, 0, 0xb);

	pci_model_word(f, PCI_CLASS_DEVICE, PCI_CLASS_BRIDGE_PCI);
	pci_model_byte(f, PCI_HEADER_TYPE, PCI_HEADER_TYPE_BRIDGE);
	pci_model_byte(f, PCI_PRIMARY_BUS, bus);
	pci_model_byte(f, PCI_SECONDARY_BUS, first);
	pci_model_byte(f, PCI_SUBORDINATE_BUS, last);
	/* Empty windows: each ends below its start. */
	pci_model_byte(f, PCI_IO_BASE, 0xf0);
	pci_model_word(f, PCI_MEMORY_BASE, 0xfff0);
	pci_model_word(f, PCI_PREF_MEMORY_BASE, 0xfff0);
	return f;
}

void pci_model_bar(struct pci_model_function *f, int i, u32 value, u32 length)
{
	int where = PCI_BASE_ADDRESS_0 + 4 * i;
	u32 low = value & PCI_BASE_ADDRESS_SPACE_IO ? 3 : 0xf;

	pci_model_dword(f, where, value);
	f->kept[where / 4] = ~(length - 1) & ~low;
}

/* Are these base address registers, which are only where a header has them? */
static bool is_bar(const struct pci_model_function *f, int where)
{
	int end = f->config[PCI_HEADER_TYPE] & 1 ? PCI_BASE_ADDRESS_2 :
						   PCI_CARDBUS_CIS;

	return where >= PCI_BASE_ADDRESS_0 && where < end;
}

/* Does it keep only some bits? */
static bool has_mask(const struct pci_model_function *f, int where)
{
	return is_bar(f, where) ||
	       where == (f->config[PCI_HEADER_TYPE] & 1 ? PCI_ROM_ADDRESS1 :
							  PCI_ROM_ADDRESS);
}

u32 pci_model_read(u8 bus, unsigned int devfn, int where, int size)
{
	const struct pci_model_function *f = function_at(bus, devfn);
	u32 word;

	if (!f) {
		pci_model.reads_of_nothing++;
		return size == 4 ? U32_MAX : BIT(8 * size) - 1;
	}
	word = pci_model_get(f, where & ~3) >> 8 * (where & 3);
	return size == 4 ? word : word & (BIT(8 * size) - 1);
}

void pci_model_write(u8 bus, unsigned int devfn, int where, int size, u32 value)
{
	struct pci_model_function *f = function_at(bus, devfn);
	u32 mask, before, kind;

	if (!f)
		return;
	if (size < 4) {
		while (size--) {
			f->config[where++] = (u8)value;
			value >>= 8;
		}
		return;
	}
	if (!has_mask(f, where)) {
		pci_model_dword(f, where, value);
		return;
	}
	mask = f->kept[where / 4];
	before = pci_model_get(f, where);
	if (value == U32_MAX && mask &&
	    f->config[PCI_COMMAND] & (PCI_COMMAND_IO | PCI_COMMAND_MEMORY))
		pci_model.sized_while_decoding++;
	/* What kind it is cannot be written; an upper half is of no kind. */
	kind = !is_bar(f, where) || mask == U32_MAX ? 0 :
	       before & PCI_BASE_ADDRESS_SPACE_IO   ? 3 :
						      0xf;
	pci_model_dword(f, where, (value & mask & ~kind) | (before & kind));
}

struct pci_dev *pci_model_at(unsigned int bus, unsigned int slot,
			     unsigned int func)
{
	struct pci_dev *dev = pci_get_domain_bus_and_slot(
		PCI_MODEL_DOMAIN, bus, PCI_DEVFN(slot, func));

	/* The host keeps it as long as a case runs. */
	pci_dev_put(dev);
	return dev;
}

unsigned int pci_model_count(void)
{
	struct pci_dev *dev = NULL;
	unsigned int nr = 0;

	while ((dev = pci_get_device(PCI_MODEL_VENDOR, PCI_ANY_ID, dev)))
		nr++;
	return nr;
}

void pci_model_close(struct ktest *t)
{
	pci_host_remove(&pci_model.host);
	KTEST_EXPECT_EQ(t, pci_model_count(), 0);
	KTEST_EXPECT_NULL(t, pci_model.io.child);
	KTEST_EXPECT_PTR_EQ(t, pci_model.mem.child, &pci_model.ram);
	KTEST_EXPECT_NULL(t, pci_model.ram.sibling);
	KTEST_EXPECT_EQ(t, pci_model.sized_while_decoding, 0);
}
