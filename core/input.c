/* SPDX-License-Identifier: MIT */
/*
 * input.c - the queue of typed bytes
 *
 * One producer (a driver's interrupt handler) and one consumer (the console),
 * who sleeps while there is nothing.
 *
 * Locking: input_lock (irq-safe, rank INPUT) guards the queue. Nothing is
 * called under it.
 */
#include <kernel/input.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/spinlock.h>

#define INPUT_BYTES 1024u /* a power of two */

static u8 queue[INPUT_BYTES];
static unsigned int put_pos, get_pos; /* they only ever rise */
static bool stalled; /* the producer found no room */
static void (*resume_source)(void);
static struct task_struct *reader; /* who waits for a byte */
static struct task_struct *interrupted; /* whom Ctrl-C is for */
static spinlock_t input_lock = SPINLOCK_INIT("input", LOCK_INPUT);

unsigned int input_room(void)
{
	return INPUT_BYTES - (READ_ONCE(put_pos) - READ_ONCE(get_pos));
}

bool input_put(u8 byte)
{
	unsigned long flags = spin_lock_irqsave(&input_lock);
	struct task_struct *task = reader;
	struct task_struct *told = NULL;
	bool room = input_room();

	if (byte == INPUT_INTERRUPT_KEY && interrupted) {
		told = interrupted;
		room = true;
	} else if (room) {
		queue[put_pos++ % INPUT_BYTES] = byte;
	} else {
		stalled = true;
	}
	spin_unlock_irqrestore(&input_lock, flags);
	if (told)
		send_sig(SIGINT, told, 1);
	else if (task)
		wake_up_process(task);
	return room;
}

int input_get(void)
{
	unsigned long flags = spin_lock_irqsave(&input_lock);
	bool resume = false;
	int byte = -1;

	if (put_pos != get_pos)
		byte = queue[get_pos++ % INPUT_BYTES];
	if (stalled && input_room() >= INPUT_BYTES / 2) {
		stalled = false;
		resume = true;
	}
	spin_unlock_irqrestore(&input_lock, flags);
	if (resume && resume_source)
		resume_source();
	return byte;
}

/* The console's thread never ends, so it may be woken late. */
u8 input_wait(void)
{
	int byte;

	might_sleep();
	WRITE_ONCE(reader, current);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		byte = input_get();
		if (byte >= 0)
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	WRITE_ONCE(reader, NULL);
	return (u8)byte;
}

void input_set_interrupted(struct task_struct *task)
{
	unsigned long flags = spin_lock_irqsave(&input_lock);

	interrupted = task;
	spin_unlock_irqrestore(&input_lock, flags);
}

void input_set_resume(void (*resume)(void))
{
	resume_source = resume;
}
