/* SPDX-License-Identifier: MIT */
/*
 * vgaline.c - device memory: a line on the screen
 *
 * In text mode the screen is memory at 0xb8000, two bytes for a character: what
 * it is, and its colours. ioremap() gives that memory an address; it is read and
 * written by readw() and its like only, never through a plain pointer. The line
 * that was there comes back when the module goes.
 *
 * The memory is the console's, which has claimed it: here is only a guest, and
 * does not call request_mem_region(). When the console scrolls, the line moves
 * up with the rest.
 */
#define pr_fmt(fmt) "vgaline: " fmt
#include <linux/init.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/module.h>

#define SCREEN_ADDRESS 0xb8000
#define VGA_MISC_OUTPUT 0x3cc /* port, to read */
#define COLUMNS 80
#define ROWS 25
#define CELL 2 /* bytes */
#define COLOURS 0x1f00 /* white on blue */

static char *text = "a module was here";
module_param(text, charp, 0444);
MODULE_PARM_DESC(text, "what to write");

static unsigned int row = ROWS - 1;
module_param(row, uint, 0444);
MODULE_PARM_DESC(row, "in which row, 0 to 24");

static void __iomem *line;
static u16 saved[COLUMNS];

/* Ports that nobody answers at read as ones; a card that shows text in colour,
 * and so has it at this address, has bit 0 set and not all the others. */
static bool has_screen(void)
{
	u8 misc = inb(VGA_MISC_OUTPUT);

	return misc != 0xff && (misc & 1);
}

static int __init vgaline_init(void)
{
	const char *c = text;
	unsigned int i;

	if (row >= ROWS) {
		pr_err("row=%u: 0 to %u\n", row, ROWS - 1);
		return -EINVAL;
	}
	if (!has_screen()) {
		pr_err("there is no text screen\n");
		return -ENODEV;
	}
	line = ioremap(SCREEN_ADDRESS + row * COLUMNS * CELL, COLUMNS * CELL);
	if (!line)
		return -ENOMEM;
	memcpy_fromio(saved, line, sizeof(saved));
	for (i = 0; i < COLUMNS; i++)
		writew(COLOURS | (*c ? (u8)*c++ : ' '), line + i * CELL);
	pr_info("row %u says '%.80s'\n", row, text);
	return 0;
}

static void __exit vgaline_exit(void)
{
	memcpy_toio(line, saved, sizeof(saved));
	iounmap(line);
}

module_init(vgaline_init);
module_exit(vgaline_exit);
MODULE_DESCRIPTION("a line on the text screen");
MODULE_LICENSE("Dual MIT/GPL");
