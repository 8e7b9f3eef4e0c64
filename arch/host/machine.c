/* SPDX-License-Identifier: MIT */
/*
 * machine.c - clock, symbols, console and the end of a hosted machine
 *
 * Not here: CPUs and interrupts (cpus.c), page tables (pgtable.c).
 */
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <asm/processor.h>
#include <host/backend.h>
#include <host/internal.h>
#include <host/machine.h>

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
	const struct task_struct *task = task_find_stack(addr);
	const char *name = task ? task->comm : "host";

	if (task ? addr < (unsigned long)task->stack : !backend_on_stack(addr))
		return false;
	if (owner)
		*owner = name;
	return true;
}

bool arch_symbol_lookup(unsigned long addr, const char **name,
			unsigned long *start, unsigned long *size)
{
	*size = 0; /* not known here */
	return backend_symbol(addr, name, start);
}

/* The dynamic linker knows names of addresses, but no list of them. */
bool arch_symbol_next(struct arch_symbol_cursor *cursor)
{
	(void)cursor;
	return false;
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
	host_percpu_init(desc->nr_cpus);
	backend_memory_init(desc->phys_bytes, (unsigned long)desc->lowmem_limit,
			    desc->records_room + desc->vmalloc_bytes +
				    HOST_KMAP_BYTES);
	host_direct_base = backend_direct_base();
	host_pgtable_init(desc);
	host_cpus_init();
	console_register(&host_console);
}

unsigned int arch_random_words(u32 *words, unsigned int nr)
{
	return (unsigned int)(backend_random(words, nr * sizeof(u32)) /
			      sizeof(u32));
}
