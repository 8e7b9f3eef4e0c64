/* SPDX-License-Identifier: MIT */
/* soak.h - the long mixed load linked into the kernel (tests/soak). */
#ifndef KERNEL_SOAK_H
#define KERNEL_SOAK_H

#define SOAK_SECONDS 20u /* if nobody says */
#define SOAK_MAX_SECONDS 86400u

/**
 * soak_run - load all allocators at once for @seconds, then count
 * @seconds: 1 .. SOAK_MAX_SECONDS
 *
 * Prints its seed, what was done, and what is wrong. A signal ends it early; it
 * counts all the same.
 * Return: 0; 1 if contents were damaged, a count did not come back to where it
 * was, or an invariant does not hold. Context: may sleep.
 */
int soak_run(unsigned int seconds);

#endif
