/* SPDX-License-Identifier: MIT */
/*
 * board.c - the ports that every PC has, claimed for the kernel
 *
 * The chips behind them are as old as the PC: nobody has to look for them, and
 * no driver may have them. Names and ranges are Linux's. Ports that several
 * share (the keyboard controller's, which also resets the machine and opens the
 * gate of the timer) are nobody's.
 *
 * Locking: none. Context: boot.
 */
#include <kernel/bug.h>
#include <kernel/ioport.h>
#include <kernel/util.h>
#include "internal.h"

#define BOARD_PORTS(first, last, what)                           \
	{                                                        \
		.start = (first), .end = (last), .name = (what), \
		.flags = IORESOURCE_IO | IORESOURCE_BUSY,        \
	}

static struct resource board_ports[] = {
	BOARD_PORTS(0x00, 0x1f, "dma1"),
	BOARD_PORTS(0x20, 0x21, "pic1"),
	BOARD_PORTS(0x40, 0x43, "timer0"),
	BOARD_PORTS(0x70, 0x77, "rtc0"),
	BOARD_PORTS(0x80, 0x8f, "dma page reg"),
	BOARD_PORTS(0xa0, 0xa1, "pic2"),
	BOARD_PORTS(0xc0, 0xdf, "dma2"),
};

void board_ports_claim(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(board_ports); i++)
		BUG_ON(request_resource(&ioport_resource, &board_ports[i]));
}
