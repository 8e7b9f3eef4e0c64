/* SPDX-License-Identifier: MIT */
/*
 * watchdog.h - CPUs that watch each other: is its timer still heard?
 */
#ifndef KERNEL_WATCHDOG_H
#define KERNEL_WATCHDOG_H

#include <kernel/types.h>

/* This CPU lives, and looks after the others. Called by the timer interrupt of
 * each CPU, interrupts off. */
void watchdog_tick(void);

/**
 * watchdog_set_ticks - after how many ticks without a sign a CPU is stuck
 * @ticks: HZ a second; 0: nobody is watched
 *
 * Return: what it was. Context: any.
 */
unsigned int watchdog_set_ticks(unsigned int ticks);

/* How often a CPU was found stuck since boot. */
unsigned long watchdog_nr_stuck(void);

#endif
