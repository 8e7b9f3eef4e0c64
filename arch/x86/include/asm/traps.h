/* SPDX-License-Identifier: MIT */
/*
 * asm/traps.h - exceptions and interrupts as the C code sees them
 */
#ifndef ASM_TRAPS_H
#define ASM_TRAPS_H

#include <kernel/types.h>

/* Vectors of the exceptions that are treated by name. */
enum trap_vector {
	TRAP_DIVIDE = 0,
	TRAP_NMI = 2,
	TRAP_BREAKPOINT = 3,
	TRAP_INVALID_OPCODE = 6,
	TRAP_DOUBLE_FAULT = 8,
	TRAP_GENERAL_PROTECTION = 13,
	TRAP_PAGE_FAULT = 14,
	NR_EXCEPTIONS = 32,
};

/* The controllers deliver lines 0 .. 15 here, right behind the exceptions. */
#define IRQ_VECTOR_BASE 32

/* What a CPU's own APIC delivers; one class above the lines, so it goes first.
 * Of the spurious vector old APICs set the low four bits themselves. */
#define LAPIC_VECTOR_BASE 48
#define LAPIC_TIMER_VECTOR 48
#define RESCHEDULE_VECTOR 49
#define CALL_VECTOR 50
#define TLB_VECTOR 51
#define LAPIC_ERROR_VECTOR 52
#define SPURIOUS_VECTOR 63
#define NR_TRAP_VECTORS 64

/* Error code of a page fault. */
#define FAULT_PROTECTION 0x01u /* else: not present */
#define FAULT_WRITE 0x02u
#define FAULT_USER 0x04u
#define FAULT_RESERVED_BIT 0x08u
#define FAULT_EXEC 0x10u /* only ever set with NX */

/* What vectors.asm leaves on the stack; the kernel's own contexts only. */
struct trap_regs {
	u32 edi, esi, ebp, esp_unused, ebx, edx, ecx, eax;
	u32 vector;
	u32 error; /* 0 where the CPU gives none */
	u32 eip, cs, eflags; /* pushed by the CPU */
};
static_assert(sizeof(struct trap_regs) == 13 * 4, "vectors.asm pushes this");

/* The stack pointer of the interrupted code: no stack switch, none pushed. */
static inline unsigned long trap_sp(const struct trap_regs *regs)
{
	return (unsigned long)(regs + 1);
}

/* What a page fault says about itself. */
struct page_fault {
	unsigned long addr;
	u32 error; /* FAULT_* */
	unsigned long pc;
	unsigned long site; /* who is to blame: pc, or the caller of NULL */
};

/* Class and detail of the report of a page fault. */
struct fault_text {
	const char *class;
	char detail[128];
};

/* Put a page fault into the words of the report grammar. Context: any. */
void fault_describe(const struct page_fault *fault, struct fault_text *text);

/* What trap_catch() caught. */
struct trap_caught {
	u32 vector;
	u32 error;
	unsigned long pc;
	struct fault_text fault; /* of a page fault; class NULL otherwise */
};

/**
 * trap_catch - call a function that may run into an exception
 * @fn, @arg: what to call
 * @caught: filled in if an exception came
 *
 * For tests of the exceptions themselves: @fn is abandoned where it stands, so
 * it may hold no lock and own nothing. Does not nest, and not for NMI or
 * double faults.
 * Return: true if an exception ended @fn.
 * Context: any; interrupts are off while @fn runs.
 */
bool trap_catch(void (*fn)(void *arg), void *arg, struct trap_caught *caught);

#endif
