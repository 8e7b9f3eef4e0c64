/* SPDX-License-Identifier: MIT */
/* linux/io.h - where drivers expect ports, readl() and ioremap(). */
#ifndef LINUX_IO_H
#define LINUX_IO_H

#include <mm/ioremap.h>
#include <asm/io.h>

#endif
