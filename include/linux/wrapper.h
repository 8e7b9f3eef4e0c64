/* SPDX-License-Identifier: MIT */
/* linux/wrapper.h - 2.0 .. 2.4: mem_map_inc_count() and mem_map_dec_count(). */
#ifndef LINUX_WRAPPER_H
#define LINUX_WRAPPER_H

#include <linux/mm.h>

#endif
