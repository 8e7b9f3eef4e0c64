/* SPDX-License-Identifier: MIT */
/*
 * asm/user.h - a user's addresses: tables for them, and copies (hosted)
 *
 * Linux copies for us, and says how far it came.
 */
#ifndef ASM_USER_H
#define ASM_USER_H

#include <asm-generic/user.h>
#include <asm/page.h>

/*
 * Page tables of an address space: three directories of 512 tables of 512
 * entries, as PAE has, walked by arch_copy_*_user(). An entry that was revoked
 * can still be used until the flush, as on a CPU that remembers it.
 *
 * Locking: the caller serialises changes of one range; tables are given under a
 * lock of the address space. @busy is taken inside, for a copy and a flush to
 * be one before the other.
 */
struct user_tables {
	unsigned long *dirs[3]; /* of tables' addresses */
	unsigned long take_at; /* upt_take_page(): where it looks next */
	bool busy; /* atomic */
};

/* Is @addr one of the kernel's, mapped or not? It is a program of Linux's: all
 * of its addresses but the lowest, which Linux gives to nobody. */
static inline bool arch_is_kernel_addr(unsigned long addr)
{
	return addr >= 0x10000;
}

#endif
