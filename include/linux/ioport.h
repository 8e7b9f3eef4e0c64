/* SPDX-License-Identifier: MIT */
/* linux/ioport.h - where drivers expect request_region() and its kin. */
#ifndef LINUX_IOPORT_H
#define LINUX_IOPORT_H

#include <fs/devres_io.h>
#include <kernel/ioport.h>
#include <linux/old_names.h>

#endif
