/* SPDX-License-Identifier: MIT */
/*
 * pci.h - PCI devices, and drivers for them
 *
 * The firmware has given every device its addresses and interrupt line; at
 * start-up all buses are walked, and each function found becomes a struct
 * pci_dev with its ranges in the resource trees. A driver says with a table of
 * numbers what it drives:
 *
 *	static const struct pci_device_id ids[] = {
 *		{ PCI_DEVICE(0x1234, 0x11e8) },
 *		{ 0 },
 *	};
 *	MODULE_DEVICE_TABLE(pci, ids);
 *	static struct pci_driver drv = {
 *		.name = "edu", .id_table = ids,
 *		.probe = edu_probe, .remove = edu_remove,
 *	};
 *	module_pci_driver(drv);
 *
 * and is asked, one device at a time, whether it takes it: probe() enables the
 * device, claims and maps its ranges, requests its interrupt, and keeps what it
 * made with pci_set_drvdata(). remove() undoes that in reverse order.
 *
 * Devices do not come and go: what is found at start-up stays listed. One that
 * is pulled out reads as ones everywhere, which a driver has to see by itself.
 *
 * Interrupts of PCI are level-triggered and several devices may have one line:
 * request them with IRQF_SHARED, look first whether it was your device, and
 * return IRQ_NONE if not.
 */
#ifndef KERNEL_PCI_H
#define KERNEL_PCI_H

#include <fs/device.h>
#include <kernel/atomic.h>
#include <kernel/dma_mapping.h>
#include <kernel/ioport.h>
#include <kernel/irq.h>
#include <kernel/list.h>
#include <kernel/module.h>
#include <kernel/pci_ids.h>
#include <kernel/pci_regs.h>
#include <kernel/refcount.h>
#include <kernel/types.h>

/* A place on a bus: 5 bits of slot, 3 of function. */
#define PCI_DEVFN(slot, func) ((((slot)&0x1f) << 3) | ((func)&0x07))
#define PCI_SLOT(devfn) (((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn) ((devfn)&0x07)
#define PCI_DEVID(bus, devfn) ((((u16)(bus)) << 8) | (devfn))

/* Indices of pci_dev.resource. */
enum {
	PCI_STD_RESOURCES,
	PCI_STD_RESOURCE_END = PCI_STD_NUM_BARS - 1,
	PCI_ROM_RESOURCE,
	PCI_BRIDGE_RESOURCES, /* what a bridge passes on: ports, */
	PCI_BRIDGE_IO_WINDOW = PCI_BRIDGE_RESOURCES,
	PCI_BRIDGE_MEM_WINDOW, /* memory, */
	PCI_BRIDGE_PREF_MEM_WINDOW, /* memory to prefetch */
	PCI_NUM_RESOURCES,
	DEVICE_COUNT_RESOURCE = PCI_NUM_RESOURCES,
};

/* Returned by what reads and writes configuration space. */
#define PCIBIOS_SUCCESSFUL 0x00
#define PCIBIOS_DEVICE_NOT_FOUND 0x86
#define PCIBIOS_BAD_REGISTER_NUMBER 0x87

struct pci_bus;
struct pci_dev;
struct pci_driver;
struct proc_dir_entry;

/* How configuration space is reached. @size is 1, 2 or 4, @where a multiple of
 * it and below PCI_CFG_SPACE_SIZE. Called with the lock of all configuration
 * accesses held, interrupts off. */
struct pci_ops {
	int (*read)(struct pci_bus *bus, unsigned int devfn, int where,
		    int size, u32 *value);
	int (*write)(struct pci_bus *bus, unsigned int devfn, int where,
		     int size, u32 value);
};

/* Set once, before anybody can find the device, but for what is named. */
struct pci_dev {
	struct list_head bus_list; /* in its bus, as they were found */
	struct list_head global_list; /* of all devices */
	struct pci_bus *bus;
	struct pci_bus *subordinate; /* the bus behind it, of a bridge */
	refcount_t refs; /* pci_dev_get() */

	unsigned int devfn;
	unsigned short vendor;
	unsigned short device;
	unsigned short subsystem_vendor;
	unsigned short subsystem_device;
	unsigned int class; /* base, sub, programming interface */
	u8 revision;
	u8 hdr_type; /* PCI_HEADER_TYPE_*, without the bit for more */
	u8 pin; /* 0: no interrupt; 1: INTA .. 4: INTD */
	unsigned int multifunction : 1;

	/* The line that the firmware routed it to; 0: none. */
	unsigned int irq;
	struct resource resource[DEVICE_COUNT_RESOURCE];
	char slot_name[16]; /* "0000:00:01.1" */

	/* The driver's, through the calls below. */
	u64 dma_mask; /* 32 bits, until it says something else */
	struct device_dma_parameters dma_parms;
	atomic_t enable_cnt;
	u16 claimed; /* a bit for each resource of pci_request_region() */
	unsigned int is_busmaster : 1;
	unsigned int is_managed : 1; /* pcim_enable_device() was called, */
	unsigned int managed_enabled : 1; /* and is to be undone, */
	unsigned int managed_pinned : 1; /* but for this */
	struct pci_driver *driver; /* NULL: nobody; guarded by the binding */
	const struct pci_device_id *id; /* by which that was found */
	struct proc_dir_entry *procent;

	struct device dev;
};

#define to_pci_dev(d) container_of(d, struct pci_dev, dev)

struct pci_host;

struct pci_bus {
	struct list_head node; /* in its parent's children */
	struct list_head children;
	struct list_head devices;
	struct pci_bus *parent; /* NULL: a root */
	struct pci_dev *self; /* the bridge that leads here; NULL: a root */
	struct pci_host *host;
	const struct pci_ops *ops;
	void *sysdata; /* whose @ops are */
	unsigned char number;
	unsigned char busn_end; /* the highest number behind it */
	char name[24]; /* of its windows: "PCI Bus 0000:01" */
	struct proc_dir_entry *procdir;
};

static inline bool pci_is_root_bus(const struct pci_bus *bus)
{
	return !bus->parent;
}

/* --- tables of what a driver drives ------------------------------------------- */

typedef unsigned long kernel_ulong_t;

struct pci_device_id {
	u32 vendor, device; /* or PCI_ANY_ID */
	u32 subvendor, subdevice;
	u32 class, class_mask; /* of the class, the bits in the mask */
	kernel_ulong_t driver_data; /* the driver's own */
};

#define PCI_ANY_ID (~0u)

#define PCI_DEVICE(vend, dev)                                       \
	.vendor = (vend), .device = (dev), .subvendor = PCI_ANY_ID, \
	.subdevice = PCI_ANY_ID
#define PCI_DEVICE_SUB(vend, dev, subvend, subdev)                 \
	.vendor = (vend), .device = (dev), .subvendor = (subvend), \
	.subdevice = (subdev)
#define PCI_DEVICE_CLASS(dev_class, dev_class_mask)                          \
	.class = (dev_class), .class_mask = (dev_class_mask),                \
	.vendor = PCI_ANY_ID, .device = PCI_ANY_ID, .subvendor = PCI_ANY_ID, \
	.subdevice = PCI_ANY_ID
/* A table's line without member names. */
#define PCI_VDEVICE(vend, dev)                           \
	.vendor = PCI_VENDOR_ID_##vend, .device = (dev), \
	.subvendor = PCI_ANY_ID, .subdevice = PCI_ANY_ID, 0, 0
#define PCI_DEVICE_DATA(vend, dev, data)                                 \
	.vendor = PCI_VENDOR_ID_##vend,                                  \
	.device = PCI_DEVICE_ID_##vend##_##dev, .subvendor = PCI_ANY_ID, \
	.subdevice = PCI_ANY_ID, 0, 0, .driver_data = (kernel_ulong_t)(data)

/* A line of zeroes ends a table. Return: the line for @dev, or NULL. */
const struct pci_device_id *pci_match_id(const struct pci_device_id *ids,
					 const struct pci_dev *dev);

struct pci_driver {
	struct list_head node; /* in the order they came */
	const char *name;
	const struct pci_device_id *id_table;
	/* Is it yours, and did it come up? Return: 0; an error: not mine, with
	 * everything undone but for what devm_ and pcim_ calls took. -ENODEV and -ENXIO are not worth a line. */
	int (*probe)(struct pci_dev *dev, const struct pci_device_id *id);
	/* Only after a successful probe(). May be NULL. */
	void (*remove)(struct pci_dev *dev);
	struct device_driver driver; /* filled in when it is registered */
};

#ifdef KBUILD_MODNAME
#define PCI_MODNAME KBUILD_MODNAME
#else
#define PCI_MODNAME NULL /* the kernel's own */
#endif

/**
 * pci_register_driver - offer a driver all devices of its table
 *
 * Devices that have a driver already are passed over.
 * Return: 0, also if there was no device; -EINVAL: no name, table or probe();
 * -EBUSY: a driver of that name is there.
 * Context: may sleep; calls probe(). Not from a probe() or remove().
 */
#define pci_register_driver(drv) \
	__pci_register_driver((drv), THIS_MODULE, PCI_MODNAME)
int __must_check __pci_register_driver(struct pci_driver *drv,
				       struct module *owner,
				       const char *mod_name);

/* Takes it from all its devices: remove() for each. One that is not registered
 * is a line. Context: as pci_register_driver(). */
void pci_unregister_driver(struct pci_driver *drv);

/* A module that is nothing but a driver. */
#define module_pci_driver(drv)                      \
	static int __init drv##_init(void)          \
	{                                           \
		return pci_register_driver(&(drv)); \
	}                                           \
	module_init(drv##_init);                    \
	static void __exit drv##_exit(void)         \
	{                                           \
		pci_unregister_driver(&(drv));      \
	}                                           \
	module_exit(drv##_exit)

static inline struct pci_driver *pci_dev_driver(const struct pci_dev *dev)
{
	return dev->driver;
}

static inline void pci_set_drvdata(struct pci_dev *dev, void *data)
{
	dev_set_drvdata(&dev->dev, data);
}

static inline void *pci_get_drvdata(const struct pci_dev *dev)
{
	return dev_get_drvdata(&dev->dev);
}

/* "0000:00:01.1": domain, bus, slot, function. */
static inline const char *pci_name(const struct pci_dev *dev)
{
	return dev->slot_name;
}

/* 0 for the machine's own buses. */
int pci_domain_nr(const struct pci_bus *bus);

/* --- finding devices by hand ---------------------------------------------------- */

/**
 * pci_get_device - the next device of these numbers
 * @from: the last one found, which is put back; NULL: begin
 *
 * Return: held with pci_dev_get(); NULL behind the last. A loop that is left
 * early has to pci_dev_put() what it has.
 * Context: may sleep.
 */
struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device,
			       struct pci_dev *from);
struct pci_dev *pci_get_subsys(unsigned int vendor, unsigned int device,
			       unsigned int subvendor, unsigned int subdevice,
			       struct pci_dev *from);
/* By all 24 bits of the class. */
struct pci_dev *pci_get_class(unsigned int class, struct pci_dev *from);
/* By place. */
struct pci_dev *pci_get_slot(struct pci_bus *bus, unsigned int devfn);
struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus,
					    unsigned int devfn);
/* Is there one with a line in @ids? */
int pci_dev_present(const struct pci_device_id *ids);
struct pci_bus *pci_find_bus(int domain, int number);

#define for_each_pci_dev(d) \
	while ((d = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, d)) != NULL)

/* Hold it, let go. NULL is harmless. */
struct pci_dev *pci_dev_get(struct pci_dev *dev);
void pci_dev_put(struct pci_dev *dev);

/* --- configuration space ---------------------------------------------------------- */

/**
 * pci_read_config_byte, _word, _dword - read @where of configuration space
 *
 * Return: 0; PCIBIOS_BAD_REGISTER_NUMBER: not aligned, or outside; @value is
 * then all ones, which is also what an absent device reads as.
 * Context: any but NMI.
 */
int pci_read_config_byte(const struct pci_dev *dev, int where, u8 *value);
int pci_read_config_word(const struct pci_dev *dev, int where, u16 *value);
int pci_read_config_dword(const struct pci_dev *dev, int where, u32 *value);
int pci_write_config_byte(const struct pci_dev *dev, int where, u8 value);
int pci_write_config_word(const struct pci_dev *dev, int where, u16 value);
int pci_write_config_dword(const struct pci_dev *dev, int where, u32 value);

/* The same for a place where there may be no device. */
int pci_bus_read_config_byte(struct pci_bus *bus, unsigned int devfn, int where,
			     u8 *value);
int pci_bus_read_config_word(struct pci_bus *bus, unsigned int devfn, int where,
			     u16 *value);
int pci_bus_read_config_dword(struct pci_bus *bus, unsigned int devfn,
			      int where, u32 *value);
int pci_bus_write_config_byte(struct pci_bus *bus, unsigned int devfn,
			      int where, u8 value);
int pci_bus_write_config_word(struct pci_bus *bus, unsigned int devfn,
			      int where, u16 value);
int pci_bus_write_config_dword(struct pci_bus *bus, unsigned int devfn,
			       int where, u32 value);

/* Where capability PCI_CAP_ID_... is; 0: it has none. A list that runs in a ring
 * ends. */
u8 pci_find_capability(struct pci_dev *dev, int cap);
/* The next one of that kind behind @pos. */
u8 pci_find_next_capability(struct pci_dev *dev, u8 pos, int cap);

/* Does the device still answer? One that was pulled out reads as ones. */
bool pci_device_is_present(struct pci_dev *dev);

/* --- switching a device on ----------------------------------------------------------- */

/**
 * pci_enable_device - let it answer at its ports and addresses
 *
 * And read its interrupt line as a level, as PCI's are. The calls are counted;
 * pci_disable_device() as often takes its bus mastering away again.
 * Return: 0; -EINVAL after a line: one of its ranges could not be claimed at
 * start-up; -ENODEV: it does not answer any more.
 * Context: process.
 */
int __must_check pci_enable_device(struct pci_dev *dev);
/* The same for one kind of range. */
int __must_check pci_enable_device_io(struct pci_dev *dev);
int __must_check pci_enable_device_mem(struct pci_dev *dev);
void pci_disable_device(struct pci_dev *dev);

static inline bool pci_is_enabled(const struct pci_dev *dev)
{
	return atomic_read(&dev->enable_cnt) > 0;
}

/* May it do DMA? Context: process. */
void pci_set_master(struct pci_dev *dev);
void pci_clear_master(struct pci_dev *dev);
/* Its interrupt pin; those of a card that has none stay as they are. */
void pci_intx(struct pci_dev *dev, int enable);

/* --- its ranges ------------------------------------------------------------------------ */

#define pci_resource_start(dev, bar) ((dev)->resource[bar].start)
#define pci_resource_end(dev, bar) ((dev)->resource[bar].end)
#define pci_resource_flags(dev, bar) ((dev)->resource[bar].flags)
/* 0 for a BAR that it has not. */
#define pci_resource_len(dev, bar)                              \
	(pci_resource_flags((dev), (bar)) ?                     \
		 pci_resource_end((dev), (bar)) -               \
			 pci_resource_start((dev), (bar)) + 1 : \
		 0)

/**
 * pci_request_region - claim a BAR's range, so that no other driver does
 * @name: shown in /proc/iomem and ioports; must stay valid
 *
 * Return: 0, also for a BAR that it has not; -EBUSY, after a line: somebody has
 * it, or it could not be claimed at start-up.
 * Context: may sleep.
 */
int __must_check pci_request_region(struct pci_dev *dev, int bar,
				    const char *name);
void pci_release_region(struct pci_dev *dev, int bar);
/* All six, or none. */
int __must_check pci_request_regions(struct pci_dev *dev, const char *name);
void pci_release_regions(struct pci_dev *dev);
/* Those with a bit in @bars. */
int __must_check pci_request_selected_regions(struct pci_dev *dev, int bars,
					      const char *name);
void pci_release_selected_regions(struct pci_dev *dev, int bars);
/* A bit for each BAR of that kind: IORESOURCE_MEM, IORESOURCE_IO. */
int pci_select_bars(struct pci_dev *dev, unsigned long flags);

/**
 * pci_iomap - reach a BAR, whether it is ports or memory
 * @maxlen: map at most so much of it; 0: all
 *
 * Return: for ioread8() and its kin (and readl(), if it is memory); NULL: there
 * is no such BAR, or it cannot be mapped. Undone with pci_iounmap().
 * Context: may sleep.
 */
void __iomem *__must_check pci_iomap(struct pci_dev *dev, int bar,
				     unsigned long maxlen);
/* Memory with write combining: frame buffers. NULL for ports. */
void __iomem *__must_check pci_iomap_wc(struct pci_dev *dev, int bar,
					unsigned long maxlen);
void __iomem *__must_check pci_iomap_range(struct pci_dev *dev, int bar,
					   unsigned long offset,
					   unsigned long maxlen);
void pci_iounmap(struct pci_dev *dev, void __iomem *addr);
/* Memory only, of its whole length. */
void __iomem *__must_check pci_ioremap_bar(struct pci_dev *dev, int bar);

/* --- given back with the driver (fs/devres.h) ------------------------------------------- */

/**
 * pcim_enable_device - pci_enable_device(), undone when the driver lets go
 *
 * From then on, so is what it requests of the device's ranges.
 * Return: as pci_enable_device(), 0 if that was done already; -ENOMEM.
 * Context: probe(); may sleep.
 */
int __must_check pcim_enable_device(struct pci_dev *dev);
/* It stays on when the driver goes. Context: behind pcim_enable_device(). */
void pcim_pin_device(struct pci_dev *dev);

/**
 * pcim_iomap - pci_iomap(), once for each BAR, undone when the driver lets go
 * Return: NULL, also for one that is mapped already. Context: may sleep.
 */
void __iomem *__must_check pcim_iomap(struct pci_dev *dev, int bar,
				      unsigned long maxlen);
/* Earlier. What pcim_iomap() did not return is a warning. */
void pcim_iounmap(struct pci_dev *dev, void __iomem *addr);
/* What is mapped, by BAR: PCI_STD_NUM_BARS of them. NULL: no memory. */
void __iomem *const *pcim_iomap_table(struct pci_dev *dev);

/**
 * pcim_iomap_regions - request and map the BARs with a bit in @mask
 * Return: 0; -EINVAL: there is no such BAR; -EBUSY: somebody has it; -ENOMEM.
 * Then none of them is had. Context: may sleep.
 */
int __must_check pcim_iomap_regions(struct pci_dev *dev, int mask,
				    const char *name);
void pcim_iounmap_regions(struct pci_dev *dev, int mask);

/* --- those who build buses -------------------------------------------------------------- */

/* A root: the buses that one way of reaching configuration space leads to. */
struct pci_host {
	/* Filled in by its owner. */
	int domain; /* 0 is the machine's own */
	const struct pci_ops *ops;
	void *sysdata;
	struct resource *io, *mem; /* the trees its devices' ranges go into */

	/* pci_host_add()'s. */
	struct pci_bus *bus; /* number 0; NULL: not added */
};

/**
 * pci_host_add - walk its buses, list its devices, offer them to the drivers
 *
 * What is not as it should be is one line for each, and left out.
 * Return: 0; -ENODEV: there is no device; -ENOMEM: nothing was added.
 * Context: may sleep.
 */
int __must_check pci_host_add(struct pci_host *host);

/* Takes drivers off its devices and forgets them. Nobody may hold one. Context:
 * may sleep. */
void pci_host_remove(struct pci_host *host);

/* Look for the machine's own buses. Context: start-up. */
#ifndef MODULE /* whose own init may be called so */
void pci_init(void);
/* Their files below /proc/bus/pci. Context: start-up, when there is /proc. */
void pci_proc_init(void);
#endif

#endif
