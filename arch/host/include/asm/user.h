/* SPDX-License-Identifier: MIT */
/*
 * asm/user.h - memory that may not be there: copies that fail instead (hosted)
 *
 * Linux copies for us, and says how far it came.
 */
#ifndef ASM_USER_H
#define ASM_USER_H

#include <kernel/compiler.h>
#include <kernel/types.h>

/* Is @addr one of the kernel's, mapped or not? It is a program of Linux's: all
 * of its addresses but the lowest, which Linux gives to nobody. */
static inline bool arch_is_kernel_addr(unsigned long addr)
{
	return addr >= 0x10000;
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
