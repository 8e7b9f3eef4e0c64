/* SPDX-License-Identifier: MIT */
/*
 * smpboot.c - bringing up the other CPUs
 *
 * One after the other: the CPU is reset (INIT), given 10 ms, and sent to the
 * trampoline's page (start-up message, sent twice as the manual wants). It
 * claims its start (trampoline.asm), loads its own segments and task states,
 * looks at its features, and waits for the word; with it, it is online.
 *
 * A CPU that does not claim its start in time is given up: it is reset again,
 * one line says so, and its number goes to the next one. A CPU whose features
 * fall short of the boot CPU's is reset, too: the kernel and its page tables
 * are built for those. Either way the machine runs with those that are there.
 *
 * Invariants:
 *   B1  ap_claim is an APIC id while its CPU may claim, AP_CLAIMED when it has,
 *       AP_NOBODY else; so one CPU at a time uses ap_stack and start
 *   B2  a CPU whose number is online has flushed its TLB after that
 *
 * Locking: none: the boot CPU alone starts others. What the two CPUs tell each
 * other goes through ap_claim and ap_state.
 */
#define pr_fmt(fmt) "smpboot: " fmt

#include <kernel/acpi.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/irq.h>
#include <kernel/math64.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <asm/cpufeature.h>
#include <asm/fixmap.h>
#include <asm/device_io.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include <asm/tables.h>
#include "internal.h"

#define WARM_RESET_MS 10u /* the manual's wait between INIT and start-up */
#define STARTUP_WAIT_US 300u
/* A machine with more virtual CPUs than real ones may take its time. */
#define CLAIM_WAIT_MS 3000u
#define ALIVE_WAIT_MS 10000u

/* Beyond all APIC ids, as AP_CLAIMED is. */
#define AP_NOBODY 0xffffffffu

enum ap_state {
	AP_NOTHING,
	AP_ALIVE, /* the CPU: I have looked at myself, and wait */
	AP_GO, /* the boot CPU: you are in */
};

/* Of trampoline.asm. */
extern const u8 trampoline_start[], trampoline_end[], trampoline_words[];
extern const u32 trampoline_gdt_at, trampoline_gdt, trampoline_pointer_at;
extern const u32 trampoline_protected;

/* Read by trampoline.asm. */
u32 ap_claim = AP_NOBODY, ap_cr3;
unsigned long ap_stack;

static u32 ap_state; /* enum ap_state; atomic */
static unsigned int ap_cpu; /* the number of the one that is brought up */
static const struct arch_cpu_start *ap_start;

static const struct acpi_info *acpi;
static u32 next_listed; /* in acpi->cpus: the next to try */
static u8 boot_apic_id;
static phys_addr_t trampoline_phys;

static u32 ap_state_read(void)
{
	return __atomic_load_n(&ap_state, __ATOMIC_ACQUIRE);
}

static void ap_state_set(enum ap_state state)
{
	__atomic_store_n(&ap_state, state, __ATOMIC_RELEASE);
}

unsigned int arch_smp_prepare(const struct acpi_info *info)
{
	u32 i, others = 0;

	if (!lapic_prepare(info))
		return 1;
	acpi = info;
	boot_apic_id = (u8)cpu_apic_id(0);
	for (i = 0; i < info->nr_cpus; i++)
		others += info->cpus[i].apic_id != boot_apic_id;
	if (others == info->nr_cpus)
		pr_warn("the boot CPU (APIC id %u) is not in ACPI's list\n",
			boot_apic_id);
	return others + 1;
}

/* --- the page below 1 MiB ------------------------------------------------- */

void arch_set_trampoline(phys_addr_t phys)
{
	trampoline_phys = phys;
}

static void page_put(u8 *page, u32 offset, u32 value)
{
	memcpy(page + offset, &value, sizeof(value));
}

/*
 * The other CPUs come up with the boot CPU's control registers; caching is on
 * in there, which after a reset it is not.
 */
static void trampoline_fill(void)
{
	u8 *page = phys_to_virt(trampoline_phys);
	u32 base = (u32)trampoline_phys;
	u32 words = (u32)(trampoline_words - trampoline_start);

	memcpy(page, trampoline_start,
	       (size_t)(trampoline_end - trampoline_start));
	page_put(page, trampoline_gdt_at, base + trampoline_gdt);
	page_put(page, trampoline_pointer_at, base + trampoline_protected);
	page_put(page, words, read_cr0());
	page_put(page, words + 4, arch_trampoline_tables(trampoline_phys));
	/* What it might lack it turns on itself, when it has looked. */
	page_put(page, words + 8, read_cr4() & ~(CR4_SMEP | CR4_SMAP));
	page_put(page, words + 12, cpu_has_nx());
	ap_cr3 = read_cr3();
}

/* --- the boot CPU's side -------------------------------------------------- */

static bool claimed(void)
{
	return __atomic_load_n(&ap_claim, __ATOMIC_ACQUIRE) == AP_CLAIMED;
}

static bool claimed_within(u32 us)
{
	u64 cycles = div_u64((u64)arch_cycles_per_ms() * us, 1000);
	u64 start = read_cycles();

	while (!claimed() && read_cycles() - start < cycles)
		cpu_relax();
	return claimed();
}

bool smpboot_wake(u8 apic_id, u32 wait_ms)
{
	u32 page = (u32)(trampoline_phys >> PAGE_SHIFT), nobody = apic_id;

	__atomic_store_n(&ap_claim, apic_id, __ATOMIC_RELEASE);
	lapic_send_init(apic_id);
	mdelay(WARM_RESET_MS);
	lapic_end_init(apic_id);
	lapic_send_startup(apic_id, page);
	if (claimed_within(STARTUP_WAIT_US))
		return true;
	lapic_send_startup(apic_id, page);
	if (claimed_within(wait_ms * 1000))
		return true;
	/* From here on it is too late for it, unless it was quicker. */
	if (!__atomic_compare_exchange_n(&ap_claim, &nobody, AP_NOBODY, false,
					 __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return true;
	lapic_send_init(apic_id);
	lapic_end_init(apic_id);
	return false;
}

static bool alive_within(u32 ms)
{
	u64 cycles = (u64)arch_cycles_per_ms() * ms, start = read_cycles();

	while (ap_state_read() != AP_ALIVE && read_cycles() - start < cycles)
		cpu_relax();
	return ap_state_read() == AP_ALIVE;
}

/* The next CPU of the list; false at its end. */
static bool next_apic_id(u8 *apic_id)
{
	while (acpi && next_listed < acpi->nr_cpus) {
		*apic_id = acpi->cpus[next_listed++].apic_id;
		if (*apic_id != boot_apic_id)
			return true;
	}
	return false;
}

/* It has its say; what it lacks of the boot CPU's features decides. */
static int admit(unsigned int cpu, u8 apic_id)
{
	char lacks[96];

	if (cpu_features_lacking(cpu_info(), cpu_info_of(cpu), lacks,
				 sizeof(lacks))) {
		pr_err("CPU with APIC id %u lacks what the boot CPU has:%s;"
		       " left out\n",
		       apic_id, lacks);
		lapic_send_init(apic_id);
		lapic_end_init(apic_id);
		return -EIO;
	}
	ap_state_set(AP_GO);
	while (!cpu_online(cpu))
		cpu_relax();
	return 0;
}

int arch_cpu_start(unsigned int cpu, const struct arch_cpu_start *start)
{
	u8 apic_id;
	int err = -EIO;

	if (!next_apic_id(&apic_id) || !trampoline_phys)
		return -ENODEV;
	trampoline_fill();
	ap_stack = start->stack_top;
	ap_start = start;
	ap_cpu = cpu;
	ap_state_set(AP_NOTHING);
	cpu_set_apic_id(cpu, apic_id);
	if (!smpboot_wake(apic_id, CLAIM_WAIT_MS)) {
		pr_err("CPU with APIC id %u does not answer; left out\n",
		       apic_id);
	} else if (!alive_within(ALIVE_WAIT_MS)) {
		/* It stands on what we gave it: that can serve no other. */
		pr_err("CPU with APIC id %u hangs; no more are started\n",
		       apic_id);
		next_listed = acpi->nr_cpus;
		err = -ENODEV;
	} else {
		err = admit(cpu, apic_id);
	}
	ap_claim = AP_NOBODY;
	return err;
}

/* --- the other CPU's side ------------------------------------------------- */

static void __noreturn ap_halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

/*
 * No per-CPU data before the segments are loaded; no printing, no locks before
 * the CPU is online.
 */
void ap_main(void)
{
	const struct arch_cpu_start *start = ap_start;
	unsigned int cpu = ap_cpu;
	void (*entry)(void) = start->entry;

	cpu_tables_init_secondary(cpu, start->double_fault_stack_top);
	cpu_features_init_secondary();
	lapic_init_secondary();
	ap_state_set(AP_ALIVE);
	while (ap_state_read() == AP_ALIVE)
		cpu_relax();
	set_cpu_online(cpu);
	/* Who asked for a flush before that did not ask us (B2). */
	tlb_flush_all();
	lapic_timer_start();
	entry();
	ap_halt();
}
