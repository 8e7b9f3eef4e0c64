/* SPDX-License-Identifier: MIT */
/* suites_keep.h - start-up asks whether the image's self-tests stay (suites.c). */
#ifndef KERNEL_SUITES_KEEP_H
#define KERNEL_SUITES_KEEP_H

#include <kernel/memmap.h>
#include <asm/setup.h>

/**
 * suites_keep - decide whether the suites stay, by suites= and the RAM there is
 * @map: the machine's RAM
 * @suites: where they lie
 *
 * Return: true if they stay. Else they are gone: whatever they had in the
 * image's tables is passed over, and their RAM is free like any other.
 * Context: boot, once, after params_parse() and before mm_boot().
 */
bool suites_keep(const struct memmap *map,
		 const struct arch_image_range *suites);

/* Does the command line ask for self-tests, or for a command that may? */
bool boot_words_want_suites(void);

#endif
