/* SPDX-License-Identifier: MIT */
/* thread.h - start-up of threads: for kernel/main.c and the hosted runners. */
#ifndef KERNEL_THREAD_H
#define KERNEL_THREAD_H

/**
 * threads_init - run queues, and memory for threads
 *
 * From here on start-up runs as CPU 0's idle task: it may not sleep.
 * Context: boot CPU, once; per-CPU areas are final, vmalloc() works.
 */
void threads_init(void);

/**
 * deferred_init - who serves which softirq: timers, tasklets, RCU
 * Context: boot CPU, once, before interrupts are enabled.
 */
void deferred_init(void);

/**
 * deferred_start - the threads behind them, and the system's work queues
 * Context: a thread, once, when all CPUs are online.
 */
void deferred_start(void);

/**
 * threads_run - start the first threads and become the idle task
 * @init: what thread 1 does; it may never return
 */
void __attribute__((noreturn)) threads_run(int (*init)(void *data));

#endif
