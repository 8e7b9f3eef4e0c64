/* SPDX-License-Identifier: MIT */
/* tty.c - at which terminal a task sits; see tty.h. */
#include <kernel/export.h>
#include <kernel/tty.h>

struct signal_struct init_signals;

dev_t tty_devnum(const struct tty_struct *tty)
{
	return tty ? tty->device : 0;
}
EXPORT_SYMBOL(tty_devnum);

void task_set_signals(struct signal_struct *signals)
{
	current->signal = signals;
}
