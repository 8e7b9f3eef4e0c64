/* SPDX-License-Identifier: MIT */
/*
 * asm-generic/user.h - a user's addresses: tables for them, and copies
 *
 * Included by each machine's asm/user.h, which says what its tables are.
 *
 * Locking: the caller serialises changes of one range of an address space;
 * tables are given under a lock of the address space.
 */
#ifndef ASM_GENERIC_USER_H
#define ASM_GENERIC_USER_H

#include <kernel/compiler.h>
#include <kernel/types.h>
#include <asm/pgtable.h>

/*
 * Addresses of a user: page 0 and what NULL pointers reach are nobody's, what
 * lies at TASK_SIZE and above is the kernel's.
 */
#define USER_START 0x10000ul
#define TASK_SIZE 0xc0000000ul
#define TASK_SIZE_MAX TASK_SIZE

/*
 * Rights of a user's page: numbers beside those of enum pgprot, so that one
 * type serves both.
 */
typedef enum pgprot pgprot_t;
#define PROT_USER 0x100u /* read */
#define PROT_USER_WRITE 0x200u
#define PROT_USER_EXEC 0x400u
#define PROT_USER_NOCACHE 0x800u /* device registers */
#define PROT_USER_WC 0x1000u /* a device's memory: writes may be gathered */

struct user_tables;
#define UPT_DIRS 3

/**
 * upt_init - an address space in which nothing is mapped
 * @dirs: UPT_DIRS zeroed pages of lowmem, its own until upt_take_page()
 */
void upt_init(struct user_tables *t, void *const dirs[UPT_DIRS]);

/* Take a page of tables back, for who frees them; NULL: that was the last.
 * Nothing is mapped, and no CPU uses @t (upt_unload()). */
void *upt_take_page(struct user_tables *t);

/* Is there a table for @va? */
bool upt_has_table(const struct user_tables *t, unsigned long va);

/* Put a zeroed page of lowmem there. Return: false: there is one already. */
bool __must_check upt_give_table(struct user_tables *t, unsigned long va,
				 void *page);

/**
 * upt_map - map the page at @va, whose table is there, to frame @pfn
 * @prot: PROT_USER and more
 *
 * Return: false: there is something already. Nothing is changed.
 */
bool __must_check upt_map(struct user_tables *t, unsigned long va, pfn_t pfn,
			  pgprot_t prot);

/* What is mapped at @va? @pfn, @writable: filled in. Return: false: nothing. */
bool upt_lookup(const struct user_tables *t, unsigned long va, pfn_t *pfn,
		bool *writable);

/**
 * upt_revoke - unmap the pages of [start, end), but remember the frames
 *
 * A CPU may know them until upt_flush(); then upt_reap() gives them back.
 * Return: how many are to be flushed: with those that another call revoked and
 * has not given back yet.
 */
unsigned long upt_revoke(struct user_tables *t, unsigned long start,
			 unsigned long end);

/* Make every CPU that uses @t forget [start, end). Context: any. */
void upt_flush(struct user_tables *t, unsigned long start, unsigned long end);

/**
 * upt_reap - take a page back that was revoked, and flushed
 * @va: where to look from; where it was
 * @pfn: filled in
 *
 * Return: false: there is none below @end.
 */
bool upt_reap(struct user_tables *t, unsigned long *va, unsigned long end,
	      pfn_t *pfn);

/**
 * upt_switch - let this CPU see @t's addresses
 *
 * It goes on to see them until it is told otherwise: threads of the kernel do
 * not care. Costs a comparison if it sees them already.
 * Context: preemption off.
 */
void upt_switch(struct user_tables *t);

/* No CPU sees @t any more, on return. Context: process, interrupts on. */
void upt_unload(struct user_tables *t);

/* --- copies -------------------------------------------------------------- */

/**
 * arch_copy_from_user, arch_copy_to_user, arch_clear_user - copies between the
 * kernel and the user whose tables this CPU sees
 *
 * The user's side lies below TASK_SIZE: the caller has looked. A page that is
 * not there, or not for this, is asked for (arch_set_user_fault()) if the
 * caller's interrupts are on. A fault on the kernel's side is a bug as any.
 * Return: how many bytes were not copied; all before them were, and nothing
 * behind them.
 */
unsigned long __must_check arch_copy_from_user(void *to,
					       const void __user *from,
					       unsigned long n);
unsigned long __must_check arch_copy_to_user(void __user *to, const void *from,
					     unsigned long n);
unsigned long __must_check arch_clear_user(void __user *to, unsigned long n);

/* The same for a variable of 1, 2, 4 or 8 bytes. Return: 0 or -EFAULT. */
int __must_check arch_get_user_1(void *to, const void __user *from);
int __must_check arch_get_user_2(void *to, const void __user *from);
int __must_check arch_get_user_4(void *to, const void __user *from);
int __must_check arch_get_user_8(void *to, const void __user *from);
int __must_check arch_put_user_1(void __user *to, const void *from);
int __must_check arch_put_user_2(void __user *to, const void *from);
int __must_check arch_put_user_4(void __user *to, const void *from);
int __must_check arch_put_user_8(void __user *to, const void *from);

/**
 * arch_set_user_fault - who makes user pages appear
 * @fault: asked when a copy did not find @addr, or not for a write. It may
 *	sleep. Return: true: try again; false: the copy ends there.
 * Context: start-up.
 */
void arch_set_user_fault(bool (*fault)(unsigned long addr, bool write));

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
