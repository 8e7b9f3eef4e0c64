/* SPDX-License-Identifier: MIT */
/* slab_usercopy.h - the kernel's side of a copy from or to a user. */
#ifndef MM_SLAB_USERCOPY_H
#define MM_SLAB_USERCOPY_H

#include <kernel/types.h>

/**
 * usercopy_ok - may [@p, @p + @n) be copied from or to a user?
 * @site: who copies
 *
 * Return: false, after a report (usercopy), if it runs off an object or off the
 * caller's stack, or is the kernel's code; without one if @n is no length.
 * Context: any.
 */
bool __must_check usercopy_ok(const void *p, unsigned long n,
			      unsigned long site);

#endif
