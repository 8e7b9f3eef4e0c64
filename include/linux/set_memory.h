/* SPDX-License-Identifier: MIT */
/* linux/set_memory.h - where drivers expect set_memory_ro() and its like. */
#ifndef LINUX_SET_MEMORY_H
#define LINUX_SET_MEMORY_H

#include <mm/set_memory.h>

#endif
