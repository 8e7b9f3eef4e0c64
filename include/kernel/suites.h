/* SPDX-License-Identifier: MIT */
/*
 * suites.h - where the image's self-tests were, once they are given back
 *
 * The suites are the last part of the image, and a small machine takes their
 * place for RAM (kernel/suites.c). From then on nothing may be read there. Who
 * walks a table that suites have records of passes over what is gone
 * (for_each_section_entry), and an address there has no name any more.
 */
#ifndef KERNEL_SUITES_H
#define KERNEL_SUITES_H

#include <kernel/types.h>

/* Nothing, but where they were given back. Written once, at start-up, before
 * there is another CPU. */
struct suites_gone {
	unsigned long start, bytes;
};
extern struct suites_gone suites_gone;

/* Was @addr the suites', and is now anybody's? Context: any. */
static inline bool suites_were_at(unsigned long addr)
{
	return addr - suites_gone.start < suites_gone.bytes;
}

#endif
