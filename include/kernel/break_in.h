/* SPDX-License-Identifier: MIT */
/*
 * break_in.h - the key that makes a machine talk when nothing else does
 *
 * Ctrl-\ or a BREAK on the serial line prints, from the line's own interrupt,
 * what each CPU does, what locks are held (debug build) and how memory is.
 * Parts of the kernel add sections with BREAK_IN(); a section may find its part
 * in the middle of anything: it reads what can be read without a lock, prints
 * with printk, and is short.
 */
#ifndef KERNEL_BREAK_IN_H
#define KERNEL_BREAK_IN_H

#include <kernel/types.h>

#define BREAK_IN_KEY 0x1c /* Ctrl-\ */

struct break_in_section {
	void (*show)(void);
};

#define BREAK_IN(id, show_fn)                                             \
	static const struct break_in_section break_in_##id = { show_fn }; \
	SECTION_ENTRY(break_ins, const struct break_in_section, break_in_##id)

DECLARE_SECTION_TABLE(break_ins, const struct break_in_section);

/* Say it all. Context: any; meant for interrupt handlers of consoles. */
void break_in(void);

#endif
