/* SPDX-License-Identifier: MIT */
/*
 * pic.c - the two 8259 interrupt controllers
 *
 * The firmware leaves lines 0-7 on the vectors of exceptions, so both chips
 * are told new ones: IRQ_VECTOR_BASE and 8 above. The second hangs on line 2
 * of the first, which therefore is taken from the start, as on Linux: a driver
 * that got it would shut lines 8 to 15 when it gives it back.
 *
 * A line that goes away while the CPU answers gives a spurious interrupt 7 or
 * 15: the chip then has no in-service bit for it, and wants no end-of-
 * interrupt (but the first chip does for the second one's 15).
 *
 * Locking: pic_lock (irq-safe, LOCK_DRIVER) guards the masks and their ports.
 */
#include <kernel/bug.h>
#include <kernel/entropy.h>
#include <kernel/irq.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>
#include <asm/device_io.h>
#include <asm/traps.h>
#include "internal.h"

#define PIC1_COMMAND 0x20
#define PIC1_DATA 0x21
#define PIC2_COMMAND 0xa0
#define PIC2_DATA 0xa1

/* Edge or level, a bit for each line: Intel 82371SB (PIIX3), section 2.5.6. */
#define ELCR1 0x4d0
#define ELCR2 0x4d1
/* Lines that are edges on every board: timer, keyboard, cascade, clock, FPU. */
#define ELCR_FIXED (BIT(0) | BIT(1) | BIT(2) | BIT(8) | BIT(13))

#define ICW1_INIT 0x11 /* edge triggered, cascaded, ICW4 follows */
#define ICW4_8086 0x01
#define OCW2_EOI 0x20
#define OCW3_READ_ISR 0x0b

#define CASCADE_IRQ 2u
#define LINES_PER_CHIP 8u
#define SPURIOUS_LINE 7u /* of either chip */

static spinlock_t pic_lock = SPINLOCK_INIT("pic", LOCK_DRIVER);
/* A set bit is a masked line. */
static u16 pic_masked = 0xffff & ~BIT(CASCADE_IRQ);

static void pic_write_masks(void)
{
	outb((u8)pic_masked, PIC1_DATA);
	outb((u8)(pic_masked >> 8), PIC2_DATA);
}

static void pic_mask(unsigned int irq)
{
	unsigned long flags = spin_lock_irqsave(&pic_lock);

	pic_masked |= (u16)BIT(irq);
	pic_write_masks();
	spin_unlock_irqrestore(&pic_lock, flags);
}

static void pic_unmask(unsigned int irq)
{
	unsigned long flags = spin_lock_irqsave(&pic_lock);

	pic_masked &= (u16)~BIT(irq);
	pic_write_masks();
	spin_unlock_irqrestore(&pic_lock, flags);
}

/* The chip set's: an ISA board has no such port. */
static void pic_set_level(unsigned int irq)
{
	u16 port = irq < LINES_PER_CHIP ? ELCR1 : ELCR2;
	u8 bit = (u8)BIT(irq % LINES_PER_CHIP);
	unsigned long flags;

	if (ELCR_FIXED & BIT(irq))
		return;
	flags = spin_lock_irqsave(&pic_lock);
	outb(inb(port) | bit, port);
	spin_unlock_irqrestore(&pic_lock, flags);
}

static const struct irq_chip pic_chip = {
	.name = "XT-PIC",
	.unmask = pic_unmask,
	.mask = pic_mask,
	.set_level = pic_set_level,
};

/*
 * The four words of a chip's start, in the order it wants them. Old boards need
 * time between them.
 */
static void pic_program(u16 command, u16 data, u8 vector, u8 cascade)
{
	outb(ICW1_INIT, command);
	io_delay();
	outb(vector, data);
	io_delay();
	outb(cascade, data);
	io_delay();
	outb(ICW4_8086, data);
	io_delay();
}

/* Both chips get vectors of their own and are told which lines are masked. */
static void pic_setup(void)
{
	pic_program(PIC1_COMMAND, PIC1_DATA, IRQ_VECTOR_BASE, BIT(CASCADE_IRQ));
	pic_program(PIC2_COMMAND, PIC2_DATA, IRQ_VECTOR_BASE + LINES_PER_CHIP,
		    CASCADE_IRQ);
	pic_write_masks();
}

/* It never comes: the first chip lets the second answer. */
static irqreturn_t cascade_interrupt(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	return IRQ_NONE;
}

void pic_init(void)
{
	static char cascade; /* nobody else can give the line back */

	pic_setup();
	irq_set_chip(&pic_chip);
	if (request_irq(CASCADE_IRQ, cascade_interrupt, 0, "cascade", &cascade))
		panic("the line of the second 8259 is taken");
}

/* A spurious one may come all the same: so they need sane vectors, too. */
void pic_disable(void)
{
	pic_masked = 0xffff;
	pic_setup();
}

/* Only the lowest line of a chip is ever made up. */
static bool pic_is_spurious(unsigned int irq)
{
	u16 command = irq < LINES_PER_CHIP ? PIC1_COMMAND : PIC2_COMMAND;

	if (irq % LINES_PER_CHIP != SPURIOUS_LINE)
		return false;
	outb(OCW3_READ_ISR, command);
	return !(inb(command) & BIT(SPURIOUS_LINE));
}

/*
 * The end is reported after the handler: until then the chip holds back this
 * line and those of lower priority, so handlers do not nest.
 */
void pic_handle(unsigned int irq)
{
	bool spurious = pic_is_spurious(irq);

	if (!spurious) {
		random_add_interrupt(irq);
		irq_dispatch(irq);
	}
	if (irq >= LINES_PER_CHIP) {
		if (!spurious)
			outb(OCW2_EOI, PIC2_COMMAND);
		outb(OCW2_EOI, PIC1_COMMAND);
	} else if (!spurious) {
		outb(OCW2_EOI, PIC1_COMMAND);
	}
}
