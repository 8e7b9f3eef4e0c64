/* SPDX-License-Identifier: MIT */
/*
 * show_figures.h - names and figures that several files of /proc share
 *
 * Each file is a table of names with, where this kernel has the figure, a
 * function that gives it; a name without one reads 0, and that is the truth:
 * there is no such memory here.
 */
#ifndef MM_SHOW_FIGURES_H
#define MM_SHOW_FIGURES_H

#include <kernel/types.h>

/* A line of a file: NULL reads 0. */
struct figure {
	const char *name;
	unsigned long (*read)(void);
};

static inline unsigned long figure_value(const struct figure *f)
{
	return f->read ? f->read() : 0;
}

/* What zoneinfo and vmstat say of a node, and of a zone, in Linux's order. Of
 * a zone the first is its own, the others stay 0. */
#define NR_NODE_FIGURES 23u
#define NR_ZONE_FIGURES 10u
extern const struct figure mm_node_figures[NR_NODE_FIGURES];
extern const char *const mm_zone_figures[NR_ZONE_FIGURES];

#endif
