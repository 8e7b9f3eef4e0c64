/* SPDX-License-Identifier: MIT */
/* cmd_lspci.c - the console command lspci: what is on the PCI buses. */
#include <kernel/command.h>
#include <kernel/pci.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include "pci_internal.h"

/* Words for classes, as PCI Code and ID Assignment Specification has them. */
static const struct class_word {
	u16 class; /* base and sub class */
	const char *word;
} class_words[] = {
	{ PCI_CLASS_NOT_DEFINED, "device of no class" },
	{ PCI_CLASS_NOT_DEFINED_VGA, "old VGA" },
	{ PCI_CLASS_STORAGE_SCSI, "SCSI" },
	{ PCI_CLASS_STORAGE_IDE, "IDE" },
	{ PCI_CLASS_STORAGE_FLOPPY, "floppy" },
	{ PCI_CLASS_STORAGE_RAID, "RAID" },
	{ PCI_CLASS_STORAGE_SATA, "SATA" },
	{ PCI_CLASS_STORAGE_SAS, "SAS" },
	{ PCI_CLASS_STORAGE_EXPRESS >> 8, "NVMe" },
	{ PCI_CLASS_NETWORK_ETHERNET, "Ethernet" },
	{ PCI_CLASS_DISPLAY_VGA, "VGA" },
	{ PCI_CLASS_MULTIMEDIA_VIDEO, "video" },
	{ PCI_CLASS_MULTIMEDIA_AUDIO, "sound" },
	{ PCI_CLASS_MULTIMEDIA_HD_AUDIO, "HD sound" },
	{ PCI_CLASS_MEMORY_RAM, "RAM" },
	{ PCI_CLASS_BRIDGE_HOST, "host bridge" },
	{ PCI_CLASS_BRIDGE_ISA, "ISA bridge" },
	{ PCI_CLASS_BRIDGE_PCI, "PCI bridge" },
	{ PCI_CLASS_BRIDGE_CARDBUS, "CardBus bridge" },
	{ PCI_CLASS_BRIDGE_OTHER, "bridge" },
	{ PCI_CLASS_COMMUNICATION_SERIAL, "serial" },
	{ PCI_CLASS_COMMUNICATION_PARALLEL, "parallel" },
	{ PCI_CLASS_SYSTEM_PIC, "interrupt controller" },
	{ PCI_CLASS_SYSTEM_DMA, "DMA controller" },
	{ PCI_CLASS_SYSTEM_PCI_HOTPLUG, "hot-plug controller" },
	{ PCI_CLASS_SYSTEM_OTHER, "system device" },
	{ PCI_CLASS_SERIAL_FIREWIRE, "FireWire" },
	{ PCI_CLASS_SERIAL_USB, "USB" },
	{ PCI_CLASS_SERIAL_SMBUS, "SMBus" },
};
/* And for what is not among them, by the base class alone. */
static const char *const base_words[] = {
	"device of no class",
	"storage",
	"network",
	"display",
	"multimedia",
	"memory",
	"bridge",
	"communication",
	"system device",
	"input",
	"docking",
	"processor",
	"serial bus",
	"radio",
	"intelligent I/O",
	"satellite",
	"encryption",
	"signal processing",
};

static const char *class_word(const struct pci_dev *dev)
{
	unsigned int i, base = dev->class >> 16;

	for (i = 0; i < ARRAY_SIZE(class_words); i++)
		if (class_words[i].class == dev->class >> 8)
			return class_words[i].word;
	return base < ARRAY_SIZE(base_words) ? base_words[base] :
					       "device of no class";
}

static void show_range(const struct pci_dev *dev, int i)
{
	const struct resource *res = &dev->resource[i];
	bool io = res->flags & IORESOURCE_IO;

	console_printf("  %s [%s %#llx-%#llx]%s%s%s\n",
		       i < PCI_ROM_RESOURCE  ? "range" :
		       i == PCI_ROM_RESOURCE ? "ROM" :
					       "passes on",
		       io ? "io" : "mem", res->start, res->end,
		       res->flags & IORESOURCE_PREFETCH ? " prefetch" : "",
		       res->flags & IORESOURCE_MEM_64 ? " 64bit" : "",
		       res->flags & IORESOURCE_UNSET ? " (left out)" : "");
}

static void show_device(const struct pci_dev *dev)
{
	char driver[PCI_DRIVER_NAME_BYTES];
	int i;

	console_printf("%s %s [%04x:%04x] class %06x rev %02x", pci_name(dev),
		       class_word(dev), dev->vendor, dev->device, dev->class,
		       dev->revision);
	if (dev->irq)
		console_printf(" irq %u", dev->irq);
	if (pci_driver_name(dev, driver, sizeof(driver)))
		console_printf(" driver %s", driver);
	console_printf("\n");
	for (i = 0; i < DEVICE_COUNT_RESOURCE; i++)
		if (dev->resource[i].flags)
			show_range(dev, i);
}

static int cmd_lspci(int argc, char **argv)
{
	struct pci_dev *dev = NULL;
	bool some = false;

	if (argc != 1)
		return command_usage(argv[0]);
	for_each_pci_dev(dev)
	{
		show_device(dev);
		some = true;
	}
	if (!some)
		console_printf("no PCI device\n");
	return 0;
}
CONSOLE_COMMAND(lspci, "",
		"devices on the PCI buses, their ranges, lines,"
		" drivers",
		cmd_lspci);
