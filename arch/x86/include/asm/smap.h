/* SPDX-License-Identifier: MIT */
/*
 * asm/smap.h - where users' pages are opened and closed again
 *
 * With SMAP a CPU refuses the kernel every access to a user's page, unless
 * EFLAGS.AC is set: stac sets it, clac clears it. A CPU that lacks SMAP does not
 * know the two, so they are NOPs of the same length until start-up has looked
 * at the CPU (arch/x86/cpu/smap.c). A table says where they are.
 */
#ifndef ASM_SMAP_H
#define ASM_SMAP_H

/* The last byte of 0f 01 xx. */
#define SMAP_CLAC 0xca
#define SMAP_STAC 0xcb

#define SMAP_STRING_(x) #x
#define SMAP_STRING(x) SMAP_STRING_(x)
/* For inline assembly: lea 0(%esi), %esi for now. */
#define SMAP_SITE(which)                         \
	"771:\t.byte 0x8d, 0x76, 0x00\n\t"       \
	".pushsection smap_sites, \"a\"\n\t"     \
	".long 771b, " SMAP_STRING(which) "\n\t" \
					  ".popsection\n\t"
#define STAC SMAP_SITE(SMAP_STAC)
#define CLAC SMAP_SITE(SMAP_CLAC)

#endif
