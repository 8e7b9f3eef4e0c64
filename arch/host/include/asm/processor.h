/* SPDX-License-Identifier: MIT */
/* asm/processor.h - waiting, counting cycles, ending the machine (hosted). */
#ifndef ASM_PROCESSOR_H
#define ASM_PROCESSOR_H

#include <kernel/types.h>
#include <asm/irqflags.h>

#define L1_CACHE_BYTES 64
#define ____cacheline_aligned __aligned(L1_CACHE_BYTES)

/* In a busy-wait loop: interrupts come here if they are enabled, and the CPU
 * that is waited for gets to run, even if Linux has fewer than we. */
void cpu_relax(void);

/* A counter that only rises: nanoseconds here. */
u64 read_cycles(void);

/* Cycles a millisecond. */
u32 arch_cycles_per_ms(void);

/* When this machine was started, in seconds since 1970; 0: it has no clock. */
u64 arch_boot_time(void);

/* Enable interrupts and deliver what is pending. If nothing is, CPU 0 takes the
 * next tick of its timer once it has one (host_timer_start()); other CPUs get
 * to run. */
void cpu_wait_for_interrupt(void);

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
 * arch_backtrace - return addresses of the calling context, innermost first
 * @pcs: filled in
 * @max: room in @pcs
 * @pc, @sp, @fp: where to start; all 0 for the caller itself
 *
 * Bounded, never faults: each stack word is read only inside a known stack.
 * Return: how many were found.
 */
unsigned int arch_backtrace(unsigned long *pcs, unsigned int max,
			    unsigned long pc, unsigned long sp,
			    unsigned long fp);

/* The part of the kernel image @addr lies in. */
enum image_part {
	IMAGE_NONE,
	IMAGE_TEXT,
	IMAGE_RODATA,
	IMAGE_DATA,
	IMAGE_BSS,
	IMAGE_PERCPU /* never here: the template is the program's data */
};
enum image_part arch_image_part(unsigned long addr);

/* True if @addr lies in a stack this machine knows (boot, double fault). */
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
