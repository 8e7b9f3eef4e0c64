/* SPDX-License-Identifier: MIT */
/* linux/export.h - what a module offers to others, where driver books look. */
#ifndef LINUX_EXPORT_H
#define LINUX_EXPORT_H

#include <kernel/export.h>

#endif
