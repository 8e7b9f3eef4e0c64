/* SPDX-License-Identifier: MIT */
/*
 * show_cpuinfo.c - /proc/cpuinfo, as Linux prints it on x86
 *
 * Lines that Linux has and this kernel knows nothing true about (bogomips,
 * caches, old errata) are left out: readers look lines up by their names.
 */
#include <kernel/percpu.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>
#include <asm/smp.h>
#include "internal.h"

#define NR_FLAG_BITS 32u
#define VIRTUAL_BITS 32u

/* Linux's names for the bits of leaf 1, edx; NULL: it shows none. */
static const char *const flags_edx[NR_FLAG_BITS] = {
	"fpu",	"vme",	 "de",	 "pse",	    "tsc",  "msr", "pae",  "mce",
	"cx8",	"apic",	 NULL,	 "sep",	    "mtrr", "pge", "mca",  "cmov",
	"pat",	"pse36", "pn",	 "clflush", NULL,   "dts", "acpi", "mmx",
	"fxsr", "sse",	 "sse2", "ss",	    "ht",   "tm",  "ia64", "pbe",
};

/* Leaf 0x80000001, edx: what leaf 1 does not have. */
static const char *const flags_ext_edx[NR_FLAG_BITS] = {
	[11] = "syscall",  [19] = "mp",	     [20] = "nx",     [22] = "mmxext",
	[25] = "fxsr_opt", [26] = "pdpe1gb", [27] = "rdtscp", [29] = "lm",
	[30] = "3dnowext", [31] = "3dnow",
};

/* Leaf 1, ecx. */
static const char *const flags_ecx[NR_FLAG_BITS] = {
	"pni",	  "pclmulqdq",	"dtes64", "monitor", "ds_cpl",
	"vmx",	  "smx",	"est",	  "tm2",     "ssse3",
	"cid",	  "sdbg",	"fma",	  "cx16",    "xtpr",
	"pdcm",	  NULL,		"pcid",	  "dca",     "sse4_1",
	"sse4_2", "x2apic",	"movbe",  "popcnt",  "tsc_deadline_timer",
	"aes",	  "xsave",	NULL,	  "avx",     "f16c",
	"rdrand", "hypervisor",
};

/* Leaf 7, ebx: those that the kernel uses. */
static const char *const flags_leaf7[NR_FLAG_BITS] = {
	[7] = "smep",
	[20] = "smap",
};

static void show_flags(struct seq_file *m, const char *const *names, u32 bits)
{
	unsigned int i;

	for (i = 0; i < NR_FLAG_BITS; i++) {
		if (bits & BIT(i) && names[i])
			seq_printf(m, " %s", names[i]);
	}
}

/* Some makers pad the name in front. */
static const char *brand_name(const struct cpu_info *cpu)
{
	const char *name = cpu->brand;

	while (*name == ' ')
		name++;
	return *name ? name : "unknown";
}

static void show_cpu(struct seq_file *m, unsigned int number)
{
	const struct cpu_info *cpu = cpu_info_of(number);
	u32 khz = arch_cycles_per_ms();

	seq_printf(m,
		   "processor\t: %u\n"
		   "vendor_id\t: %s\n"
		   "cpu family\t: %u\n"
		   "model\t\t: %u\n"
		   "model name\t: %s\n"
		   "stepping\t: %u\n",
		   number, cpu->vendor, cpu->family, cpu->model,
		   brand_name(cpu), cpu->stepping);
	if (khz)
		seq_printf(m, "cpu MHz\t\t: %u.%03u\n", khz / 1000, khz % 1000);
	if (cpu->edx & CPU_APIC)
		seq_printf(m, "apicid\t\t: %u\n", cpu_apic_id(number));
	seq_puts(m, "flags\t\t:");
	show_flags(m, flags_edx, cpu->edx);
	show_flags(m, flags_ext_edx, cpu->ext_edx);
	show_flags(m, flags_ecx, cpu->ecx);
	show_flags(m, flags_leaf7, cpu->leaf7_ebx);
	seq_printf(m,
		   "\n"
		   "address sizes\t: %u bits physical, %u bits virtual\n"
		   "power management:\n"
		   "\n",
		   cpu->phys_bits, VIRTUAL_BITS);
}

/* Bits that may differ: what the firmware or the kernel turns on or off. */
#define ECX_OSXSAVE BIT(27)

static void add_names(char *text, size_t size, const char *const *names,
		      u32 bits)
{
	unsigned int i;

	for (i = 0; i < NR_FLAG_BITS; i++) {
		if (!(bits & BIT(i)))
			continue;
		strlcat(text, " ", size);
		strlcat(text, names[i] ? names[i] : "?", size);
	}
}

bool cpu_features_lacking(const struct cpu_info *boot,
			  const struct cpu_info *cpu, char *text, size_t size)
{
	text[0] = '\0';
	add_names(text, size, flags_edx, boot->edx & ~cpu->edx & ~CPU_APIC);
	add_names(text, size, flags_ext_edx, boot->ext_edx & ~cpu->ext_edx);
	add_names(text, size, flags_ecx, boot->ecx & ~cpu->ecx & ~ECX_OSXSAVE);
	add_names(text, size, flags_leaf7,
		  boot->leaf7_ebx & ~cpu->leaf7_ebx &
			  (CPU_LEAF7_SMEP | CPU_LEAF7_SMAP));
	if (cpu->phys_bits < boot->phys_bits)
		strlcat(text, " address-lines", size);
	return text[0];
}

static void cpuinfo_show(struct seq_file *m)
{
	unsigned int cpu;

	for_each_online_cpu(cpu)
		show_cpu(m, cpu);
}
PROC_FILE(cpuinfo, "cpuinfo", cpuinfo_show);
