/* SPDX-License-Identifier: MIT */
/*
 * screen.h - the frame buffer: text by default, pictures by turns
 *
 * A driver that finds a frame buffer starts the screen; from then on the log
 * and the commands' output are drawn on it. Who draws a picture borrows the
 * canvas: text is kept meanwhile, and drawn when it is given back. A machine
 * that ends in the middle takes the canvas for its last words.
 */
#ifndef KERNEL_SCREEN_H
#define KERNEL_SCREEN_H

#include <kernel/boot_info.h>
#include <kernel/canvas.h>

/**
 * screen_start - make a frame buffer the console's screen
 * @fb: where it is, and its mode; 32 bits a pixel
 * @set_mode: called when all that the screen needs is there, before anything
 *	is drawn; NULL: the mode is set already
 *
 * Return: 0; -EBUSY if there is a screen or nomodeset wants none; -EINVAL for a
 * mode that is not drawn on, -ENOMEM, both after one line. Context: a thread;
 * may sleep.
 */
int screen_start(const struct boot_framebuffer *fb, void (*set_mode)(void));

/* Offer Bochs's and QEMU's adapter to PCI. Context: as above, once. */
void bochs_init(void);

/* The loader's frame buffer, if it set one and no driver was quicker.
 * Context: as above. */
void screen_start_loader(void);

/**
 * screen_borrow - take the canvas for a picture
 *
 * Return: NULL if there is no screen, or if somebody has it.
 * Context: process.
 */
const struct canvas *screen_borrow(void);
void screen_give_back(void);

bool screen_present(void);

#endif
