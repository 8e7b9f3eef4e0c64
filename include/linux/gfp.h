/* SPDX-License-Identifier: MIT */
/* linux/gfp.h - allocation flags and whole pages, where drivers look. */
#ifndef LINUX_GFP_H
#define LINUX_GFP_H

#include <linux/old_names.h>
#include <mm/gfp.h>
#include <mm/page_addr.h>
#include <mm/page_alloc.h>
#include <mm/page_exact.h>

#endif
