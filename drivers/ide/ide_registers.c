/* SPDX-License-Identifier: MIT */
/*
 * ide_registers.c - talking to the drives of a port
 *
 * Both drives hear what is written; the one that is selected answers, 400 ns
 * after it was selected at the earliest: as long as four reads of its status.
 * After a command it has the same time to say that it is busy (ATA/ATAPI-6).
 *
 * Locking: the port's lock, or nobody else knows the port yet.
 */
#include <kernel/delay.h>
#include <kernel/time.h>
#include <asm/io.h>

#include "ide_internal.h"

#define COMMAND_NS 400u
#define SELECT_US 1000u /* the other drive is idle: it takes none of it */

u8 ide_alt_status(const struct ide_port *port)
{
	return inb(port->desc.control);
}

bool ide_wait_clear(const struct ide_port *port, u8 bits, unsigned int us)
{
	for (; us && ide_alt_status(port) & bits; us--)
		udelay(1);
	return !(ide_alt_status(port) & bits);
}

bool ide_select(const struct ide_port *port, unsigned int unit)
{
	unsigned int i;

	outb(ATA_DEVICE_OBSOLETE | (unit ? ATA_DEVICE_SECOND : 0),
	     port->desc.command + ATA_DEVICE);
	for (i = 0; i < 4; i++)
		(void)ide_alt_status(port);
	return ide_wait_clear(port, ATA_BUSY | ATA_DRQ, SELECT_US);
}

void ide_command_give(const struct ide_port *port, u8 command)
{
	outb(command, port->desc.command + ATA_COMMAND);
	/* That it has arrived. */
	(void)ide_alt_status(port);
	ndelay(COMMAND_NS);
}

static void address_out(const struct ide_port *port, u8 count, u32 lba)
{
	u16 base = port->desc.command;

	outb(count, base + ATA_COUNT);
	outb((u8)lba, base + ATA_LBA_LOW);
	outb((u8)(lba >> 8), base + ATA_LBA_MID);
	outb((u8)(lba >> 16), base + ATA_LBA_HIGH);
}

void ide_command(struct ide_port *port, const struct request *rq, u8 command,
		 bool ext)
{
	u8 device = ATA_DEVICE_OBSOLETE | ATA_DEVICE_LBA |
		    (port->active->unit ? ATA_DEVICE_SECOND : 0);
	sector_t lba = blk_rq_pos(rq);
	unsigned int count = blk_rq_sectors(rq);

	if (ext)
		/* The registers are two deep: the high halves go first. */
		address_out(port, (u8)(count >> 8), (u32)(lba >> 24));
	else
		device |= (u8)(lba >> 24);
	address_out(port, (u8)count, (u32)lba);
	outb(device, port->desc.command + ATA_DEVICE);
	ide_command_give(port, command);
}

void ide_words_in(const struct ide_port *port, u16 *words, unsigned int nr)
{
	for (; nr; nr--)
		*words++ = inw(port->desc.command + ATA_DATA);
}

void ide_words_out(const struct ide_port *port, const u16 *words,
		   unsigned int nr)
{
	for (; nr; nr--)
		outw(*words++, port->desc.command + ATA_DATA);
}
