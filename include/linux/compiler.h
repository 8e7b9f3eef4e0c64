/* SPDX-License-Identifier: MIT */
/* linux/compiler.h - hints to the compiler, where drivers look. */
#ifndef LINUX_COMPILER_H
#define LINUX_COMPILER_H

#include <kernel/compiler.h>

#endif
