/* SPDX-License-Identifier: MIT */
/* keyboard.h - the PC's own keyboard, as a second way to type. */
#ifndef KERNEL_KEYBOARD_H
#define KERNEL_KEYBOARD_H

/**
 * keyboard_init - find the controller and let its keys bring input
 *
 * Without a controller, or one that does not answer in time: one line.
 * Return: 0; -ENODEV; -EBUSY if its ports or interrupt have an owner.
 * Context: a thread, when interrupts work.
 */
int keyboard_init(void);

/* Give it all back, silent; after a successful keyboard_init(). */
void keyboard_exit(void);

#endif
