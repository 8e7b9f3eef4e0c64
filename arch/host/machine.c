/* SPDX-License-Identifier: MIT */
/*
 * machine.c - CPUs, interrupts, symbols and the end of a hosted machine
 *
 * CPU 0 is the main thread and uses the per-CPU template in place; any other
 * is a thread with a copy. A CPU's interrupts are delivered by itself, at the
 * moment it enables them, so every run of one CPU is repeatable.
 */
#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <asm/processor.h>
#include <host/backend.h>
#include <host/internal.h>
#include <host/machine.h>

__thread struct host_irq_state host_irq = { .enabled = 1 };
__thread unsigned long host_cpu_offset;
__thread unsigned int host_cpu_number;
unsigned long __per_cpu_offset[CONFIG_NR_CPUS];
unsigned long host_direct_base;

u64 read_cycles(void)
{
	return backend_now_ns();
}

u32 arch_cycles_per_ms(void)
{
	return 1000000;
}

/* A hosted machine has no clock of the day. */
u64 arch_boot_time(void)
{
	return 0;
}

void host_irq_deliver(void)
{
	while (host_irq.pending) {
		unsigned int irq = __ffs(host_irq.pending);

		host_irq.pending &= ~BIT(irq);
		host_irq.enabled = 0;
		irq_enter();
		irq_dispatch(irq);
		irq_exit();
		host_irq.enabled = 1;
	}
}

void host_irq_raise(unsigned int irq)
{
	host_irq.pending |= BIT(irq);
	if (host_irq.enabled)
		host_irq_deliver();
}

void arch_machine_end(enum machine_end how)
{
	backend_exit(how == MACHINE_PASS ? 0 : (int)how);
}

unsigned int arch_backtrace(unsigned long *pcs, unsigned int max,
			    unsigned long pc, unsigned long sp,
			    unsigned long fp)
{
	(void)pc; /* there are no trap frames here: always the caller */
	(void)sp;
	(void)fp;
	return backend_backtrace(pcs, max);
}

enum image_part arch_image_part(unsigned long addr)
{
	static const enum image_part part[] = { IMAGE_NONE, IMAGE_TEXT,
						IMAGE_RODATA, IMAGE_DATA };

	return part[backend_image_part(addr)];
}

bool arch_stack_addr(unsigned long addr, const char **owner)
{
	if (!backend_on_stack(addr))
		return false;
	*owner = "host";
	return true;
}

bool arch_symbol_lookup(unsigned long addr, const char **name,
			unsigned long *start, unsigned long *size)
{
	*size = 0; /* not known here */
	return backend_symbol(addr, name, start);
}

struct host_cpu_start {
	unsigned int cpu;
	void (*fn)(void *arg);
	void *arg;
};

static void host_cpu_main(void *arg)
{
	struct host_cpu_start *start = arg;

	host_cpu_number = start->cpu;
	host_cpu_offset = __per_cpu_offset[start->cpu];
	start->fn(start->arg);
}

void host_run_on_cpu(unsigned int cpu, void (*fn)(void *arg), void *arg)
{
	struct host_cpu_start start = { cpu, fn, arg };
	unsigned long bytes = (unsigned long)(__stop_percpu - __start_percpu);

	BUG_ON(cpu == 0 || cpu >= CONFIG_NR_CPUS);
	if (!__per_cpu_offset[cpu]) {
		char *copy = backend_alloc(bytes);

		/* A new CPU starts with the template's values of now, except
		 * for its own context count. */
		memcpy(copy, __start_percpu, bytes);
		__per_cpu_offset[cpu] =
			(unsigned long)copy - (unsigned long)__start_percpu;
		per_cpu(__preempt_count, cpu) = PREEMPT_COUNT_NONE;
	}
	if (nr_cpu_ids <= cpu) {
		nr_cpu_ids = cpu + 1;
		nr_online_cpus = cpu + 1;
	}
	backend_thread_join(backend_thread_start(host_cpu_main, &start));
}

static void host_console_write(struct console *con, const char *text,
			       size_t len)
{
	(void)con;
	backend_write(text, len);
}

static struct console host_console = {
	.name = "stdout",
	.write = host_console_write,
};

void host_machine_init(const struct host_machine_desc *desc)
{
	backend_memory_init(desc->phys_bytes, (unsigned long)desc->lowmem_limit,
			    desc->records_room + desc->vmalloc_bytes +
				    HOST_KMAP_BYTES);
	host_direct_base = backend_direct_base();
	host_pgtable_init(desc);
	console_register(&host_console);
}
