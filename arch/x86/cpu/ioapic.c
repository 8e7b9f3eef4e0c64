/* SPDX-License-Identifier: MIT */
/*
 * ioapic.c - device interrupts through IOAPICs
 *
 * An IOAPIC has inputs (pins), each with an entry that says which vector goes
 * to which CPU, and how the input is to be read. Across IOAPICs inputs have
 * global numbers. The 16 ISA lines arrive at the inputs of their own number,
 * edge and active high, unless ACPI says otherwise (the PIT: input 2). All
 * lines go to the boot CPU; every other input stays masked.
 *
 * Intel 82093AA data sheet, section 3.
 *
 * Locking: ioapic_lock (irq-safe, LOCK_DRIVER) guards the registers, which are
 * reached through an index.
 */
#define pr_fmt(fmt) "ioapic: " fmt

#include <kernel/acpi.h>
#include <kernel/ioport.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <asm/fixmap.h>
#include <asm/device_io.h>
#include <asm/traps.h>
#include "internal.h"

#define IOAPIC_INDEX 0x00u
#define IOAPIC_WINDOW 0x10u
/* Registers behind the index. */
#define IOAPIC_VERSION 0x01u
#define IOAPIC_ENTRY(pin) (0x10u + 2 * (pin))

#define ENTRY_ACTIVE_LOW BIT(13)
#define ENTRY_LEVEL BIT(15)
#define ENTRY_MASKED BIT(16)
#define ENTRY_CPU_SHIFT 24 /* in the high word */

/* The second 8259's, nothing of its own; its input may be the PIT's. As on Linux
 * a driver may have the line, and nothing ever comes by it. */
#define CASCADE_IRQ 2u
#define NOT_CONNECTED 0xffu

static_assert(FIX_IOAPIC(ACPI_IOAPICS) <= NR_FIXMAP_DEVICES,
	      "a page for each IOAPIC");

/* Bytes of registers, as chip sets decode them. */
#define IOAPIC_BYTES 0x400u

struct ioapic {
	volatile u8 __iomem *regs;
	struct resource claim;
	char name[12]; /* of the claim: "IOAPIC 0" */
	u32 gsi_base;
	u32 nr_pins;
};

static struct ioapic ioapics[ACPI_IOAPICS];
static unsigned int nr_ioapics;
static spinlock_t ioapic_lock = SPINLOCK_INIT("ioapic", LOCK_DRIVER);

/* Where each line arrives; after boot only ioapic_set_level() changes it. */
static struct ioapic_line {
	u8 ioapic; /* NOT_CONNECTED: nowhere */
	u8 pin;
	struct acpi_isa_route route;
	u32 entry; /* its low word, unmasked */
} isa_lines[NR_IRQS];

static u32 ioapic_read(const struct ioapic *io, u32 reg)
{
	writel(reg, io->regs + IOAPIC_INDEX);
	return readl(io->regs + IOAPIC_WINDOW);
}

static void ioapic_write(const struct ioapic *io, u32 reg, u32 value)
{
	writel(reg, io->regs + IOAPIC_INDEX);
	writel(value, io->regs + IOAPIC_WINDOW);
}

static void line_write(unsigned int irq, u32 mask)
{
	const struct ioapic_line *line = &isa_lines[irq];
	unsigned long flags;

	if (line->ioapic == NOT_CONNECTED)
		return;
	flags = spin_lock_irqsave(&ioapic_lock);
	ioapic_write(&ioapics[line->ioapic], IOAPIC_ENTRY(line->pin),
		     line->entry | mask);
	spin_unlock_irqrestore(&ioapic_lock, flags);
}

static void ioapic_mask(unsigned int irq)
{
	line_write(irq, ENTRY_MASKED);
}

static void ioapic_unmask(unsigned int irq)
{
	line_write(irq, 0);
}

/* The entry's low word, unmasked. */
static u32 line_entry(unsigned int irq, const struct acpi_isa_route *route)
{
	return (IRQ_VECTOR_BASE + irq) | (route->level ? ENTRY_LEVEL : 0) |
	       (route->active_low ? ENTRY_ACTIVE_LOW : 0);
}

static void ioapic_set_level(unsigned int irq)
{
	struct ioapic_line *line = &isa_lines[irq];
	const struct ioapic *io;
	unsigned long flags;

	if (line->ioapic == NOT_CONNECTED || line->entry & ENTRY_LEVEL)
		return;
	io = &ioapics[line->ioapic];
	flags = spin_lock_irqsave(&ioapic_lock);
	acpi_route_make_level(&line->route);
	line->entry = line_entry(irq, &line->route);
	ioapic_write(io, IOAPIC_ENTRY(line->pin),
		     line->entry | (ioapic_read(io, IOAPIC_ENTRY(line->pin)) &
				    ENTRY_MASKED));
	spin_unlock_irqrestore(&ioapic_lock, flags);
}

static const struct irq_chip ioapic_chip = {
	.name = "IO-APIC",
	.unmask = ioapic_unmask,
	.mask = ioapic_mask,
	.set_level = ioapic_set_level,
};

/* It may lie in what the firmware calls reserved; a refusal is a line. */
static void ioapic_claim(struct ioapic *io, u32 phys)
{
	scnprintf(io->name, sizeof(io->name), "IOAPIC %u",
		  (unsigned int)(io - ioapics));
	io->claim = (struct resource)DEFINE_RES_NAMED(
		phys, IOAPIC_BYTES, io->name, IORESOURCE_MEM | IORESOURCE_BUSY);
	if (insert_resource(&iomem_resource, &io->claim))
		pr_warn("nobody keeps drivers from the one at %#x\n", phys);
}

/* Map one, and silence it. Registers that read as all ones are none. */
static bool ioapic_add(const struct acpi_ioapic *from)
{
	struct ioapic *io = &ioapics[nr_ioapics];
	u32 version, pin;

	io->regs = fixmap_map_device(FIX_IOAPIC(nr_ioapics), from->phys);
	io->gsi_base = from->gsi_base;
	nr_ioapics++;
	version = ioapic_read(io, IOAPIC_VERSION);
	if (version == U32_MAX) {
		pr_warn("nothing answers at %#x; left out\n", from->phys);
		return false;
	}
	io->nr_pins = ((version >> 16) & 0xff) + 1;
	ioapic_claim(io, from->phys);
	for (pin = 0; pin < io->nr_pins; pin++) {
		ioapic_write(io, IOAPIC_ENTRY(pin), ENTRY_MASKED);
		ioapic_write(io, IOAPIC_ENTRY(pin) + 1, 0);
	}
	pr_info("id=%u at=%#x inputs=%u..%u\n", from->id, from->phys,
		io->gsi_base, io->gsi_base + io->nr_pins - 1);
	return true;
}

/* Find the input of global number @gsi. */
static bool gsi_find(u32 gsi, struct ioapic_line *line)
{
	unsigned int i;

	for (i = 0; i < nr_ioapics; i++) {
		if (gsi - ioapics[i].gsi_base >= ioapics[i].nr_pins)
			continue;
		line->ioapic = (u8)i;
		line->pin = (u8)(gsi - ioapics[i].gsi_base);
		return true;
	}
	line->ioapic = NOT_CONNECTED;
	return false;
}

static void line_route(const struct acpi_info *acpi, unsigned int irq,
		       u8 boot_apic_id)
{
	struct ioapic_line *line = &isa_lines[irq];

	line->route = acpi_isa_route(acpi, irq);
	if (irq == CASCADE_IRQ || !gsi_find(line->route.gsi, line)) {
		line->ioapic = NOT_CONNECTED;
		if (irq != CASCADE_IRQ)
			pr_warn("interrupt %u: no input %u; not connected\n",
				irq, line->route.gsi);
		return;
	}
	line->entry = line_entry(irq, &line->route);
	ioapic_write(&ioapics[line->ioapic], IOAPIC_ENTRY(line->pin) + 1,
		     (u32)boot_apic_id << ENTRY_CPU_SHIFT);
	line_write(irq, ENTRY_MASKED);
}

bool ioapic_init(const struct acpi_info *acpi, u8 boot_apic_id)
{
	unsigned int i, irq, nr = 0;

	for (i = 0; i < acpi->nr_ioapics; i++)
		nr += ioapic_add(&acpi->ioapics[i]);
	if (!nr)
		return false;
	for (irq = 0; irq < NR_IRQS; irq++)
		line_route(acpi, irq, boot_apic_id);
	irq_set_chip(&ioapic_chip);
	return true;
}
