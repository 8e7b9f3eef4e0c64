/* SPDX-License-Identifier: MIT */
/*
 * input.h - typed bytes on their way from a device to the console
 *
 * Drivers put, the console gets. When the queue is full the driver keeps the
 * byte in its hardware and stops its interrupt; input_get() tells it when
 * there is room again. So a long paste is slowed down, never cut.
 */
#ifndef KERNEL_INPUT_H
#define KERNEL_INPUT_H

#include <kernel/types.h>

/* Free places in the queue. Context: any. */
unsigned int input_room(void);

/* Put a byte; false (nothing done) if there is no room. Context: any. */
bool input_put(u8 byte);

/* Take a byte; -1 if there is none. Context: process. */
int input_get(void);

/* Take a byte, sleeping until there is one. Context: the one thread that reads;
 * it never ends. */
u8 input_wait(void);

struct task_struct;

#define INPUT_INTERRUPT_KEY 3 /* Ctrl-C */

/* While there is a @task, INPUT_INTERRUPT_KEY is not queued: it sends the task
 * SIGINT (signal.h). NULL: it is a byte as all are. Context: process. */
void input_set_interrupted(struct task_struct *task);

/* @resume is called after input_get() made room in a full queue. */
void input_set_resume(void (*resume)(void));

#endif
