/* SPDX-License-Identifier: MIT */
/*
 * host_isa_chip.c - a model of the PC's two 8237 and their page registers
 *
 * By the data sheet, not by an emulator: the address counts within 16 bits and
 * never into the page register, a channel masks itself at the end, and the
 * flip-flop is one for all registers of a chip.
 */
#include <host/machine.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page.h>
#include <asm/pgtable.h>

#include "isa_chip.h"

#define MODE_AUTOINIT 0x10
#define MODE_TO_MEMORY 0x04
#define MODE_FROM_MEMORY 0x08
#define MODE_DIRECTION 0x0c
#define NO_BYTE 0xff

struct isa_model isa_model;

static const u8 page_ports[8] = {
	0x87, 0x83, 0x81, 0x82, 0x8f, 0x8b, 0x89, 0x8a
};

static struct isa_model_channel *channel(unsigned int chan)
{
	return &isa_model.channels[chan];
}

static unsigned int channel_of_page(u16 port)
{
	unsigned int chan;

	for (chan = 0; chan < 8 && page_ports[chan] != port; chan++)
		;
	return chan;
}

/* One transfer: the counters go on, and end or begin again. */
static void step(struct isa_model_channel *c)
{
	c->addr++;
	if (c->count--)
		return;
	if (c->mode & MODE_AUTOINIT) {
		c->addr = c->base_addr;
		c->count = c->base_count;
	} else {
		c->masked = true;
	}
}

static phys_addr_t bus_address(unsigned int chan)
{
	const struct isa_model_channel *c = channel(chan);

	if (chan < 4)
		return (phys_addr_t)c->page << 16 | c->addr;
	return (phys_addr_t)(c->page & 0xfe) << 16 | (u32)c->addr << 1;
}

unsigned int isa_model_request(unsigned int chan, void *device, unsigned int nr)
{
	struct isa_model_channel *c = channel(chan);
	size_t width = chan < 4 ? 1 : 2;
	u8 *data = device;
	unsigned int i;

	for (i = 0; i < nr && !c->masked; i++, data += width) {
		void *memory = phys_to_virt(bus_address(chan));

		if ((c->mode & MODE_DIRECTION) == MODE_TO_MEMORY)
			memcpy(memory, data, width);
		else if ((c->mode & MODE_DIRECTION) == MODE_FROM_MEMORY)
			memcpy(data, memory, width);
		step(c);
	}
	return i;
}

/* Half of a 16-bit register, which the flip-flop chooses. */
static u8 half_in(unsigned int chip, u16 value)
{
	u8 byte = (u8)(isa_model.upper[chip] ? value >> 8 : value);

	isa_model.upper[chip] = !isa_model.upper[chip];
	return byte;
}

static void half_out(unsigned int chip, u16 *reg, u8 byte)
{
	*reg = isa_model.upper[chip] ? (u16)((*reg & 0x00ff) | byte << 8) :
				       (u16)((*reg & 0xff00) | byte);
	isa_model.upper[chip] = !isa_model.upper[chip];
}

static u8 counter_in(unsigned int chan, bool count)
{
	struct isa_model_channel *c = channel(chan);
	u8 byte = half_in(chan / 4, count ? c->count : c->addr);
	unsigned int i;

	for (i = 0; count && i < isa_model.run_per_read && isa_model.run_most;
	     i++, isa_model.run_most--)
		step(c);
	return byte;
}

static void counter_out(unsigned int chan, bool count, u8 byte)
{
	struct isa_model_channel *c = channel(chan);
	u16 *base = count ? &c->base_count : &c->base_addr;

	isa_model.armed_writes += !c->masked;
	half_out(chan / 4, base, byte);
	*(count ? &c->count : &c->addr) = *base;
}

/* The commands of a chip, by their number behind the counters. */
static void command_out(unsigned int chip, unsigned int reg, u8 byte)
{
	struct isa_model_channel *c = channel(chip * 4 + (byte & 3));

	switch (reg) {
	case 0xa: c->masked = byte & 4; break;
	case 0xb:
		isa_model.armed_writes += !c->masked;
		c->mode = byte & 0xfc;
		break;
	case 0xc: isa_model.upper[chip] = false; break;
	default: break;
	}
}

/* Which register of which chip? Return: its number; 16: none. */
static unsigned int chip_register(u16 port, unsigned int *chip)
{
	*chip = port >= 0xc0;
	if (port < 0x10)
		return port;
	return port >= 0xc0 && port < 0xe0 && !(port & 1) ? (port - 0xc0u) / 2 :
							    16;
}

static u32 port_in(u16 port, unsigned int bytes)
{
	unsigned int chip, reg = chip_register(port, &chip);
	unsigned int paged = channel_of_page(port);
	u8 byte = NO_BYTE;

	if (bytes != 1)
		return U32_MAX;
	if (reg < 8)
		byte = counter_in(chip * 4 + reg / 2, reg & 1);
	else if (paged < 8)
		byte = channel(paged)->page;
	else if (reg == 16 && isa_model.other_in)
		byte = isa_model.other_in(port);
	if (isa_model.stuck_bits && port == isa_model.stuck_port)
		byte &= (u8)~isa_model.stuck_bits;
	return byte;
}

static void port_out(u32 value, u16 port, unsigned int bytes)
{
	unsigned int chip, reg = chip_register(port, &chip);
	unsigned int paged = channel_of_page(port);

	if (bytes != 1)
		return;
	if (reg < 8)
		counter_out(chip * 4 + reg / 2, reg & 1, (u8)value);
	else if (reg < 16)
		command_out(chip, reg, (u8)value);
	else if (paged < 8)
		channel(paged)->page = (u8)value;
	else if (isa_model.other_out)
		isa_model.other_out((u8)value, port);
}

void isa_chip_plug_in(void)
{
	static const struct host_port_bus bus = { port_in, port_out };
	unsigned int chan;

	memset(&isa_model, 0, sizeof(isa_model));
	for (chan = 0; chan < 8; chan++)
		channel(chan)->masked = true;
	host_set_port_bus(&bus);
}

void isa_chip_unplug(void)
{
	host_set_port_bus(NULL);
}
