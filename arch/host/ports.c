/* SPDX-License-Identifier: MIT */
/*
 * ports.c - the hosted machine's port bus, and what a test plugs into it
 *
 * Locking: none; a test plugs in and out while nobody else is on the bus.
 */
#include <asm/device_io.h>
#include <host/machine.h>

static const struct host_port_bus *bus;

void host_set_port_bus(const struct host_port_bus *new_bus)
{
	bus = new_bus;
}

u32 host_port_in(u16 port, unsigned int bytes)
{
	return bus ? bus->in(port, bytes) : U32_MAX;
}

void host_port_out(u32 value, u16 port, unsigned int bytes)
{
	if (bus)
		bus->out(value, port, bytes);
}
