/* SPDX-License-Identifier: MIT */
/* linux/gfp.h - allocation flags and whole pages, where drivers look. */
#ifndef LINUX_GFP_H
#define LINUX_GFP_H

#include <mm/gfp.h>
#include <mm/page_alloc.h>

#endif
