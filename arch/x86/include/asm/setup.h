/* SPDX-License-Identifier: MIT */
/*
 * asm/setup.h - bringing the machine up, in the order that start-up calls it
 *
 *   entry.asm: kernel_main(magic, info_phys)    paging on, interrupts off
 *   arch_early_init()      segments, vectors, CPU features
 *   symbols_init(), consoles, boot_info, params_parse() (vmalloc= is known)
 *   arch_report_cpu()      the "cpu:" line
 *   memmap_sanitize(.., arch_phys_bits())
 *   mm_boot(.., arch_image_ranges())            bootmem gives page tables
 *   arch_mm_init(map)      final page tables; arch_layout() is valid
 *   mm_init()
 *   arch_smp_prepare(info) APICs or 8259s; how many CPUs there may be
 *   arch_irq_init()        controllers, timer; then local_irq_enable()
 *   arch_cpu_start(cpu)    for each other CPU, much later
 *
 * arch_time_init() may come anywhere after arch_early_init(): it makes
 * time_ns() run, so the earlier the more lines carry a time.
 */
#ifndef ASM_SETUP_H
#define ASM_SETUP_H

#include <kernel/types.h>

struct memmap;

/* The boot CPU's stack while kernel_main() runs; a guard page lies below. */
#define BOOT_STACK_BYTES 16384

/*
 * Until arch_mm_init() physical [0, ARCH_BOOT_MAPPED_BYTES) is mapped at
 * PAGE_OFFSET, RAM or not; after it only the RAM that struct memmap lists (and
 * the first MiB). A loader's block beyond cannot be read.
 */
#define ARCH_BOOT_MAPPED_BYTES 0x40000000ull

/**
 * kernel_main - where start-up goes on in C (kernel/main.c)
 * @magic: the loader's, checked: multiboot 1 or 2
 * @info_phys: physical address of its information block
 *
 * Context: boot CPU, boot stack, interrupts off, bss zeroed. Arguments in eax
 * and edx (-mregparm=3). May not return.
 */
void __noreturn kernel_main(u32 magic, u32 info_phys);

/* Segments, exception vectors, %fs, CPU features. The very first call. */
void arch_early_init(void);

/* Print one line about the CPU, for the log. */
void arch_report_cpu(void);

/* Width of a physical address in bits: at most 36, 32 without PSE36. */
unsigned int arch_phys_bits(void);

/* Measure the cycle counter; takes up to 10 ms. Interrupts may be off. */
void arch_time_init(void);

/* Part of the image in physical memory, by /proc/iomem's owner names. */
struct arch_image_range {
	phys_addr_t start;
	phys_addr_t end; /* exclusive */
	const char *name;
};

/**
 * arch_image_ranges - what of RAM the kernel's image occupies
 * @nr: set to how many there are
 *
 * The suites are not among them: arch_suites_range().
 *
 * Return: neighbours in rising order; whole pages, no gaps.
 */
const struct arch_image_range *arch_image_ranges(unsigned int *nr);

/* Where the image has its suites, behind those; there may be no RAM. */
struct arch_image_range arch_suites_range(void);

/* Their place is not the image's any more: suites_were_at(). Context: boot,
 * before arch_mm_init(). */
void arch_suites_leave(void);

/**
 * arch_mm_init - leave the boot page tables for the final ones
 * @map: RAM to map, sanitised; everything of it below lowmem_limit is mapped
 *
 * Tables come from kpt_set_table_source(). Text becomes read-only and
 * executable, rodata read-only, the rest not executable (with NX); the
 * identity map, page 0 and the page below the boot stack are gone. Prints the
 * layout and "wx: 0 pages". Stops the machine if a table cannot be had.
 * Context: boot CPU, once, after params_parse().
 */
void arch_mm_init(const struct memmap *map);

struct acpi_info;

/**
 * arch_smp_prepare - decide between local APICs and 8259s, before either
 * @info: what ACPI said; lives for ever
 *
 * Return: how many CPUs could be brought up, the boot CPU included.
 * Context: boot CPU, once, after arch_mm_init().
 */
unsigned int arch_smp_prepare(const struct acpi_info *info);

/* A page below 1 MiB, the caller's gift, in which other CPUs can begin. */
void arch_set_trampoline(phys_addr_t phys);

/* Controllers (irq_set_chip) and the timer of HZ. After arch_smp_prepare(). */
void arch_irq_init(void);

/* What a CPU that comes up is given; both stacks live for ever. */
struct arch_cpu_start {
	unsigned long stack_top;
	unsigned long double_fault_stack_top; /* DOUBLE_FAULT_STACK_BYTES */
	void (*entry)(void); /* on the new CPU, interrupts off; no return */
};

/**
 * arch_cpu_start - bring one more CPU up, as number @cpu
 *
 * Takes the next one that the firmware lists.
 * Return: 0: it is online; -EIO: it failed, in one line, @start is free again
 * and the next call tries the next one; -ENODEV: there is none left, or @start
 * is lost to one that hangs.
 * Context: boot CPU, process; up to seconds.
 */
int __must_check arch_cpu_start(unsigned int cpu,
				const struct arch_cpu_start *start);

/*
 * Hooks for those above. Set once at start-up; NULL takes one away.
 */

/* Say in a word or two what kind of address @addr is ("heap", "vmalloc"). */
typedef void (*arch_fault_describer_t)(unsigned long addr, char *buf,
				       size_t size);
void arch_set_fault_describer(arch_fault_describer_t describe);

/* A stack: [start, end), with a guard page below start. */
struct arch_stack {
	unsigned long start;
	unsigned long end;
	const char *owner; /* the task's name */
};

/*
 * Fill in the stack around @addr, its guard page included. May not fault, take
 * a lock or print: it is asked inside exceptions.
 */
typedef bool (*arch_stack_finder_t)(unsigned long addr,
				    struct arch_stack *stack);
void arch_set_stack_finder(arch_stack_finder_t find);

/* The same for everyone: boot and double-fault stacks, then the finder's. */
bool arch_find_stack(unsigned long addr, struct arch_stack *stack);

#endif
