/* SPDX-License-Identifier: MIT */
/*
 * host_keyboard_test.c - the keyboard driver and a model of its controller
 *
 * The model answers as the chip does, or fails as no emulator's chip will.
 */
#include <kernel/errno.h>
#include <kernel/input.h>
#include <kernel/keyboard.h>
#include <kernel/ktest.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <host/machine.h>
#include <asm/irqflags.h>
#include "log_lines.h"

#define IRQ 1
#define QUEUE 16u

static struct {
	/* How it is broken. */
	bool absent, deaf, silent, fails, no_keyboard;
	/* To the host: data bytes; their mouse flag. */
	u8 out[QUEUE];
	unsigned int put, get;
	bool mouse;
	u8 command; /* waits for its data byte; 0: none */
	u8 config;
	u8 lights;
	bool lights_next;
	unsigned int sent; /* bytes to the keyboard */
	unsigned int reads; /* of either port */
	unsigned int wrong; /* bytes from the host that it wants again */
	bool wrong_lights; /* it wants them again, once */
	bool off; /* may not send */
} chip;

static void answer(u8 byte)
{
	if (!chip.silent && chip.put - chip.get < QUEUE)
		chip.out[chip.put++ % QUEUE] = byte;
}

static void command(u8 byte)
{
	chip.command = 0;
	switch (byte) {
	case 0x20: answer(chip.config); break;
	case 0x60: chip.command = byte; break;
	case 0xaa: answer(chip.fails ? 0xfc : 0x55); break;
	case 0xad: chip.off = true; break;
	case 0xae: chip.off = false; break;
	default: break;
	}
}

static void to_keyboard(u8 byte)
{
	chip.sent++;
	if (chip.no_keyboard)
		return;
	if (chip.wrong) {
		chip.wrong--;
		answer(0xfe);
		return;
	}
	if (chip.lights_next && chip.wrong_lights) {
		chip.wrong_lights = false;
		answer(0xfe);
		return;
	}
	if (chip.lights_next)
		chip.lights = byte;
	chip.lights_next = byte == 0xed;
	answer(0xfa);
}

static u32 bus_in(u16 port, unsigned int bytes)
{
	(void)bytes;
	chip.reads++;
	if (chip.absent)
		return 0xff;
	if (port == 0x64)
		return (chip.put != chip.get ? 1u : 0u) |
		       (chip.deaf ? 2u : 0u) | (chip.mouse ? 0x20u : 0u);
	return chip.put != chip.get ? chip.out[chip.get++ % QUEUE] : 0;
}

static void bus_out(u32 value, u16 port, unsigned int bytes)
{
	(void)bytes;
	if (port == 0x64) {
		command((u8)value);
	} else if (chip.command == 0x60) {
		chip.config = (u8)value;
		chip.command = 0;
	} else {
		to_keyboard((u8)value);
	}
}

static const struct host_port_bus bus = { bus_in, bus_out };

static void plug(void)
{
	memset(&chip, 0, sizeof(chip));
	host_set_port_bus(&bus);
	while (input_get() >= 0)
		;
}

static void unplug(void)
{
	host_set_port_bus(NULL);
}

static void key(u8 code)
{
	answer(code);
	host_irq_raise(IRQ);
}

static void the_controller_translates_and_interrupts(struct ktest *t)
{
	plug();
	chip.config = 0x32; /* mouse interrupt, keyboard off */
	answer(0x1e); /* a key from before: not for us */
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	KTEST_EXPECT_EQ(t, chip.config, 0x61);
	KTEST_EXPECT_EQ(t, input_get(), -1);
	KTEST_EXPECT_FALSE(t, chip.off);
	keyboard_exit();
	KTEST_EXPECT_TRUE(t, chip.off);
	unplug();
}

static void keys_come_to_the_console(struct ktest *t)
{
	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	key(0x23);
	key(0x23 | 0x80);
	key(0x17);
	KTEST_EXPECT_EQ(t, input_get(), 'h');
	KTEST_EXPECT_EQ(t, input_get(), 'i');
	KTEST_EXPECT_EQ(t, input_get(), -1);
	/* What a mouse says is thrown away. */
	chip.mouse = true;
	key(0x23);
	chip.mouse = false;
	KTEST_EXPECT_EQ(t, input_get(), -1);
	keyboard_exit();
	unplug();
}

static void the_lights_follow_the_locks(struct ktest *t)
{
	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	key(0x3a);
	host_irq_raise(IRQ);
	KTEST_EXPECT_EQ(t, chip.lights, 0x04);
	key(0x1e);
	KTEST_EXPECT_EQ(t, input_get(), 'A');
	key(0x3a);
	host_irq_raise(IRQ);
	KTEST_EXPECT_EQ(t, chip.lights, 0);
	keyboard_exit();
	unplug();
}

static void the_keyboard_is_told_what_is_new_and_once(struct ktest *t)
{
	unsigned int before;

	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	before = chip.sent;
	key(0x1e);
	key(0xfa); /* an answer to nothing */
	KTEST_EXPECT_EQ(t, chip.sent, before);
	/* A key before the answer: the command is under way already. */
	chip.no_keyboard = true;
	key(0x3a);
	key(0x1f);
	KTEST_EXPECT_EQ(t, chip.sent, before + 1);
	chip.no_keyboard = false;
	chip.lights_next = true;
	key(0xfa);
	KTEST_EXPECT_EQ(t, chip.sent, before + 2);
	KTEST_EXPECT_EQ(t, chip.lights, 0x04);
	keyboard_exit();
	unplug();
}

/* Caps lock, and what it led to. */
static void press_caps(void)
{
	key(0x3a);
	host_irq_raise(IRQ);
}

static void a_byte_that_is_wanted_again_is_sent_again(struct ktest *t)
{
	unsigned int before;

	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	/* The command, and what follows it. */
	chip.wrong = 1;
	chip.wrong_lights = true;
	press_caps();
	KTEST_EXPECT_EQ(t, chip.lights, 0x04);
	KTEST_EXPECT_FALSE(t, chip.wrong || chip.wrong_lights);
	before = chip.sent;
	key(0xfe); /* nothing is on its way */
	KTEST_EXPECT_EQ(t, chip.sent, before);
	/* Not for ever. */
	chip.wrong = 1000;
	press_caps();
	KTEST_EXPECT_EQ(t, chip.sent, before + 3);
	key(0x1e);
	KTEST_EXPECT_EQ(t, chip.sent, before + 3);
	KTEST_EXPECT_EQ(t, input_get(), 'a');
	/* The next lock is tried again. */
	chip.wrong = 0;
	press_caps();
	KTEST_EXPECT_EQ(t, chip.lights, 0x04);
	press_caps();
	KTEST_EXPECT_EQ(t, chip.lights, 0);
	keyboard_exit();
	unplug();
}

static void a_command_without_an_answer_is_not_waited_for(struct ktest *t)
{
	unsigned int before, i;

	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	before = chip.sent;
	chip.no_keyboard = true;
	key(0x3a);
	for (i = 0; i < 5; i++) {
		schedule_timeout_uninterruptible(HZ);
		key(0x1e);
		KTEST_EXPECT_EQ(t, input_get(), 'A');
	}
	KTEST_EXPECT_EQ(t, chip.sent, before + 3);
	/* It is plugged in again. */
	chip.no_keyboard = false;
	press_caps();
	press_caps();
	KTEST_EXPECT_EQ(t, chip.lights, 0x04);
	chip.no_keyboard = true;
	press_caps();
	chip.no_keyboard = false;
	schedule_timeout_uninterruptible(HZ);
	key(0x1e);
	host_irq_raise(IRQ);
	KTEST_EXPECT_EQ(t, chip.lights, 0);
	keyboard_exit();
	unplug();
}

/* All ones are no bytes of a mouse, without end. */
static void a_chip_that_is_gone_has_nothing_to_say(struct ktest *t)
{
	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	chip.absent = true;
	chip.reads = 0;
	host_irq_raise(IRQ);
	KTEST_EXPECT_EQ(t, chip.reads, 1);
	KTEST_EXPECT_EQ(t, input_get(), -1);
	chip.absent = false;
	keyboard_exit();
	unplug();
}

static void a_full_queue_takes_no_half_key(struct ktest *t)
{
	unsigned int i, room;

	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	room = input_room();
	for (i = 0; i < room - 2; i++)
		input_put('x');
	key(0xe0);
	key(0x48); /* three bytes, room for two */
	KTEST_EXPECT_EQ(t, input_room(), 2);
	key(0x1e);
	KTEST_EXPECT_EQ(t, input_room(), 1);
	key(0x1f);
	KTEST_EXPECT_EQ(t, input_room(), 0);
	/* Ctrl-C needs no room. */
	allow_signal(SIGINT);
	input_set_interrupted(current);
	key(0x1d);
	key(0x2e);
	input_set_interrupted(NULL);
	KTEST_EXPECT_TRUE(t, signal_pending(current));
	flush_signals(current);
	disallow_signal(SIGINT);
	while (input_get() >= 0)
		;
	keyboard_exit();
	unplug();
}

/* Whatever is broken: -ENODEV, one line, and nothing is kept. */
static void expect_refused(struct ktest *t, const char *line)
{
	u64 from = log_end();

	KTEST_EXPECT_EQ(t, keyboard_init(), -ENODEV);
	KTEST_EXPECT_EQ(t, log_count(from, "i8042: "), 1);
	KTEST_EXPECT_EQ(t, log_count(from, line), 1);
	plug();
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	keyboard_exit();
	unplug();
}

static void no_controller_is_one_line(struct ktest *t)
{
	plug();
	chip.absent = true;
	expect_refused(t, "no keyboard controller");
}

static void a_controller_that_takes_nothing_is_given_up(struct ktest *t)
{
	plug();
	chip.deaf = true;
	expect_refused(t, "takes no command");
}

static void a_controller_that_says_nothing_is_given_up(struct ktest *t)
{
	plug();
	chip.silent = true;
	expect_refused(t, "self test: no answer");
}

static void a_failed_self_test_is_named(struct ktest *t)
{
	plug();
	chip.fails = true;
	expect_refused(t, "self test: answer 0xfc");
}

static void a_keyboard_may_be_plugged_in_later(struct ktest *t)
{
	u64 from = log_end();

	plug();
	chip.no_keyboard = true;
	KTEST_EXPECT_EQ(t, keyboard_init(), 0);
	KTEST_EXPECT_EQ(t, log_count(from, "no keyboard answers"), 1);
	key(0x1e);
	KTEST_EXPECT_EQ(t, input_get(), 'a');
	keyboard_exit();
	unplug();
}

static const struct ktest_case cases[] = {
	KTEST_CASE(the_controller_translates_and_interrupts),
	KTEST_CASE(keys_come_to_the_console),
	KTEST_CASE(the_lights_follow_the_locks),
	KTEST_CASE(the_keyboard_is_told_what_is_new_and_once),
	KTEST_CASE(a_byte_that_is_wanted_again_is_sent_again),
	KTEST_CASE(a_command_without_an_answer_is_not_waited_for),
	KTEST_CASE(a_chip_that_is_gone_has_nothing_to_say),
	KTEST_CASE(a_full_queue_takes_no_half_key),
	KTEST_CASE(no_controller_is_one_line),
	KTEST_CASE(a_controller_that_takes_nothing_is_given_up),
	KTEST_CASE(a_controller_that_says_nothing_is_given_up),
	KTEST_CASE(a_failed_self_test_is_named),
	KTEST_CASE(a_keyboard_may_be_plugged_in_later),
};
KTEST_SUITE(host_keyboard, cases);
