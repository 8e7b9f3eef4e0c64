/* SPDX-License-Identifier: MIT */
/* linux/config.h - the build's choices, up to 2.6.18 an include of its own. */
#ifndef LINUX_CONFIG_H
#define LINUX_CONFIG_H

#include <config.h>

#endif
