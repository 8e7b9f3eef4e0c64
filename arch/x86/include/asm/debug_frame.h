/* SPDX-License-Identifier: MIT */
/*
 * asm/debug_frame.h - unwind information for debuggers as well
 *
 * Included by the compiler before every file. symtab.py reads .eh_frame, which
 * the image does not load; debuggers believe it only where it is loaded, and
 * otherwise want the same facts in .debug_frame.
 */
#ifndef ASM_DEBUG_FRAME_H
#define ASM_DEBUG_FRAME_H

__asm__(".cfi_sections .eh_frame, .debug_frame");

#endif
