/* SPDX-License-Identifier: MIT */
/*
 * user_copies.c - what a user has, copied into memory of our own
 *
 * Memory first, then the copy; if that fails the memory goes back. What modules
 * call is in slab_accounted.c, and asks here in their names.
 *
 * Locking: none.
 */
#include <kernel/errno.h>
#include <mm/slab.h>
#include <mm/uaccess.h>
#include <mm/user_copies.h>
#include "slab_internal.h"

/* Fill @p, if it is there. */
static void *filled(void *p, const void __user *src, size_t len)
{
	if (!p)
		return ERR_PTR(-ENOMEM);
	if (!copy_from_user(p, src, len))
		return p;
	kvfree(p);
	return ERR_PTR(-EFAULT);
}

void *memdup_user_at(const void __user *src, size_t len, unsigned long site)
{
	return filled(kmalloc_at(len, GFP_USER | __GFP_NOWARN, site), src, len);
}

void *memdup_user_nul_at(const void __user *src, size_t len, unsigned long site)
{
	char *p;

	if (len == SIZE_MAX)
		return ERR_PTR(-ENOMEM);
	p = filled(kmalloc_at(len + 1, GFP_USER | __GFP_NOWARN, site), src,
		   len);
	if (!IS_ERR(p))
		p[len] = '\0';
	return p;
}

void *vmemdup_user_at(const void __user *src, size_t len, unsigned long site)
{
	return filled(kvmalloc_at(len, GFP_USER | __GFP_NOWARN, site), src,
		      len);
}

char *strndup_user_at(const char __user *s, long n, unsigned long site)
{
	long len = strnlen_user(s, n);
	char *p;

	if (!len)
		return ERR_PTR(-EFAULT);
	if (len > n)
		return ERR_PTR(-EINVAL);
	p = memdup_user_at(s, (size_t)len, site);
	if (!IS_ERR(p))
		p[len - 1] = '\0';
	return p;
}

void *memdup_user(const void __user *src, size_t len)
{
	return memdup_user_at(src, len, _RET_IP_);
}

void *memdup_user_nul(const void __user *src, size_t len)
{
	return memdup_user_nul_at(src, len, _RET_IP_);
}

void *vmemdup_user(const void __user *src, size_t len)
{
	return vmemdup_user_at(src, len, _RET_IP_);
}

char *strndup_user(const char __user *s, long n)
{
	return strndup_user_at(s, n, _RET_IP_);
}
