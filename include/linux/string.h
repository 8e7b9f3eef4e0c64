/* SPDX-License-Identifier: MIT */
/* linux/string.h - strings and memory, where drivers look. */
#ifndef LINUX_STRING_H
#define LINUX_STRING_H

#include <kernel/string.h>
#include <mm/user_copies.h>

#endif
