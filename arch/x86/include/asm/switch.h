/* SPDX-License-Identifier: MIT */
/*
 * asm/switch.h - from one thread's stack to another's (x86)
 *
 * All of a thread that does not run lies on its stack: the registers that a C
 * function must preserve, and where to go on. So the context is the stack
 * pointer.
 */
#ifndef ASM_SWITCH_H
#define ASM_SWITCH_H

#include <kernel/types.h>

/* Bytes of a thread's stack; interrupts and soft interrupts run on it too. */
#define THREAD_SIZE 16384ul

struct task_context {
	unsigned long sp; /* of a thread that does not run */
};

/**
 * task_context_init - a context that begins in @entry when it is switched to
 * @stack: lowest address of @bytes, aligned to a word
 * @entry: may not return; runs with interrupts off
 * Context: any.
 */
void task_context_init(struct task_context *ctx, void *stack, size_t bytes,
		       void (*entry)(void));

/**
 * task_context_switch - go on in @to; return when somebody switches to @from
 * Context: interrupts off.
 */
void task_context_switch(struct task_context *from,
			 const struct task_context *to);

/* The thread is over, and runs no more: give back what _init() took. Here that
 * is nothing. */
static inline void task_context_exit(struct task_context *ctx)
{
	ctx->sp = 0;
}

/**
 * task_context_backtrace - where a thread that does not run will go on
 * @pcs, @max: as arch_backtrace()
 * Return: how many were found. Context: the thread may not start meanwhile, or
 * the result may be nonsense; never faults.
 */
unsigned int task_context_backtrace(const struct task_context *ctx,
				    unsigned long *pcs, unsigned int max);

/* A clock for sharing out the CPU: cycles, arch_cycles_per_ms() to a ms. Of
 * this CPU only. */
u64 arch_sched_clock(void);

#endif
