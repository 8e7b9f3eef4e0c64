/* SPDX-License-Identifier: MIT */
/* pressed_node.c - one node for all suites: they run in turn */
#include "pressed_node.h"

struct page pressed_map[NR_ZONES * PRESSED_FRAMES];
struct mm_node pressed;
