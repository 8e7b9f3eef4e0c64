/* SPDX-License-Identifier: MIT */
/*
 * uaccess.c - copies from and to a user, and of what may not be there
 *
 * What is the same for all of them: may the caller sleep here, is the range a
 * user's, has the thread one at all, does the kernel's side end where it should.
 * Then the machine copies (asm/user.h), and asks user_fault.c for pages that are
 * not there. The forms of Linux that leave out the look at the range do not
 * leave it out here: it is three instructions, and what it keeps away is a write
 * to the kernel's own memory.
 *
 * A thread of the kernel sees the addresses of whoever used the CPU before it
 * (user_tables.c). So a thread without a user does not get as far as a copy.
 *
 * Locking: none.
 */
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab_usercopy.h>
#include <mm/uaccess.h>

/* A string is read in pieces: long enough to be quick, short enough that what
 * is read behind its end is no great loss. */
#define STRING_PIECE 64ul

/* Are these addresses a user's, whom the caller works for? */
static __always_inline bool is_users(const void __user *p, unsigned long n)
{
	return likely(access_ok(p, n)) && likely(current->mm);
}

/* --- blocks --------------------------------------------------------------- */

/* Of a range that runs off its object nothing is touched. */
static __always_inline unsigned long read_user(void *to,
					       const void __user *from,
					       unsigned long n,
					       unsigned long site)
{
	unsigned long left = n;

	if (unlikely(!usercopy_ok(to, n, site)))
		return n;
	if (is_users(from, n))
		left = arch_copy_from_user(to, from, n);
	/* Nobody gets to see what was there before. */
	if (unlikely(left))
		memset((char *)to + (n - left), 0, left);
	return left;
}

static __always_inline unsigned long write_user(void __user *to,
						const void *from,
						unsigned long n,
						unsigned long site)
{
	if (!is_users(to, n) || unlikely(!usercopy_ok(from, n, site)))
		return n;
	return arch_copy_to_user(to, from, n);
}

unsigned long copy_from_user(void *to, const void __user *from, unsigned long n)
{
	might_fault();
	return read_user(to, from, n, _RET_IP_);
}
EXPORT_SYMBOL(copy_from_user);

unsigned long __copy_from_user(void *to, const void __user *from,
			       unsigned long n)
{
	might_fault();
	return read_user(to, from, n, _RET_IP_);
}
EXPORT_SYMBOL(__copy_from_user);

unsigned long raw_copy_from_user(void *to, const void __user *from,
				 unsigned long n)
{
	might_fault();
	if (!is_users(from, n) || unlikely(!usercopy_ok(to, n, _RET_IP_)))
		return n;
	return arch_copy_from_user(to, from, n);
}

unsigned long copy_to_user(void __user *to, const void *from, unsigned long n)
{
	might_fault();
	return write_user(to, from, n, _RET_IP_);
}
EXPORT_SYMBOL(copy_to_user);

unsigned long __copy_to_user(void __user *to, const void *from, unsigned long n)
{
	might_fault();
	return write_user(to, from, n, _RET_IP_);
}
EXPORT_SYMBOL(__copy_to_user);

unsigned long __copy_from_user_inatomic(void *to, const void __user *from,
					unsigned long n)
{
	unsigned long left = n;

	pagefault_disable();
	if (is_users(from, n) && usercopy_ok(to, n, _RET_IP_))
		left = arch_copy_from_user(to, from, n);
	pagefault_enable();
	return left;
}
EXPORT_SYMBOL(__copy_from_user_inatomic);

unsigned long __copy_to_user_inatomic(void __user *to, const void *from,
				      unsigned long n)
{
	unsigned long left;

	pagefault_disable();
	left = write_user(to, from, n, _RET_IP_);
	pagefault_enable();
	return left;
}
EXPORT_SYMBOL(__copy_to_user_inatomic);

unsigned long clear_user(void __user *to, unsigned long n)
{
	might_fault();
	return is_users(to, n) ? arch_clear_user(to, n) : n;
}
EXPORT_SYMBOL(clear_user);

unsigned long __clear_user(void __user *to, unsigned long n)
{
	might_fault();
	return is_users(to, n) ? arch_clear_user(to, n) : n;
}
EXPORT_SYMBOL(__clear_user);

/* --- variables ------------------------------------------------------------ */

#define GET_USER(name, size)                                 \
	int name##_##size(void *val, const void __user *p)   \
	{                                                    \
		might_fault_at(#name, _RET_IP_);             \
		if (likely(is_users(p, size)))               \
			return arch_get_user_##size(val, p); \
		memset(val, 0, size);                        \
		return -EFAULT;                              \
	}                                                    \
	EXPORT_SYMBOL(name##_##size)
GET_USER(get_user, 1);
GET_USER(get_user, 2);
GET_USER(get_user, 4);
GET_USER(get_user, 8);
GET_USER(__get_user, 1);
GET_USER(__get_user, 2);
GET_USER(__get_user, 4);
GET_USER(__get_user, 8);

#define PUT_USER(name, size)                                 \
	int name##_##size(const void *val, void __user *p)   \
	{                                                    \
		might_fault_at(#name, _RET_IP_);             \
		if (likely(is_users(p, size)))               \
			return arch_put_user_##size(p, val); \
		return -EFAULT;                              \
	}                                                    \
	EXPORT_SYMBOL(name##_##size)
PUT_USER(put_user, 1);
PUT_USER(put_user, 2);
PUT_USER(put_user, 4);
PUT_USER(put_user, 8);
PUT_USER(__put_user, 1);
PUT_USER(__put_user, 2);
PUT_USER(__put_user, 4);
PUT_USER(__put_user, 8);

/* --- strings -------------------------------------------------------------- */

/* A string that is read piece by piece. */
struct user_string {
	const char __user *at; /* what comes next */
	unsigned long left; /* bytes that may still be looked at */
	char piece[STRING_PIECE];
};

/*
 * Read one more piece. @ends: it has the string's end.
 * Return: its length without the NUL; -EFAULT if the string goes on where
 * nothing can be read.
 */
static long next_piece(struct user_string *s, bool *ends)
{
	unsigned long want = min(s->left, STRING_PIECE), got;
	const char *nul;

	/* No user's address lies there, so a string that goes on is bad. */
	want = min(want, TASK_SIZE - (unsigned long)s->at);
	got = want - arch_copy_from_user(s->piece, s->at, want);
	nul = memchr(s->piece, '\0', got);
	*ends = nul;
	if (nul)
		return nul - s->piece;
	if (!got || got < want)
		return -EFAULT;
	s->at += got;
	s->left -= got;
	return (long)got;
}

static bool string_begin(struct user_string *s, const void __user *src,
			 long count)
{
	s->at = src;
	s->left = (unsigned long)count;
	return is_users(src, 0);
}

static long copy_string(char *dst, const void __user *src, long count)
{
	struct user_string s;
	bool ends = false;
	long done = 0;

	if (!string_begin(&s, src, count))
		return -EFAULT;
	while (done < count && !ends) {
		long n = next_piece(&s, &ends);

		if (n < 0)
			return n;
		memcpy(dst + done, s.piece, (size_t)n + ends);
		done += n;
	}
	return done;
}

long strncpy_from_user(char *dst, const char __user *src, long count)
{
	might_fault();
	return count > 0 ? copy_string(dst, src, count) : 0;
}
EXPORT_SYMBOL(strncpy_from_user);

long strnlen_user(const char __user *str, long n)
{
	struct user_string s;
	bool ends = false;
	long done = 0;

	might_fault();
	if (n <= 0 || !string_begin(&s, str, n))
		return 0;
	while (done < n && !ends) {
		long len = next_piece(&s, &ends);

		if (len < 0)
			return 0;
		done += len;
	}
	return done + 1;
}
EXPORT_SYMBOL(strnlen_user);

/* --- where nobody may sleep ------------------------------------------------ */

long copy_from_user_nofault(void *dst, const void __user *src, size_t size)
{
	return __copy_from_user_inatomic(dst, src, size) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(copy_from_user_nofault);

long copy_to_user_nofault(void __user *dst, const void *src, size_t size)
{
	return __copy_to_user_inatomic(dst, src, size) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(copy_to_user_nofault);

long strncpy_from_user_nofault(char *dst, const void __user *src, long count)
{
	long len;

	if (count <= 0)
		return 0;
	pagefault_disable();
	len = copy_string(dst, src, count);
	pagefault_enable();
	if (len == count)
		dst[count - 1] = '\0';
	else if (len >= 0)
		len++;
	return len;
}
EXPORT_SYMBOL_GPL(strncpy_from_user_nofault);

/* --- kernel memory --------------------------------------------------------- */

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
		const void *at = (const void *)(from + (unsigned long)n);
		int err = copy_from_kernel_nofault(&dst[n], at, 1);

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
