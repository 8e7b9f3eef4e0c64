/* SPDX-License-Identifier: MIT */
/* linux/stddef.h - NULL, offsetof, where drivers look. */
#ifndef LINUX_STDDEF_H
#define LINUX_STDDEF_H

#include <kernel/types.h>

#endif
