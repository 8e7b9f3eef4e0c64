/* SPDX-License-Identifier: MIT */
/*
 * apic.c - each CPU's own interrupt controller: timer, messages, NMI input
 *
 * With a local APIC (LAPIC) a CPU has a timer of its own and can interrupt the
 * others. It is used if the CPU has one and ACPI lists the machine's CPUs;
 * else, or with nolapic, it is left as the firmware set it up, the 8259s
 * interrupt straight through it, and one CPU runs.
 *
 * The lines of devices come through IOAPICs (ioapic.c). Without one, or with
 * noapic, the 8259s stay: their one output is an input (LINT0) of the boot
 * CPU's LAPIC, which passes it on as it comes.
 *
 * CPUs are addressed by their APIC ids, one by one (physical mode): 8 bits, all
 * that this mode of the LAPIC has.
 *
 * Intel SDM volume 3, chapter 11 (the registers: table 11-1).
 *
 * Locking: none. A CPU writes only its own registers; the two writes that send
 * a message are kept together by turning interrupts off.
 */
#define pr_fmt(fmt) "apic: " fmt

#include <kernel/acpi.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/ioport.h>
#include <kernel/entropy.h>
#include <kernel/irq.h>
#include <kernel/math64.h>
#include <kernel/param.h>
#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <kernel/time.h>
#include <kernel/util.h>
#include <kernel/watchdog.h>
#include <asm/cpufeature.h>
#include <asm/fixmap.h>
#include <asm/device_io.h>
#include <asm/irqflags.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include "internal.h"

#define MSR_APIC_BASE 0x1bu
#define APIC_BASE_X2APIC BIT(10)
#define APIC_BASE_ENABLE BIT(11)
#define APIC_BASE_PHYS_MASK 0xfffff000u

/* Registers, as offsets. */
#define LAPIC_ID 0x20u
#define LAPIC_VERSION 0x30u
#define LAPIC_TASK_PRIORITY 0x80u
#define LAPIC_EOI 0xb0u
#define LAPIC_SPURIOUS 0xf0u
#define LAPIC_IN_SERVICE 0x100u /* 8 words, 16 bytes apart */
#define LAPIC_ERROR_STATUS 0x280u
#define LAPIC_ICR_LOW 0x300u
#define LAPIC_ICR_HIGH 0x310u
#define LAPIC_LVT_TIMER 0x320u
#define LAPIC_LVT_THERMAL 0x330u
#define LAPIC_LVT_PERF 0x340u
#define LAPIC_LVT_LINT0 0x350u
#define LAPIC_LVT_LINT1 0x360u
#define LAPIC_LVT_ERROR 0x370u
#define LAPIC_TIMER_START 0x380u
#define LAPIC_TIMER_COUNT 0x390u
#define LAPIC_TIMER_DIVIDE 0x3e0u

#define SPURIOUS_ENABLE BIT(8)
#define LVT_MASKED BIT(16)
#define LVT_LEVEL BIT(15)
#define LVT_ACTIVE_LOW BIT(13)
#define LVT_PERIODIC BIT(17)
#define DELIVER_NMI (4u << 8)
#define DELIVER_INIT (5u << 8)
#define DELIVER_STARTUP (6u << 8)
#define DELIVER_EXTINT (7u << 8)
#define ICR_PENDING BIT(12)
#define ICR_ASSERT BIT(14)
#define ICR_LEVEL BIT(15)
#define TIMER_DIVIDE_1 0xbu
/* LVT entries that are there: thermal from 6 on, performance from 5. */
#define LVT_ENTRIES(version) ((((version) >> 16) & 0xff) + 1)

#define NR_IN_SERVICE_BITS 256u
#define CALIBRATION_MS 3u
#define CALIBRATION_RUNS 3u
/* The bus takes a message within a few of its clocks; this is a second. */
#define ICR_POLLS 10000000u

static bool noapic, nolapic;
/* Set once at boot. */
static bool lapic_used, ioapic_used;
static const struct acpi_info *acpi;
static u32 timer_period; /* of the LAPIC's timer: counts for one tick */

/* The APIC id of each CPU that is up, or is being brought up. */
static u8 apic_id_of[CONFIG_NR_CPUS];

static int noapic_set(const char *value)
{
	if (value)
		return -EINVAL;
	noapic = true;
	return 0;
}
KERNEL_PARAM(noapic, "noapic", noapic_set,
	     ": device interrupts through the 8259s");

static int nolapic_set(const char *value)
{
	if (value)
		return -EINVAL;
	nolapic = true;
	return 0;
}
KERNEL_PARAM(nolapic, "nolapic", nolapic_set,
	     ": no APIC at all: one CPU, 8259s and the PIT");

static u32 lapic_read(u32 reg)
{
	return readl(fixmap_address(FIX_LAPIC) + reg);
}

static void lapic_write(u32 reg, u32 value)
{
	/* Messages say "look at memory": what is there must be written. */
	barrier();
	writel(value, fixmap_address(FIX_LAPIC) + reg);
}

bool lapic_in_use(void)
{
	return lapic_used;
}

static u8 lapic_id(void)
{
	return (u8)(lapic_read(LAPIC_ID) >> 24);
}

unsigned int cpu_apic_id(unsigned int cpu)
{
	return apic_id_of[cpu];
}

void lapic_eoi(void)
{
	lapic_write(LAPIC_EOI, 0);
}

/* --- messages ------------------------------------------------------------- */

/* Interrupts are turned off: a handler may send between the two writes. */
static void lapic_send(u8 apic_id, u32 message)
{
	unsigned long flags = local_irq_save();
	u32 polls = ICR_POLLS;

	while (lapic_read(LAPIC_ICR_LOW) & ICR_PENDING && --polls)
		cpu_relax();
	lapic_write(LAPIC_ICR_HIGH, (u32)apic_id << 24);
	lapic_write(LAPIC_ICR_LOW, message);
	local_irq_restore(flags);
}

void arch_send_call_ipi(unsigned int cpu)
{
	lapic_send(apic_id_of[cpu], CALL_VECTOR | ICR_ASSERT);
}

void arch_send_reschedule_ipi(unsigned int cpu)
{
	/* To itself, too; without a local APIC its next tick will do. */
	if (lapic_used)
		lapic_send(apic_id_of[cpu], RESCHEDULE_VECTOR | ICR_ASSERT);
}

void arch_send_tlb_ipi(unsigned int cpu)
{
	lapic_send(apic_id_of[cpu], TLB_VECTOR | ICR_ASSERT);
}

void lapic_send_nmi(unsigned int cpu)
{
	lapic_send(apic_id_of[cpu], DELIVER_NMI | ICR_ASSERT);
}

void lapic_send_init(u8 apic_id)
{
	lapic_send(apic_id, DELIVER_INIT | ICR_LEVEL | ICR_ASSERT);
}

void lapic_end_init(u8 apic_id)
{
	lapic_send(apic_id, DELIVER_INIT | ICR_LEVEL);
}

void lapic_send_startup(u8 apic_id, u32 page)
{
	lapic_send(apic_id, DELIVER_STARTUP | ICR_ASSERT | page);
}

/* --- setting one up ------------------------------------------------------- */

/* Interrupts that an earlier owner took and never ended would block ours. */
static void lapic_end_old_interrupts(void)
{
	unsigned int i, bit;

	for (i = 0; i < NR_IN_SERVICE_BITS / 32; i++) {
		u32 in_service = lapic_read(LAPIC_IN_SERVICE + i * 16);

		for (bit = 0; bit < 32; bit++)
			if (in_service & BIT(bit))
				lapic_eoi();
	}
}

/* The 8259s, where they are used, interrupt the boot CPU through LINT0. */
static u32 lint0_word(void)
{
	return smp_processor_id() == 0 && !ioapic_used ? DELIVER_EXTINT :
							 LVT_MASKED;
}

/* An NMI line reaches all CPUs' inputs; one of them listens. */
static u32 lint1_word(void)
{
	u32 i, word = DELIVER_NMI;

	if (smp_processor_id() != 0)
		return LVT_MASKED;
	for (i = 0; i < acpi->nr_nmis; i++) {
		const struct acpi_lapic_nmi *nmi = &acpi->nmis[i];

		if (nmi->lint == 1 &&
		    (nmi->flags & ACPI_POLARITY_MASK) == ACPI_POLARITY_LOW)
			word |= LVT_ACTIVE_LOW;
	}
	return word;
}

/* This CPU's, from whatever state it is in. */
static void lapic_setup(void)
{
	u32 entries = LVT_ENTRIES(lapic_read(LAPIC_VERSION));

	lapic_write(LAPIC_TASK_PRIORITY, 0);
	lapic_write(LAPIC_SPURIOUS, SPURIOUS_ENABLE | SPURIOUS_VECTOR);
	lapic_write(LAPIC_LVT_TIMER, LVT_MASKED);
	if (entries >= 5)
		lapic_write(LAPIC_LVT_PERF, LVT_MASKED);
	if (entries >= 6)
		lapic_write(LAPIC_LVT_THERMAL, LVT_MASKED);
	lapic_end_old_interrupts();
	lapic_write(LAPIC_LVT_LINT0, lint0_word());
	lapic_write(LAPIC_LVT_LINT1, lint1_word());
	lapic_write(LAPIC_LVT_ERROR, LAPIC_ERROR_VECTOR);
	lapic_write(LAPIC_ERROR_STATUS, 0);
	lapic_eoi();
}

/* What keeps the LAPIC from being used; NULL: nothing. */
static const char *lapic_objection(void)
{
	u64 base;

	if (nolapic)
		return "nolapic";
	if (!(cpu_info()->edx & CPU_APIC))
		return "this CPU has none";
	if (!acpi->found)
		return "no ACPI table lists the CPUs";
	if (!arch_cycles_per_ms())
		return "its timer cannot be measured without an 8254";
	base = rdmsr(MSR_APIC_BASE);
	if (base & APIC_BASE_X2APIC)
		return "the firmware left it in x2APIC mode";
	return NULL;
}

/* Some firmware turns it off; where it lies, ACPI and the CPU must agree. */
static void lapic_turn_on(void)
{
	u64 base = rdmsr(MSR_APIC_BASE);

	base = (base & ~(u64)APIC_BASE_PHYS_MASK) | acpi->lapic_phys |
	       APIC_BASE_ENABLE;
	wrmsr(MSR_APIC_BASE, base);
}

/* --- the timer ------------------------------------------------------------ */

/* Counts of the timer in one tick, by one short look at both clocks. */
static u32 timer_measure(void)
{
	u32 per_ms = arch_cycles_per_ms(), counts;
	u64 cycles, start;

	lapic_write(LAPIC_TIMER_DIVIDE, TIMER_DIVIDE_1);
	start = read_cycles();
	lapic_write(LAPIC_TIMER_START, U32_MAX);
	while (read_cycles() - start < (u64)per_ms * CALIBRATION_MS)
		cpu_relax();
	counts = U32_MAX - lapic_read(LAPIC_TIMER_COUNT);
	cycles = read_cycles() - start;
	lapic_write(LAPIC_TIMER_START, 0);
	/* Cycles for a tick are some tens of millions: no overflow. */
	return (u32)div64_u64((u64)counts * per_ms * (1000 / HZ), cycles);
}

/*
 * What comes between the two clocks makes the stretch of the counter look
 * longer, and the timer too slow: the largest of three is believed.
 */
static void timer_calibrate(void)
{
	unsigned int i;

	for (i = 0; i < CALIBRATION_RUNS; i++)
		timer_period = max(timer_period, timer_measure());
	pr_info("timer=%u kHz\n", timer_period / (1000 / HZ));
}

void lapic_timer_start(void)
{
	lapic_write(LAPIC_TIMER_DIVIDE, TIMER_DIVIDE_1);
	lapic_write(LAPIC_LVT_TIMER, LVT_PERIODIC | LAPIC_TIMER_VECTOR);
	lapic_write(LAPIC_TIMER_START, timer_period);
}

/* --- at boot -------------------------------------------------------------- */

/* It may lie in what the firmware calls reserved; a refusal is a line. */
static void lapic_claim(u32 phys)
{
	static struct resource claim = {
		.name = "Local APIC",
		.flags = IORESOURCE_MEM | IORESOURCE_BUSY,
	};

	claim.start = phys;
	claim.end = phys + PAGE_SIZE - 1;
	if (insert_resource(&iomem_resource, &claim))
		pr_warn("nobody keeps drivers from its registers\n");
}

bool lapic_prepare(const struct acpi_info *info)
{
	const char *objection;

	acpi = info;
	objection = lapic_objection();
	if (objection) {
		pr_info("not used: %s\n", objection);
		return false;
	}
	fixmap_map_device(FIX_LAPIC, info->lapic_phys);
	lapic_claim(info->lapic_phys);
	lapic_turn_on();
	lapic_used = true;
	apic_id_of[0] = lapic_id();
	return true;
}

void lapic_init(void)
{
	ioapic_used = !noapic && ioapic_init(acpi, apic_id_of[0]);
	if (!ioapic_used)
		pic_init();
	else
		pic_disable();
	lapic_setup();
	timer_calibrate();
	lapic_timer_start();
	pr_info("id=%u version=%#x lines=%s\n", apic_id_of[0],
		lapic_read(LAPIC_VERSION) & 0xff,
		ioapic_used ? "ioapic" : "8259");
}

void lapic_init_secondary(void)
{
	lapic_setup();
}

void cpu_set_apic_id(unsigned int cpu, u8 apic_id)
{
	apic_id_of[cpu] = apic_id;
}

/* --- interrupts ----------------------------------------------------------- */

static void lapic_error(void)
{
	u32 status;

	lapic_write(LAPIC_ERROR_STATUS, 0);
	status = lapic_read(LAPIC_ERROR_STATUS);
	irq_count_error();
	pr_warn("CPU%u: error status %#x\n", smp_processor_id(), status);
}

void lapic_interrupt(u32 vector)
{
	switch (vector) {
	case LAPIC_TIMER_VECTOR:
		irq_count_local(LOCAL_IRQ_LOC);
		watchdog_tick();
		time_tick();
		break;
	case RESCHEDULE_VECTOR: smp_reschedule_interrupt(); break;
	case CALL_VECTOR: smp_call_function_interrupt(); break;
	case TLB_VECTOR: arch_answer_requests(); break;
	case LAPIC_ERROR_VECTOR: lapic_error(); break;
	default:
		/* It was made up: there is nothing to end. */
		irq_count_local(LOCAL_IRQ_SPU);
		return;
	}
	lapic_eoi();
}

void device_interrupt(unsigned int irq)
{
	if (!ioapic_used) {
		pic_handle(irq);
		return;
	}
	random_add_interrupt(irq);
	irq_dispatch(irq);
	lapic_eoi();
}
