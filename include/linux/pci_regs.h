/* SPDX-License-Identifier: MIT */
/* linux/pci_regs.h - where drivers look for them; <linux/pci.h> has them, too. */
#ifndef LINUX_PCI_REGS_H
#define LINUX_PCI_REGS_H

#include <kernel/pci_regs.h>

#endif
