/* SPDX-License-Identifier: MIT */
/* vga_text.h - the 80x25 colour text screen as a console. */
#ifndef KERNEL_VGA_TEXT_H
#define KERNEL_VGA_TEXT_H

/* Make the text screen a console, if there is one. */
void vga_text_init(void);

#endif
