/* SPDX-License-Identifier: MIT */
/*
 * machine_end.c - the ways out
 *
 * An emulator with isa-debug-exit ends at the first write. Without the device
 * the same write goes nowhere: port 0xf4 is in the old coprocessor's range,
 * which no board of the last decades decodes. What follows then is the next
 * best: power off, reset, or standing still with the message on the screen.
 */
#include <kernel/printk.h>
#include <kernel/types.h>
#include <asm/device_io.h>
#include <asm/irqflags.h>
#include <asm/processor.h>
#include <asm/smp.h>

#define DEBUG_EXIT_PORT 0xf4
#define DEBUG_EXIT_PASS 0x10
#define DEBUG_EXIT_FAIL 0x11
#define DEBUG_EXIT_PANIC 0x12

/* Where QEMU's pc and q35 have ACPI's PM1a control register. */
#define ACPI_PM1A_CONTROL 0x604
#define ACPI_SLEEP_S5 0x2000

#define KEYBOARD_COMMAND 0x64
#define KEYBOARD_BUSY 0x02
#define KEYBOARD_PULSE_RESET 0xfe
#define RESET_CONTROL 0xcf9
#define RESET_HARD 0x06

#define KEYBOARD_POLLS 100000u
/* An I/O delay is about a microsecond: power goes within 100 ms, or not. */
#define POWER_OFF_DELAYS 100000u

static void __noreturn halt(void)
{
	for (;;)
		__asm__ volatile("cli; hlt");
}

void arch_triple_fault(void)
{
	static const struct {
		u16 limit;
		u32 base;
	} __packed no_vectors = { 0, 0 };

	__asm__ volatile("lidt %0; int3" : : "m"(no_vectors));
	halt();
}

static void __noreturn reset(void)
{
	unsigned int i;

	for (i = 0; i < KEYBOARD_POLLS; i++) {
		if (!(inb(KEYBOARD_COMMAND) & KEYBOARD_BUSY))
			break;
	}
	outb(KEYBOARD_PULSE_RESET, KEYBOARD_COMMAND);
	for (i = 0; i < KEYBOARD_POLLS; i++)
		io_delay();
	outb(RESET_HARD, RESET_CONTROL);
	/* At last a triple fault, which every board answers with a reset. */
	arch_triple_fault();
}

/* Boards without ACPI, or with it elsewhere, leave the switch to people. */
static void __noreturn power_off(void)
{
	unsigned int i;

	outw(ACPI_SLEEP_S5, ACPI_PM1A_CONTROL);
	for (i = 0; i < POWER_OFF_DELAYS; i++)
		io_delay();
	pr_notice("It is now safe to turn off the machine.\n");
	halt();
}

void arch_machine_end(enum machine_end how)
{
	local_irq_disable();
	arch_stop_other_cpus();
	switch (how) {
	case MACHINE_REBOOT: reset();
	case MACHINE_PANIC:
		/* The last words stay on the screen: no power off. */
		outb(DEBUG_EXIT_PANIC, DEBUG_EXIT_PORT);
		halt();
	case MACHINE_FAIL: outb(DEBUG_EXIT_FAIL, DEBUG_EXIT_PORT); break;
	case MACHINE_PASS: outb(DEBUG_EXIT_PASS, DEBUG_EXIT_PORT); break;
	}
	power_off();
}
