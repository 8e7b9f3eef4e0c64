/* SPDX-License-Identifier: MIT */
/*
 * asm/tables.h - the segment and task structures of the CPU's manual
 */
#ifndef ASM_TABLES_H
#define ASM_TABLES_H

#include <kernel/types.h>

#define DOUBLE_FAULT_STACK_BYTES 8192

/* Entries of each CPU's GDT. */
enum gdt_entry {
	GDT_NULL,
	GDT_KERNEL_CODE,
	GDT_KERNEL_DATA,
	GDT_PERCPU, /* base: the CPU's per-CPU offset; loaded in fs */
	GDT_TSS, /* where the interrupted state goes on a double fault */
	GDT_DOUBLE_FAULT_TSS,
	NR_GDT_ENTRIES,
};
#define GDT_SELECTOR(entry) ((entry)*8)

/* A task state segment, as the CPU reads and writes it. */
struct tss {
	u32 back_link;
	u32 esp0, ss0, esp1, ss1, esp2, ss2;
	u32 cr3;
	u32 eip, eflags;
	u32 eax, ecx, edx, ebx, esp, ebp, esi, edi;
	u32 es, cs, ss, ds, fs, gs;
	u32 ldt;
	u16 trap;
	u16 io_map_base;
};
static_assert(sizeof(struct tss) == 104, "the CPU's layout");
static_assert(offsetof(struct tss, eip) == 32, "the CPU's layout");

/* One CPU's own tables. A TSS may not cross a page: see the alignment. */
struct cpu_tables {
	struct tss tss __aligned(128);
	struct tss double_fault_tss __aligned(128);
	u64 gdt[NR_GDT_ENTRIES];
};

/**
 * cpu_tables_init - fill in and load this CPU's segments and vectors
 * @tables: lives for ever
 * @percpu_offset: base of fs
 * @double_fault_stack_top: of DOUBLE_FAULT_STACK_BYTES
 *
 * Context: the CPU itself, interrupts off.
 */
void cpu_tables_init(struct cpu_tables *tables, unsigned long percpu_offset,
		     unsigned long double_fault_stack_top);

/**
 * double_fault_leave - go on in @fn, on another stack, as if nothing had been
 * @stack_top: where @fn's stack begins
 *
 * The double-fault task is ready for the next one. Context: that task.
 */
void __noreturn double_fault_leave(unsigned long stack_top, void (*fn)(void));

/* This CPU's tables; a moment ago's to who can be moved. That will do where it
 * is asked from anywhere: nobody who runs on a stack of them can be. */
struct cpu_tables *cpu_tables_this(void);

/* Page directory of the double-fault task; set when the final one is made. */
void cpu_tables_set_double_fault_cr3(u32 cr3);

#endif
