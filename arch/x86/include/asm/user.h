/* SPDX-License-Identifier: MIT */
/*
 * asm/user.h - memory that may not be there: copies that fail instead (x86)
 *
 * An instruction that touches what may fault stands in a table with the place
 * to go on at; the page fault handler looks there before it calls a fault a
 * bug. All such instructions are in one file of the kernel, so no module needs
 * a table of its own.
 */
#ifndef ASM_USER_H
#define ASM_USER_H

#include <kernel/compiler.h>
#include <kernel/types.h>
#include <asm/page.h>

/* Is @addr one of the kernel's, mapped or not? */
static inline bool arch_is_kernel_addr(unsigned long addr)
{
	return addr >= PAGE_OFFSET;
}

/**
 * arch_copy_nofault - memcpy() that ends where an address is not mapped, or
 * not for this
 *
 * All before that is copied, to the byte, and nothing behind it is written.
 * Return: how many bytes were not copied. Context: any; never sleeps.
 */
unsigned long __must_check arch_copy_nofault(void *to, const void *from,
					     unsigned long n);

#endif
