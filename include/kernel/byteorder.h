/* SPDX-License-Identifier: MIT */
/*
 * byteorder.h - numbers as a device or a medium has them, and as the CPU does
 *
 * __le32 is a number whose first byte is its lowest, __be32 one whose first is
 * its highest. They are plain numbers to the compiler: the name tells a reader
 * which conversion is due. Each word exists for 16, 32 and 64 bits:
 *
 *	cpu_to_le32(x)   le32_to_cpu(x)    a value
 *	cpu_to_le32p(p)  le32_to_cpup(p)   the value at p, which is aligned
 *	cpu_to_le32s(p)  le32_to_cpus(p)   in place
 *	le32_add_cpu(p, n)                 the number at p becomes larger by n
 *
 * and so with be. x86 and the host have the lowest byte first.
 */
#ifndef KERNEL_BYTEORDER_H
#define KERNEL_BYTEORDER_H

#include <kernel/types.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	      "le words are taken as they are");

/* As Linux has it, for `#ifdef __LITTLE_ENDIAN`. */
#define __LITTLE_ENDIAN 1234

static inline u16 swab16(u16 x)
{
	return __builtin_bswap16(x);
}

static inline u32 swab32(u32 x)
{
	return __builtin_bswap32(x);
}

static inline u64 swab64(u64 x)
{
	return __builtin_bswap64(x);
}

/* Constants to the compiler, so also for initializers. */
#define cpu_to_le16(x) ((__le16)(u16)(x))
#define cpu_to_le32(x) ((__le32)(u32)(x))
#define cpu_to_le64(x) ((__le64)(u64)(x))
#define le16_to_cpu(x) ((u16)(__le16)(x))
#define le32_to_cpu(x) ((u32)(__le32)(x))
#define le64_to_cpu(x) ((u64)(__le64)(x))

#define cpu_to_be16(x) ((__be16)__builtin_bswap16((u16)(x)))
#define cpu_to_be32(x) ((__be32)__builtin_bswap32((u32)(x)))
#define cpu_to_be64(x) ((__be64)__builtin_bswap64((u64)(x)))
#define be16_to_cpu(x) __builtin_bswap16((__be16)(x))
#define be32_to_cpu(x) __builtin_bswap32((__be32)(x))
#define be64_to_cpu(x) __builtin_bswap64((__be64)(x))

/* Where the number is; @order is le or be. */
#define BYTEORDER_AT(order, bits)                                             \
	static inline __##order##bits cpu_to_##order##bits##p(                \
		const u##bits *p)                                             \
	{                                                                     \
		return cpu_to_##order##bits(*p);                              \
	}                                                                     \
	static inline u##bits order##bits##_to_cpup(const __##order##bits *p) \
	{                                                                     \
		return order##bits##_to_cpu(*p);                              \
	}                                                                     \
	static inline void cpu_to_##order##bits##s(u##bits *p)                \
	{                                                                     \
		*p = cpu_to_##order##bits(*p);                                \
	}                                                                     \
	static inline void order##bits##_to_cpus(__##order##bits *p)          \
	{                                                                     \
		*p = order##bits##_to_cpu(*p);                                \
	}                                                                     \
	static inline void order##bits##_add_cpu(__##order##bits *p,          \
						 u##bits n)                   \
	{                                                                     \
		*p = cpu_to_##order##bits(                                    \
			(u##bits)(order##bits##_to_cpu(*p) + n));             \
	}

BYTEORDER_AT(le, 16)
BYTEORDER_AT(le, 32)
BYTEORDER_AT(le, 64)
BYTEORDER_AT(be, 16)
BYTEORDER_AT(be, 32)
BYTEORDER_AT(be, 64)

#define htons(x) cpu_to_be16(x)
#define htonl(x) cpu_to_be32(x)
#define ntohs(x) be16_to_cpu(x)
#define ntohl(x) be32_to_cpu(x)

#endif
