/* SPDX-License-Identifier: MIT */
/*
 * asm/sections.h - where the parts of the image begin and end (linker.ld)
 *
 * Boot is linked at its physical address, all else at physical + PAGE_OFFSET.
 * Starts and ends are on page boundaries.
 */
#ifndef ASM_SECTIONS_H
#define ASM_SECTIONS_H

extern char __boot_start[], __boot_end[];
extern char __text_start[], __text_end[];
extern char __rodata_start[], __rodata_end[]; /* per-CPU template included */
extern char __data_start[], __data_end[];
extern char __bss_start[], __bss_end[];
extern char __symbols_start[], __symbols_end[];
/* The suites' parts, one behind the other, up to the image's end. */
extern char __suites_text[], __suites_rodata[], __suites_data[];
extern char __suites_bss[], __suites_end[];

#endif
