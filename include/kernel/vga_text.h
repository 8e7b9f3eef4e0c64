/* SPDX-License-Identifier: MIT */
/* vga_text.h - the 80x25 colour text screen as a console. */
#ifndef KERNEL_VGA_TEXT_H
#define KERNEL_VGA_TEXT_H

/* Make the text screen a console, if there is one. */
void vga_text_init(void);

/* It is in text mode no longer, or soon will not be: nothing is written to it
 * from here on. Context: any. */
void vga_text_stop(void);

#endif
