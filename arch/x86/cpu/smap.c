/* SPDX-License-Identifier: MIT */
/*
 * smap.c - keep the kernel out of users' pages, where the CPU can
 *
 * SMAP makes each access of the kernel to a user's page a fault, so that a
 * driver that follows a user's pointer by itself is found at once (user-deref),
 * and not when a user hands in an address of another one. SMEP does the same
 * for running code there. Copies open the pages for as long as they take
 * (asm/smap.h); every exception and interrupt closes them.
 *
 * Locking: none. The boot CPU, before the others run and before the text is
 * read-only; then each CPU for itself.
 */
#include <asm/control.h>
#include <asm/cpufeature.h>
#include <asm/smap.h>
#include "internal.h"

/* A place in the text, three bytes long. */
struct smap_site {
	u8 *insn;
	u32 which; /* SMAP_CLAC, SMAP_STAC */
};
extern const struct smap_site __start_smap_sites[];
extern const struct smap_site __stop_smap_sites[];

void smap_enable(const struct cpu_info *cpu)
{
	u32 bits = 0;

	if (cpu->leaf7_ebx & CPU_LEAF7_SMEP)
		bits |= CR4_SMEP;
	if (cpu->leaf7_ebx & CPU_LEAF7_SMAP)
		bits |= CR4_SMAP;
	if (bits)
		write_cr4(read_cr4() | bits);
}

void smap_init(void)
{
	const struct smap_site *site = __start_smap_sites;

	if (cpu_info()->leaf7_ebx & CPU_LEAF7_SMAP) {
		for (; site < __stop_smap_sites; site++) {
			site->insn[0] = 0x0f;
			site->insn[1] = 0x01;
			site->insn[2] = (u8)site->which;
		}
	}
	/* A load of cr4 also makes the CPU fetch anew what was changed. */
	smap_enable(cpu_info());
}
