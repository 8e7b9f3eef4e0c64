/* SPDX-License-Identifier: MIT */
/* linux/ctype.h - kinds of characters, where drivers look. */
#ifndef LINUX_CTYPE_H
#define LINUX_CTYPE_H

#include <kernel/ctype.h>

#endif
