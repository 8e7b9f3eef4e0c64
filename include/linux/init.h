/* SPDX-License-Identifier: MIT */
/* linux/init.h - marks of code that runs once, where driver books look. */
#ifndef LINUX_INIT_H
#define LINUX_INIT_H

#include <kernel/init.h>
#include <linux/old_names.h>

#endif
