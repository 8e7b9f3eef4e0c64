/* SPDX-License-Identifier: MIT */
/*
 * tables.c - segments, task states and interrupt vectors of each CPU
 *
 * Segments are flat and stay loaded for ever: paging does the protecting. fs
 * alone has a base, the CPU's per-CPU offset (design decision D6). gs is left
 * empty for user threads.
 *
 * A double fault means that an exception could not be delivered, mostly since
 * the stack is used up. So vector 8 is a task gate: the CPU itself switches
 * to the state in double_fault_tss, which has its own stack and CR3, and
 * leaves the interrupted state in tss, for the report.
 *
 * Invariants:
 *   T1  a TSS does not cross a page boundary: the CPU reads it physically
 *   T2  the IDT is the same for all CPUs, and nothing writes it after boot
 *
 * Locking: none. Each CPU writes its own tables, once.
 */
#include <kernel/export.h>
#include <kernel/percpu.h>
#include <asm/irqflags.h>
#include <asm/page.h>
#include <asm/tables.h>
#include <asm/traps.h>
#include "internal.h"

/* Descriptor bits, in the high word unless said otherwise. */
#define DESC_FLAT_HIGH 0x00cf0000u /* 4 GiB, 32-bit */
#define DESC_FLAT_LOW 0x0000ffffu
/* Present and accessed already, so that the CPU need not write to the GDT. */
#define DESC_CODE 0x9b00u
#define DESC_DATA 0x9300u
#define DESC_TSS 0x8900u
#define GATE_INTERRUPT 0x8e00u
#define GATE_TASK 0x8500u
#define EFLAGS_RESERVED 0x2u /* always set */

struct table_register {
	u16 limit;
	u32 base;
} __packed;

extern const char __percpu_boot_offset[]; /* linker.ld: a number */

/* CPU 0's until percpu_areas_init(), so that the first report works. */
unsigned long __per_cpu_offset[CONFIG_NR_CPUS] = {
	(unsigned long)__percpu_boot_offset,
};
EXPORT_SYMBOL(__per_cpu_offset);
DEFINE_PER_CPU(unsigned long,
	       percpu_this_offset) = (unsigned long)__percpu_boot_offset;
EXPORT_PER_CPU_SYMBOL(percpu_this_offset);
DEFINE_PER_CPU(unsigned int, percpu_cpu_number);
EXPORT_PER_CPU_SYMBOL(percpu_cpu_number);

static DEFINE_PER_CPU(struct cpu_tables, cpu_tables);
static u32 double_fault_cr3; /* for CPUs that come up later */
static u32 kernel_cr3; /* of all else */
static u64 idt[NR_TRAP_VECTORS] __aligned(8);
static u8 boot_double_fault_stack[DOUBLE_FAULT_STACK_BYTES] __aligned(4096);

/* A segment over all 4 GiB; with @base not 0 it wraps around at the top. */
static u64 desc_flat(u32 type, u32 base)
{
	u32 high = DESC_FLAT_HIGH | type | (base & 0xff000000u) |
		   ((base >> 16) & 0xffu);

	return (u64)high << 32 | base << 16 | DESC_FLAT_LOW;
}

static u64 desc_tss(const struct tss *tss)
{
	u32 base = (u32)tss;
	u32 high = (base & 0xff000000u) | DESC_TSS | ((base >> 16) & 0xffu);

	return (u64)high << 32 | base << 16 | (sizeof(*tss) - 1);
}

static void idt_set(unsigned int vector, u32 type, u32 selector, u32 offset)
{
	idt[vector] = (u64)((offset & 0xffff0000u) | type) << 32 |
		      selector << 16 | (offset & 0xffffu);
}

/* Interrupt gates: the CPU clears IF on the way in, for exceptions as well. */
static void idt_fill(void)
{
	unsigned int i;

	for (i = 0; i < NR_TRAP_VECTORS; i++)
		idt_set(i, GATE_INTERRUPT, GDT_SELECTOR(GDT_KERNEL_CODE),
			vector_entries[i]);
	idt_set(TRAP_DOUBLE_FAULT, GATE_TASK,
		GDT_SELECTOR(GDT_DOUBLE_FAULT_TSS), 0);
}

static void gdt_fill(struct cpu_tables *t, unsigned long percpu_offset)
{
	t->gdt[GDT_NULL] = 0;
	t->gdt[GDT_KERNEL_CODE] = desc_flat(DESC_CODE, 0);
	t->gdt[GDT_KERNEL_DATA] = desc_flat(DESC_DATA, 0);
	t->gdt[GDT_PERCPU] = desc_flat(DESC_DATA, percpu_offset);
	t->gdt[GDT_TSS] = desc_tss(&t->tss);
	t->gdt[GDT_DOUBLE_FAULT_TSS] = desc_tss(&t->double_fault_tss);
}

/* All that the CPU loads when it switches to this task; all else is 0. */
static void double_fault_tss_fill(struct tss *tss, unsigned long stack_top)
{
	*tss = (struct tss){
		.esp0 = stack_top,
		.esp = stack_top,
		.eip = (u32)double_fault_entry,
		.eflags = EFLAGS_RESERVED,
		.cr3 = read_cr3(),
		.cs = GDT_SELECTOR(GDT_KERNEL_CODE),
		.ss = GDT_SELECTOR(GDT_KERNEL_DATA),
		.ds = GDT_SELECTOR(GDT_KERNEL_DATA),
		.es = GDT_SELECTOR(GDT_KERNEL_DATA),
		.fs = GDT_SELECTOR(GDT_PERCPU),
		/* No I/O bitmap: its place lies behind the limit. */
		.io_map_base = sizeof(*tss),
	};
}

/*
 * Segment registers keep the old descriptors until they are loaded anew; cs
 * only changes with a far jump. ltr marks the TSS busy, so it comes once.
 */
static void load_segments(struct cpu_tables *t)
{
	struct table_register gdtr = { sizeof(t->gdt) - 1, (u32)t->gdt };
	struct table_register idtr = { sizeof(idt) - 1, (u32)idt };

	__asm__ volatile("lgdt %0\n\t"
			 "ljmp %1, $1f\n"
			 "1:"
			 :
			 : "m"(gdtr), "i"(GDT_SELECTOR(GDT_KERNEL_CODE))
			 : "memory");
	__asm__ volatile("movl %0, %%ds\n\t"
			 "movl %0, %%es\n\t"
			 "movl %0, %%ss\n\t"
			 "movl %1, %%fs\n\t"
			 "movl %2, %%gs"
			 :
			 : "r"(GDT_SELECTOR(GDT_KERNEL_DATA)),
			   "r"(GDT_SELECTOR(GDT_PERCPU)), "r"(0)
			 : "memory");
	__asm__ volatile("lidt %0" : : "m"(idtr) : "memory");
	__asm__ volatile("ltr %w0" : : "r"(GDT_SELECTOR(GDT_TSS)) : "memory");
}

void cpu_tables_init(struct cpu_tables *tables, unsigned long percpu_offset,
		     unsigned long double_fault_stack_top)
{
	tables->tss = (struct tss){ .io_map_base = sizeof(struct tss) };
	double_fault_tss_fill(&tables->double_fault_tss,
			      double_fault_stack_top);
	gdt_fill(tables, percpu_offset);
	load_segments(tables);
}

/*
 * By hand, without the back link: the interrupted state is not wanted. Both
 * task states were marked busy on the way here; ltr wants one that is not, and
 * so does the next double fault. The switch has also set NT, which would make
 * the next iret a task switch, and CR0.TS.
 */
void double_fault_leave(unsigned long stack_top, void (*fn)(void))
{
	struct cpu_tables *t = cpu_tables_this();

	t->gdt[GDT_TSS] = desc_tss(&t->tss);
	t->gdt[GDT_DOUBLE_FAULT_TSS] = desc_tss(&t->double_fault_tss);
	__asm__ volatile("ltr %w0\n\t"
			 "clts\n\t"
			 "movl %1, %%cr3\n\t"
			 "pushl %2\n\t"
			 "popfl\n\t"
			 "movl %3, %%esp\n\t"
			 "pushl $0\n\t" /* backtraces end here */
			 "jmp *%4"
			 :
			 : "a"(GDT_SELECTOR(GDT_TSS)), "b"(kernel_cr3),
			   "i"(EFLAGS_RESERVED), "c"(stack_top), "d"(fn)
			 : "memory");
	unreachable();
}

struct cpu_tables *cpu_tables_this(void)
{
	return raw_cpu_ptr(&cpu_tables);
}

void cpu_tables_set_double_fault_cr3(u32 cr3)
{
	double_fault_cr3 = cr3;
	kernel_cr3 = read_cr3();
	cpu_tables_this()->double_fault_tss.cr3 = cr3;
}

void cpu_tables_init_secondary(unsigned int cpu,
			       unsigned long double_fault_stack_top)
{
	struct cpu_tables *tables = per_cpu_ptr(&cpu_tables, cpu);

	cpu_tables_init(tables, per_cpu_offset(cpu), double_fault_stack_top);
	tables->double_fault_tss.cr3 = double_fault_cr3;
}

void boot_cpu_tables_init(void)
{
	idt_fill();
	cpu_tables_init(cpu_tables_this(), my_cpu_offset(),
			(unsigned long)boot_double_fault_stack +
				DOUBLE_FAULT_STACK_BYTES);
}

/* --- per-CPU data --------------------------------------------------------- */

void arch_percpu_unit_init(unsigned int cpu)
{
	per_cpu(percpu_this_offset, cpu) = per_cpu_offset(cpu);
	per_cpu(percpu_cpu_number, cpu) = cpu;
}

/* Descriptors name the tables' addresses, so these are made anew; what the
 * task states hold is as good in the copy. */
void arch_percpu_move(void)
{
	struct cpu_tables *tables = per_cpu_ptr(&cpu_tables, 0);

	gdt_fill(tables, per_cpu_offset(0));
	load_segments(tables);
}
