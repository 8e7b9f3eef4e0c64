/* SPDX-License-Identifier: MIT */
/*
 * screen.c - the machine's frame buffer: memory for it, and who draws
 *
 * A thread looks FRAMES_A_SECOND times a second whether there is new text, and
 * draws it: who prints does not wait for pixels. What a machine that ends says
 * is drawn at once (fbcon.c).
 *
 * Locking: none of its own; starting is one thread's affair.
 */
#define pr_fmt(fmt) "screen: " fmt

#include <drivers/fbcon.h>
#include <kernel/delay.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/kthread.h>
#include <kernel/param.h>
#include <kernel/printk.h>
#include <kernel/screen.h>
#include <kernel/vga_text.h>
#include <mm/ioremap.h>
#include <mm/mm_init.h>
#include <mm/vmalloc.h>

#define FRAMES_A_SECOND 30u
/* The smallest mode that a picture has room in. */
#define MIN_WIDTH 640u
#define MIN_HEIGHT 400u
/* No mode of any screen; keeps products of these in 32 bits. */
#define MAX_SIDE 8192u

static struct canvas canvas;
static struct fbcon fbcon;
static bool started;
static bool text_mode_only;

static int nomodeset_set(const char *value)
{
	if (value)
		return -EINVAL;
	text_mode_only = true;
	return 0;
}
KERNEL_PARAM(nomodeset, "nomodeset", nomodeset_set,
	     ": keep the text screen, leave frame buffers alone");

static void screen_write(struct console *con, const char *text, size_t len)
{
	(void)con;
	fbcon_write(&fbcon, text, len);
}

static void screen_write_log(struct console *con, unsigned int level,
			     const char *text, size_t len)
{
	(void)con;
	fbcon_write_log(&fbcon, level, text, len);
}

static struct console console = {
	.name = "fb",
	.write = screen_write,
	.write_log = screen_write_log,
};

static int screen_thread(void *unused)
{
	(void)unused;
	for (;;) {
		if (READ_ONCE(fbcon.dirty))
			fbcon_draw(&fbcon);
		msleep(1000 / FRAMES_A_SECOND);
	}
	return 0;
}

static int mode_check(const struct boot_framebuffer *fb)
{
	if (fb->type == BOOT_FRAMEBUFFER_RGB && fb->bits_per_pixel == 32 &&
	    fb->width >= MIN_WIDTH && fb->width <= MAX_SIDE &&
	    fb->height >= MIN_HEIGHT && fb->height <= MAX_SIDE &&
	    fb->pitch >= fb->width * sizeof(u32) &&
	    fb->pitch <= 2 * MAX_SIDE * sizeof(u32) &&
	    fb->pitch % sizeof(u32) == 0)
		return 0;
	pr_warn("%ux%u with %u bits a pixel and a pitch of %u is no mode to"
		" draw in; the text screen stays\n",
		fb->width, fb->height, fb->bits_per_pixel, fb->pitch);
	return -EINVAL;
}

/* Memory and the thread. Return: -ENOMEM with nothing left behind. */
static int screen_prepare(const struct boot_framebuffer *fb)
{
	void __iomem *pixels;
	void *memory;

	canvas = (struct canvas){
		.width = fb->width,
		.height = fb->height,
		.pitch = fb->pitch,
	};
	pixels = ioremap_wc(fb->addr, (unsigned long)fb->pitch * fb->height);
	if (!pixels)
		return -ENOMEM;
	memory = vzalloc(fbcon_bytes(&canvas));
	if (!memory)
		goto out_unmap;
	/* Plain stores are what a canvas is for. */
	canvas.pixels = (void __force *)pixels;
	fbcon_init(&fbcon, &canvas, memory);
	if (!IS_ERR(kthread_run(screen_thread, NULL, "screen")))
		return 0;
	vfree(memory);
out_unmap:
	iounmap(pixels);
	return -ENOMEM;
}

int screen_start(const struct boot_framebuffer *fb, void (*set_mode)(void))
{
	int err;

	if (started || text_mode_only)
		return -EBUSY;
	err = mode_check(fb);
	if (err)
		return err;
	err = screen_prepare(fb);
	if (err) {
		pr_err("no memory for %ux%u; the text screen stays\n",
		       fb->width, fb->height);
		return err;
	}
	started = true;
	vga_text_stop();
	if (set_mode)
		set_mode();
	fbcon_take_back(&fbcon);
	console_register(&console);
	pr_info("%ux%u at %#llx, %u columns of %u rows\n", fb->width,
		fb->height, fb->addr, fbcon.vt.columns, fbcon.vt.rows);
	return 0;
}

void screen_start_loader(void)
{
	const struct boot_framebuffer *fb = &mm_boot_info()->framebuffer;

	if (fb->present && fb->type == BOOT_FRAMEBUFFER_RGB && !started &&
	    screen_start(fb, NULL) == 0)
		pr_info("the mode is the boot loader's\n");
	if (!started)
		pr_info("no frame buffer\n");
}

bool screen_present(void)
{
	return started;
}

const struct canvas *screen_borrow(void)
{
	return started && fbcon_lend(&fbcon) ? &canvas : NULL;
}

void screen_give_back(void)
{
	fbcon_take_back(&fbcon);
}
