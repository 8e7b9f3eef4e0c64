/* SPDX-License-Identifier: MIT */
/* grabber.h - the frame buffer that the grabber driver took at boot */
#ifndef DRIVERS_GRABBER_H
#define DRIVERS_GRABBER_H

#include <kernel/types.h>

/* Where it is. Return: NULL and 0 bytes if there is none (grabber=0). */
void *grabber_buffer(unsigned long *bytes);

/* Make a picture: each word of the buffer from @frame and its own address. */
void grabber_capture(u32 frame);

/* Return: how many words of the last picture are not as they were made. */
unsigned long grabber_verify(void);

#endif
