/* SPDX-License-Identifier: MIT */
/* highalloc.h - what the module highalloc offers to others */
#ifndef HIGHALLOC_H
#define HIGHALLOC_H

/* @kilobytes of RAM in a row that the kernel does not know, for DMA; whole pages
 * are given. @priority: GFP flags, for the record. Return: its physical address;
 * 0 if there is none. */
unsigned long allocator_allocate_dma(unsigned long kilobytes, int priority);

/* Give it back. Return: 0; -EINVAL if no block begins there. */
int allocator_free_dma(unsigned long address);

#endif
