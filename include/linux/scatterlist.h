/* SPDX-License-Identifier: MIT */
/* linux/scatterlist.h - memory in pieces, where drivers look. */
#ifndef LINUX_SCATTERLIST_H
#define LINUX_SCATTERLIST_H

#include <mm/scatterlist.h>

#endif
