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

/* A pattern of a list is shorter than this, or matches nothing. */
#define GLOB_LIST_ITEM 64u

/**
 * glob_list_match - does a list of patterns choose what has these two names
 * @list: patterns with commas between, spaces nowhere. One with a - in front
 *	leaves out again what it matches; the last that matches decides. A list
 *	that begins with a - begins with everything.
 * @name, @other: a pattern that matches either of them matches
 *
 * Return: true if it is chosen.
 * Context: any.
 */
bool glob_list_match(const char *list, const char *name, const char *other);

#endif
