/* SPDX-License-Identifier: MIT */
/*
 * timer.c - the 8254: a tick of HZ a second, and the ruler for the TSC
 *
 * Without a local APIC, channel 0 interrupts on line 0 for ever; with one the
 * tick is the APIC's, one for each CPU. Channel 2, whose output can be
 * read back, times a short stretch in which the cycle counter is watched.
 * Something else may run in between (a host that schedules us away): that only
 * makes a stretch look longer, so the shortest of three is believed.
 */
#define pr_fmt(fmt) "timer: " fmt

#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/math64.h>
#include <kernel/printk.h>
#include <kernel/time.h>
#include <asm/device_io.h>
#include <asm/processor.h>
#include "internal.h"

#define PIT_HZ 1193182u
#define PIT_CHANNEL0 0x40
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_CH0_RATE 0x34 /* channel 0, low then high byte, mode 2 */
#define PIT_CH2_ONESHOT 0xb0 /* channel 2, low then high byte, mode 0 */

#define NMI_STATUS 0x61 /* also the gate and output of channel 2 */
#define CH2_GATE 0x01
#define CH2_SPEAKER 0x02
#define CH2_OUTPUT 0x20

#define TIMER_IRQ 0u
#define CALIBRATION_MS 3u
#define CALIBRATION_RUNS 3u
#define CALIBRATION_COUNT (PIT_HZ * CALIBRATION_MS / 1000)
/* Each poll is a port read of about a microsecond: far more than needed. */
#define CALIBRATION_POLLS 1000000u

static_assert(CALIBRATION_COUNT < 0x10000, "the counter has 16 bits");

/* 0 until measured; written once. */
static u32 cycles_per_ms;

u32 arch_cycles_per_ms(void)
{
	return cycles_per_ms;
}

/* Cycles that CALIBRATION_COUNT ticks of channel 2 take; 0: no 8254. */
static u64 measure(void)
{
	u8 port = inb(NMI_STATUS);
	u32 polls = CALIBRATION_POLLS;
	u64 start, end;

	/* Gate open, loudspeaker off. */
	outb((u8)((port & ~CH2_SPEAKER) | CH2_GATE), NMI_STATUS);
	outb(PIT_CH2_ONESHOT, PIT_COMMAND);
	outb(CALIBRATION_COUNT & 0xff, PIT_CHANNEL2);
	outb(CALIBRATION_COUNT >> 8, PIT_CHANNEL2);
	/* Counting began with the high byte. */
	start = read_cycles();
	while (!(inb(NMI_STATUS) & CH2_OUTPUT) && --polls)
		;
	end = read_cycles();
	outb(port, NMI_STATUS);
	return polls ? end - start : 0;
}

void arch_time_init(void)
{
	u64 best = U64_MAX;
	unsigned int i;

	for (i = 0; i < CALIBRATION_RUNS; i++) {
		u64 cycles = measure();

		if (cycles < best)
			best = cycles;
	}
	if (!best) {
		pr_warn("no 8254 found: the log has no times\n");
		return;
	}
	cycles_per_ms = (u32)div_u64(best * PIT_HZ, CALIBRATION_COUNT * 1000);
	pr_info("tsc=%u kHz\n", cycles_per_ms);
}

static irqreturn_t timer_interrupt(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	time_tick();
	return IRQ_HANDLED;
}

void pit_start(void)
{
	u32 divisor = (PIT_HZ + HZ / 2) / HZ;

	outb(PIT_CH0_RATE, PIT_COMMAND);
	outb(divisor & 0xff, PIT_CHANNEL0);
	outb((u8)(divisor >> 8), PIT_CHANNEL0);
	if (request_irq(TIMER_IRQ, timer_interrupt, 0, "timer", NULL))
		panic("the timer's interrupt line is taken");
}

/* In this order: a line can be unmasked only once there is a controller. */
void arch_irq_init(void)
{
	board_ports_claim();
	if (lapic_in_use()) {
		lapic_init();
	} else {
		pic_init();
		pit_start();
	}
	rtc_init();
}
