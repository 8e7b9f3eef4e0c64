/* SPDX-License-Identifier: MIT */
/*
 * bochs.c - the display adapter of Bochs and QEMU (-vga std)
 *
 * A VGA with a second set of registers: an index at port 0x1CE, its value at
 * 0x1CF. Size and depth are written while the adapter is off; switched on with
 * the linear frame buffer it shows what BAR 0 has. Bochs, "VBE Display API";
 * QEMU, docs/specs/standard-vga.
 */
#define pr_fmt(fmt) "bochs: " fmt

#include <kernel/errno.h>
#include <kernel/ioport.h>
#include <kernel/pci.h>
#include <kernel/printk.h>
#include <kernel/screen.h>
#include <kernel/util.h>
#include <asm/io.h>

#define DISPI_INDEX 0x1ce
#define DISPI_DATA 0x1cf
#define DISPI_PORTS 2

enum {
	DISPI_ID = 0,
	DISPI_XRES = 1,
	DISPI_YRES = 2,
	DISPI_BPP = 3,
	DISPI_ENABLE = 4,
	DISPI_VIRT_WIDTH = 6,
	DISPI_X_OFFSET = 8,
	DISPI_Y_OFFSET = 9,
	DISPI_MEMORY = 10, /* in 64 KiB */
};

#define ID_FAMILY 0xb0c0 /* the low four bits count versions */
#define ENABLE_ON 0x01
#define ENABLE_LINEAR 0x40

#define WIDTH 1024u
#define HEIGHT 768u
#define BYTES_PER_PIXEL 4u

static u16 dispi_read(u16 index)
{
	outw(index, DISPI_INDEX);
	return inw(DISPI_DATA);
}

static void dispi_write(u16 index, u16 value)
{
	outw(index, DISPI_INDEX);
	outw(value, DISPI_DATA);
}

static void set_mode(void)
{
	dispi_write(DISPI_ENABLE, 0);
	dispi_write(DISPI_XRES, WIDTH);
	dispi_write(DISPI_YRES, HEIGHT);
	dispi_write(DISPI_BPP, 8 * BYTES_PER_PIXEL);
	dispi_write(DISPI_ENABLE, ENABLE_ON | ENABLE_LINEAR);
	dispi_write(DISPI_VIRT_WIDTH, WIDTH);
	dispi_write(DISPI_X_OFFSET, 0);
	dispi_write(DISPI_Y_OFFSET, 0);
}

/* Does the adapter have these registers, and memory for the mode? */
static int adapter_check(resource_size_t bar_bytes)
{
	u16 id = dispi_read(DISPI_ID);
	u32 bytes = (u32)dispi_read(DISPI_MEMORY) << 16;

	if ((id & 0xfff0) != ID_FAMILY) {
		pr_warn("no mode registers at port %#x: id %#x\n", DISPI_INDEX,
			id);
		return -ENODEV;
	}
	if (min_t(u64, bytes, bar_bytes) < WIDTH * HEIGHT * BYTES_PER_PIXEL) {
		pr_warn("%u KiB of video memory are too little for %ux%u\n",
			bytes >> 10, WIDTH, HEIGHT);
		return -ENODEV;
	}
	return 0;
}

static int bochs_start(struct pci_dev *dev)
{
	const struct boot_framebuffer fb = {
		.present = true,
		.type = BOOT_FRAMEBUFFER_RGB,
		.bits_per_pixel = 8 * BYTES_PER_PIXEL,
		.width = WIDTH,
		.height = HEIGHT,
		.pitch = WIDTH * BYTES_PER_PIXEL,
		.addr = pci_resource_start(dev, 0),
	};
	int err = adapter_check(pci_resource_len(dev, 0));

	return err ? err : screen_start(&fb, set_mode);
}

static int bochs_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	int err;

	(void)id;
	err = pci_enable_device(dev);
	if (err)
		return err;
	err = pci_request_region(dev, 0, "bochs");
	if (err)
		goto out_disable;
	err = -EBUSY;
	if (!request_region(DISPI_INDEX, DISPI_PORTS, "bochs"))
		goto out_release_bar;
	err = bochs_start(dev);
	if (!err)
		return 0;
	release_region(DISPI_INDEX, DISPI_PORTS);
out_release_bar:
	pci_release_region(dev, 0);
out_disable:
	pci_disable_device(dev);
	return err;
}

static const struct pci_device_id bochs_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_QEMU, 0x1111) },
	{},
};

/* The screen is for good: there is no way out. */
static struct pci_driver bochs_driver = {
	.name = "bochs",
	.id_table = bochs_ids,
	.probe = bochs_probe,
};

void bochs_init(void)
{
	if (pci_register_driver(&bochs_driver))
		pr_err("not registered\n");
}
