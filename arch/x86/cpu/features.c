/* SPDX-License-Identifier: MIT */
/*
 * features.c - what this CPU can do, and bringing it up
 *
 * entry.asm has made sure of CPUID and PAE. Everything else is optional: NX
 * (PROT_KERNEL is then executable), global pages, 36-bit addresses, PAT (write
 * combining is uncached without it).
 */
#define pr_fmt(fmt) "cpu: " fmt

#include <kernel/percpu.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/cpufeature.h>
#include <asm/setup.h>
#include "internal.h"

#define CPUID_MAX 0u
#define CPUID_STRUCTURED 7u
#define CPUID_EXT_MAX 0x80000000u
#define CPUID_EXT_FEATURES 0x80000001u
#define CPUID_BRAND 0x80000002u /* and the two behind it */
#define CPUID_ADDRESS_SIZES 0x80000008u
/* PAE page tables have room for 52 bits; the kernel's design ends at 64 GiB. */
#define MAX_PHYS_BITS 36u

/* Written once by each CPU about itself. The boot CPU asks before it has any
 * per-CPU data; it is the measure for the others (smpboot.c). */
static struct cpu_info boot_cpu;
static DEFINE_PER_CPU(struct cpu_info, secondary_cpu);

struct cpuid_regs {
	u32 eax, ebx, ecx, edx;
};

static struct cpuid_regs cpuid(u32 leaf)
{
	struct cpuid_regs r;

	__asm__ volatile("cpuid"
			 : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
			 : "a"(leaf), "c"(0));
	return r;
}

/* Twelve characters, in an order that made sense in 1993. */
static void read_vendor(struct cpu_info *cpu)
{
	struct cpuid_regs r = cpuid(0);

	memcpy(cpu->vendor, &r.ebx, 4);
	memcpy(cpu->vendor + 4, &r.edx, 4);
	memcpy(cpu->vendor + 8, &r.ecx, 4);
}

/* Family 15 and 6 have extensions of family and model. */
static void read_signature(struct cpu_info *cpu, u32 eax)
{
	cpu->stepping = eax & 15;
	cpu->model = (eax >> 4) & 15;
	cpu->family = (eax >> 8) & 15;
	if (cpu->family == 6 || cpu->family == 15)
		cpu->model |= (eax >> 12) & 0xf0;
	if (cpu->family == 15)
		cpu->family += (eax >> 20) & 0xff;
}

/* 48 characters, padded on either side as the maker liked. */
static void read_brand(struct cpu_info *cpu)
{
	struct cpuid_regs r;
	u32 i;

	for (i = 0; i < 3; i++) {
		r = cpuid(CPUID_BRAND + i);
		memcpy(cpu->brand + i * sizeof(r), &r, sizeof(r));
	}
}

static void read_extended(struct cpu_info *cpu)
{
	u32 max = cpuid(CPUID_EXT_MAX).eax;

	/* A CPU without these leaves answers as for its highest basic one. */
	if (max >> 16 != CPUID_EXT_MAX >> 16)
		return;
	if (max >= CPUID_EXT_FEATURES)
		cpu->ext_edx = cpuid(CPUID_EXT_FEATURES).edx;
	if (max >= CPUID_BRAND + 2)
		read_brand(cpu);
	if (max >= CPUID_ADDRESS_SIZES)
		cpu->phys_bits = cpuid(CPUID_ADDRESS_SIZES).eax & 0xff;
}

static void features_read(struct cpu_info *cpu)
{
	struct cpuid_regs r = cpuid(1);

	read_vendor(cpu);
	read_signature(cpu, r.eax);
	cpu->edx = r.edx;
	cpu->ecx = r.ecx;
	if (cpuid(CPUID_MAX).eax >= CPUID_STRUCTURED)
		cpu->leaf7_ebx = cpuid(CPUID_STRUCTURED).ebx;
	/*
	 * Without the leaf that says it, 36-bit 2 MiB pages are the sign of a
	 * CPU with 36 address lines. Too wide a guess faults (reserved bit).
	 */
	cpu->phys_bits = cpu->edx & CPU_PSE36 ? 36 : 32;
	read_extended(cpu);
	cpu->phys_bits =
		clamp_t(unsigned int, cpu->phys_bits, 32, MAX_PHYS_BITS);
}

void cpu_features_init(void)
{
	features_read(&boot_cpu);
	smap_init();
	pat_init(&boot_cpu);
}

void cpu_features_init_secondary(void)
{
	struct cpu_info *cpu = this_cpu_ptr(&secondary_cpu);

	features_read(cpu);
	smap_enable(cpu);
	pat_init(cpu);
}

const struct cpu_info *cpu_info(void)
{
	return &boot_cpu;
}

const struct cpu_info *cpu_info_of(unsigned int cpu)
{
	return cpu ? per_cpu_ptr(&secondary_cpu, cpu) : &boot_cpu;
}

unsigned int arch_phys_bits(void)
{
	return boot_cpu.phys_bits;
}

void arch_report_cpu(void)
{
	const struct cpu_info *cpu = &boot_cpu;

	pr_info("vendor=%s family=%u model=%u stepping=%u phys_bits=%u"
		" features=pae%s%s%s%s%s%s%s\n",
		cpu->vendor, cpu->family, cpu->model, cpu->stepping,
		cpu->phys_bits, cpu->edx & CPU_PSE ? ",pse" : "",
		cpu->edx & CPU_PSE36 ? ",pse36" : "",
		cpu->edx & CPU_PGE ? ",pge" : "",
		cpu->edx & CPU_PAT ? ",pat" : "",
		cpu->ext_edx & CPU_EXT_NX ? ",nx" : "",
		cpu->leaf7_ebx & CPU_LEAF7_SMEP ? ",smep" : "",
		cpu->leaf7_ebx & CPU_LEAF7_SMAP ? ",smap" : "");
}

void arch_early_init(void)
{
	cpu_features_init();
	boot_cpu_tables_init();
}
