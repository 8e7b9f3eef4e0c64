/* SPDX-License-Identifier: MIT */
/*
 * memmap_words.h - memmap= on the command line: corrections to the firmware
 *
 *	memmap=SIZE@START	this is RAM
 *	memmap=SIZE#START	this is ACPI data
 *	memmap=SIZE$START	this is reserved
 *	memmap=SIZE		no RAM of the firmware's at or above this
 *	memmap=exactmap		forget the firmware's map: only what is said
 *
 * Several may stand in one word, with commas between, and there may be several
 * words. Ranges are added to the firmware's entries before the sanitiser sees
 * them, and its rules hold: "hands off" wins over "RAM", whoever says it.
 *
 * Pure: words in, entries out; what is refused is told by the return value.
 * Locking and context: none needed, any.
 */
#ifndef KERNEL_MEMMAP_WORDS_H
#define KERNEL_MEMMAP_WORDS_H

#include <kernel/boot_info.h>
#include <kernel/types.h>

#define MEMMAP_WORDS_MAX 32 /* ranges; Linux has 128 entries for all */

struct memmap_words {
	struct boot_mmap_entry ranges[MEMMAP_WORDS_MAX]; /* length > 0 */
	unsigned int nr;
	bool exact;
	u64 limit; /* 0: none */
};

/**
 * memmap_words_add - take in the value of one memmap= word
 *
 * Return: 0; -EINVAL if any part of it cannot be read, is empty or wraps
 * around, -ENOSPC if it has too many ranges; @w is then unchanged.
 */
int __must_check memmap_words_add(struct memmap_words *w, const char *value);

/**
 * memmap_words_apply - correct the firmware's entries
 * @start, @end: the kernel's image, whole pages, which must remain RAM
 *
 * Return: 0; 1 if there was nothing to do; -EBUSY if the image would not be
 * RAM any more, -ENOSPC if entries do not fit into @bi. Then all words are
 * left out, and @bi is unchanged.
 */
int __must_check memmap_words_apply(const struct memmap_words *w,
				    struct boot_info *bi, u64 start, u64 end);

/* What memmap= said at this boot. */
extern struct memmap_words memmap_words_boot;

#endif
