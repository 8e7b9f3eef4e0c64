/* SPDX-License-Identifier: MIT */
/*
 * vga_text.c - the 80x25 text screen as a console
 *
 * Knows \n \r \b and two escape sequences, ESC [ K (clear to the end of the
 * line) and ESC [ n m (colour), because the line editor and the memory picture
 * use them; other sequences are swallowed.
 *
 * The screen is ordinary memory at 0xB8000: IBM VGA, text modes; the cursor is
 * CRTC registers 14 and 15.
 *
 * Locking: screen_lock (irq-safe, LOCK_UART); an exception inside it writes
 * without it.
 */
#include <kernel/entry_lock.h>
#include <kernel/ioport.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/vga_text.h>
#include <asm/io.h>
#include <asm/page.h>

#define SCREEN_PHYS 0xb8000ull
#define COLUMNS 80u
#define ROWS 25u
#define DEFAULT_ATTRIBUTE 0x07 /* light grey on black */
#define CRTC_INDEX 0x3d4
#define CRTC_DATA 0x3d5
#define CRTC_CURSOR_HIGH 14
#define CRTC_CURSOR_LOW 15

/* As Linux claims them: the adapter has one owner. */
static struct resource ports =
	DEFINE_RES_NAMED(0x3c0, 0x20, "vga+", IORESOURCE_IO | IORESOURCE_BUSY);
static struct resource memory = DEFINE_RES_NAMED(
	0xa0000, 0x20000, "Video RAM area", IORESOURCE_MEM | IORESOURCE_BUSY);

static volatile u16 *screen;
static unsigned int row, column;
static u8 attribute = DEFAULT_ATTRIBUTE;
static unsigned int escape; /* 0 none, 1 ESC seen, 2 in ESC [ */
static unsigned int escape_number;
static struct entry_lock screen_lock = ENTRY_LOCK_INIT("vga", LOCK_UART);

static u16 cell(char c)
{
	return (u16)((u16)attribute << 8 | (u8)c);
}

static void clear_cells(unsigned int from, unsigned int to)
{
	while (from < to)
		screen[from++] = cell(' ');
}

static void scroll(void)
{
	unsigned int i;

	for (i = 0; i < (ROWS - 1) * COLUMNS; i++)
		screen[i] = screen[i + COLUMNS];
	clear_cells((ROWS - 1) * COLUMNS, ROWS * COLUMNS);
}

static void new_line(void)
{
	column = 0;
	if (++row >= ROWS) {
		row = ROWS - 1;
		scroll();
	}
}

/* ANSI colour numbers in VGA's order. */
static void set_color(unsigned int n)
{
	static const u8 vga_color[8] = { 0, 4, 2, 6, 1, 5, 3, 7 };

	if (n >= 30 && n <= 37)
		attribute = (u8)((attribute & 0xf0) | vga_color[n - 30]);
	else if (n >= 40 && n <= 47)
		attribute = (u8)((attribute & 0x0f) | vga_color[n - 40] << 4);
	else if (n == 90)
		attribute = (u8)((attribute & 0xf0) | 8);
	else
		attribute = DEFAULT_ATTRIBUTE;
}

static void escape_char(char c)
{
	if (escape == 1) {
		escape = c == '[' ? 2 : 0;
		escape_number = 0;
		return;
	}
	if (c >= '0' && c <= '9') {
		escape_number =
			(escape_number * 10 + (unsigned int)(c - '0')) % 1000;
		return;
	}
	if (c == 'K')
		clear_cells(row * COLUMNS + column, (row + 1) * COLUMNS);
	else if (c == 'm')
		set_color(escape_number);
	escape = 0;
}

static void put_char(char c)
{
	if (escape) {
		escape_char(c);
		return;
	}
	switch (c) {
	case '\n': new_line(); break;
	case '\r': column = 0; break;
	case '\b':
		/* Back over the edge too: a long line being edited. */
		if (column)
			column--;
		else if (row) {
			row--;
			column = COLUMNS - 1;
		}
		break;
	case '\033': escape = 1; break;
	default:
		screen[row * COLUMNS + column] = cell(c);
		if (++column >= COLUMNS)
			new_line();
		break;
	}
}

static void cursor_update(void)
{
	unsigned int pos = row * COLUMNS + column;

	outb(CRTC_CURSOR_HIGH, CRTC_INDEX);
	outb((u8)(pos >> 8), CRTC_DATA);
	outb(CRTC_CURSOR_LOW, CRTC_INDEX);
	outb((u8)pos, CRTC_DATA);
}

static void vga_write(struct console *con, const char *text, size_t len)
{
	unsigned long flags = 0;
	bool entered = entry_lock_enter(&screen_lock, &flags);

	(void)con;
	while (len--)
		put_char(*text++);
	cursor_update();
	if (entered)
		entry_lock_leave(&screen_lock, flags);
}

/* Is there memory? Without a VGA nothing answers at the address. */
static bool screen_present(void)
{
	u16 old = screen[0];
	bool present;

	screen[0] = 0x1234;
	present = screen[0] == 0x1234;
	screen[0] = old;
	return present;
}

void vga_text_init(void)
{
	static struct console con = { .name = "vga", .write = vga_write };

	screen = phys_to_virt(SCREEN_PHYS);
	if (!screen_present() || request_resource(&ioport_resource, &ports) ||
	    request_resource(&iomem_resource, &memory))
		return;
	clear_cells(0, ROWS * COLUMNS);
	console_register(&con);
}
