/* SPDX-License-Identifier: MIT */
/* linux/utsname.h - what uname(2) would say, where drivers look. */
#ifndef LINUX_UTSNAME_H
#define LINUX_UTSNAME_H

#include <kernel/utsname.h>

#endif
