/* SPDX-License-Identifier: MIT */
/*
 * input.c - the queue of typed bytes
 *
 * One producer context (a driver's interrupt handler) and one consumer (the
 * console): positions only ever rise, each written by one side. The consumer
 * disables interrupts to look and wait, so no byte arrives in between.
 */
#include <kernel/cpu_time.h>
#include <kernel/input.h>
#include <asm/irqflags.h>

#define INPUT_BYTES 1024u /* a power of two */

static u8 queue[INPUT_BYTES];
static unsigned int put_pos, get_pos;
static void (*resume_source)(void);
static bool stalled; /* the producer found no room */

unsigned int input_room(void)
{
	return INPUT_BYTES - (put_pos - get_pos);
}

bool input_put(u8 byte)
{
	if (!input_room()) {
		stalled = true;
		return false;
	}
	queue[put_pos % INPUT_BYTES] = byte;
	put_pos++;
	return true;
}

int input_get(void)
{
	unsigned long flags = local_irq_save();
	int byte = -1;

	if (put_pos != get_pos) {
		byte = queue[get_pos % INPUT_BYTES];
		get_pos++;
	}
	if (stalled && input_room() >= INPUT_BYTES / 2) {
		stalled = false;
		if (resume_source)
			resume_source();
	}
	local_irq_restore(flags);
	return byte;
}

u8 input_wait(void)
{
	int byte;

	for (;;) {
		local_irq_disable();
		byte = input_get();
		if (byte >= 0)
			break;
		cpu_wait_as(CPU_TIME_IDLE);
	}
	local_irq_enable();
	return (u8)byte;
}

void input_set_resume(void (*resume)(void))
{
	resume_source = resume;
}
