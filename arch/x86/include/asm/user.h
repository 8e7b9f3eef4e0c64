/* SPDX-License-Identifier: MIT */
/*
 * asm/user.h - a user's addresses: tables for them, and copies (x86)
 *
 * An instruction that touches what may fault stands in a table with the place
 * to go on at; the page fault handler looks there before it calls a fault a
 * bug. All such instructions are in one file of the kernel, so no module needs
 * a table of its own.
 */
#ifndef ASM_USER_H
#define ASM_USER_H

#include <asm-generic/user.h>
#include <asm/page.h>

/*
 * Page tables of an address space. The lower three of the four pointers are the
 * user's; the last is the kernel's directory, the same for all. The CPU reads
 * the pointers only when they are loaded, so the directories are there from the
 * start. Below 4 GiB, as all of lowmem.
 *
 * Locking: the caller serialises changes of one range; tables are given under a
 * lock of the address space.
 */
struct user_tables {
	u64 pointers[4] __aligned(32);
	unsigned long seen_by; /* CPUs that may know of it; atomic */
	unsigned long take_at; /* upt_take_page(): where it looks next */
};

/* This CPU sees nobody's addresses. Context: interrupts off. */
void user_tables_leave(void);

/* Is @addr one of the kernel's, mapped or not? */
static inline bool arch_is_kernel_addr(unsigned long addr)
{
	return addr >= PAGE_OFFSET;
}

#endif
