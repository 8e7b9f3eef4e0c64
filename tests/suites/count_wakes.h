/* SPDX-License-Identifier: MIT */
/* count_wakes.h - an entry of a wait queue that counts instead of waking */
#ifndef TESTS_COUNT_WAKES_H
#define TESTS_COUNT_WAKES_H

#include <kernel/wait.h>

static unsigned int wakes;

static int count_wake(struct wait_queue_entry *entry, unsigned int mode,
		      int flags, void *key)
{
	(void)entry;
	(void)mode;
	(void)flags;
	(void)key;
	wakes++;
	return 1;
}

/* Put @entry on @head, and count from 0. */
static inline void count_wakes(struct wait_queue_head *head,
			       struct wait_queue_entry *entry)
{
	wakes = 0;
	init_waitqueue_func_entry(entry, count_wake);
	add_wait_queue(head, entry);
}

#endif
