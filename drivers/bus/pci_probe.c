/* SPDX-License-Identifier: MIT */
/*
 * pci_probe.c - walking the buses: which devices there are, and their ranges
 *
 * Bus 0 is asked at each of its 32 slots, a slot with the multi-function bit at
 * each of its 8 functions. A bridge says which bus is behind it; that one is
 * put at the end of the list of buses, and walked in its turn. What the bridges
 * were told by the firmware holds: a number that is not behind the bridge's own
 * bus, or that is there already, is refused, so a walk ends whatever they say.
 *
 * How long a range is, a base address register tells when it is given ones: the
 * bits that stay zero. The device must not answer at such an address meanwhile,
 * so both its kinds of decoding are off; but for host bridges, through which
 * memory itself is reached.
 *
 * A range goes into the resource tree as one without an owner, named after its
 * device, for a driver to claim inside. First all devices', then the bridges'
 * windows from the inside out, each around what it passes on. One that cannot
 * be is IORESOURCE_UNSET, after a line: without an address, across another
 * device's, outside of its bridge's windows, over RAM. No addresses are given
 * out here: firmware has done that.
 *
 * PCI Local Bus Specification 3.0, section 6; PCI-to-PCI Bridge Architecture
 * Specification 1.2, section 3.2.
 *
 * Locking: pci_bus_sem for writing.
 */
#define pr_fmt(fmt) "pci " fmt

#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/slab.h>
#include "pci_internal.h"

#define NR_SLOTS 32u
#define NR_FUNCTIONS 8u
#define LAST_BUS 0xffu

/* Of an IDE controller's programming interface: this channel answers where
 * PCI says, not where the PC always had it. */
#define IDE_PRIMARY_NATIVE 0x01u
#define IDE_SECONDARY_NATIVE 0x04u
/* Of a bridge's: it passes on whatever nobody else takes. */
#define BRIDGE_SUBTRACTIVE 0x01u

DECLARE_RWSEM(pci_bus_sem);
LIST_HEAD(pci_devices);

/* --- base address registers ---------------------------------------------------- */

/* The bits of a register that are set when it is given ones; 0: it has none. The
 * register is as before afterwards. */
static u32 register_ones(struct pci_dev *dev, int reg, u32 ones, u32 *value)
{
	u32 kept;

	pci_read_config_dword(dev, reg, value);
	pci_write_config_dword(dev, reg, ones);
	pci_read_config_dword(dev, reg, &kept);
	pci_write_config_dword(dev, reg, *value);
	return kept == U32_MAX && *value == U32_MAX ? 0 : kept;
}

/* The register's low bits come along: IORESOURCE_BITS. */
static unsigned long bar_flags(u32 value)
{
	unsigned long flags = value & PCI_BASE_ADDRESS_SPACE_IO ?
				      IORESOURCE_IO :
				      IORESOURCE_MEM;

	if (flags & IORESOURCE_IO)
		return flags | (value & ~PCI_BASE_ADDRESS_IO_MASK);
	flags |= value & ~PCI_BASE_ADDRESS_MEM_MASK;
	if (value & PCI_BASE_ADDRESS_MEM_PREFETCH)
		flags |= IORESOURCE_PREFETCH;
	if ((value & PCI_BASE_ADDRESS_MEM_TYPE_MASK) ==
	    PCI_BASE_ADDRESS_MEM_TYPE_64)
		flags |= IORESOURCE_MEM_64;
	return flags;
}

static void range_refuse(struct pci_dev *dev, int i, const char *why)
{
	struct resource *res = &dev->resource[i];

	pr_warn("%s: range %d [%s %#llx-%#llx]: %s; left out\n", pci_name(dev),
		i, res->flags & IORESOURCE_IO ? "io" : "mem", res->start,
		res->end, why);
	res->flags |= IORESOURCE_UNSET;
}

/*
 * Fill in a range from its address and from the bits that can be set in it. The
 * lowest of them is its length.
 */
static void range_set(struct pci_dev *dev, int i, u64 base, u64 ones,
		      unsigned long flags)
{
	struct resource *res = &dev->resource[i];
	u64 length = ones & -ones;

	if (!length)
		return;
	res->flags = flags;
	res->name = dev->slot_name;
	res->start = base;
	res->end = base + length - 1;
	if (!base)
		range_refuse(dev, i, "has no address");
	else if (base & (length - 1) || res->end < base)
		range_refuse(dev, i, "is not aligned to its length");
}

/* Return: how many registers it is. */
static int bar_read(struct pci_dev *dev, int i, int nr_bars)
{
	int reg = PCI_BASE_ADDRESS_0 + i * (int)sizeof(u32);
	u32 value, high = 0, ones, high_ones;
	unsigned long flags;

	ones = register_ones(dev, reg, U32_MAX, &value);
	flags = bar_flags(value);
	if (!ones)
		return 1;
	if (flags & IORESOURCE_IO) {
		/* A PC has 16 bits of ports; some devices do not keep more. */
		range_set(dev, i, value & PCI_BASE_ADDRESS_IO_MASK & 0xffff,
			  ones & PCI_BASE_ADDRESS_IO_MASK & 0xffff, flags);
		return 1;
	}
	value &= (u32)PCI_BASE_ADDRESS_MEM_MASK;
	ones &= (u32)PCI_BASE_ADDRESS_MEM_MASK;
	if (!(flags & IORESOURCE_MEM_64)) {
		range_set(dev, i, value, ones, flags);
		return 1;
	}
	if (i + 1 == nr_bars) {
		pr_warn("%s: range %d has no upper half; left out\n",
			pci_name(dev), i);
		return 1;
	}
	high_ones = register_ones(dev, reg + (int)sizeof(u32), U32_MAX, &high);
	range_set(dev, i, (u64)high << 32 | value, (u64)high_ones << 32 | ones,
		  flags);
	return 2;
}

static void rom_read(struct pci_dev *dev, int reg)
{
	u32 value, ones;

	ones = register_ones(dev, reg, PCI_ROM_ADDRESS_MASK, &value);
	value &= PCI_ROM_ADDRESS_MASK;
	/* Firmware has copied it, and may have taken its address away. */
	if (value)
		range_set(dev, PCI_ROM_RESOURCE, value,
			  ones & PCI_ROM_ADDRESS_MASK,
			  IORESOURCE_MEM | IORESOURCE_PREFETCH |
				  IORESOURCE_READONLY);
}

/* @rom_reg: 0 if the header has none. */
static void bars_read(struct pci_dev *dev, int nr_bars, int rom_reg)
{
	bool decoding_stays = dev->class >> 8 == PCI_CLASS_BRIDGE_HOST;
	u16 command;
	int i;

	pci_read_config_word(dev, PCI_COMMAND, &command);
	if (!decoding_stays)
		pci_write_config_word(
			dev, PCI_COMMAND,
			command & (u16) ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	for (i = 0; i < nr_bars;)
		i += bar_read(dev, i, nr_bars);
	if (rom_reg)
		rom_read(dev, rom_reg);
	if (!decoding_stays)
		pci_write_config_word(dev, PCI_COMMAND, command);
}

static void ide_ports_set(struct pci_dev *dev, int i, u16 data, u16 control)
{
	dev->resource[i] =
		(struct resource)DEFINE_RES_IO_NAMED(data, 8, dev->slot_name);
	dev->resource[i + 1] = (struct resource)DEFINE_RES_IO_NAMED(
		control, 1, dev->slot_name);
}

/* A channel that is where the PC always had it does not say so: PCI IDE
 * Controller Specification 1.0, section 2. */
static void ide_fixup(struct pci_dev *dev)
{
	if (dev->class >> 8 != PCI_CLASS_STORAGE_IDE)
		return;
	if (!(dev->class & IDE_PRIMARY_NATIVE))
		ide_ports_set(dev, 0, 0x1f0, 0x3f6);
	if (!(dev->class & IDE_SECONDARY_NATIVE))
		ide_ports_set(dev, 2, 0x170, 0x376);
}

/* --- what a bridge passes on ------------------------------------------------------ */

/* An empty window has its end below its start; one at 0 was never set. */
static void window_set(struct pci_dev *dev, int i, u64 base, u64 last,
		       unsigned long flags)
{
	struct resource *res = &dev->resource[i];

	if (!base || last < base)
		return;
	res->start = base;
	res->end = last;
	res->flags = flags | IORESOURCE_WINDOW;
}

static void io_window_read(struct pci_dev *dev)
{
	u16 base_high = 0, last_high = 0;
	u8 base, last;

	pci_read_config_byte(dev, PCI_IO_BASE, &base);
	pci_read_config_byte(dev, PCI_IO_LIMIT, &last);
	if ((base & PCI_IO_RANGE_TYPE_MASK) == PCI_IO_RANGE_TYPE_32) {
		pci_read_config_word(dev, PCI_IO_BASE_UPPER16, &base_high);
		pci_read_config_word(dev, PCI_IO_LIMIT_UPPER16, &last_high);
	}
	window_set(dev, PCI_BRIDGE_IO_WINDOW,
		   (u32)base_high << 16 | (base & PCI_IO_RANGE_MASK) << 8,
		   (u32)last_high << 16 | (last & PCI_IO_RANGE_MASK) << 8 |
			   0xfff,
		   IORESOURCE_IO);
}

static void memory_window_read(struct pci_dev *dev)
{
	u16 base, last;

	pci_read_config_word(dev, PCI_MEMORY_BASE, &base);
	pci_read_config_word(dev, PCI_MEMORY_LIMIT, &last);
	window_set(dev, PCI_BRIDGE_MEM_WINDOW,
		   (u32)(base & PCI_MEMORY_RANGE_MASK) << 16,
		   (u32)(last & PCI_MEMORY_RANGE_MASK) << 16 | 0xfffff,
		   IORESOURCE_MEM);
}

static void prefetch_window_read(struct pci_dev *dev)
{
	unsigned long flags = IORESOURCE_MEM | IORESOURCE_PREFETCH;
	u32 base_high = 0, last_high = 0;
	u16 base, last;

	pci_read_config_word(dev, PCI_PREF_MEMORY_BASE, &base);
	pci_read_config_word(dev, PCI_PREF_MEMORY_LIMIT, &last);
	if ((base & PCI_PREF_RANGE_TYPE_MASK) == PCI_PREF_RANGE_TYPE_64) {
		pci_read_config_dword(dev, PCI_PREF_BASE_UPPER32, &base_high);
		pci_read_config_dword(dev, PCI_PREF_LIMIT_UPPER32, &last_high);
		flags |= IORESOURCE_MEM_64;
	}
	window_set(dev, PCI_BRIDGE_PREF_MEM_WINDOW,
		   (u64)base_high << 32 | (u32)(base & PCI_PREF_RANGE_MASK)
						  << 16,
		   (u64)last_high << 32 |
			   (u32)(last & PCI_PREF_RANGE_MASK) << 16 | 0xfffff,
		   flags);
}

/* --- one function ------------------------------------------------------------------- */

static void irq_read(struct pci_dev *dev)
{
	u8 line;

	pci_read_config_byte(dev, PCI_INTERRUPT_PIN, &dev->pin);
	pci_read_config_byte(dev, PCI_INTERRUPT_LINE, &line);
	/* 255: the firmware has connected it to nothing. */
	if (dev->pin && line < NR_IRQS)
		dev->irq = line;
}

static void device_header_read(struct pci_dev *dev)
{
	irq_read(dev);
	pci_read_config_word(dev, PCI_SUBSYSTEM_VENDOR_ID,
			     &dev->subsystem_vendor);
	pci_read_config_word(dev, PCI_SUBSYSTEM_ID, &dev->subsystem_device);
	bars_read(dev, PCI_STD_NUM_BARS, PCI_ROM_ADDRESS);
	ide_fixup(dev);
}

static void bridge_header_read(struct pci_dev *dev)
{
	irq_read(dev);
	bars_read(dev, 2, PCI_ROM_ADDRESS1);
	io_window_read(dev);
	memory_window_read(dev);
	prefetch_window_read(dev);
}

/* It is there, and can be driven: its registers are behind BAR 0. Its windows
 * and the bus behind it are not read. */
static void cardbus_header_read(struct pci_dev *dev)
{
	irq_read(dev);
	pci_read_config_word(dev, PCI_CB_SUBSYSTEM_VENDOR_ID,
			     &dev->subsystem_vendor);
	pci_read_config_word(dev, PCI_CB_SUBSYSTEM_ID, &dev->subsystem_device);
	bars_read(dev, 1, 0);
}

static void device_init(struct pci_dev *dev, struct pci_bus *bus,
			unsigned int devfn, u32 ids)
{
	u32 class;

	dev->bus = bus;
	dev->devfn = devfn;
	dev->vendor = (u16)ids;
	dev->device = (u16)(ids >> 16);
	refcount_set(&dev->refs, 1);
	scnprintf(dev->slot_name, sizeof(dev->slot_name), "%04x:%02x:%02x.%u",
		  pci_domain_nr(bus), bus->number, PCI_SLOT(devfn),
		  PCI_FUNC(devfn));
	dev->dev.init_name = dev->slot_name;
	dev->dma_mask = U32_MAX;
	dev->dev.dma_mask = &dev->dma_mask;
	dev->dev.coherent_dma_mask = U32_MAX;
	dev->dev.dma_parms = &dev->dma_parms;
	pci_read_config_dword(dev, PCI_CLASS_REVISION, &class);
	dev->class = class >> 8;
	dev->revision = (u8) class;
}

/* Return: whether its header is of a kind that is known. */
static bool header_read(struct pci_dev *dev)
{
	u8 type;

	pci_read_config_byte(dev, PCI_HEADER_TYPE, &type);
	dev->hdr_type = type & PCI_HEADER_TYPE_MASK;
	dev->multifunction = !!(type & PCI_HEADER_TYPE_MFD);
	pr_info("%s: [%04x:%04x] type %02x class %#08x\n", pci_name(dev),
		dev->vendor, dev->device, dev->hdr_type, dev->class);
	switch (dev->hdr_type) {
	case PCI_HEADER_TYPE_NORMAL: device_header_read(dev); return true;
	case PCI_HEADER_TYPE_BRIDGE: bridge_header_read(dev); return true;
	case PCI_HEADER_TYPE_CARDBUS: cardbus_header_read(dev); return true;
	default:
		pr_warn("%s: header of unknown type %02x; left out\n",
			pci_name(dev), dev->hdr_type);
		return false;
	}
}

/* Ids of an empty place: ones; some boards have zeroes in one half or both. */
static bool ids_are_good(u32 ids)
{
	u16 vendor = (u16)ids;

	/* The last: a device that is not ready yet (PCI-X, 2.8). */
	return vendor && vendor != 0xffff && ids != 0xffff0001;
}

/* Return: 1 if it has more functions than one, 0 if not or if there is none;
 * -ENOMEM. */
static int function_scan(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *dev;
	int more;
	u32 ids;

	pci_bus_read_config_dword(bus, devfn, PCI_VENDOR_ID, &ids);
	if (!ids_are_good(ids))
		return 0;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return -ENOMEM;
	device_init(dev, bus, devfn, ids);
	if (!header_read(dev)) {
		kfree(dev);
		return 0;
	}
	more = dev->multifunction;
	list_add_tail(&dev->bus_list, &bus->devices);
	list_add_tail(&dev->global_list, &pci_devices);
	return more;
}

/* --- buses ------------------------------------------------------------------------------ */

static int slot_scan(struct pci_bus *bus, unsigned int slot)
{
	unsigned int func;
	int more = function_scan(bus, PCI_DEVFN(slot, 0));

	for (func = 1; more > 0 && func < NR_FUNCTIONS; func++) {
		int err = function_scan(bus, PCI_DEVFN(slot, func));

		if (err < 0)
			return err;
	}
	return min(more, 0);
}

static struct pci_bus *bus_make(struct pci_host *host, u8 number, u8 busn_end)
{
	struct pci_bus *bus = kzalloc(sizeof(*bus), GFP_KERNEL);

	if (!bus)
		return NULL;
	INIT_LIST_HEAD(&bus->children);
	INIT_LIST_HEAD(&bus->devices);
	bus->host = host;
	bus->ops = host->ops;
	bus->sysdata = host->sysdata;
	bus->number = number;
	bus->busn_end = busn_end;
	scnprintf(bus->name, sizeof(bus->name), "PCI Bus %04x:%02x",
		  host->domain, number);
	return bus;
}

/* What is wrong with the numbers that a bridge was given; NULL: nothing. */
static const char *bus_numbers_refused(const struct pci_dev *bridge, u8 first,
				       u8 last)
{
	const struct pci_bus *bus;

	if (!first && !last)
		return "has no bus";
	if (first <= bridge->bus->number || last < first ||
	    last > bridge->bus->busn_end)
		return "numbers out of order";
	list_for_each_entry(bus, &bridge->bus->children, node)
		if (first <= bus->busn_end && last >= bus->number)
			return "numbers of another one";
	return NULL;
}

static int bridge_scan(struct pci_dev *bridge)
{
	struct pci_bus *bus;
	const char *why;
	u8 first, last;

	pci_read_config_byte(bridge, PCI_SECONDARY_BUS, &first);
	pci_read_config_byte(bridge, PCI_SUBORDINATE_BUS, &last);
	why = bus_numbers_refused(bridge, first, last);
	if (why) {
		pr_warn("%s: bridge to bus %02x-%02x: %s; nothing behind it is"
			" looked for\n",
			pci_name(bridge), first, last, why);
		return 0;
	}
	bus = bus_make(bridge->bus->host, first, last);
	if (!bus)
		return -ENOMEM;
	bus->parent = bridge->bus;
	bus->self = bridge;
	bridge->subordinate = bus;
	list_add_tail(&bus->node, &bridge->bus->children);
	return 0;
}

static int bus_scan(struct pci_bus *bus)
{
	struct pci_dev *dev;
	unsigned int slot;
	int err = 0;

	for (slot = 0; !err && slot < NR_SLOTS; slot++)
		err = slot_scan(bus, slot);
	list_for_each_entry(dev, &bus->devices, bus_list) {
		if (!err && dev->hdr_type == PCI_HEADER_TYPE_BRIDGE)
			err = bridge_scan(dev);
	}
	return err;
}

/* The bus behind @bus, parents before children; NULL behind the last. */
static struct pci_bus *bus_next(struct pci_bus *bus)
{
	if (!list_empty(&bus->children))
		return list_first_entry(&bus->children, struct pci_bus, node);
	for (; bus->parent; bus = bus->parent) {
		if (!list_is_last(&bus->node, &bus->parent->children))
			return list_next_entry(bus, node);
	}
	return NULL;
}

static struct pci_bus *bus_innermost(struct pci_bus *bus)
{
	while (!list_empty(&bus->children))
		bus = list_first_entry(&bus->children, struct pci_bus, node);
	return bus;
}

/* The same, children before parents; begins with bus_innermost() of the root. */
static struct pci_bus *bus_next_outwards(struct pci_bus *bus)
{
	if (!bus->parent)
		return NULL;
	if (list_is_last(&bus->node, &bus->parent->children))
		return bus->parent;
	return bus_innermost(list_next_entry(bus, node));
}

/* --- ranges into the trees ------------------------------------------------------------------ */

/* Is it in one of the windows through which its device is reached? */
static bool range_is_passed_on(const struct pci_dev *dev,
			       const struct resource *res)
{
	const struct pci_dev *bridge = dev->bus->self;
	int i;

	if (!bridge || bridge->class & BRIDGE_SUBTRACTIVE)
		return true;
	for (i = PCI_BRIDGE_RESOURCES; i < PCI_NUM_RESOURCES; i++)
		if (bridge->resource[i].flags &&
		    resource_contains(&bridge->resource[i], res))
			return true;
	return false;
}

/* Ranges of devices, as far as they are in a tree. */
static const struct pci_dev *range_is_taken(const struct pci_dev *by,
					    const struct resource *res)
{
	const struct pci_dev *dev;
	int i;

	list_for_each_entry(dev, &pci_devices, global_list) {
		if (dev->bus->host != by->bus->host)
			continue;
		for (i = 0; i <= PCI_ROM_RESOURCE; i++) {
			const struct resource *other = &dev->resource[i];

			if (other->parent &&
			    resource_type(other) == resource_type(res) &&
			    resource_overlaps(other, res))
				return dev;
		}
	}
	return NULL;
}

/* Is RAM around it, or in it? */
static bool range_is_ram(const struct resource *res)
{
	const struct resource *r;

	for (r = res->parent; r; r = r->parent)
		if (r->flags & IORESOURCE_SYSRAM)
			return true;
	for (r = res->child; r; r = r->sibling)
		if (r->flags & IORESOURCE_SYSRAM)
			return true;
	return false;
}

static void range_insert(struct pci_dev *dev, int i)
{
	struct resource *res = &dev->resource[i];

	if (insert_resource(pci_range_tree(dev, res), res)) {
		res->flags |= IORESOURCE_UNSET; /* and there was a line */
	} else if (range_is_ram(res)) {
		BUG_ON(remove_resource(res));
		range_refuse(dev, i, "is RAM's");
	}
}

static void range_claim(struct pci_dev *dev, int i)
{
	struct resource *res = &dev->resource[i];
	const struct pci_dev *other;
	char why[32];

	if (!res->flags || res->flags & IORESOURCE_UNSET)
		return;
	other = range_is_taken(dev, res);
	if (other) {
		scnprintf(why, sizeof(why), "overlaps %s", pci_name(other));
		range_refuse(dev, i, why);
	} else if (!range_is_passed_on(dev, res)) {
		range_refuse(dev, i, "its bridge does not pass it on");
	} else {
		range_insert(dev, i);
	}
}

static void windows_claim(struct pci_bus *bus)
{
	struct pci_dev *bridge = bus->self;
	int i;

	for (i = PCI_BRIDGE_RESOURCES; bridge && i < PCI_NUM_RESOURCES; i++) {
		struct resource *res = &bridge->resource[i];

		if (!res->flags)
			continue;
		res->name = bus->name;
		range_insert(bridge, i);
	}
}

static void ranges_claim(struct pci_host *host)
{
	struct pci_dev *dev;
	struct pci_bus *bus;
	int i;

	list_for_each_entry(dev, &pci_devices, global_list) {
		if (dev->bus->host != host)
			continue;
		for (i = 0; i <= PCI_ROM_RESOURCE; i++)
			range_claim(dev, i);
		pci_proc_attach(dev);
	}
	for (bus = bus_innermost(host->bus); bus; bus = bus_next_outwards(bus))
		windows_claim(bus);
}

/* --- hosts ---------------------------------------------------------------------------------- */

static void device_forget(struct pci_dev *dev)
{
	int i;

	pci_proc_detach(dev);
	for (i = 0; i < DEVICE_COUNT_RESOURCE; i++) {
		if (dev->resource[i].parent)
			BUG_ON(remove_resource(&dev->resource[i]));
	}
	list_del(&dev->bus_list);
	list_del(&dev->global_list);
	pci_dev_put(dev);
}

/* All buses of a host and their devices. */
static void buses_forget(struct pci_host *host)
{
	struct pci_bus *bus = bus_innermost(host->bus);

	while (bus) {
		struct pci_bus *next = bus_next_outwards(bus);
		struct pci_dev *dev, *tmp;

		list_for_each_entry_safe(dev, tmp, &bus->devices, bus_list)
			device_forget(dev);
		if (bus->parent)
			list_del(&bus->node);
		pci_proc_detach_bus(bus);
		kfree(bus);
		bus = next;
	}
	host->bus = NULL;
}

static int host_scan(struct pci_host *host)
{
	struct pci_bus *bus;
	int err = 0;

	host->bus = bus_make(host, 0, LAST_BUS);
	if (!host->bus)
		return -ENOMEM;
	for (bus = host->bus; bus && !err; bus = bus_next(bus))
		err = bus_scan(bus);
	if (!err && list_empty(&host->bus->devices))
		err = -ENODEV;
	if (err)
		buses_forget(host);
	return err;
}

int pci_host_add(struct pci_host *host)
{
	struct pci_dev *dev = NULL;
	int err;

	down_write(&pci_bus_sem);
	err = host_scan(host);
	if (!err)
		ranges_claim(host);
	up_write(&pci_bus_sem);
	if (err)
		return err;
	for_each_pci_dev(dev)
	{
		if (dev->bus->host == host)
			pci_device_offer(dev);
	}
	return 0;
}

void pci_host_remove(struct pci_host *host)
{
	struct pci_dev *dev = NULL;

	for_each_pci_dev(dev)
	{
		if (dev->bus->host == host)
			pci_device_unbind(dev);
	}
	down_write(&pci_bus_sem);
	buses_forget(host);
	up_write(&pci_bus_sem);
}

/* --- the machine's own -------------------------------------------------------------------------- */

static struct resource conf1_ports = {
	.name = "PCI conf1",
	.start = PCI_CONF1_ADDRESS,
	.end = PCI_CONF1_DATA + 3,
	.flags = IORESOURCE_IO | IORESOURCE_BUSY,
};

void pci_init(void)
{
	static struct pci_host live = {
		.ops = &pci_conf1_ops,
		.io = &ioport_resource,
		.mem = &iomem_resource,
	};
	int err = pci_conf1_present() ? pci_host_add(&live) : -ENODEV;

	if (err == -ENODEV)
		printk(KERN_INFO "PCI: no PCI bus found\n");
	else if (err)
		printk(KERN_ERR "PCI: not enough memory for its devices\n");
	else if (request_resource(&ioport_resource, &conf1_ports))
		printk(KERN_WARNING
		       "PCI: nobody keeps drivers from its ports\n");
}
