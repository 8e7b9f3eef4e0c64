/* SPDX-License-Identifier: MIT */
/* util.h - small arithmetic that every file needs; no dependency but types. */
#ifndef KERNEL_UTIL_H
#define KERNEL_UTIL_H

#include <kernel/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define min(a, b)                                  \
	({                                         \
		__typeof__(a) _min_a = (a);        \
		__typeof__(b) _min_b = (b);        \
		(void)(&_min_a == &_min_b);        \
		_min_a < _min_b ? _min_a : _min_b; \
	})
#define max(a, b)                                  \
	({                                         \
		__typeof__(a) _max_a = (a);        \
		__typeof__(b) _max_b = (b);        \
		(void)(&_max_a == &_max_b);        \
		_max_a > _max_b ? _max_a : _max_b; \
	})
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
/* @v within [@lo, @hi]. min() and max() do not nest in themselves. */
#define clamp(v, lo, hi)                      \
	({                                    \
		__typeof__(v) _clamped = (v); \
		_clamped = max(_clamped, lo); \
		min(_clamped, hi);            \
	})
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define swap(a, b)                             \
	do {                                   \
		__typeof__(a) _swap_tmp = (a); \
		(a) = (b);                     \
		(b) = _swap_tmp;               \
	} while (0)

/* @a is a power of two; the type of @x is kept, so 64-bit values stay whole. */
#define ALIGN(x, a) (((x) + ((__typeof__(x))(a)-1)) & ~((__typeof__(x))(a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((__typeof__(x))(a)-1))
#define IS_ALIGNED(x, a) (((x) & ((__typeof__(x))(a)-1)) == 0)
#define DIV_ROUND_UP(n, d) (((n) + (d)-1) / (d))

/* @y need not be a power of two. */
#define roundup(x, y)                                                 \
	({                                                            \
		__typeof__(y) _roundup_y = (y);                       \
		(((x) + (_roundup_y - 1)) / _roundup_y) * _roundup_y; \
	})
#define rounddown(x, y)                       \
	({                                    \
		__typeof__(x) _round_x = (x); \
		_round_x - (_round_x % (y));  \
	})
#define abs(x)                                 \
	({                                     \
		__typeof__(x) _abs_x = (x);    \
		_abs_x < 0 ? -_abs_x : _abs_x; \
	})

#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_32_bits(n) ((u32)((n)&0xffffffffu))

#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define FIELD_SIZEOF(type, member) sizeof_field(type, member)
#define typeof_member(type, member) __typeof__(((type *)0)->member)

#define BIT(n) (1ul << (n))
/* Bits @low to @high, both inclusive. */
#define GENMASK(high, low) \
	((~0ul << (low)) & (~0ul >> (sizeof(long) * 8 - 1 - (high))))
#define KIB(n) ((n)*1024ul)
#define MIB(n) ((n)*1024ul * 1024ul)
#define GIB(n) ((n)*1024ull * 1024ull * 1024ull)

#define STRINGIFY_1(x) #x
#define STRINGIFY(x) STRINGIFY_1(x)

static inline bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* Index of the highest set bit; @n must not be 0. */
static __always_inline unsigned int ilog2(unsigned long n)
{
	return (unsigned int)(sizeof(n) * 8 - 1) -
	       (unsigned int)__builtin_clzl(n);
}

/* Index of the lowest set bit; @n must not be 0. */
static __always_inline unsigned int __ffs(unsigned long n)
{
	return (unsigned int)__builtin_ctzl(n);
}

#endif
