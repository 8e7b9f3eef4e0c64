/* SPDX-License-Identifier: MIT */
/*
 * uaccess.c - reading and writing what may not be there
 *
 * Locking: none.
 */
#include <kernel/errno.h>
#include <kernel/export.h>
#include <mm/page.h>
#include <mm/uaccess.h>
#include <asm/user.h>

int copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	if (!arch_is_kernel_addr((unsigned long)src))
		return -ERANGE;
	return arch_copy_nofault(dst, src, size) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(copy_from_kernel_nofault);

int copy_to_kernel_nofault(void *dst, const void *src, size_t size)
{
	if (!arch_is_kernel_addr((unsigned long)dst))
		return -EFAULT;
	return arch_copy_nofault(dst, src, size) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(copy_to_kernel_nofault);

long strncpy_from_kernel_nofault(char *dst, const void *src, long count)
{
	unsigned long from = (unsigned long)src;
	long n;

	if (count <= 0)
		return 0;
	for (n = 0; n < count; n++) {
		int err = copy_from_kernel_nofault(
			&dst[n], (const char *)(from + (unsigned long)n), 1);

		if (err) {
			dst[0] = '\0';
			return err;
		}
		if (!dst[n])
			return n + 1;
	}
	dst[count - 1] = '\0';
	return count;
}
EXPORT_SYMBOL_GPL(strncpy_from_kernel_nofault);
