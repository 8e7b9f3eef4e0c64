/* SPDX-License-Identifier: MIT */
/*
 * user_copy.c - copies of what may not be there (hosted)
 *
 * Linux does them for us: it looks at both sides before it touches them.
 *
 * Locking: none. Nothing here has a state.
 */
#include <asm/page.h>
#include <asm/user.h>
#include <host/backend.h>

/* Page by page: what Linux says of a longer one is only whether all went. */
unsigned long arch_copy_nofault(void *to, const void *from, unsigned long n)
{
	char *dst = to;
	const char *src = from;

	while (n) {
		unsigned long part = PAGE_SIZE - (unsigned long)src % PAGE_SIZE;
		unsigned long left;

		part = min(part, PAGE_SIZE - (unsigned long)dst % PAGE_SIZE);
		part = min(part, n);
		left = backend_copy(dst, src, part);
		n -= part - left;
		if (left)
			break;
		dst += part;
		src += part;
	}
	return n;
}
