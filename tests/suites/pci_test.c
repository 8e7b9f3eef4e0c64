/* SPDX-License-Identifier: MIT */
/* pci_test.c - what is found on PCI buses, and what can be asked of it */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <mm/fault_inject.h>
#include <asm/pgtable.h>
#include "pci_model.h"

/* --- what is there --------------------------------------------------------- */

static void functions_are_looked_for_where_a_device_says_so(struct ktest *t)
{
	struct pci_model_function *f;

	pci_model_reset();
	f = pci_model_add(0, 3, 0, 1);
	pci_model_byte(f, PCI_HEADER_TYPE, PCI_HEADER_TYPE_MFD);
	pci_model_add(0, 3, 1, 2);
	pci_model_add(0, 3, 7, 3);
	pci_model_add(0, 31, 0, 4);
	/* A device that answers at all functions, and has one. */
	pci_model_add(0, 5, 0, 5);
	pci_model_add(0, 5, 1, 5);
	/* Functions without a function 0: nobody looks. */
	pci_model_add(0, 6, 2, 6);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_EQ(t, pci_model_count(), 5);
	KTEST_ASSERT_NOT_NULL(t, pci_model_at(0, 3, 7));
	KTEST_EXPECT_STREQ(t, pci_name(pci_model_at(0, 3, 7)), "0001:00:03.7");
	KTEST_EXPECT_EQ(t, pci_model_at(0, 3, 7)->device, 3);
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(0, 31, 0));
	KTEST_EXPECT_NULL(t, pci_model_at(0, 5, 1));
	KTEST_EXPECT_NULL(t, pci_model_at(0, 6, 2));
	pci_model_close(t);
}

static void a_host_without_devices_is_refused(struct ktest *t)
{
	pci_model_reset();
	KTEST_EXPECT_EQ(t, pci_host_add(&pci_model.host), -ENODEV);
	/* One whose ids are no ids is none. */
	pci_model_dword(pci_model_add(0, 1, 0, 1), PCI_VENDOR_ID, 0);
	pci_model_dword(pci_model_add(0, 2, 0, 1), PCI_VENDOR_ID, 0xffff);
	pci_model_dword(pci_model_add(0, 3, 0, 1), PCI_VENDOR_ID, 0xffff0000);
	pci_model_dword(pci_model_add(0, 4, 0, 1), PCI_VENDOR_ID, 0xffff0001);
	KTEST_EXPECT_EQ(t, pci_host_add(&pci_model.host), -ENODEV);
	KTEST_EXPECT_EQ(t, pci_model_count(), 0);
}

static void buses_behind_bridges_are_walked(struct ktest *t)
{
	struct pci_model_function *outer, *inner, *f;
	const struct resource *window;

	pci_model_reset();
	outer = pci_model_bridge(0, 4, 1, 3);
	pci_model_word(outer, PCI_MEMORY_BASE, 0xf000);
	pci_model_word(outer, PCI_MEMORY_LIMIT, 0xf1f0);
	inner = pci_model_bridge(1, 2, 3, 3);
	pci_model_word(inner, PCI_MEMORY_BASE, 0xf100);
	pci_model_word(inner, PCI_MEMORY_LIMIT, 0xf100);
	f = pci_model_add(3, 9, 0, 7);
	pci_model_bar(f, 0, 0xf1000000, 0x1000);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_EQ(t, pci_model_count(), 3);
	KTEST_ASSERT_NOT_NULL(t, pci_model_at(3, 9, 0));
	window = pci_model_at(3, 9, 0)->resource[0].parent;
	KTEST_ASSERT_NOT_NULL(t, window);
	KTEST_EXPECT_STREQ(t, window->name, "PCI Bus 0001:03");
	KTEST_EXPECT_STREQ(t, window->parent->name, "PCI Bus 0001:01");
	KTEST_EXPECT_PTR_EQ(t, window->parent->parent, &pci_model.mem);
	KTEST_EXPECT_PTR_EQ(t, pci_model_at(3, 9, 0)->bus->parent->parent->self,
			    NULL);
	KTEST_EXPECT_TRUE(t, pci_find_bus(PCI_MODEL_DOMAIN, 3) ==
				     pci_model_at(1, 2, 0)->subordinate);
	KTEST_EXPECT_NULL(t, pci_find_bus(PCI_MODEL_DOMAIN, 2));
	pci_model_close(t);
}

static void a_walk_ends_whatever_bridges_say(struct ktest *t)
{
	pci_model_reset();
	pci_model_bridge(0, 1, 0, 0); /* no bus */
	pci_model_bridge(0, 2, 0, 5); /* its own */
	pci_model_bridge(0, 3, 2, 1); /* upside down */
	pci_model_bridge(0, 4, 1, 1);
	pci_model_bridge(0, 5, 1, 3); /* another's */
	pci_model_bridge(0, 6, 4, 255);
	pci_model_bridge(1, 1, 2, 2); /* beyond what leads here */
	pci_model_bridge(4, 1, 4, 4); /* its own */
	pci_model_bridge(4, 2, 255, 255);
	pci_model_add(255, 1, 0, 1);
	pci_model_add(2, 1, 0, 1);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_EQ(t, pci_model_count(), 10);
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(255, 1, 0));
	KTEST_EXPECT_NULL(t, pci_model_at(2, 1, 0));
	pci_model_close(t);
}

static void headers_of_unknown_type_are_left_out(struct ktest *t)
{
	pci_model_reset();
	pci_model_byte(pci_model_add(0, 1, 0, 1), PCI_HEADER_TYPE, 0x7f);
	pci_model_byte(pci_model_add(0, 2, 0, 2), PCI_HEADER_TYPE, 0x03);
	pci_model_byte(pci_model_add(0, 3, 0, 3), PCI_HEADER_TYPE,
		       PCI_HEADER_TYPE_CARDBUS);
	pci_model_add(0, 4, 0, 4);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_EQ(t, pci_model_count(), 2);
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(0, 3, 0));
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(0, 4, 0));
	pci_model_close(t);
}

static void a_device_knows_its_numbers_and_line(struct ktest *t)
{
	struct pci_model_function *f;
	const struct pci_dev *dev;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 0x1234);
	pci_model_dword(f, PCI_CLASS_REVISION, 0x01018005);
	pci_model_word(f, PCI_SUBSYSTEM_VENDOR_ID, 0xaaaa);
	pci_model_word(f, PCI_SUBSYSTEM_ID, 0xbbbb);
	pci_model_byte(f, PCI_INTERRUPT_PIN, 2);
	pci_model_byte(f, PCI_INTERRUPT_LINE, 11);
	f = pci_model_add(0, 2, 0, 1);
	pci_model_byte(f, PCI_INTERRUPT_PIN, 1);
	pci_model_byte(f, PCI_INTERRUPT_LINE, 255);
	f = pci_model_add(0, 3, 0, 1);
	pci_model_byte(f, PCI_INTERRUPT_LINE, 5); /* but no pin */
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	KTEST_ASSERT_NOT_NULL(t, dev);
	KTEST_EXPECT_EQ(t, dev->class, 0x010180);
	KTEST_EXPECT_EQ(t, dev->revision, 5);
	KTEST_EXPECT_EQ(t, dev->subsystem_vendor, 0xaaaa);
	KTEST_EXPECT_EQ(t, dev->subsystem_device, 0xbbbb);
	KTEST_EXPECT_EQ(t, dev->pin, 2);
	KTEST_EXPECT_EQ(t, dev->irq, 11);
	KTEST_EXPECT_EQ(t, *dev->dev.dma_mask, U32_MAX);
	KTEST_EXPECT_EQ(t, pci_model_at(0, 2, 0)->irq, 0);
	KTEST_EXPECT_EQ(t, pci_model_at(0, 3, 0)->irq, 0);
	/* Its channels are where a PC always had them. */
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 0), 0x1f0);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, 1), 1);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 2), 0x170);
	pci_model_close(t);
}

static void an_ide_controller_says_what_it_moved(struct ktest *t)
{
	struct pci_model_function *f;
	const struct pci_dev *dev;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_dword(f, PCI_CLASS_REVISION, 0x01010100); /* the first */
	pci_model_bar(f, 0, 0xc001, 8);
	f = pci_model_add(0, 2, 0, 1);
	pci_model_dword(f, PCI_CLASS_REVISION, 0x01010400); /* the second */
	pci_model_bar(f, 2, 0xd001, 8);
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 0), 0xc000);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 2), 0x170);
	dev = pci_model_at(0, 2, 0);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 0), 0x1f0);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 2), 0xd000);
	pci_model_close(t);
}

/* --- ranges ------------------------------------------------------------------ */

static void ranges_are_read_from_base_address_registers(struct ktest *t)
{
	struct pci_model_function *f;
	const struct pci_dev *dev;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_bar(f, 0, 0xf0000000, 0x100000);
	pci_model_bar(f, 1, 0xc001, 0x20);
	pci_model_bar(f, 2, 0xe000000c, 0x1000); /* prefetch, 64 bits */
	pci_model_bar(f, 3, 0x5, 1);
	f->kept[PCI_BASE_ADDRESS_3 / 4] = U32_MAX; /* the upper half */

	pci_model_dword(f, PCI_ROM_ADDRESS, 0xf2000001);
	f->kept[PCI_ROM_ADDRESS / 4] = 0xffff0001;
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	KTEST_ASSERT_NOT_NULL(t, dev);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 0), 0xf0000000);
	KTEST_EXPECT_EQ(t, pci_resource_end(dev, 0), 0xf00fffff);
	KTEST_EXPECT_TRUE(t, pci_resource_flags(dev, 0) & IORESOURCE_MEM);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 1), 0xc000);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, 1), 0x20);
	KTEST_EXPECT_TRUE(t, pci_resource_flags(dev, 1) & IORESOURCE_IO);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 2), 0x5e0000000ull);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, 2), 0x1000);
	KTEST_EXPECT_TRUE(t, pci_resource_flags(dev, 2) & IORESOURCE_PREFETCH);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, 3), 0);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, PCI_ROM_RESOURCE), 0x10000);
	/* And nothing is as it should not be afterwards. */
	KTEST_EXPECT_EQ(t, pci_model_get(f, PCI_BASE_ADDRESS_0), 0xf0000000);
	KTEST_EXPECT_EQ(t, pci_model_get(f, PCI_BASE_ADDRESS_1), 0xc001);
	KTEST_EXPECT_EQ(t, pci_model_get(f, PCI_BASE_ADDRESS_3), 5);
	KTEST_EXPECT_EQ(t, pci_model_get(f, PCI_ROM_ADDRESS), 0xf2000001);
	KTEST_EXPECT_EQ(t, pci_model_get(f, PCI_COMMAND), 3);
	pci_model_close(t);
}

/* Memory itself is reached through it, so it answers all the time. */
static void a_host_bridge_is_not_switched_off_to_be_read(struct ktest *t)
{
	struct pci_model_function *f;

	pci_model_reset();
	f = pci_model_add(0, 0, 0, 1);
	pci_model_word(f, PCI_CLASS_DEVICE, PCI_CLASS_BRIDGE_HOST);
	pci_model_bar(f, 0, 0xf0000000, 0x1000);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_EQ(t, pci_model.sized_while_decoding, 1);
	KTEST_EXPECT_EQ(t, pci_resource_len(pci_model_at(0, 0, 0), 0), 0x1000);
	pci_model.sized_while_decoding = 0;
	pci_model_close(t);
}

/* A function whose range 0 is @value, @length long. */
static struct pci_dev *device_with(struct ktest *t, u32 value, u32 length)
{
	pci_model_reset();
	pci_model_bar(pci_model_add(0, 1, 0, 1), 0, value, length);
	if (pci_host_add(&pci_model.host))
		KTEST_FAIL(t, "no host");
	return pci_model_at(0, 1, 0);
}

static void absurd_ranges_are_left_out_and_cannot_be_enabled(struct ktest *t)
{
	static const struct {
		u32 value, length;
	} absurd[] = {
		{ 0x00000000, 0x1000 }, /* no address */
		{ 0xf0000800, 0x1000 }, /* not aligned */
		{ 0x00100000, 0x1000 }, /* in RAM */
		{ 0x0fff0000, 0x10000 }, /* its end */
		{ 0x00000001, 0x20 }, /* ports without an address */
	};
	struct pci_dev *dev;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(absurd); i++) {
		dev = device_with(t, absurd[i].value, absurd[i].length);
		KTEST_ASSERT_NOT_NULL(t, dev);
		KTEST_EXPECT_TRUE(t, dev->resource[0].flags & IORESOURCE_UNSET);
		KTEST_EXPECT_EQ(t, pci_enable_device(dev), -EINVAL);
		KTEST_EXPECT_EQ(t, pci_request_region(dev, 0, "t"), -EBUSY);
		KTEST_EXPECT_TRUE(t, !pci_iomap(dev, 0, 0));
		pci_model_close(t);
	}
	/* The largest there is, and the last address. */
	dev = device_with(t, 0x80000000, 0x80000000);
	KTEST_EXPECT_EQ(t, pci_resource_end(dev, 0), 0xffffffff);
	KTEST_EXPECT_EQ(t, pci_enable_device(dev), 0);
	pci_disable_device(dev);
	pci_model_close(t);
}

static void one_range_is_one_device_s(struct ktest *t)
{
	struct pci_model_function *f;

	pci_model_reset();
	pci_model_bar(pci_model_add(0, 1, 0, 1), 0, 0xf0000000, 0x2000);
	pci_model_bar(pci_model_add(0, 2, 0, 2), 0, 0xf0001000, 0x1000);
	pci_model_bar(pci_model_add(0, 3, 0, 3), 0, 0xf0002000, 0x1000);
	f = pci_model_add(0, 4, 0, 4);
	pci_model_bar(f, 5, 0xe0000004, 0x1000); /* no upper half */
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(0, 1, 0)->resource[0].parent);
	KTEST_EXPECT_NULL(t, pci_model_at(0, 2, 0)->resource[0].parent);
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(0, 3, 0)->resource[0].parent);
	KTEST_EXPECT_EQ(t, pci_resource_len(pci_model_at(0, 4, 0), 5), 0);
	pci_model_close(t);
}

static void what_a_bridge_does_not_pass_on_is_left_out(struct ktest *t)
{
	struct pci_model_function *bridge, *f;

	pci_model_reset();
	bridge = pci_model_bridge(0, 1, 1, 1);
	pci_model_byte(bridge, PCI_IO_BASE, 0xc0);
	pci_model_byte(bridge, PCI_IO_LIMIT, 0xc0);
	f = pci_model_add(1, 1, 0, 1);
	pci_model_bar(f, 0, 0xc001, 0x20);
	pci_model_bar(f, 1, 0xd001, 0x20);
	pci_model_bar(f, 2, 0xf0000000, 0x20);
	PCI_MODEL_OPEN(t);
	KTEST_ASSERT_NOT_NULL(t, pci_model_at(1, 1, 0));
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(1, 1, 0)->resource[0].parent);
	KTEST_EXPECT_NULL(t, pci_model_at(1, 1, 0)->resource[1].parent);
	KTEST_EXPECT_NULL(t, pci_model_at(1, 1, 0)->resource[2].parent);
	pci_model_close(t);
}

static void a_subtractive_bridge_passes_all_on(struct ktest *t)
{
	struct pci_model_function *bridge, *f;

	pci_model_reset();
	bridge = pci_model_bridge(0, 1, 1, 1);
	pci_model_byte(bridge, PCI_CLASS_PROG, 1);
	f = pci_model_add(1, 1, 0, 1);
	pci_model_bar(f, 0, 0xc001, 0x20);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(1, 1, 0)->resource[0].parent);
	pci_model_close(t);
}

static void windows_are_read_as_wide_as_they_are(struct ktest *t)
{
	struct pci_model_function *bridge;
	const struct resource *res;

	pci_model_reset();
	bridge = pci_model_bridge(0, 1, 1, 1);
	pci_model_byte(bridge, PCI_IO_BASE, 0xc1); /* 32 bits */
	pci_model_byte(bridge, PCI_IO_LIMIT, 0xd1);
	pci_model_word(bridge, PCI_IO_BASE_UPPER16, 1);
	pci_model_word(bridge, PCI_IO_LIMIT_UPPER16, 1);
	pci_model_word(bridge, PCI_PREF_MEMORY_BASE, 0xe001); /* 64 bits */
	pci_model_word(bridge, PCI_PREF_MEMORY_LIMIT, 0xe011);
	pci_model_dword(bridge, PCI_PREF_BASE_UPPER32, 2);
	pci_model_dword(bridge, PCI_PREF_LIMIT_UPPER32, 3);
	bridge = pci_model_bridge(0, 2, 2, 2);
	pci_model_byte(bridge, PCI_IO_BASE, 0); /* never set */
	PCI_MODEL_OPEN(t);
	res = pci_model_at(0, 1, 0)->resource;
	KTEST_EXPECT_EQ(t, res[PCI_BRIDGE_IO_WINDOW].start, 0x1c000);
	KTEST_EXPECT_EQ(t, res[PCI_BRIDGE_IO_WINDOW].end, 0x1dfff);
	KTEST_EXPECT_EQ(t, res[PCI_BRIDGE_MEM_WINDOW].flags, 0);
	KTEST_EXPECT_EQ(t, res[PCI_BRIDGE_PREF_MEM_WINDOW].start,
			0x2e0000000ull);
	KTEST_EXPECT_EQ(t, res[PCI_BRIDGE_PREF_MEM_WINDOW].end, 0x3e01fffffull);
	KTEST_EXPECT_PTR_EQ(t, res[PCI_BRIDGE_PREF_MEM_WINDOW].parent,
			    &pci_model.mem);
	res = pci_model_at(0, 2, 0)->resource;
	KTEST_EXPECT_EQ(t, res[PCI_BRIDGE_IO_WINDOW].flags, 0);
	pci_model_close(t);
}

static void a_range_with_ram_inside_is_left_out(struct ktest *t)
{
	struct resource more = DEFINE_RES_NAMED(0x90000000, 0x1000, "RAM",
						IORESOURCE_SYSTEM_RAM);

	pci_model_reset();
	KTEST_ASSERT_EQ(t, request_resource(&pci_model.mem, &more), 0);
	pci_model_bar(pci_model_add(0, 1, 0, 1), 0, 0x80000000, 0x80000000);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_NULL(t, pci_model_at(0, 1, 0)->resource[0].parent);
	KTEST_EXPECT_EQ(t, release_resource(&more), 0);
	pci_model_close(t);
}

static void a_window_over_ram_is_left_out(struct ktest *t)
{
	struct pci_model_function *bridge;

	pci_model_reset();
	bridge = pci_model_bridge(0, 1, 1, 1);
	pci_model_word(bridge, PCI_MEMORY_BASE, 0x0010);
	pci_model_word(bridge, PCI_MEMORY_LIMIT, 0x00f0);
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_NULL(
		t,
		pci_model_at(0, 1, 0)->resource[PCI_BRIDGE_MEM_WINDOW].parent);
	pci_model_close(t);
}

static void regions_are_had_once_and_all_or_none(struct ktest *t)
{
	struct pci_model_function *f;
	struct pci_dev *dev;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_bar(f, 0, 0xf0000000, 0x1000);
	pci_model_bar(f, 1, 0xc001, 0x20);
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	KTEST_EXPECT_EQ(t, pci_select_bars(dev, IORESOURCE_MEM), 1);
	KTEST_EXPECT_EQ(t, pci_select_bars(dev, IORESOURCE_IO), 2);
	KTEST_ASSERT_EQ(t, pci_request_regions(dev, "one"), 0);
	KTEST_EXPECT_STREQ(t, dev->resource[0].child->name, "one");
	KTEST_EXPECT_EQ(t, pci_request_region(dev, 1, "two"), -EBUSY);
	pci_release_regions(dev);
	KTEST_EXPECT_NULL(t, dev->resource[1].child);
	/* The second is not to be had: the first goes back. */
	KTEST_ASSERT_EQ(t, pci_request_region(dev, 1, "one"), 0);
	KTEST_EXPECT_EQ(t, pci_request_regions(dev, "two"), -EBUSY);
	KTEST_EXPECT_NULL(t, dev->resource[0].child);
	pci_release_region(dev, 1);
	KTEST_EXPECT_EQ(t, pci_request_region(dev, 4, "none there"), 0);
	pci_model_close(t);
}

/* Where a card could be, on no machine that runs this. */
#define NO_CARD 0xf1200000u

static unsigned long va_of(const void __iomem *p)
{
	return (unsigned long)(const void __force *)p;
}

static void ranges_are_mapped_as_far_as_asked(struct ktest *t)
{
	struct pci_model_function *f;
	struct pci_dev *dev;
	char __iomem *p;
	phys_addr_t phys;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_bar(f, 0, NO_CARD, 4 * PAGE_SIZE);
	pci_model_bar(f, 1, 0xc001, 0x20);
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	p = pci_iomap_range(dev, 0, PAGE_SIZE, PAGE_SIZE);
	KTEST_EXPECT_TRUE(t, kpt_lookup(va_of(p), &phys));
	KTEST_EXPECT_EQ(t, phys, NO_CARD + PAGE_SIZE);
	KTEST_EXPECT_FALSE(t, kpt_lookup(va_of(p) + PAGE_SIZE, NULL));
	pci_iounmap(dev, p);
	KTEST_EXPECT_FALSE(t, kpt_lookup(va_of(p), NULL));
	p = pci_iomap(dev, 0, 0);
	KTEST_EXPECT_TRUE(t, kpt_lookup(va_of(p) + 3 * PAGE_SIZE, &phys));
	KTEST_EXPECT_EQ(t, phys, NO_CARD + 3 * PAGE_SIZE);
	pci_iounmap(dev, p);
	p = pci_iomap_range(dev, 0, 3 * PAGE_SIZE, 0);
	KTEST_EXPECT_TRUE(t, kpt_lookup(va_of(p), NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup(va_of(p) + PAGE_SIZE, NULL));
	pci_iounmap(dev, p);
	KTEST_EXPECT_TRUE(t, !pci_iomap_range(dev, 0, 4 * PAGE_SIZE, 0));
	KTEST_EXPECT_TRUE(t, !pci_iomap_range(dev, 0, 5 * PAGE_SIZE, 1));
	/* Ports are no memory. */
	KTEST_EXPECT_TRUE(t, !pci_iomap_wc(dev, 1, 0));
	KTEST_EXPECT_TRUE(t, !pci_ioremap_bar(dev, 1));
	p = pci_iomap(dev, 1, 0);
	KTEST_EXPECT_TRUE(t, p);
	pci_iounmap(dev, p);
	pci_model_close(t);
}

/* --- configuration space -------------------------------------------------------- */

static void configuration_space_has_an_end_and_aligned_places(struct ktest *t)
{
	struct pci_dev *dev = device_with(t, 0xf0000000, 0x1000);
	u32 dword;
	u16 word;
	u8 byte;

	KTEST_ASSERT_NOT_NULL(t, dev);
	KTEST_EXPECT_EQ(t, pci_read_config_word(dev, 1, &word),
			PCIBIOS_BAD_REGISTER_NUMBER);
	KTEST_EXPECT_EQ(t, word, 0xffff);
	KTEST_EXPECT_EQ(t, pci_read_config_dword(dev, 254, &dword),
			PCIBIOS_BAD_REGISTER_NUMBER);
	KTEST_EXPECT_EQ(t, pci_read_config_byte(dev, 256, &byte),
			PCIBIOS_BAD_REGISTER_NUMBER);
	KTEST_EXPECT_EQ(t, pci_read_config_byte(dev, -1, &byte),
			PCIBIOS_BAD_REGISTER_NUMBER);
	KTEST_EXPECT_EQ(t, pci_write_config_word(dev, 255, 0),
			PCIBIOS_BAD_REGISTER_NUMBER);
	KTEST_EXPECT_EQ(t, pci_write_config_byte(dev, 255, 0x5a), 0);
	KTEST_EXPECT_EQ(t, pci_read_config_byte(dev, 255, &byte), 0);
	KTEST_EXPECT_EQ(t, byte, 0x5a);
	pci_model_close(t);
}

static void capabilities_are_found_and_a_ring_of_them_ends(struct ktest *t)
{
	struct pci_model_function *f;
	struct pci_dev *dev;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_byte(f, PCI_CAPABILITY_LIST, 0x43); /* low bits: nothing */
	pci_model_word(f, 0x40, 0x5001);
	pci_model_word(f, 0x50, 0x6005);
	pci_model_word(f, 0x60, 0x0009);
	pci_model_add(0, 2, 0, 2);
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	KTEST_EXPECT_EQ(t, pci_find_capability(dev, PCI_CAP_ID_MSI), 0);
	pci_model_word(f, PCI_STATUS, PCI_STATUS_CAP_LIST);
	KTEST_EXPECT_EQ(t, pci_find_capability(dev, PCI_CAP_ID_PM), 0x40);
	KTEST_EXPECT_EQ(t, pci_find_capability(dev, PCI_CAP_ID_VNDR), 0x60);
	KTEST_EXPECT_EQ(t, pci_find_capability(dev, PCI_CAP_ID_EXP), 0);
	pci_model_word(f, 0x60, 0x4009);
	KTEST_EXPECT_EQ(t, pci_find_capability(dev, PCI_CAP_ID_EXP), 0);
	KTEST_EXPECT_EQ(t, pci_find_next_capability(dev, 0x60, PCI_CAP_ID_MSI),
			0x50);
	pci_model_close(t);
}

/* Its header is another: what is elsewhere at 0x34 is the end of a window here. */
static void a_cardbus_bridge_has_its_registers_elsewhere(struct ktest *t)
{
	struct pci_model_function *f;
	struct pci_dev *dev;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_byte(f, PCI_HEADER_TYPE, PCI_HEADER_TYPE_CARDBUS);
	pci_model_word(f, PCI_STATUS, PCI_STATUS_CAP_LIST);
	pci_model_byte(f, 0x14, 0xa0);
	pci_model_word(f, 0xa0, 0x0001);
	pci_model_byte(f, 0x34, 0x80);
	pci_model_word(f, 0x80, 0x0005);
	pci_model_word(f, 0x40, 0xaaaa);
	pci_model_word(f, 0x42, 0xbbbb);
	pci_model_bar(f, 0, 0xf0000000, 0x1000);
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	KTEST_ASSERT_NOT_NULL(t, dev);
	KTEST_EXPECT_EQ(t, pci_find_capability(dev, PCI_CAP_ID_PM), 0xa0);
	KTEST_EXPECT_EQ(t, pci_find_capability(dev, PCI_CAP_ID_MSI), 0);
	KTEST_EXPECT_EQ(t, dev->subsystem_vendor, 0xaaaa);
	KTEST_EXPECT_EQ(t, dev->subsystem_device, 0xbbbb);
	KTEST_EXPECT_EQ(t, pci_resource_start(dev, 0), 0xf0000000);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, 0), 0x1000);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, 1), 0);
	KTEST_EXPECT_EQ(t, pci_resource_len(dev, PCI_ROM_RESOURCE), 0);
	KTEST_EXPECT_EQ(t, f->config[0x14], 0xa0);
	pci_model_close(t);
}

static void
enabling_is_counted_and_a_device_that_is_gone_is_seen(struct ktest *t)
{
	struct pci_dev *dev = device_with(t, 0xf0000000, 0x1000);
	struct pci_model_function *f = &pci_model.functions[0];

	KTEST_ASSERT_NOT_NULL(t, dev);
	pci_model_word(f, PCI_COMMAND, 0);
	KTEST_EXPECT_EQ(t, pci_enable_device(dev), 0);
	KTEST_EXPECT_EQ(t, pci_enable_device(dev), 0);
	pci_set_master(dev);
	KTEST_EXPECT_EQ(t, f->config[PCI_COMMAND],
			PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	pci_disable_device(dev);
	KTEST_EXPECT_TRUE(t, pci_is_enabled(dev));
	KTEST_EXPECT_TRUE(t, f->config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	pci_disable_device(dev);
	KTEST_EXPECT_EQ(t, f->config[PCI_COMMAND], PCI_COMMAND_MEMORY);
	pci_intx(dev, 0);
	KTEST_EXPECT_EQ(t, f->config[PCI_COMMAND + 1],
			PCI_COMMAND_INTX_DISABLE >> 8);
	KTEST_EXPECT_TRUE(t, pci_device_is_present(dev));
	f->gone = true;
	KTEST_EXPECT_FALSE(t, pci_device_is_present(dev));
	KTEST_EXPECT_EQ(t, pci_enable_device(dev), -ENODEV);
	pci_model_close(t);
}

/* Its ROM may be without an address: nobody needs it. */
static void a_rom_switches_nothing_on(struct ktest *t)
{
	struct pci_model_function *f, *none;

	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_word(f, PCI_COMMAND, 0);
	pci_model_bar(f, 0, 0xc001, 0x20);
	pci_model_dword(f, PCI_ROM_ADDRESS, 0xf2000000);
	f->kept[PCI_ROM_ADDRESS / 4] = 0xffff0001;
	none = pci_model_add(0, 2, 0, 2);
	none->kept[PCI_ROM_ADDRESS / 4] = 0xffff0001;
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_EQ(t, pci_enable_device(pci_model_at(0, 1, 0)), 0);
	KTEST_EXPECT_EQ(t, f->config[PCI_COMMAND], PCI_COMMAND_IO);
	KTEST_EXPECT_EQ(
		t, pci_model_at(0, 2, 0)->resource[PCI_ROM_RESOURCE].flags, 0);
	pci_model_close(t);
}

static void a_walk_that_runs_out_of_memory_leaves_nothing(struct ktest *t)
{
	struct fault_attr plan;
	unsigned int n;
	int err = -ENOMEM;

	fault_plan_save(&fault_slab, &plan);
	for (n = 1; err == -ENOMEM && n < 64; n++) {
		pci_model_reset();
		pci_model_bridge(0, 1, 1, 1);
		pci_model_bar(pci_model_add(1, 1, 0, 1), 0, 0xf0000000, 16);
		fault_fail_nth(&fault_slab, n);
		err = pci_host_add(&pci_model.host);
		fault_plan_restore(&fault_slab, &plan);
		if (err)
			KTEST_EXPECT_EQ(t, pci_model_count(), 0);
	}
	KTEST_EXPECT_EQ(t, err, 0);
	KTEST_EXPECT_GE(t, n, 5); /* two buses, two devices */
	pci_model_close(t);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(functions_are_looked_for_where_a_device_says_so),
	KTEST_CASE(a_host_without_devices_is_refused),
	KTEST_CASE(buses_behind_bridges_are_walked),
	KTEST_CASE(a_walk_ends_whatever_bridges_say),
	KTEST_CASE(headers_of_unknown_type_are_left_out),
	KTEST_CASE(a_device_knows_its_numbers_and_line),
	KTEST_CASE(an_ide_controller_says_what_it_moved),
	KTEST_CASE(ranges_are_read_from_base_address_registers),
	KTEST_CASE(a_host_bridge_is_not_switched_off_to_be_read),
	KTEST_CASE(absurd_ranges_are_left_out_and_cannot_be_enabled),
	KTEST_CASE(one_range_is_one_device_s),
	KTEST_CASE(what_a_bridge_does_not_pass_on_is_left_out),
	KTEST_CASE(a_subtractive_bridge_passes_all_on),
	KTEST_CASE(windows_are_read_as_wide_as_they_are),
	KTEST_CASE(a_range_with_ram_inside_is_left_out),
	KTEST_CASE(a_window_over_ram_is_left_out),
	KTEST_CASE(regions_are_had_once_and_all_or_none),
	KTEST_CASE(ranges_are_mapped_as_far_as_asked),
	KTEST_CASE(configuration_space_has_an_end_and_aligned_places),
	KTEST_CASE(capabilities_are_found_and_a_ring_of_them_ends),
	KTEST_CASE(a_cardbus_bridge_has_its_registers_elsewhere),
	KTEST_CASE(enabling_is_counted_and_a_device_that_is_gone_is_seen),
	KTEST_CASE(a_rom_switches_nothing_on),
	KTEST_CASE(a_walk_that_runs_out_of_memory_leaves_nothing),
};
KTEST_SUITE(pci, cases);
