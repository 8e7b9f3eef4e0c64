/* SPDX-License-Identifier: MIT */
/* linux/moduleparam.h - variables that insmod sets, where driver books look. */
#ifndef LINUX_MODULEPARAM_H
#define LINUX_MODULEPARAM_H

#include <kernel/moduleparam.h>

#endif
