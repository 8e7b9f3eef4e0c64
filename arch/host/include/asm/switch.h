/* SPDX-License-Identifier: MIT */
/*
 * asm/switch.h - from one thread's stack to another's (hosted)
 *
 * A thread is a fiber on a stack of the kernel's own making; all threads of
 * CPU 0 run on its one host thread. Sanitizers are told of each switch.
 */
#ifndef ASM_SWITCH_H
#define ASM_SWITCH_H

#include <kernel/types.h>

/* Bytes of a thread's stack: sanitizers make frames many times larger. */
#define THREAD_SIZE 262144ul

struct task_context {
	void *fiber; /* the backend's */
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

/* The thread is over, and runs no more: give back what _init() took. */
void task_context_exit(struct task_context *ctx);

/**
 * task_context_backtrace - where a thread that does not run will go on
 * @pcs, @max: as arch_backtrace()
 * Return: 0: not known here.
 */
unsigned int task_context_backtrace(const struct task_context *ctx,
				    unsigned long *pcs, unsigned int max);

/*
 * A clock for sharing out the CPU, in arch_cycles_per_ms() to a ms. It is
 * virtual: 1 ms with each tick, and a little with each look, so that every run
 * is repeatable.
 */
u64 arch_sched_clock(void);

#endif
