/* SPDX-License-Identifier: MIT */
/* pci_driver_test.c - drivers of PCI devices: who gets which, and what goes back */
#include <kernel/dma_mapping.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/page_alloc.h>
#include "live_fixture.h"
#include "pci_model.h"
#include "proc_text.h"

struct calls {
	unsigned int probes, removes;
	int answer;
	kernel_ulong_t data; /* of the line that matched last */
	bool knew_driver; /* the device had it while it was asked */
};
static struct calls first, second;

static int note_probe(struct calls *c, struct pci_dev *dev,
		      const struct pci_device_id *id)
{
	c->probes++;
	c->data = id->driver_data;
	c->knew_driver =
		!strcmp(dev_driver_string(&dev->dev), dev->driver->name);
	pci_set_drvdata(dev, c);
	return c->answer;
}

static int first_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	return note_probe(&first, dev, id);
}

static int second_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	return note_probe(&second, dev, id);
}

static void note_remove(struct pci_dev *dev)
{
	struct calls *c = pci_get_drvdata(dev);

	c->removes++;
}

static const struct pci_device_id first_ids[] = {
	{ PCI_DEVICE(PCI_MODEL_VENDOR, 1), .driver_data = 11 },
	{ PCI_DEVICE_SUB(PCI_MODEL_VENDOR, 2, 0xaa, 0xbb), .driver_data = 12 },
	{ 0 },
};
/* Only those of the model have this class. */
static const struct pci_device_id second_ids[] = {
	{ PCI_DEVICE_CLASS(0x7e1200, 0xffff00), .driver_data = 21 },
	{ 0 },
};
static struct pci_driver first_driver = {
	.name = "first",
	.id_table = first_ids,
	.probe = first_probe,
	.remove = note_remove,
};
static struct pci_driver second_driver = {
	.name = "second",
	.id_table = second_ids,
	.probe = second_probe,
	.remove = note_remove,
};

/* Three devices: one by its id, one by its class as well, one with sub ids. */
static void model_for_drivers(void)
{
	struct pci_model_function *f;

	memset(&first, 0, sizeof(first));
	memset(&second, 0, sizeof(second));
	pci_model_reset();
	f = pci_model_add(0, 1, 0, 1);
	pci_model_dword(f, PCI_CLASS_REVISION, 0x7e123400);
	f = pci_model_add(0, 2, 0, 2);
	pci_model_dword(f, PCI_SUBSYSTEM_VENDOR_ID, 0x00bb00aa);
	pci_model_add(0, 3, 0, 2);
}

static void drivers_get_what_their_tables_say(struct ktest *t)
{
	model_for_drivers();
	PCI_MODEL_OPEN(t);
	KTEST_ASSERT_EQ(t, pci_register_driver(&first_driver), 0);
	KTEST_EXPECT_EQ(t, first.probes, 2);
	KTEST_EXPECT_EQ(t, first.data, 12);
	KTEST_EXPECT_TRUE(t, first.knew_driver);
	KTEST_EXPECT_PTR_EQ(t, pci_model_at(0, 1, 0)->driver, &first_driver);
	KTEST_EXPECT_NULL(t, pci_model_at(0, 3, 0)->driver);
	/* Device 1 would be the second's, but has a driver. */
	KTEST_ASSERT_EQ(t, pci_register_driver(&second_driver), 0);
	KTEST_EXPECT_EQ(t, second.probes, 0);
	pci_unregister_driver(&second_driver);
	pci_unregister_driver(&first_driver);
	KTEST_EXPECT_EQ(t, first.removes, 2);
	KTEST_EXPECT_NULL(t, pci_model_at(0, 1, 0)->driver);
	KTEST_EXPECT_NULL(t, pci_get_drvdata(pci_model_at(0, 1, 0)));
	pci_model_close(t);
}

static void a_device_that_is_refused_goes_to_the_next_driver(struct ktest *t)
{
	model_for_drivers();
	first.answer = -EIO;
	KTEST_ASSERT_EQ(t, pci_register_driver(&first_driver), 0);
	KTEST_ASSERT_EQ(t, pci_register_driver(&second_driver), 0);
	PCI_MODEL_OPEN(t); /* the drivers were there before */
	KTEST_EXPECT_EQ(t, first.probes, 2);
	KTEST_EXPECT_EQ(t, second.probes, 1);
	KTEST_EXPECT_EQ(t, second.data, 21);
	KTEST_EXPECT_PTR_EQ(t, pci_model_at(0, 1, 0)->driver, &second_driver);
	pci_unregister_driver(&first_driver);
	KTEST_EXPECT_EQ(t, first.removes, 0);
	/* A host that goes takes its devices from their drivers. */
	pci_model_close(t);
	KTEST_EXPECT_EQ(t, second.removes, 1);
	pci_unregister_driver(&second_driver);
	KTEST_EXPECT_EQ(t, second.removes, 1);
}

static struct page *left_page;

static int untidy_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	(void)id;
	pci_set_master(dev);
	if (dma_mapping_error(&dev->dev, dma_map_page(&dev->dev, left_page, 0,
						      8, DMA_FROM_DEVICE)))
		return -ENOMEM;
	return 0;
}

static struct pci_driver untidy_driver = {
	.name = "untidy",
	.id_table = second_ids,
	.probe = untidy_probe,
};

static void what_a_driver_leaves_behind_is_cleared_away(struct ktest *t)
{
	struct pci_model_function *f = &pci_model.functions[0];

	left_page = alloc_page(GFP_KERNEL);
	KTEST_ASSERT_NOT_NULL(t, left_page);
	model_for_drivers();
	PCI_MODEL_OPEN(t);
	KTEST_ASSERT_EQ(t, pci_register_driver(&untidy_driver), 0);
	KTEST_EXPECT_TRUE(t, f->config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	ktest_expect_report(t, "dma-state");
	pci_unregister_driver(&untidy_driver);
	expect_report_says(t, "left-mapped dev=0001:00:01.0 count=1");
	KTEST_EXPECT_FALSE(t, f->config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	pci_model_close(t);
	__free_page(left_page);
}

/* A driver that gives nothing back by itself, and how far its probe() goes. */
static unsigned int managed_steps;

static int managed_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	dma_addr_t handle;
	int err;

	(void)id;
	err = pcim_enable_device(dev);
	if (err || managed_steps == 1)
		return err ? err : -EIO;
	err = pcim_iomap_regions(dev, BIT(0), "managed");
	if (err || managed_steps == 2)
		return err ? err : -EIO;
	pci_set_master(dev);
	if (!dmam_alloc_coherent(&dev->dev, 64, &handle, GFP_KERNEL))
		return -ENOMEM;
	if (managed_steps == 3)
		return -EIO;
	err = pci_request_region(dev, 1, "managed");
	return err || managed_steps == 4 ? -EIO : 0;
}

static struct pci_driver managed_driver = {
	.name = "managed",
	.id_table = second_ids,
	.probe = managed_probe,
};

static void model_for_managed(void)
{
	struct pci_model_function *f;

	model_for_drivers();
	f = &pci_model.functions[0];
	pci_model_bar(f, 0, 0xf0000000, 0x1000);
	pci_model_bar(f, 1, 0xf0002000, 0x1000);
}

static void expect_let_go(struct ktest *t, struct pci_dev *dev)
{
	KTEST_EXPECT_EQ(t, atomic_read(&dev->enable_cnt), 0);
	KTEST_EXPECT_EQ(t, dev->claimed, 0);
	KTEST_EXPECT_FALSE(t, dev->is_managed || dev->managed_enabled);
	KTEST_EXPECT_FALSE(t, pci_model.functions[0].config[PCI_COMMAND] &
				      PCI_COMMAND_MASTER);
	KTEST_EXPECT_NULL(t, dev->driver);
	KTEST_EXPECT_NULL(t, dev->dev.devres);
	KTEST_EXPECT_NULL(t, dev->resource[0].child);
}

static void a_managed_device_is_given_back_by_itself(struct ktest *t)
{
	struct pci_dev *dev;

	model_for_managed();
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	for (managed_steps = 1; managed_steps <= 5; managed_steps++) {
		KTEST_ASSERT_EQ(t, pci_register_driver(&managed_driver), 0);
		if (managed_steps < 5) {
			/* It failed: no unregistering is needed for this. */
			expect_let_go(t, dev);
		} else {
			KTEST_EXPECT_PTR_EQ(t, dev->driver, &managed_driver);
			KTEST_EXPECT_EQ(t, dev->claimed, 3);
			KTEST_EXPECT_TRUE(t, pci_is_enabled(dev));
		}
		pci_unregister_driver(&managed_driver);
		expect_let_go(t, dev);
	}
	pci_model_close(t);
}

/* What a driver does with mappings in between. */
static int mapping_answer(struct ktest *t, struct pci_dev *dev)
{
	void __iomem *const *table = pcim_iomap_table(dev);
	void __iomem *bar;

	if (!KTEST_EXPECT_NOT_NULL(t, table))
		return -ENOMEM;
	KTEST_EXPECT_NULL(t, (__force void *)table[0]);
	bar = pcim_iomap(dev, 0, 0);
	KTEST_EXPECT_TRUE(t, bar && table[0] == bar);
	KTEST_EXPECT_NULL(t, (__force void *)pcim_iomap(dev, 0, 0));
	/* All or none: BAR 0 cannot be mapped twice, BAR 2 is not there. */
	KTEST_EXPECT_EQ(t, pcim_iomap_regions(dev, 3, "managed"), -ENOMEM);
	KTEST_EXPECT_EQ(t, pcim_iomap_regions(dev, 6, "managed"), -EINVAL);
	KTEST_EXPECT_EQ(t, dev->claimed, 0);
	KTEST_EXPECT_NULL(t, (__force void *)table[1]);
	pcim_iounmap(dev, bar);
	KTEST_EXPECT_NULL(t, (__force void *)table[0]);
	KTEST_EXPECT_EQ(t, pcim_iomap_regions(dev, 3, "managed"), 0);
	KTEST_EXPECT_EQ(t, dev->claimed, 3);
	pcim_iounmap_regions(dev, 2);
	KTEST_EXPECT_EQ(t, dev->claimed, 1);
	KTEST_EXPECT_TRUE(t, table[0] && !table[1]);
	return 0;
}

static struct ktest *mapping_test;

static int mapping_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	int err = pcim_enable_device(dev);

	(void)id;
	if (err)
		return err;
	/* Once; switched off by hand it can be had again. */
	KTEST_EXPECT_EQ(mapping_test, pcim_enable_device(dev), 0);
	KTEST_EXPECT_EQ(mapping_test, atomic_read(&dev->enable_cnt), 1);
	pci_disable_device(dev);
	KTEST_EXPECT_EQ(mapping_test, pcim_enable_device(dev), 0);
	KTEST_EXPECT_EQ(mapping_test, atomic_read(&dev->enable_cnt), 1);
	return mapping_answer(mapping_test, dev);
}

static struct pci_driver mapping_driver = {
	.name = "mapping",
	.id_table = second_ids,
	.probe = mapping_probe,
};

static void mapped_bars_have_a_table(struct ktest *t)
{
	mapping_test = t;
	model_for_managed();
	PCI_MODEL_OPEN(t);
	KTEST_ASSERT_EQ(t, pci_register_driver(&mapping_driver), 0);
	KTEST_EXPECT_NOT_NULL(t, pci_model_at(0, 1, 0)->driver);
	pci_unregister_driver(&mapping_driver);
	expect_let_go(t, pci_model_at(0, 1, 0));
	pci_model_close(t);
}

static int pinned_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	int err = pcim_enable_device(dev);

	(void)id;
	if (!err)
		pcim_pin_device(dev);
	return err;
}

static struct pci_driver pinned_driver = {
	.name = "pinned",
	.id_table = second_ids,
	.probe = pinned_probe,
};

static void a_pinned_device_stays_on(struct ktest *t)
{
	struct pci_dev *dev;

	model_for_managed();
	PCI_MODEL_OPEN(t);
	dev = pci_model_at(0, 1, 0);
	KTEST_ASSERT_EQ(t, pci_register_driver(&pinned_driver), 0);
	pci_unregister_driver(&pinned_driver);
	KTEST_EXPECT_EQ(t, atomic_read(&dev->enable_cnt), 1);
	pci_disable_device(dev);
	expect_let_go(t, dev);
	pci_model_close(t);
}

/* Its driver did not say pci_set_master(): it was on already. */
static void what_firmware_left_on_ends_with_the_driver(struct ktest *t)
{
	struct pci_model_function *f = &pci_model.functions[0];

	model_for_drivers();
	PCI_MODEL_OPEN(t);
	pci_model_word(f, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	/* Who does not take it leaves it as it was. */
	first.answer = -ENODEV;
	KTEST_ASSERT_EQ(t, pci_register_driver(&first_driver), 0);
	KTEST_EXPECT_EQ(t, f->config[PCI_COMMAND],
			PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	KTEST_ASSERT_EQ(t, pci_register_driver(&second_driver), 0);
	KTEST_EXPECT_TRUE(t, f->config[PCI_COMMAND] & PCI_COMMAND_MASTER);
	pci_unregister_driver(&second_driver);
	KTEST_EXPECT_EQ(t, second.removes, 1);
	KTEST_EXPECT_EQ(t, f->config[PCI_COMMAND], PCI_COMMAND_MEMORY);
	pci_unregister_driver(&first_driver);
	pci_model_close(t);
}

static void bad_drivers_are_refused(struct ktest *t)
{
	struct pci_driver none = { .name = "none", .id_table = first_ids };

	model_for_drivers();
	PCI_MODEL_OPEN(t);
	KTEST_EXPECT_EQ(t, pci_register_driver(&none), -EINVAL);
	none.probe = second_probe;
	none.id_table = NULL;
	KTEST_EXPECT_EQ(t, pci_register_driver(&none), -EINVAL);
	none.id_table = first_ids;
	none.name = "first";
	KTEST_ASSERT_EQ(t, pci_register_driver(&first_driver), 0);
	KTEST_EXPECT_EQ(t, pci_register_driver(&none), -EBUSY);
	pci_unregister_driver(&none);
	KTEST_EXPECT_EQ(t, first.removes, 0);
	pci_unregister_driver(&first_driver);
	pci_model_close(t);
}

static void devices_are_found_by_numbers_class_and_place(struct ktest *t)
{
	struct pci_dev *dev;

	model_for_drivers();
	PCI_MODEL_OPEN(t);
	dev = pci_get_device(PCI_MODEL_VENDOR, 2, NULL);
	KTEST_EXPECT_PTR_EQ(t, dev, pci_model_at(0, 2, 0));
	dev = pci_get_device(PCI_MODEL_VENDOR, 2, dev);
	KTEST_EXPECT_PTR_EQ(t, dev, pci_model_at(0, 3, 0));
	dev = pci_get_device(PCI_MODEL_VENDOR, 2, dev);
	KTEST_EXPECT_NULL(t, dev);
	dev = pci_get_class(0x7e1234, NULL);
	KTEST_EXPECT_PTR_EQ(t, dev, pci_model_at(0, 1, 0));
	KTEST_EXPECT_NULL(t, pci_get_class(0x7e1234, dev));
	dev = pci_get_subsys(PCI_MODEL_VENDOR, PCI_ANY_ID, 0xaa, 0xbb, NULL);
	KTEST_EXPECT_PTR_EQ(t, dev, pci_model_at(0, 2, 0));
	pci_dev_put(dev);
	KTEST_EXPECT_TRUE(t, pci_dev_present(first_ids));
	KTEST_EXPECT_EQ(t, refcount_read(&pci_model_at(0, 2, 0)->refs), 1);
	pci_model_close(t);
	KTEST_EXPECT_FALSE(t, pci_dev_present(first_ids));
}

static void devices_are_listed_as_linux_lists_them(struct ktest *t)
{
	struct pci_model_function *f;
	const char *text;

	pci_model_reset();
	f = pci_model_add(0, 3, 0, 1);
	pci_model_bar(f, 0, 0xf0000008, 0x2000);
	pci_model_byte(f, PCI_INTERRUPT_PIN, 1);
	pci_model_byte(f, PCI_INTERRUPT_LINE, 11);
	memset(&first, 0, sizeof(first));
	PCI_MODEL_OPEN(t);
	KTEST_ASSERT_EQ(t, pci_register_driver(&first_driver), 0);
	text = text_of(t, "bus/pci/devices");
	KTEST_EXPECT_TRUE(t,
			  strstr(text, "0018\tfeed0001\tb\t"
				       "        f0000008\t               0\t"
				       "               0\t               0\t"
				       "               0\t               0\t"
				       "               0\t            2000\t"));
	KTEST_EXPECT_TRUE(t, strstr(text, "0\tfirst\n"));
	pci_unregister_driver(&first_driver);
	pci_model_close(t);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(drivers_get_what_their_tables_say),
	KTEST_CASE(a_device_that_is_refused_goes_to_the_next_driver),
	KTEST_CASE(what_a_driver_leaves_behind_is_cleared_away),
	KTEST_CASE(a_managed_device_is_given_back_by_itself),
	KTEST_CASE(mapped_bars_have_a_table),
	KTEST_CASE(a_pinned_device_stays_on),
	KTEST_CASE(what_firmware_left_on_ends_with_the_driver),
	KTEST_CASE(bad_drivers_are_refused),
	KTEST_CASE(devices_are_found_by_numbers_class_and_place),
	KTEST_CASE(devices_are_listed_as_linux_lists_them),
};
KTEST_SUITE(pci_driver, cases);
