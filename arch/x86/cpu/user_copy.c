/* SPDX-License-Identifier: MIT */
/*
 * user_copy.c - the only instructions of the kernel that may fault
 *
 * Each stands in the table exception_table, with where to go on after a fault.
 * A copy goes by words first, since that is what the CPU is quick at. A word
 * that faults may have its first bytes on the good side of a page border: they
 * are copied one by one, until the one that faults. The string instructions
 * leave their registers at what is still to be done, so that is exact.
 *
 * A user's page that is not there is asked for first, and the instruction
 * begins anew where it stopped. Only what lies below TASK_SIZE is a user's: if
 * the other side of such a copy faults, the kernel's own pointer was wrong, and
 * that is a bug as any.
 *
 * The table is searched from its start: it has some twenty entries, and is
 * looked at after a fault only.
 *
 * Locking: none. Nothing here has a state.
 */
#include <kernel/errno.h>
#include <asm/irqflags.h>
#include <asm/smap.h>
#include <asm/traps.h>
#include <asm/user.h>
#include "internal.h"

/* What may fault, and where the CPU goes on then. */
struct exception_entry {
	unsigned long insn;
	unsigned long fixup;
	unsigned long is_user; /* a fault below TASK_SIZE only */
};
extern const struct exception_entry __start_exception_table[];
extern const struct exception_entry __stop_exception_table[];

#define EXCEPTION_ENTRY(insn, fixup, is_user)        \
	".pushsection exception_table, \"a\"\n\t"    \
	".long " insn ", " fixup ", " is_user "\n\t" \
	".popsection\n\t"

static bool (*user_fault)(unsigned long addr, bool write);

void arch_set_user_fault(bool (*fault)(unsigned long addr, bool write))
{
	user_fault = fault;
}

/* --- blocks --------------------------------------------------------------- */

/*
 * String instruction @insn on words, then on bytes; %ecx (left) has the number
 * of words. What it was left with on a fault is what was not done. %[tail] is
 * read when the others have changed, so none of them may share its register.
 */
#define STRING_INSN(insn, is_user)                             \
	"1:\trep " insn "l\n\t"                                \
	"movl %[tail], %%ecx\n"                                \
	"2:\trep " insn "b\n"                                  \
	"3:\n\t"                                               \
	".pushsection .text.unlikely, \"ax\"\n"                \
	"4:\tleal (%[tail], %%ecx, 4), %%ecx\n\t"              \
	"jmp 2b\n\t"                                           \
	".popsection\n\t" EXCEPTION_ENTRY("1b", "4b", is_user) \
		EXCEPTION_ENTRY("2b", "3b", is_user)

unsigned long arch_copy_nofault(void *to, const void *from, unsigned long n)
{
	unsigned long left = n / 4;

	__asm__ volatile(STRING_INSN("movs", "0")
			 : "+&D"(to), "+&S"(from), "+&c"(left)
			 : [tail] "r"(n % 4)
			 : "memory");
	return left;
}

/* Both directions are one: the CPU looks at each address by itself. */
static unsigned long copy_user(void *to, const void *from, unsigned long n)
{
	unsigned long left = n / 4;

	__asm__ volatile(STAC STRING_INSN("movs", "1") CLAC
			 : "+&D"(to), "+&S"(from), "+&c"(left)
			 : [tail] "r"(n % 4)
			 : "memory", "cc");
	return left;
}

unsigned long arch_copy_from_user(void *to, const void __user *from,
				  unsigned long n)
{
	return copy_user(to, (const void __force *)from, n);
}

unsigned long arch_copy_to_user(void __user *to, const void *from,
				unsigned long n)
{
	return copy_user((void __force *)to, from, n);
}

unsigned long arch_clear_user(void __user *to, unsigned long n)
{
	unsigned long left = n / 4;

	__asm__ volatile(STAC STRING_INSN("stos", "1") CLAC
			 : "+&D"(to), "+&c"(left)
			 : "a"(0), [tail] "r"(n % 4)
			 : "memory", "cc");
	return left;
}

/* --- variables ------------------------------------------------------------ */

/* @err is -EFAULT before and 0 behind; a fault steps over that. */
#define ACCESS_INSN(insn)            \
	STAC "1:\t" insn "\n\t"      \
	     "xorl %[err], %[err]\n" \
	     "2:\n\t" CLAC EXCEPTION_ENTRY("1b", "2b", "1")

#define USER_ACCESS(size, type, suffix, mod, reg)                          \
	int arch_get_user_##size(void *to, const void __user *from)        \
	{                                                                  \
		int err = -EFAULT;                                         \
		type val = 0;                                              \
                                                                           \
		__asm__ volatile(                                          \
			ACCESS_INSN("mov" suffix " (%[p]), %" mod "[val]") \
			: [err] "+r"(err), [val] "+" reg(val)              \
			: [p] "r"(from)                                    \
			: "memory", "cc");                                 \
		*(type *)to = val;                                         \
		return err;                                                \
	}                                                                  \
	int arch_put_user_##size(void __user *to, const void *from)        \
	{                                                                  \
		int err = -EFAULT;                                         \
		type val = *(const type *)from;                            \
                                                                           \
		__asm__ volatile(                                          \
			ACCESS_INSN("mov" suffix " %" mod "[val], (%[p])") \
			: [err] "+r"(err)                                  \
			: [val] reg(val), [p] "r"(to)                      \
			: "memory", "cc");                                 \
		return err;                                                \
	}
USER_ACCESS(1, u8, "b", "b", "q")
USER_ACCESS(2, u16, "w", "w", "r")
USER_ACCESS(4, u32, "l", "", "r")

/* Eight bytes are two words: a copy. A read that fails reads as 0. */
int arch_get_user_8(void *to, const void __user *from)
{
	u64 val = 0;

	if (arch_copy_from_user(&val, from, sizeof(val))) {
		*(u64 *)to = 0;
		return -EFAULT;
	}
	*(u64 *)to = val;
	return 0;
}

int arch_put_user_8(void __user *to, const void *from)
{
	return arch_copy_to_user(to, from, sizeof(u64)) ? -EFAULT : 0;
}

/* --- the fault ------------------------------------------------------------ */

static const struct exception_entry *entry_find(unsigned long pc)
{
	const struct exception_entry *e = __start_exception_table;

	for (; e < __stop_exception_table; e++) {
		if (e->insn == pc)
			return e;
	}
	return NULL;
}

/* Ask for the page. It may be slept for if that was allowed. */
static bool user_page_appears(unsigned long addr, const struct trap_regs *regs)
{
	bool there;

	if (!user_fault || irqs_disabled_flags(regs->eflags))
		return false;
	local_irq_enable();
	there = user_fault(addr, regs->error & FAULT_WRITE);
	local_irq_disable();
	return there;
}

bool access_fault_fixed(struct trap_regs *regs)
{
	const struct exception_entry *e = entry_find(regs->eip);
	unsigned long addr = read_cr2();

	if (!e || regs->error & FAULT_RESERVED_BIT)
		return false;
	if (e->is_user) {
		if (addr >= TASK_SIZE)
			return false;
		if (user_page_appears(addr, regs))
			return true;
	}
	regs->eip = e->fixup;
	return true;
}
