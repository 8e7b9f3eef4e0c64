/* SPDX-License-Identifier: MIT */
/* linux/pci_ids.h - where drivers look for them; <linux/pci.h> has them, too. */
#ifndef LINUX_PCI_IDS_H
#define LINUX_PCI_IDS_H

#include <kernel/pci_ids.h>

#endif
