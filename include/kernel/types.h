/* SPDX-License-Identifier: MIT */
/* types.h - fixed-width integers, sizes, and the opaque scalars of memory. */
#ifndef KERNEL_TYPES_H
#define KERNEL_TYPES_H

#include <kernel/compiler.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef signed short s16;
typedef signed int s32;
typedef signed long long s64;

/* As drivers' headers for users write them. */
typedef u8 __u8;
typedef u16 __u16;
typedef u32 __u32;
typedef u64 __u64;
typedef s8 __s8;
typedef s16 __s16;
typedef s32 __s32;
typedef s64 __s64;

/* With the lowest, or the highest byte first (kernel/byteorder.h). */
typedef u16 __le16;
typedef u32 __le32;
typedef u64 __le64;
typedef u16 __be16;
typedef u32 __be32;
typedef u64 __be64;

typedef u8 uint8_t;
typedef u16 uint16_t;
typedef u32 uint32_t;
typedef u64 uint64_t;
typedef s8 int8_t;
typedef s16 int16_t;
typedef s32 int32_t;
typedef s64 int64_t;

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef long ssize_t;
typedef long off_t;
typedef long long loff_t;
typedef unsigned int dev_t;
typedef unsigned short umode_t; /* kind and rights of a file */
typedef unsigned int fmode_t; /* what a file was opened for */
typedef unsigned int __poll_t; /* what a file is ready for */
typedef _Bool bool;

#define true 1
#define false 0
#define NULL ((void *)0)

#define static_assert _Static_assert

/* A physical byte address; 36 bits are used with PAE. Print with %#llx. */
typedef unsigned long long phys_addr_t;
typedef unsigned long long resource_size_t;
/* What a device is told: an address on its bus. Here the physical one. */
typedef unsigned long long dma_addr_t;
/* A page frame number: physical address / PAGE_SIZE. */
typedef unsigned long pfn_t;
/* What an allocation may do, and where its memory may lie (mm/gfp.h). */
typedef unsigned int gfp_t;
/* A place on a disk, or a length: in units of 512 bytes, whatever the disk. */
typedef u64 sector_t;

struct list_head {
	struct list_head *next, *prev;
};

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	long counter;
} atomic_long_t;

#define offsetof(type, member) __builtin_offsetof(type, member)
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr)-offsetof(type, member)))

typedef __builtin_va_list va_list;
#define va_start(ap, last) __builtin_va_start(ap, last)
#define va_end(ap) __builtin_va_end(ap)
#define va_arg(ap, type) __builtin_va_arg(ap, type)
#define va_copy(dst, src) __builtin_va_copy(dst, src)

#define U32_MAX 0xffffffffu
#define U64_MAX 0xffffffffffffffffull
#define INT_MAX 0x7fffffff
#define UINT_MAX 0xffffffffu
#define LONG_MAX __LONG_MAX__
#define ULONG_MAX (__LONG_MAX__ * 2ul + 1ul)
#define SIZE_MAX __SIZE_MAX__

#endif
