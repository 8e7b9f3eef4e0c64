/* SPDX-License-Identifier: MIT */
/* allocinfo_internal.h - between the files of allocinfo */
#ifndef MM_ALLOCINFO_INTERNAL_H
#define MM_ALLOCINFO_INTERNAL_H

#include <mm/allocinfo.h>

/**
 * allocinfo_next_caller - what the next caller has of slab objects
 * @cursor: 0 to begin
 * Return: false at the end, or if nobody watches. Context: any.
 */
bool allocinfo_next_caller(unsigned int *cursor, struct allocinfo_row *row);

#endif
