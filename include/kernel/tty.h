/* SPDX-License-Identifier: MIT */
/*
 * tty.h - at which terminal a task sits
 *
 * Drivers ask this to tell their users apart: `current->signal->tty`, NULL for
 * whoever sits at none, as all threads but those that serve a terminal. What a
 * terminal does is its driver's affair.
 */
#ifndef KERNEL_TTY_H
#define KERNEL_TTY_H

#include <kernel/sched.h>
#include <kernel/types.h>

struct tty_struct {
	dev_t device; /* as in /dev */
	const char *name;
};

/* What the threads of one program share. */
struct signal_struct {
	struct tty_struct *tty;
};

/* Of threads that nobody sits before. */
extern struct signal_struct init_signals;

/* The device number of @tty; 0 for NULL. Context: any. */
dev_t tty_devnum(const struct tty_struct *tty);

/* From now on the calling task sits at @signals->tty. Context: process. */
void task_set_signals(struct signal_struct *signals);

#endif
