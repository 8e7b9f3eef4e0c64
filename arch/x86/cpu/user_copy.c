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
 * The table is searched from its start: it has a dozen entries, and is looked
 * at after a fault only.
 *
 * Locking: none. Nothing here has a state.
 */
#include <asm/traps.h>
#include <asm/user.h>
#include "internal.h"

/* What may fault, and where the CPU goes on then. */
struct exception_entry {
	unsigned long insn;
	unsigned long fixup;
};
extern const struct exception_entry __start_exception_table[];
extern const struct exception_entry __stop_exception_table[];

#define EXCEPTION_ENTRY(insn, fixup)              \
	".pushsection exception_table, \"a\"\n\t" \
	".long " insn ", " fixup "\n\t"           \
	".popsection\n\t"

unsigned long arch_copy_nofault(void *to, const void *from, unsigned long n)
{
	unsigned long left = n / 4;

	__asm__ volatile("1:\trep movsl\n\t"
			 "movl %3, %%ecx\n"
			 "2:\trep movsb\n"
			 "3:\n\t"
			 ".pushsection .text.unlikely, \"ax\"\n"
			 "4:\tleal (%3, %%ecx, 4), %%ecx\n\t"
			 "jmp 2b\n\t"
			 ".popsection\n\t" EXCEPTION_ENTRY("1b", "4b")
				 EXCEPTION_ENTRY("2b", "3b")
			 : "+D"(to), "+S"(from), "+c"(left)
			 : "r"(n % 4)
			 : "memory");
	return left;
}

bool access_fault_fixed(struct trap_regs *regs)
{
	const struct exception_entry *e = __start_exception_table;

	for (; e < __stop_exception_table; e++) {
		if (e->insn == regs->eip) {
			regs->eip = e->fixup;
			return true;
		}
	}
	return false;
}
