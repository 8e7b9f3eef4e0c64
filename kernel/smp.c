/* SPDX-License-Identifier: MIT */
/*
 * smp.c - the order in which a machine gets its CPUs
 *
 *   smp_discover()  ACPI's list, and how many of it may come up: nr_cpu_ids
 *   smp_start()     much later, from a thread: stacks, then one CPU at a time
 *
 * What a CPU lacks to come up (memory for its stacks, an answer) is one line,
 * and the machine runs with those that it has.
 *
 * The page in which a CPU begins must lie below 1 MiB: it is taken before the
 * buddy has it, and kept.
 *
 * Locking: none. Context: boot CPU.
 */
#define pr_fmt(fmt) "smp: " fmt

#include <kernel/acpi.h>
#include <kernel/boot_info.h>
#include <kernel/cpu_time.h>
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/smp.h>
#include <kernel/util.h>
#include <mm/boot_alloc.h>
#include <mm/boot_device.h>
#include <mm/vmalloc.h>
#include <asm/irqflags.h>
#include <asm/setup.h>
#include <asm/tables.h>

#define FIRST_MIB 0x100000ull

static struct acpi_info acpi;
static unsigned int max_cpus = CONFIG_NR_CPUS;

/* 0 is what Linux takes for "one CPU, no APIC"; here it is nolapic's work. */
static int maxcpus_set(const char *value)
{
	unsigned int nr;

	if (!value || kstrtouint(value, 10, &nr) || !nr || nr > CONFIG_NR_CPUS)
		return -EINVAL;
	max_cpus = nr;
	return 0;
}
KERNEL_PARAM(maxcpus, "maxcpus", maxcpus_set,
	     "=N: bring up at most N CPUs, 1 to " STRINGIFY(CONFIG_NR_CPUS));

/* --- discovery ------------------------------------------------------------ */

static void take_trampoline(void)
{
	const struct bootmem_request req = {
		.size_bytes = PAGE_SIZE,
		.align_bytes = PAGE_SIZE,
		.min = PAGE_SIZE,
		.max = FIRST_MIB,
		.dir = BOOTMEM_TOPDOWN,
		.owner = "CPU trampoline",
	};
	phys_addr_t phys = 0;

	if (max_cpus > 1)
		phys = boot_alloc_phys(&bootmem_live, &req);
	if (phys)
		arch_set_trampoline(phys);
}
BOOT_DEVICE(trampoline, "CPU trampoline", take_trampoline);

void smp_discover(const struct boot_info *bi)
{
	unsigned int usable;

	acpi_read(&acpi, bi);
	usable = arch_smp_prepare(&acpi);
	nr_cpu_ids = min(usable, max_cpus);
	if (nr_cpu_ids < usable)
		pr_info("%u of %u CPUs are allowed\n", nr_cpu_ids, usable);
}

/* --- start ---------------------------------------------------------------- */

/* Both stacks of a CPU; each has the window's guard page on either side. */
static bool stacks_get(struct arch_cpu_start *start)
{
	char *stack = vmalloc_stack(THREAD_SIZE);
	char *double_fault = vmalloc_stack(DOUBLE_FAULT_STACK_BYTES);

	if (!stack || !double_fault) {
		vfree_stack(stack);
		vfree_stack(double_fault);
		return false;
	}
	start->stack_top = (unsigned long)stack + THREAD_SIZE;
	start->double_fault_stack_top =
		(unsigned long)double_fault + DOUBLE_FAULT_STACK_BYTES;
	return true;
}

/*
 * Number @cpu goes to the first of the list that comes up. If none does the
 * stacks stay: a CPU that hangs may stand on them.
 */
static int start_one(unsigned int cpu)
{
	struct arch_cpu_start start = { .entry = sched_cpu_main };
	int err;

	if (!stacks_get(&start)) {
		pr_err("no memory for the stacks of CPU%u\n", cpu);
		return -ENOMEM;
	}
	sched_prepare_cpu(cpu, (void *)(start.stack_top - THREAD_SIZE),
			  THREAD_SIZE);
	do {
		err = arch_cpu_start(cpu, &start);
	} while (err == -EIO);
	return err;
}

void smp_start(void)
{
	unsigned int cpu;

	for (cpu = 1; cpu < nr_cpu_ids; cpu++)
		if (start_one(cpu))
			break;
	pr_info("Brought up %u of %u CPUs\n", num_online_cpus(), nr_cpu_ids);
}
