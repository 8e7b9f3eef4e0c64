/* SPDX-License-Identifier: MIT */
/* internal.h - what the files of arch/x86/cpu share among themselves. */
#ifndef ARCH_X86_CPU_INTERNAL_H
#define ARCH_X86_CPU_INTERNAL_H

#include <kernel/types.h>
#include <asm/control.h>
#include <asm/setup.h>
#include <asm/traps.h>

/* What ap_claim holds when its CPU has come; beyond all APIC ids. */
#define AP_CLAIMED 0xfffffffeu

/* entry.asm and vectors.asm */
extern const u32 vector_entries[NR_TRAP_VECTORS];
extern char trap_return[], double_fault_return[];
extern char preempt_schedule_return[]; /* switch.asm */
void preempt_schedule_stub(void); /* switch.asm; clobbers no register */
void double_fault_entry(void);
extern char boot_stack_guard[], boot_stack[], boot_stack_top[];

/* Called from vectors.asm. */
void trap_dispatch(struct trap_regs *regs);
void __noreturn double_fault_main(void);

/* A page fault of an instruction that may have one (user_copy.c): let it go on
 * behind, in @regs. Return: false: it may not. */
bool access_fault_fixed(struct trap_regs *regs);

void boot_cpu_tables_init(void);
/* A CPU that comes up: load its own tables. Then per-CPU data can be used. */
void cpu_tables_init_secondary(unsigned int cpu,
			       unsigned long double_fault_stack_top);
void cpu_features_init(void);
void cpu_features_init_secondary(void);

struct cpu_info;

/* Users' pages are out of bounds but for the copies of user_copy.c (smap.c):
 * put the instructions that open and close them in place, and enable it. Before
 * the text becomes read-only. */
void smap_init(void);
/* Enable it on this CPU, of which @cpu tells. */
void smap_enable(const struct cpu_info *cpu);
/* What the cache bits of entries mean, on this CPU, which is @cpu. Context:
 * interrupts off. */
void pat_init(const struct cpu_info *cpu);

/**
 * cpu_features_lacking - name what @cpu cannot do and @boot can
 * @text: gets " name" for each; cut to fit
 *
 * Return: false if there is nothing of the kind.
 */
bool cpu_features_lacking(const struct cpu_info *boot,
			  const struct cpu_info *cpu, char *text, size_t size);

/* Before the chips are touched by anybody but us. */
void board_ports_claim(void);

/* The 8259s. */
void pic_init(void);
/* Silence them for good: others bring the interrupts. */
void pic_disable(void);
/* An interrupt came on line @irq: handle it and tell the controller. */
void pic_handle(unsigned int irq);

struct acpi_info;

/* Route the ISA lines to the CPU with @boot_apic_id and set the irq_chip.
 * Return: false if no IOAPIC answers. */
bool ioapic_init(const struct acpi_info *acpi, u8 boot_apic_id);

/* Decide whether local APICs are used, and reach the boot CPU's. @info lives
 * for ever. Return: the decision, which lapic_in_use() repeats. */
bool lapic_prepare(const struct acpi_info *info);
bool lapic_in_use(void);
/* The boot CPU's, with its timer, and the controller of the device lines. */
void lapic_init(void);
/* Another CPU's own, on itself; its timer comes last. */
void lapic_init_secondary(void);
void lapic_timer_start(void);
void lapic_eoi(void);
/* Messages. */
void lapic_send_nmi(unsigned int cpu);
void lapic_send_init(u8 apic_id);
void lapic_end_init(u8 apic_id);
void lapic_send_startup(u8 apic_id, u32 page);
void cpu_set_apic_id(unsigned int cpu, u8 apic_id);

/* What came in behind IRQ_VECTOR_BASE; called with irq_enter() done. */
void device_interrupt(unsigned int irq);
void lapic_interrupt(u32 vector);
void nmi_interrupt(const struct trap_regs *regs);

/* @sp comes apart: a double fault's registers are no frame on a stack. */
void show_registers(const struct trap_regs *r, unsigned long sp);
/* Of a fault by a poisoned pointer: which objects the registers point to, for
 * one of them had it (fault.c). */
void fault_show_holders(const struct page_fault *fault,
			const struct trap_regs *r);

/*
 * Reset a CPU that is not online and start it; what it needs is filled in.
 * Return: true if it has claimed its start within @wait_ms; else it cannot any
 * more.
 */
bool smpboot_wake(u8 apic_id, u32 wait_ms);
void ap_main(void);
extern u32 ap_claim, ap_cr3;
extern unsigned long ap_stack;

struct calendar;

/* Reads the battery-backed clock for arch_boot_time(). */
void rtc_init(void);
/* What the clock's registers mean under its status B; in place. */
void rtc_decode(struct calendar *date, unsigned int status_b);

/* Programs the 100 Hz timer and takes its interrupt. */
void pit_start(void);

/* A stack word, if @addr lies in [start, end) of a known stack. */
bool stack_read(unsigned long addr, unsigned long *word);

/* What the frame of a function looks like at one of its instructions. */
struct unwind_row {
	bool ebp_based; /* CFA counts from ebp, else from esp */
	bool ebp_saved;
	u32 cfa_words; /* from the base up to the CFA */
	u32 ebp_words; /* from the CFA down to the saved ebp */
};

/*
 * The row for @pc. Return: false if there is none: not C code, or a frame that
 * rows cannot express.
 */
bool unwind_find(unsigned long pc, struct unwind_row *row);

/*
 * The tables of tools/build/symtab.py, whose head describes them. Its own
 * section in the image; offsets count from the header.
 */
#define SYMTAB_MAGIC 0x54595350u
#define SYMTAB_ANCHOR_EVERY 16u

struct symtab_header {
	u32 magic;
	u32 nr_symbols, nr_symbol_anchors;
	u32 symbol_anchors, symbols;
	u32 nr_functions, nr_unwind_anchors;
	u32 unwind_anchors, rows;
	u32 bytes;
};
static_assert(sizeof(struct symtab_header) == 40, "symtab.py HEADER_WORDS");

struct symtab_anchor {
	u32 addr;
	u32 offset; /* in the stream */
};

extern const struct symtab_header symtab_image;
/* The suites'; an image may have none. */
extern const struct symtab_header symtab_suites __attribute__((weak));

static inline const void *symtab_at(const struct symtab_header *h, u32 offset)
{
	return (const u8 *)h + offset;
}

/* The tables that know of @addr, which lies in the image. */
const struct symtab_header *symtab_of(unsigned long addr);

/* The last of @nr anchors at or below @addr, or NULL. */
const struct symtab_anchor *symtab_find_anchor(const struct symtab_anchor *a,
					       u32 nr, unsigned long addr);

static inline u32 symtab_leb128(const u8 **p)
{
	u32 value = 0, shift = 0;
	u8 byte;

	do {
		byte = *(*p)++;
		value |= (u32)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return value;
}

#endif
