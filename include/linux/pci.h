/* SPDX-License-Identifier: MIT */
/* linux/pci.h - PCI devices, where drivers look. */
#ifndef LINUX_PCI_H
#define LINUX_PCI_H

#include <kernel/pci.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/dmapool.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/old_names.h>
#include <linux/old_pci_names.h>

#endif
