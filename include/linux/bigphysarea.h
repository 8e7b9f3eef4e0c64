/* SPDX-License-Identifier: MIT */
/* linux/bigphysarea.h - where users of the bigphysarea patch expect it. */
#ifndef LINUX_BIGPHYSAREA_H
#define LINUX_BIGPHYSAREA_H

#include <mm/bigphysarea.h>

#endif
