/* SPDX-License-Identifier: MIT */
/*
 * unaligned.h - numbers at any address
 *
 * get_unaligned_le32(p) and put_unaligned_le32(x, p), so for 16 and 64 bits and
 * with be: in the order that the name tells. get_unaligned(p) and
 * put_unaligned(x, p): in the CPU's order, of the type that @p points to.
 *
 * x86 reads such words itself, but the compiler may take a pointer for aligned:
 * a packed struct tells it otherwise.
 */
#ifndef KERNEL_UNALIGNED_H
#define KERNEL_UNALIGNED_H

#include <kernel/byteorder.h>

#define get_unaligned(ptr)                                   \
	({                                                   \
		const struct {                               \
			__typeof__(*(ptr)) word;             \
		} __attribute__((packed, may_alias)) *__at = \
			(const void *)(ptr);                 \
		__at->word;                                  \
	})

#define put_unaligned(val, ptr)                                             \
	do {                                                                \
		struct {                                                    \
			__typeof__(*(ptr)) word;                            \
		} __attribute__((packed, may_alias)) *__to = (void *)(ptr); \
		__to->word = (val);                                         \
	} while (0)

#define UNALIGNED_WORD(order, bits)                                          \
	static inline u##bits get_unaligned_##order##bits(const void *p)     \
	{                                                                    \
		return order##bits##_to_cpu(                                 \
			get_unaligned((const __##order##bits *)p));          \
	}                                                                    \
	static inline void put_unaligned_##order##bits(u##bits val, void *p) \
	{                                                                    \
		put_unaligned(cpu_to_##order##bits(val),                     \
			      (__##order##bits *)p);                         \
	}

UNALIGNED_WORD(le, 16)
UNALIGNED_WORD(le, 32)
UNALIGNED_WORD(le, 64)
UNALIGNED_WORD(be, 16)
UNALIGNED_WORD(be, 32)
UNALIGNED_WORD(be, 64)

#endif
