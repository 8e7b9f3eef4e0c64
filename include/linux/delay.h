/* SPDX-License-Identifier: MIT */
/* linux/delay.h - letting time pass, where drivers look. */
#ifndef LINUX_DELAY_H
#define LINUX_DELAY_H

#include <kernel/delay.h>

#endif
