/* SPDX-License-Identifier: MIT */
/*
 * poison.h - the bytes that memory holds when nobody is to read it
 *
 * Each allocator that fills what is free takes its byte from here, so that a
 * fault can be told by its address: who follows a pointer that he found in such
 * memory comes to the byte four times, or a few bytes beside it, and that is
 * below 3 GiB, where nothing of the kernel lies. The values are Linux's, so
 * people know them. What list_del() leaves behind is list.h's.
 */
#ifndef KERNEL_POISON_H
#define KERNEL_POISON_H

/* Name, byte, what holds it. */
#define POISONS(X)                      \
	X(FREE, 0x6bu, "freed-object")  \
	X(INUSE, 0x5au, "fresh-object") \
	X(PAGE, 0xaau, "freed-page")    \
	X(POOL, 0xa7u, "freed-dma-block")

#define POISON_AS_ENUM(id, byte, holder) POISON_##id = (byte),
enum poison { POISONS(POISON_AS_ENUM) };

#endif
