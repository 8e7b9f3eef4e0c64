/* SPDX-License-Identifier: MIT */
/* host_pci_test.c - mechanism 1, with the model behind the ports 0xcf8..0xcff */
#include <kernel/irq.h>
#include <kernel/ktest.h>
#include <host/machine.h>
#include "../../drivers/bus/pci_internal.h"
#include "pci_model.h"

static u32 latch; /* what the address port holds */
static bool mechanism_2; /* the board answers so until it is told */

static u32 bus_in(u16 port, unsigned int bytes)
{
	if (port == PCI_CONF1_ADDRESS && bytes == 4)
		return mechanism_2 ? U32_MAX : latch;
	if (port < PCI_CONF1_DATA || port > PCI_CONF1_DATA + 3 ||
	    !(latch & 0x80000000))
		return U32_MAX;
	return pci_model_read((u8)(latch >> 16), (latch >> 8) & 0xff,
			      (int)(latch & 0xfc) + (port & 3), (int)bytes);
}

static void bus_out(u32 value, u16 port, unsigned int bytes)
{
	if (port == PCI_CONF1_ADDRESS + 3 && bytes == 1)
		mechanism_2 = !(value & 1);
	else if (port == PCI_CONF1_ADDRESS && bytes == 4)
		latch = value & 0x80fffffc;
	else if (port >= PCI_CONF1_DATA && port <= PCI_CONF1_DATA + 3 &&
		 latch & 0x80000000)
		pci_model_write((u8)(latch >> 16), (latch >> 8) & 0xff,
				(int)(latch & 0xfc) + (port & 3), (int)bytes,
				value);
}

static const struct host_port_bus bus = { .in = bus_in, .out = bus_out };

static void mechanism_1_is_found_where_it_is(struct ktest *t)
{
	KTEST_EXPECT_FALSE(t, pci_conf1_present());
	host_set_port_bus(&bus);
	mechanism_2 = true;
	latch = 0x12345678 & 0x80fffffc;
	KTEST_EXPECT_TRUE(t, pci_conf1_present());
	KTEST_EXPECT_EQ(t, latch, 0x12345678 & 0x80fffffc);
	host_set_port_bus(NULL);
}

static void devices_are_read_and_written_through_ports(struct ktest *t)
{
	struct pci_model_function *f;
	struct pci_dev *dev;
	u16 word;
	u8 byte;

	pci_model_reset();
	pci_model.host.ops = &pci_conf1_ops;
	pci_model_bridge(0, 1, 1, 1);
	f = pci_model_add(1, 31, 0, 0x4321);
	pci_model_dword(f, 0x40, 0x44332211);
	host_set_port_bus(&bus);
	mechanism_2 = false;
	KTEST_ASSERT_EQ(t, pci_host_add(&pci_model.host), 0);
	dev = pci_get_device(PCI_MODEL_VENDOR, 0x4321, NULL);
	KTEST_ASSERT_NOT_NULL(t, dev);
	KTEST_EXPECT_STREQ(t, pci_name(dev), "0001:01:1f.0");
	KTEST_EXPECT_EQ(t, pci_read_config_byte(dev, 0x43, &byte), 0);
	KTEST_EXPECT_EQ(t, byte, 0x44);
	KTEST_EXPECT_EQ(t, pci_read_config_word(dev, 0x42, &word), 0);
	KTEST_EXPECT_EQ(t, word, 0x4433);
	KTEST_EXPECT_EQ(t, pci_write_config_byte(dev, 0x41, 0xaa), 0);
	KTEST_EXPECT_EQ(t, pci_write_config_word(dev, 0x42, 0xbbcc), 0);
	KTEST_EXPECT_EQ(t, pci_model_get(f, 0x40), 0xbbccaa11);
	pci_dev_put(dev);
	pci_host_remove(&pci_model.host);
	host_set_port_bus(NULL);
}

/* One that nothing else takes: it stays a level. */
#define LEVEL_LINE 9
static unsigned int level_set;

static void no_irq(unsigned int irq)
{
	(void)irq;
}

static void set_level(unsigned int irq)
{
	level_set = irq;
}

static void the_line_of_a_device_that_is_enabled_is_a_level(struct ktest *t)
{
	static const struct irq_chip chip = {
		.name = "test",
		.unmask = no_irq,
		.mask = no_irq,
		.set_level = set_level,
	};
	struct pci_model_function *f;
	struct pci_dev *dev;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 0x4321);
	pci_model_byte(f, PCI_INTERRUPT_PIN, 1);
	pci_model_byte(f, PCI_INTERRUPT_LINE, LEVEL_LINE);
	KTEST_ASSERT_EQ(t, pci_host_add(&pci_model.host), 0);
	dev = pci_get_device(PCI_MODEL_VENDOR, 0x4321, NULL);
	irq_set_chip(&chip);
	KTEST_EXPECT_EQ(t, level_set, 0);
	KTEST_EXPECT_EQ(t, pci_enable_device(dev), 0);
	KTEST_EXPECT_EQ(t, level_set, LEVEL_LINE);
	irq_set_chip(NULL);
	pci_disable_device(dev);
	pci_dev_put(dev);
	pci_host_remove(&pci_model.host);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(mechanism_1_is_found_where_it_is),
	KTEST_CASE(devices_are_read_and_written_through_ports),
	KTEST_CASE(the_line_of_a_device_that_is_enabled_is_a_level),
};
KTEST_SUITE(host_pci, cases);
