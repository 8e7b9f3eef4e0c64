/* SPDX-License-Identifier: MIT */
/* linux/io.h - where drivers expect ports, readl() and ioremap(). */
#ifndef LINUX_IO_H
#define LINUX_IO_H

#include <fs/devres_io.h>
#include <kernel/barrier.h>
#include <kernel/iomap.h>
#include <kernel/isa_dma.h>
#include <linux/old_names.h>
#include <mm/ioremap.h>

#endif
