/* SPDX-License-Identifier: MIT */
/*
 * asm-generic/processor.h - what a machine is asked, and how it ends
 *
 * Included by each machine's asm/processor.h, which makes
 *   void cpu_relax(void)
 *	in a busy-wait loop: lets somebody else go on, who may be waited for.
 *   u64 read_cycles(void)
 *	a counter that only rises.
 *   void cpu_wait_for_interrupt(void)
 *	enables interrupts and waits for one, with no window in which it is lost.
 */
#ifndef ASM_GENERIC_PROCESSOR_H
#define ASM_GENERIC_PROCESSOR_H

#include <kernel/types.h>

#define L1_CACHE_BYTES 64
#define ____cacheline_aligned __aligned(L1_CACHE_BYTES)

/* read_cycles() counts so many a millisecond; 0: that is not known yet. */
u32 arch_cycles_per_ms(void);

/* When this machine was started, in seconds since 1970; 0: it has no clock. */
u64 arch_boot_time(void);

enum machine_end {
	MACHINE_PASS, /* all went well; also plain poweroff */
	MACHINE_FAIL, /* tests failed */
	MACHINE_PANIC, /* the kernel stopped */
	MACHINE_REBOOT,
};

/**
 * arch_machine_end - end this machine: exit status to the emulator if it has
 * isa-debug-exit (0x10 pass, 0x11 fail, 0x12 panic), else ACPI power off or
 * reset, else halt with interrupts off.
 * Context: any; does not return.
 */
void __noreturn arch_machine_end(enum machine_end how);

/**
 * arch_backtrace - where the calling context is and came from, innermost first
 * @pcs: filled in
 * @max: room in @pcs
 * @pc, @sp, @fp: where to start; all 0 for the caller itself
 *
 * Bounded, never faults: each stack word is read only inside a known stack.
 * Each entry lies inside an instruction: @pc, or a call on the way to it (its
 * return address - 1, since a call that never returns may be the last of its
 * function), so %pS names the right function and line. An entry of 0
 * may come once: what follows it was found by looking through the rest of the
 * stack, so it may be stale, and is to be printed with a "?".
 * Return: how many were found.
 */
unsigned int arch_backtrace(unsigned long *pcs, unsigned int max,
			    unsigned long pc, unsigned long sp,
			    unsigned long fp);

/* The part of the kernel image @addr lies in. PERCPU: a per-CPU address, which
 * is none of memory until a CPU's offset is added. */
enum image_part {
	IMAGE_NONE,
	IMAGE_TEXT,
	IMAGE_RODATA,
	IMAGE_DATA,
	IMAGE_BSS,
	IMAGE_PERCPU
};
enum image_part arch_image_part(unsigned long addr);

/* True if @addr lies in a stack this machine knows: boot, double fault, and
 * those that arch_set_stack_finder() makes known. @owner may be NULL. */
bool arch_stack_addr(unsigned long addr, const char **owner);

/* Symbols of the image: name and start of the symbol around @addr. */
bool arch_symbol_lookup(unsigned long addr, const char **name,
			unsigned long *start, unsigned long *size);

/**
 * arch_symbol_next - the symbols of the image, one by one
 * @cursor: zeroed to begin
 * Return: false at the end. Context: any.
 */
struct arch_symbol_cursor {
	unsigned int nr; /* of those seen */
	const void *at; /* the next one */
	unsigned long addr; /* of the last one */
	const char *name;
};
bool arch_symbol_next(struct arch_symbol_cursor *cursor);

/* Words that nobody can guess, if the CPU makes such. Return: how many of @nr were
 * filled in. Context: any. */
unsigned int arch_random_words(u32 *words, unsigned int nr);

#endif
