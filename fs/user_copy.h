/* SPDX-License-Identifier: MIT */
/* user_copy.h - memory of processes. Until there are any: the kernel's own. */
#ifndef FS_USER_COPY_H
#define FS_USER_COPY_H

#include <kernel/bug.h>
#include <kernel/preempt.h>
#include <kernel/string.h>

static inline bool access_ok(const void __user *p, unsigned long n)
{
	return (unsigned long)p + n >= n;
}

static inline unsigned long __must_check copy_to_user(void __user *to,
						      const void *from,
						      unsigned long n)
{
	might_sleep();
	memcpy((__force void *)to, from, n);
	return 0;
}

static inline unsigned long __must_check copy_from_user(void *to,
							const void __user *from,
							unsigned long n)
{
	might_sleep();
	memcpy(to, (__force const void *)from, n);
	return 0;
}

static inline unsigned long __must_check clear_user(void __user *to,
						    unsigned long n)
{
	might_sleep();
	memset((__force void *)to, 0, n);
	return 0;
}

#endif
