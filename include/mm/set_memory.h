/* SPDX-License-Identifier: MIT */
/*
 * set_memory.h - the rights of pages that are mapped already
 *
 * For who fills pages with code or constants and then protects them: the
 * module loader. Linux's names; of Linux's pages, those of vmalloc areas.
 *
 * No page is writable and executable at once, not even between two calls:
 *
 *   set_memory_ro(text, n);  then  set_memory_x(text, n);
 *   and back:  set_memory_nx(text, n);  then  set_memory_rw(text, n);
 */
#ifndef MM_SET_MEMORY_H
#define MM_SET_MEMORY_H

/**
 * set_memory_ro, _rw, _x, _nx - change one right of @numpages pages from @addr
 * @addr: page-aligned, in an area of pages that the caller owns
 *
 * When it returns every CPU knows. A frame below high memory is seen through
 * the direct map, too, writable and never executable; this is not changed.
 * Where the CPU has no NX, _x and _nx do nothing but look.
 * Return: 0; -EINVAL if the pages are not all in one such area, -EPERM if one
 * would be writable and executable: one line names the caller, and nothing is
 * changed.
 * Context: interrupts enabled, as all CPUs flush.
 */
int __must_check set_memory_ro(unsigned long addr, int numpages);
int __must_check set_memory_rw(unsigned long addr, int numpages);
int __must_check set_memory_x(unsigned long addr, int numpages);
int __must_check set_memory_nx(unsigned long addr, int numpages);

#endif
