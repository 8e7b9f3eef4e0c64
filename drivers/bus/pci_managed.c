/* SPDX-License-Identifier: MIT */
/*
 * pci_managed.c - a PCI device that is switched off with its driver
 *
 * pcim_enable_device() makes a device managed: from then on it is switched off,
 * and all that was requested of its ranges is released, when its driver lets go
 * (fs/devres.h). That happens where it was called, so as a rule last: whatever
 * was taken behind it is given back before. Mappings of BARs are one resource, a
 * table with a place for each.
 *
 * Locking: none here; a device is its driver's, who makes one call at a time.
 */
#include <fs/devres.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/pci.h>

static void pcim_release(struct device *dev, void *res)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	int i;

	(void)res;
	for (i = 0; i <= PCI_ROM_RESOURCE; i++)
		pci_release_region(pdev, i);
	pdev->is_managed = 0;
	if (pdev->managed_enabled && !pdev->managed_pinned)
		pci_disable_device(pdev);
	pdev->managed_enabled = 0;
	pdev->managed_pinned = 0;
}

int pcim_enable_device(struct pci_dev *pdev)
{
	void *res;
	int err;

	if (pdev->managed_enabled)
		return 0;
	res = pdev->is_managed ? NULL :
				 devres_alloc(pcim_release, 0, GFP_KERNEL);
	if (!res && !pdev->is_managed)
		return -ENOMEM;
	err = pci_enable_device(pdev);
	if (err) {
		devres_free(res);
		return err;
	}
	if (res)
		devres_add(&pdev->dev, res);
	pdev->is_managed = 1;
	pdev->managed_enabled = 1;
	return 0;
}
EXPORT_SYMBOL(pcim_enable_device);

void pcim_pin_device(struct pci_dev *pdev)
{
	if (!WARN_ON(!pdev->managed_enabled))
		pdev->managed_pinned = 1;
}
EXPORT_SYMBOL(pcim_pin_device);

/* --- mappings ------------------------------------------------------------------------- */

struct pcim_table {
	void __iomem *bar[PCI_STD_NUM_BARS]; /* NULL: not mapped */
};

static void pcim_table_release(struct device *dev, void *res)
{
	struct pcim_table *table = res;
	int i;

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		if (table->bar[i])
			pci_iounmap(to_pci_dev(dev), table->bar[i]);
}

static struct pcim_table *table_of(struct pci_dev *pdev)
{
	return devres_find(&pdev->dev, pcim_table_release, NULL, NULL);
}

/* And if there is none, a new one; NULL: no memory. */
static struct pcim_table *table_make(struct pci_dev *pdev)
{
	struct pcim_table *table = table_of(pdev);

	if (table)
		return table;
	table = devres_alloc(pcim_table_release, sizeof(*table), GFP_KERNEL);
	return table ? devres_get(&pdev->dev, table, NULL, NULL) : NULL;
}

void __iomem *const *pcim_iomap_table(struct pci_dev *pdev)
{
	struct pcim_table *table = table_make(pdev);

	return table ? table->bar : NULL;
}
EXPORT_SYMBOL(pcim_iomap_table);

void __iomem *pcim_iomap(struct pci_dev *pdev, int bar, unsigned long maxlen)
{
	struct pcim_table *table;

	if (WARN_ON_ONCE(bar < 0 || bar >= PCI_STD_NUM_BARS))
		return NULL;
	table = table_make(pdev);
	if (!table || table->bar[bar])
		return NULL;
	table->bar[bar] = pci_iomap(pdev, bar, maxlen);
	return table->bar[bar];
}
EXPORT_SYMBOL(pcim_iomap);

void pcim_iounmap(struct pci_dev *pdev, void __iomem *addr)
{
	struct pcim_table *table = table_of(pdev);
	int i;

	for (i = 0; table && addr && i < PCI_STD_NUM_BARS; i++) {
		if (table->bar[i] != addr)
			continue;
		table->bar[i] = NULL;
		pci_iounmap(pdev, addr);
		return;
	}
	WARN_ON(1);
}
EXPORT_SYMBOL(pcim_iounmap);

/* Those of @mask below bar @end. */
static void bars_let_go(struct pci_dev *pdev, int mask, int end)
{
	struct pcim_table *table = table_of(pdev);
	int i;

	for (i = 0; i < end; i++) {
		if (!(mask & (int)BIT(i)) || !table || !table->bar[i])
			continue;
		pcim_iounmap(pdev, table->bar[i]);
		pci_release_region(pdev, i);
	}
}

int pcim_iomap_regions(struct pci_dev *pdev, int mask, const char *name)
{
	int i, err;

	if (!table_make(pdev))
		return -ENOMEM;
	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!(mask & (int)BIT(i)))
			continue;
		err = pci_resource_len(pdev, i) ?
			      pci_request_region(pdev, i, name) :
			      -EINVAL;
		if (!err && !pcim_iomap(pdev, i, 0)) {
			pci_release_region(pdev, i);
			err = -ENOMEM;
		}
		if (err) {
			bars_let_go(pdev, mask, i);
			return err;
		}
	}
	return 0;
}
EXPORT_SYMBOL(pcim_iomap_regions);

void pcim_iounmap_regions(struct pci_dev *pdev, int mask)
{
	bars_let_go(pdev, mask, PCI_STD_NUM_BARS);
}
EXPORT_SYMBOL(pcim_iounmap_regions);
