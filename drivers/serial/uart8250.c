/* SPDX-License-Identifier: MIT */
/*
 * uart8250.c - PC serial ports (8250 to 16550A)
 *
 * Output polls the transmitter, so it works in any context, a panic included;
 * a port that is not there is found out at init and never waited for. When a
 * reader pauses the machine waits for it, up to STALL_MS; then bytes are
 * dropped and counted, and the count is told when the reader goes on. Input
 * comes by interrupt. When the input queue is full the receive interrupt is
 * turned off and the bytes wait in the UART's FIFO and, beyond it, in the
 * sender: nothing is dropped here. The break-in key (break_in.h) never gets
 * into the queue: it is obeyed at once, whatever the console's thread does.
 *
 * Registers: PC16550D data sheet, section 8 (register summary).
 *
 * Locking: a port's lock (irq-safe, LOCK_UART) keeps calls of write() whole.
 * A CPU that holds it and takes an exception writes without it (entry_lock.h).
 */
#include <kernel/break_in.h>
#include <kernel/entry_lock.h>
#include <kernel/errno.h>
#include <kernel/input.h>
#include <kernel/ioport.h>
#include <kernel/irq.h>
#include <kernel/printk.h>
#include <kernel/record.h>
#include <kernel/uart.h>
#include <kernel/vsnprintf.h>
#include <asm/io.h>
#include <asm/processor.h>

#define COM1_PORT 0x3f8
#define COM1_IRQ 4
#define COM2_PORT 0x2f8
#define UART_PORTS 8

enum {
	UART_DATA = 0, /* with DLAB: divisor, low byte */
	UART_IER = 1, /* with DLAB: divisor, high byte */
	UART_FCR = 2,
	UART_LCR = 3,
	UART_MCR = 4,
	UART_LSR = 5,
	UART_SCRATCH = 7,
};

#define IER_RECEIVE 0x01
#define FCR_ENABLE_CLEAR 0xc7 /* FIFOs on and cleared, trigger at 14 bytes */
#define LCR_8N1 0x03
#define LCR_DLAB 0x80
#define MCR_DTR_RTS_OUT2 0x0b /* OUT2 lets the interrupt through on a PC */
#define LSR_RECEIVED 0x01
#define LSR_BREAK 0x10
#define LSR_TRANSMIT_EMPTY 0x20
#define DIVISOR_115200 1

/* A reader may pause: an emulator's pipe that is full, a terminal stopped by
 * Ctrl-S. The machine waits so long for it before it gives bytes up. */
#define STALL_MS 10000u
/* Before the counter is measured: no CPU counts faster. */
#define CYCLES_PER_MS_AT_MOST 5000000u

struct uart_port {
	u16 port;
	bool present;
	struct resource claim; /* for good: the log needs it to the end */
	struct entry_lock lock; /* keeps a write whole */
	unsigned long nr_lost; /* bytes not written since the reader stopped */
	const char *lost_text; /* format of the line that tells it */
};

#define UART_CLAIM(port)                               \
	DEFINE_RES_NAMED((port), UART_PORTS, "serial", \
			 IORESOURCE_IO | IORESOURCE_BUSY)

static struct uart_port com1 = {
	.port = COM1_PORT,
	.claim = UART_CLAIM(COM1_PORT),
	.lock = ENTRY_LOCK_INIT("com1", LOCK_UART),
	.lost_text = "\r\n[ttyS0: %lu bytes lost: nobody read]\r\n",
};
static struct uart_port com2 = {
	.port = COM2_PORT,
	.claim = UART_CLAIM(COM2_PORT),
	.lock = ENTRY_LOCK_INIT("com2", LOCK_UART),
	.lost_text = "\n{\"k\":\"dropped\",\"t\":0,\"kind\":\"bytes\","
		     "\"total\":%lu}\n",
};

static bool port_setup(struct uart_port *u)
{
	u16 port = u->port;

	if (request_resource(&ioport_resource, &u->claim))
		return false;
	outb(0x5a, (u16)(port + UART_SCRATCH));
	if (inb((u16)(port + UART_SCRATCH)) != 0x5a) {
		release_resource(&u->claim);
		return false;
	}
	outb(0, (u16)(port + UART_IER));
	outb(LCR_DLAB, (u16)(port + UART_LCR));
	outb(DIVISOR_115200, (u16)(port + UART_DATA));
	outb(0, (u16)(port + UART_IER));
	outb(LCR_8N1, (u16)(port + UART_LCR));
	outb(FCR_ENABLE_CLEAR, (u16)(port + UART_FCR));
	outb(MCR_DTR_RTS_OUT2, (u16)(port + UART_MCR));
	u->present = true;
	return true;
}

static bool port_ready(const struct uart_port *u)
{
	return inb((u16)(u->port + UART_LSR)) & LSR_TRANSMIT_EMPTY;
}

/* Wait for the transmitter: false if it has not emptied in all the time. */
static bool port_wait(const struct uart_port *u)
{
	u32 per_ms = arch_cycles_per_ms();
	u64 limit = (u64)(per_ms ? per_ms : CYCLES_PER_MS_AT_MOST) * STALL_MS;
	u64 start = read_cycles();

	while (!port_ready(u)) {
		if (read_cycles() - start > limit)
			return false;
		cpu_relax();
	}
	return true;
}

/* The reader is back: say what it missed. */
static void port_tell_lost(struct uart_port *u)
{
	char text[96];
	int i, n = scnprintf(text, sizeof(text), u->lost_text, u->nr_lost);

	u->nr_lost = 0;
	for (i = 0; i < n && port_wait(u); i++)
		outb((u8)text[i], (u16)(u->port + UART_DATA));
}

static void port_put(struct uart_port *u, char c)
{
	/* One long wait for a reader that pauses; after it, none. */
	if (u->nr_lost ? !port_ready(u) : !port_wait(u)) {
		u->nr_lost++;
		return;
	}
	if (u->nr_lost)
		port_tell_lost(u);
	if (port_wait(u))
		outb((u8)c, (u16)(u->port + UART_DATA));
}

static void port_write(struct uart_port *u, const char *text, size_t len,
		       bool crlf)
{
	unsigned long flags = 0;
	bool entered = entry_lock_enter(&u->lock, &flags);

	while (u->present && len--) {
		if (*text == '\n' && crlf)
			port_put(u, '\r');
		port_put(u, *text++);
	}
	if (entered)
		entry_lock_leave(&u->lock, flags);
}

static void com1_write(struct console *con, const char *text, size_t len)
{
	(void)con;
	port_write(&com1, text, len, true);
}

static void com2_write(const char *text, size_t len)
{
	port_write(&com2, text, len, false);
}

static void com1_receive_enable(void)
{
	outb(IER_RECEIVE, COM1_PORT + UART_IER);
}

/* A BREAK comes as a byte of 0 with its own status bit. */
static void com1_receive(u8 status)
{
	u8 byte = inb(COM1_PORT + UART_DATA);

	if (status & LSR_BREAK || byte == BREAK_IN_KEY)
		break_in();
	else
		input_put(byte);
}

static irqreturn_t com1_interrupt(int irq, void *dev_id)
{
	u8 status;

	(void)irq;
	(void)dev_id;
	while ((status = inb(COM1_PORT + UART_LSR)) & LSR_RECEIVED) {
		if (!input_room()) {
			/* Also tells the queue that somebody waits for room. */
			input_put(0);
			outb(0, COM1_PORT + UART_IER);
			break;
		}
		com1_receive(status);
	}
	return IRQ_HANDLED;
}

void uart_console_init(void)
{
	static struct console con = { .name = "ttyS0", .write = com1_write };

	if (port_setup(&com1))
		console_register(&con);
}

void uart_input_init(void)
{
	if (!com1.present)
		return;
	if (request_irq(COM1_IRQ, com1_interrupt, 0, "ttyS0", &com1)) {
		pr_err("ttyS0: interrupt %d is taken; no input\n", COM1_IRQ);
		return;
	}
	input_set_resume(com1_receive_enable);
	com1_receive_enable();
}

void uart_records_init(void)
{
	if (port_setup(&com2))
		record_set_sink(com2_write);
}
