/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - memory that may not be there
 *
 * Kernel memory is simply used. What is looked at here is memory of which
 * nobody knows whether it is there: an address that somebody found somewhere.
 * A copy of it fails; it never ends in a report.
 */
#ifndef MM_UACCESS_H
#define MM_UACCESS_H

#include <kernel/compiler.h>
#include <kernel/types.h>

/**
 * copy_from_kernel_nofault - read kernel memory that may not be there
 * @dst: kernel memory
 * @src: any address
 *
 * Return: 0; -EFAULT if not all of it could be read; -ERANGE if @src is no
 * address of the kernel's. Then @dst holds nothing of use.
 * Context: any; never sleeps.
 */
int __must_check copy_from_kernel_nofault(void *dst, const void *src,
					  size_t size);

/**
 * copy_to_kernel_nofault - write kernel memory that may not be there
 *
 * Memory that may not be written is not, whoever asks.
 * Return: 0; -EFAULT if not all of it was written: then all before that was.
 * Context: any; never sleeps.
 */
int __must_check copy_to_kernel_nofault(void *dst, const void *src,
					size_t size);

/**
 * strncpy_from_kernel_nofault - read a string of the kernel's
 * @count: room in @dst
 *
 * @dst always ends in NUL, unless @count is 0.
 * Return: its length with the NUL; @count if it was cut; -EFAULT or -ERANGE as
 * copy_from_kernel_nofault(), and @dst is "".
 * Context: any; never sleeps.
 */
long strncpy_from_kernel_nofault(char *dst, const void *src, long count);

/* Read the variable at @ptr into @val. Return: 0 or -EFAULT. */
#define get_kernel_nofault(val, ptr) \
	copy_from_kernel_nofault(&(val), (ptr), sizeof(val))

#endif
