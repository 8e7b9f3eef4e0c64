/* SPDX-License-Identifier: MIT */
/*
 * vga_text.c - the 80x25 text screen as a console
 *
 * The screen is ordinary memory at 0xB8000 and so the terminal's cells
 * themselves (vt.h); the cursor is CRTC registers 14 and 15. IBM VGA, text
 * modes.
 *
 * It is the screen of the first hour: when a frame buffer takes over
 * (vga_text_stop()), the adapter leaves text mode and this memory is nobody's.
 *
 * Locking: screen_lock (irq-safe, LOCK_UART); an exception inside it writes
 * without it.
 */
#include <kernel/entry_lock.h>
#include <kernel/ioport.h>
#include <kernel/printk.h>
#include <kernel/vga_text.h>
#include <kernel/vt.h>
#include <asm/io.h>
#include <asm/page.h>

#define SCREEN_PHYS 0xb8000ull
#define COLUMNS 80u
#define ROWS 25u
#define CRTC_INDEX 0x3d4
#define CRTC_DATA 0x3d5
#define CRTC_CURSOR_HIGH 14
#define CRTC_CURSOR_LOW 15

/* As Linux claims them: the adapter has one owner. */
static struct resource ports =
	DEFINE_RES_NAMED(0x3c0, 0x20, "vga+", IORESOURCE_IO | IORESOURCE_BUSY);
static struct resource memory = DEFINE_RES_NAMED(
	0xa0000, 0x20000, "Video RAM area", IORESOURCE_MEM | IORESOURCE_BUSY);

static struct vt vt;
static bool stopped;
static struct entry_lock screen_lock = ENTRY_LOCK_INIT("vga", LOCK_UART);

static void cursor_update(void)
{
	unsigned int pos = vt.row * COLUMNS + vt.column;

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
	if (!stopped) {
		vt_write(&vt, text, len);
		cursor_update();
	}
	if (entered)
		entry_lock_leave(&screen_lock, flags);
}

static void vga_write_log(struct console *con, unsigned int level,
			  const char *text, size_t len)
{
	unsigned long flags = 0;
	bool entered = entry_lock_enter(&screen_lock, &flags);

	(void)con;
	if (!stopped) {
		vt_write_log(&vt, level, text, len);
		cursor_update();
	}
	if (entered)
		entry_lock_leave(&screen_lock, flags);
}

/* Is there memory? Without a VGA nothing answers at the address. */
static bool screen_present(volatile u16 *screen)
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
	static struct console con = {
		.name = "vga",
		.write = vga_write,
		.write_log = vga_write_log,
	};
	volatile u16 *screen = phys_to_virt(SCREEN_PHYS);

	if (!screen_present(screen) ||
	    request_resource(&ioport_resource, &ports) ||
	    request_resource(&iomem_resource, &memory))
		return;
	vt_init(&vt, screen, COLUMNS, ROWS);
	console_register(&con);
}

void vga_text_stop(void)
{
	unsigned long flags = 0;
	bool entered = entry_lock_enter(&screen_lock, &flags);

	stopped = true;
	if (entered)
		entry_lock_leave(&screen_lock, flags);
}
