/* SPDX-License-Identifier: MIT */
/*
 * uaccess.h - memory that may not be there: a user's, and of the kernel
 *
 * A user's pointer is a number that he made up. It may point anywhere: to
 * nothing, to a page that is not read yet, to memory of the kernel's. So nobody
 * follows it but the calls below. They look where it points, wait for a page
 * that has to be made first, and end at the first byte that cannot be had: with
 * the number of bytes that were not copied, or with -EFAULT.
 *
 *	if (copy_from_user(&req, arg, sizeof(req)))
 *		return -EFAULT;
 *
 * Whose memory it is that current works on is current->mm (user_space.h); for a
 * thread that has none, every user's pointer is a bad one.
 *
 * All of them are functions; the macros only find the one for a size. A driver
 * that follows a user's pointer by itself is reported (user-deref) where the
 * page is not there, and everywhere on a CPU with SMAP.
 *
 * Context, unless said otherwise: thread, may sleep, checked on every call. In
 * between pagefault_disable() and pagefault_enable() they neither sleep nor
 * wait for a page.
 */
#ifndef MM_UACCESS_H
#define MM_UACCESS_H

#include <kernel/compiler.h>
#include <kernel/sched.h>
#include <kernel/types.h>
#include <asm/user.h>

/**
 * access_ok - could [@addr, @addr + @size) be a user's?
 *
 * Says nothing of whether anything is there. An empty range is a user's
 * anywhere up to TASK_SIZE.
 * Context: any.
 */
static __always_inline bool access_ok(const void __user *addr,
				      unsigned long size)
{
	return size <= TASK_SIZE && (unsigned long)addr <= TASK_SIZE - size;
}

/**
 * copy_from_user - read @n bytes of a user's
 * @to: kernel memory; what could not be read is zeroed
 *
 * Return: how many bytes were not read; 0: all were.
 */
unsigned long __must_check copy_from_user(void *to, const void __user *from,
					  unsigned long n);

/**
 * copy_to_user - write @n bytes of a user's
 * Return: how many bytes were not written. All before them were.
 */
unsigned long __must_check copy_to_user(void __user *to, const void *from,
					unsigned long n);

/* The same, of a range that access_ok() has found good. */
unsigned long __must_check __copy_from_user(void *to, const void __user *from,
					    unsigned long n);
unsigned long __must_check __copy_to_user(void __user *to, const void *from,
					  unsigned long n);

/**
 * raw_copy_from_user - copy_from_user(), but what could not be read stays
 *
 * For memory that has contents of its own, of which only what was read is to be
 * replaced. Whoever calls it looks at the result before he looks at @to.
 */
unsigned long __must_check raw_copy_from_user(void *to, const void __user *from,
					      unsigned long n);

/* The same, of pages that are there: they wait for none, and nothing is zeroed.
 * Context: any. */
unsigned long __must_check __copy_from_user_inatomic(void *to,
						     const void __user *from,
						     unsigned long n);
unsigned long __must_check __copy_to_user_inatomic(void __user *to,
						   const void *from,
						   unsigned long n);

/**
 * clear_user - zero @n bytes of a user's
 * Return: how many were not zeroed.
 */
unsigned long __must_check clear_user(void __user *to, unsigned long n);
unsigned long __must_check __clear_user(void __user *to, unsigned long n);

/**
 * strncpy_from_user - read a user's string
 * @count: room in @dst
 *
 * Return: its length without the NUL; @count if no NUL came so far (then @dst
 * has none); -EFAULT.
 */
long __must_check strncpy_from_user(char *dst, const char __user *src,
				    long count);

/**
 * strnlen_user - length of a user's string, with the NUL
 * @n: bytes to look at, at most
 *
 * Return: 0 if it cannot be read; more than @n if it is longer.
 */
long __must_check strnlen_user(const char __user *s, long n);

/* The functions behind get_user() and put_user(). @val has room for the
 * variable; it reads as 0 when it cannot be read. Return: 0 or -EFAULT. */
int __must_check get_user_1(void *val, const void __user *p);
int __must_check get_user_2(void *val, const void __user *p);
int __must_check get_user_4(void *val, const void __user *p);
int __must_check get_user_8(void *val, const void __user *p);
int __must_check put_user_1(const void *val, void __user *p);
int __must_check put_user_2(const void *val, void __user *p);
int __must_check put_user_4(const void *val, void __user *p);
int __must_check put_user_8(const void *val, void __user *p);
int __must_check __get_user_1(void *val, const void __user *p);
int __must_check __get_user_2(void *val, const void __user *p);
int __must_check __get_user_4(void *val, const void __user *p);
int __must_check __get_user_8(void *val, const void __user *p);
int __must_check __put_user_1(const void *val, void __user *p);
int __must_check __put_user_2(const void *val, void __user *p);
int __must_check __put_user_4(const void *val, void __user *p);
int __must_check __put_user_8(const void *val, void __user *p);
/* Does not exist: a variable of no such size. */
int user_access_of_bad_size(void);

/* An integer as large as @x, for a cast to @x's type, whatever that is. */
#define __user_integer(x) \
	__typeof__(__builtin_choose_expr(sizeof(x) > sizeof(long), 0ull, 0ul))
/* The function for the size of *@p. */
#define __user_access(fn, val, p)             \
	(sizeof(*(p)) == 1 ? fn##_1(val, p) : \
	 sizeof(*(p)) == 2 ? fn##_2(val, p) : \
	 sizeof(*(p)) == 4 ? fn##_4(val, p) : \
	 sizeof(*(p)) == 8 ? fn##_8(val, p) : \
			     user_access_of_bad_size())
#define __user_get(fn, x, p)                              \
	({                                                \
		const __typeof__(*(p)) __user *_gp = (p); \
		__user_integer(*(p)) _gv = 0;             \
		int _ge = __user_access(fn, &_gv, _gp);   \
		(x) = (__force __typeof__(*(p)))_gv;      \
		_ge;                                      \
	})
#define __user_put(fn, x, p)                        \
	({                                          \
		__typeof__(*(p)) __user *_pp = (p); \
		__typeof__(*(p)) _pv = (x);         \
		__user_access(fn, &_pv, _pp);       \
	})

/**
 * get_user - read a user's variable of 1, 2, 4 or 8 bytes
 * @x: an integer or a pointer; 0 if it cannot be read
 * @p: where the user has it; its type says how large it is
 *
 * Return: 0 or -EFAULT. The forms with __ leave out access_ok().
 */
#define get_user(x, p) __user_get(get_user, x, p)
#define __get_user(x, p) __user_get(__get_user, x, p)

/* put_user - write one. Return: 0 or -EFAULT. */
#define put_user(x, p) __user_put(put_user, x, p)
#define __put_user(x, p) __user_put(__put_user, x, p)

/* --- where nobody may sleep ----------------------------------------------- */

/* From here to pagefault_enable() copies do not wait for pages: what is not
 * there cannot be had. Nests. */
static inline void pagefault_disable(void)
{
	current->pagefault_disabled++;
	barrier();
}

static inline void pagefault_enable(void)
{
	barrier();
	current->pagefault_disabled--;
}

static inline bool pagefault_disabled(void)
{
	return current->pagefault_disabled;
}

/* Can no page be waited for here? */
static inline bool faulthandler_disabled(void)
{
	return pagefault_disabled() || in_atomic();
}

/* This call may have to wait for a user's page: report it if the context forbids
 * that. */
static __always_inline void might_fault_at(const char *what, unsigned long site)
{
	if (!pagefault_disabled())
		might_sleep_at(what, site);
}
#define might_fault() might_fault_at(__func__, _RET_IP_)

/* Read or write a user's memory without waiting. Return: 0 or -EFAULT.
 * Context: any. */
long __must_check copy_from_user_nofault(void *dst, const void __user *src,
					 size_t size);
long __must_check copy_to_user_nofault(void __user *dst, const void *src,
				       size_t size);
/* As strncpy_from_kernel_nofault(), of a user's. */
long __must_check strncpy_from_user_nofault(char *dst, const void __user *src,
					    long count);

/* --- kernel memory --------------------------------------------------------- */

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
