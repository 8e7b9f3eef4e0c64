/* SPDX-License-Identifier: MIT */
/* linux/mod_devicetable.h - struct pci_device_id, where tables look for it. */
#ifndef LINUX_MOD_DEVICETABLE_H
#define LINUX_MOD_DEVICETABLE_H

#include <kernel/pci.h>

#endif
