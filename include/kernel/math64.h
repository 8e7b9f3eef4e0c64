/* SPDX-License-Identifier: MIT */
/*
 * math64.h - division of 64-bit numbers without the compiler's run-time library
 *
 * The operators / and % on a u64 call __udivdi3 on i386, which the kernel does
 * not link. Dividing by 32 bits takes two DIVL there: the remainder of the
 * high half is below the divisor, so the second quotient fits in 32 bits.
 * A divisor of 0 traps as it does with the operator.
 */
#ifndef KERNEL_MATH64_H
#define KERNEL_MATH64_H

#include <kernel/types.h>

#if defined(__i386__)
static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *rem)
{
	u32 high = (u32)(dividend >> 32);
	u32 low = (u32)dividend;
	u32 q_high = high / divisor;

	high %= divisor;
	__asm__("divl %4"
		: "=a"(low), "=d"(*rem)
		: "0"(low), "1"(high), "rm"(divisor)
		: "cc");
	return (u64)q_high << 32 | low;
}
#else
static inline u64 div_u64_rem(u64 dividend, u32 divisor, u32 *rem)
{
	*rem = (u32)(dividend % divisor);
	return dividend / divisor;
}
#endif

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	u32 rem;

	return div_u64_rem(dividend, divisor, &rem);
}

/* dividend % divisor. */
static inline u32 mod_u64(u64 dividend, u32 divisor)
{
	u32 rem;

	div_u64_rem(dividend, divisor, &rem);
	return rem;
}

/* Divide the u64 variable @n in place; the value is the remainder. */
#define do_div(n, base)                                    \
	({                                                 \
		u32 _div_rem;                              \
                                                           \
		(n) = div_u64_rem((n), (base), &_div_rem); \
		_div_rem;                                  \
	})

/*
 * Both operands 64 bits wide. A wide divisor is shifted down to 32 bits, which
 * makes the quotient right or one too large; the product tells which.
 */
static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	unsigned int shift;
	u64 q;

	if (!(divisor >> 32))
		return div_u64(dividend, (u32)divisor);
	shift = 32 - (unsigned int)__builtin_clz((u32)(divisor >> 32));
	q = div_u64(dividend >> shift, (u32)(divisor >> shift));
	if (q)
		q--;
	if (dividend - q * divisor >= divisor)
		q++;
	return q;
}

/*
 * (a * mul) >> shift with a product of 96 bits; @shift is at most 32. For
 * turning ticks into nanoseconds. The result wraps at 64 bits.
 */
static inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	u64 low = (u64)(u32)a * mul;
	u64 high = (a >> 32) * mul;

	return (low >> shift) + (high << (32 - shift));
}

#endif
