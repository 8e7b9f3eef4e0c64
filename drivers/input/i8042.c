/* SPDX-License-Identifier: MIT */
/*
 * i8042.c - the keyboard controller of a PC
 *
 * Two ports: 0x60 has data, 0x64 the status and, written, commands. The
 * controller is asked to translate what the keyboard sends to scan code set 1,
 * so that all keyboards look like the first one; the mouse's half stays off.
 *
 * Nothing is waited for longer than WAIT_POLLS: a board without the chip reads
 * as all ones and is left at once, a broken one costs a fraction of a second.
 * A keyboard that does not answer may be plugged in later.
 *
 * What a key sends goes into the console's queue whole or not at all: half an
 * escape sequence would be typed as text.
 *
 * IBM Personal System/2 Hardware Interface Technical Reference, "Keyboard and
 * Auxiliary Device Controller".
 *
 * Locking: none. Starting talks by polling, with the interrupt off; then only
 * the interrupt handler talks.
 */
#define pr_fmt(fmt) "i8042: " fmt

#include <drivers/atkbd.h>
#include <kernel/break_in.h>
#include <kernel/errno.h>
#include <kernel/input.h>
#include <kernel/ioport.h>
#include <kernel/irq.h>
#include <kernel/jiffies.h>
#include <kernel/keyboard.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <asm/io.h>

#define DATA_PORT 0x60
#define STATUS_PORT 0x64
#define COMMAND_PORT 0x64
#define KEYBOARD_IRQ 1

#define STATUS_OUTPUT_FULL 0x01 /* a byte for us */
#define STATUS_INPUT_FULL 0x02 /* it has not read ours yet */
#define STATUS_MOUSE 0x20 /* the byte for us is a mouse's */
#define STATUS_NOTHING 0xff /* nobody drives the bus */

#define COMMAND_READ_CONFIG 0x20
#define COMMAND_WRITE_CONFIG 0x60
#define COMMAND_MOUSE_OFF 0xa7
#define COMMAND_SELF_TEST 0xaa
#define COMMAND_KEYBOARD_OFF 0xad
#define COMMAND_KEYBOARD_ON 0xae
#define SELF_TEST_PASSED 0x55

#define CONFIG_KEYBOARD_IRQ 0x01
#define CONFIG_MOUSE_IRQ 0x02
#define CONFIG_KEYBOARD_OFF 0x10
#define CONFIG_MOUSE_OFF 0x20
#define CONFIG_TRANSLATE 0x40

#define KEYBOARD_LIGHTS 0xed
#define KEYBOARD_SCAN 0xf4
#define KEYBOARD_ACK 0xfa
#define KEYBOARD_RESEND 0xfe /* what was sent came damaged, or too soon */

/* Linux waits half a second, too. */
#define WAIT_POLLS 10000u
#define POLL_US 50u
/* The buffer of a keyboard has 16 places. */
#define FLUSH_BYTES 32u
/* In an interrupt: a millisecond, a chip takes some microseconds. */
#define IRQ_POLLS 20u
/* How often the lights are tried, and how long an answer may take: a keyboard
 * has 20 ms for it. */
#define LIGHTS_TRIES 3u
#define LIGHTS_PATIENCE (HZ / 2)

static struct atkbd atkbd;

/* What the last byte to the keyboard was, whose answer is to come. */
enum lights_step { LIGHTS_REST, LIGHTS_COMMAND, LIGHTS_VALUE };

static struct {
	enum lights_step step;
	u8 shown; /* acknowledged, or given up */
	u8 value; /* on their way */
	unsigned int tries; /* that failed, to show @value */
	unsigned long since; /* jiffies when it was sent */
} lights;

static bool wait_status(u8 mask, u8 want, unsigned int polls)
{
	while (polls--) {
		if ((inb(STATUS_PORT) & mask) == want)
			return true;
		udelay(POLL_US);
	}
	return false;
}

static bool send(u16 port, u8 byte, unsigned int polls)
{
	if (!wait_status(STATUS_INPUT_FULL, 0, polls))
		return false;
	outb(byte, port);
	return true;
}

/* The answer, or -1 if none came in time. */
static int receive(void)
{
	if (!wait_status(STATUS_OUTPUT_FULL, STATUS_OUTPUT_FULL, WAIT_POLLS))
		return -1;
	return inb(DATA_PORT);
}

static int ask(u8 command)
{
	return send(COMMAND_PORT, command, WAIT_POLLS) ? receive() : -1;
}

/* Keys from before; a chip that always has one is given up on later. */
static void flush(void)
{
	unsigned int i;

	for (i = 0; i < FLUSH_BYTES && inb(STATUS_PORT) & STATUS_OUTPUT_FULL;
	     i++)
		inb(DATA_PORT);
}

static bool config_write(u8 config)
{
	return send(COMMAND_PORT, COMMAND_WRITE_CONFIG, WAIT_POLLS) &&
	       send(DATA_PORT, config, WAIT_POLLS);
}

/* --- at work ------------------------------------------------------------ */

static void put_key(const char *key, unsigned int n)
{
	unsigned int i;

	if (n == 1 && key[0] == BREAK_IN_KEY) {
		break_in();
		return;
	}
	/* Ctrl-C needs no room. */
	if (input_room() < n && key[0] != INPUT_INTERRUPT_KEY)
		return;
	for (i = 0; i < n; i++)
		input_put((u8)key[i]);
}

/*
 * The lights follow the locks: a command, its ACK, the lights, their ACK. A byte
 * that the keyboard wants again is sent again, and a command without an answer
 * begins anew with a later key; after LIGHTS_TRIES both are left until a lock
 * changes. Keys go on in any case.
 */
static void lights_send(enum lights_step step)
{
	u8 byte = step == LIGHTS_COMMAND ? KEYBOARD_LIGHTS : lights.value;

	lights.since = jiffies;
	lights.step = send(DATA_PORT, byte, IRQ_POLLS) ? step : LIGHTS_REST;
}

/* From @step on once more, if that has not been tried too often. */
static void lights_again(enum lights_step step)
{
	if (++lights.tries < LIGHTS_TRIES) {
		lights_send(step);
		return;
	}
	lights.step = LIGHTS_REST;
	lights.shown = lights.value;
}

static void lights_begin(void)
{
	if (lights.step != LIGHTS_REST) {
		if (time_after_eq(jiffies, lights.since + LIGHTS_PATIENCE))
			lights_again(LIGHTS_COMMAND);
		return;
	}
	if (lights.shown == atkbd.locks)
		return;
	lights.value = atkbd.locks;
	lights.tries = 0;
	lights_send(LIGHTS_COMMAND);
}

static void acknowledged(void)
{
	switch (lights.step) {
	case LIGHTS_COMMAND:
		lights.value = atkbd.locks;
		lights_send(LIGHTS_VALUE);
		break;
	case LIGHTS_VALUE:
		lights.step = LIGHTS_REST;
		lights.shown = lights.value;
		/* A lock may have changed meanwhile. */
		lights_begin();
		break;
	case LIGHTS_REST: break;
	}
}

static void wanted_again(void)
{
	if (lights.step != LIGHTS_REST)
		lights_again(lights.step);
}

static void keyboard_byte(u8 code)
{
	char key[ATKBD_KEY_BYTES];
	unsigned int n;

	if (code == KEYBOARD_ACK) {
		acknowledged();
		return;
	}
	if (code == KEYBOARD_RESEND) {
		wanted_again();
		return;
	}
	n = atkbd_feed(&atkbd, code, key);
	if (n)
		put_key(key, n);
	lights_begin();
}

static irqreturn_t keyboard_interrupt(int irq, void *dev_id)
{
	irqreturn_t result = IRQ_NONE;
	unsigned int i;
	u8 status;

	(void)irq;
	(void)dev_id;
	for (i = 0; i < FLUSH_BYTES; i++) {
		u8 code;

		status = inb(STATUS_PORT);
		if (status == STATUS_NOTHING || !(status & STATUS_OUTPUT_FULL))
			break;
		code = inb(DATA_PORT);
		if (!(status & STATUS_MOUSE))
			keyboard_byte(code);
		result = IRQ_HANDLED;
	}
	return result;
}

/* --- start-up ----------------------------------------------------------- */

/* Quiet, tested, and translating. Return: its configuration, or -ENODEV. */
static int controller_start(void)
{
	int answer;

	if (!send(COMMAND_PORT, COMMAND_KEYBOARD_OFF, WAIT_POLLS) ||
	    !send(COMMAND_PORT, COMMAND_MOUSE_OFF, WAIT_POLLS)) {
		pr_warn("the controller takes no command; no keyboard\n");
		return -ENODEV;
	}
	flush();
	answer = ask(COMMAND_SELF_TEST);
	if (answer != SELF_TEST_PASSED) {
		pr_warn("self test: %s%#x; no keyboard\n",
			answer < 0 ? "no answer, " : "answer ",
			answer < 0 ? 0 : (unsigned int)answer);
		return -ENODEV;
	}
	answer = ask(COMMAND_READ_CONFIG);
	if (answer < 0) {
		pr_warn("no configuration byte; no keyboard\n");
		return -ENODEV;
	}
	answer &=
		~(CONFIG_MOUSE_IRQ | CONFIG_KEYBOARD_OFF | CONFIG_KEYBOARD_IRQ);
	return answer | CONFIG_MOUSE_OFF | CONFIG_TRANSLATE;
}

/* Let it send keys; it says so. */
static void keyboard_start(void)
{
	if (!send(COMMAND_PORT, COMMAND_KEYBOARD_ON, WAIT_POLLS) ||
	    !send(DATA_PORT, KEYBOARD_SCAN, WAIT_POLLS) ||
	    receive() != KEYBOARD_ACK)
		pr_notice("no keyboard answers; one may be plugged in\n");
	flush();
}

static int ports_claim(void)
{
	if (!request_region(DATA_PORT, 1, "keyboard"))
		return -EBUSY;
	if (request_region(STATUS_PORT, 1, "keyboard"))
		return 0;
	release_region(DATA_PORT, 1);
	return -EBUSY;
}

static void ports_release(void)
{
	release_region(STATUS_PORT, 1);
	release_region(DATA_PORT, 1);
}

/* With the ports claimed. */
static int start(void)
{
	int config = controller_start();
	int err;

	if (config < 0)
		return config;
	atkbd = (struct atkbd){ 0 };
	memset(&lights, 0, sizeof(lights));
	config_write((u8)config);
	keyboard_start();
	err = request_irq(KEYBOARD_IRQ, keyboard_interrupt, 0, "i8042", &atkbd);
	if (err) {
		pr_err("interrupt %d is taken; no keyboard\n", KEYBOARD_IRQ);
		return err;
	}
	config_write((u8)(config | CONFIG_KEYBOARD_IRQ));
	return 0;
}

int keyboard_init(void)
{
	int err;

	if (inb(STATUS_PORT) == STATUS_NOTHING) {
		pr_notice("no keyboard controller\n");
		return -ENODEV;
	}
	err = ports_claim();
	if (err) {
		pr_err("ports %#x and %#x are taken; no keyboard\n", DATA_PORT,
		       STATUS_PORT);
		return err;
	}
	err = start();
	if (err)
		ports_release();
	return err;
}

void keyboard_exit(void)
{
	send(COMMAND_PORT, COMMAND_KEYBOARD_OFF, WAIT_POLLS);
	free_irq(KEYBOARD_IRQ, &atkbd);
	ports_release();
}
