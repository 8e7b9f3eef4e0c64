/* SPDX-License-Identifier: MIT */
/* glob.h - file-name patterns, for the names of tests, caches and options. */
#ifndef KERNEL_GLOB_H
#define KERNEL_GLOB_H

#include <kernel/types.h>

/**
 * glob_match - does the whole of @str match @pat
 * @pat: * any text, ? any one character, [a-z] one of a class, [!a-z] one that
 *	is not, \x the character x itself; a [ that is never closed stands for
 *	itself. There is nothing special about / and a leading dot.
 * @str: the text
 *
 * Return: true if it matches.
 * Context: any; no recursion, at most strlen(@pat) * strlen(@str) steps.
 */
bool __pure glob_match(const char *pat, const char *str);

#endif
