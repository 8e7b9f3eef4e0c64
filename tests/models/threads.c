/* SPDX-License-Identifier: MIT */
/*
 * threads.c - the harness of the models with several CPUs (threads.h)
 *
 *	MODEL_threads [--ops N] [--cpus N] [--seed N]
 *
 * Exit status 0: no difference; 1: one was found; 2: a panic, or a word that is
 * none. Which CPU does what when is up to Linux, so a seed does not repeat a
 * run to the letter; it draws the same work for each CPU.
 */
#include <kernel/atomic.h>
#include <kernel/bug.h>
#include <kernel/irq.h>
#include <kernel/parse.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <host/backend.h>
#include <host/machine.h>
#include "../host/host_boot.h"
#include "threads.h"

int main(int argc, char **argv);

#define DEFAULT_OPS 2000000ull
#define DEFAULT_CPUS 4u
#define PHASES 16u
/* A step in so many interrupts somebody. */
#define STEPS_PER_IRQ 64u
#define IRQ_LINE 13 /* no device's */
#define NR_BOXES 256u
/* The smallest piece that anybody owns, and what the table has a byte for. */
#define GRAIN 8ul
/* Of a long piece only the ends are marked, and the start of each page. */
#define MARKED_BYTES 256ul

struct mark {
	u32 bytes;
	u32 key; /* of the address, the size and the owner */
};
static_assert(sizeof(struct mark) == GRAIN, "fits the smallest piece");

static struct {
	u64 ops;
	unsigned int nr_cpus;
	u32 seed;
} args = { DEFAULT_OPS, DEFAULT_CPUS, 1 };

static const struct threads_model *const model = &the_threads_model;
static struct threads_actor actors[THREADS_MAX_ACTORS];
static void *box[NR_BOXES]; /* atomic */
static u8 *owner_table; /* a byte for each GRAIN of the direct map; atomic */
static atomic_t arrived;

void threads_fail(const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = scnprintf(line, sizeof(line),
			"%s: FAILED on CPU %u: ", model->name,
			raw_smp_processor_id());
	len += vscnprintf(line + len, sizeof(line) - (size_t)len, fmt, ap);
	va_end(ap);
	line[len++] = '\n';
	backend_write(line, (unsigned long)len);
	arch_machine_end(MACHINE_FAIL);
}

/* --- who owns what ------------------------------------------------------ */

void threads_claim(struct threads_actor *me, u8 *owner, const char *what)
{
	u8 nobody = 0;

	if (!__atomic_compare_exchange_n(owner, &nobody, (u8)(me->id + 1),
					 false, __ATOMIC_RELAXED,
					 __ATOMIC_RELAXED))
		threads_fail("%s given to %u belongs to %u", what, me->id,
			     nobody - 1u);
}

void threads_release(struct threads_actor *me, u8 *owner, const char *what)
{
	u8 was = __atomic_exchange_n(owner, 0, __ATOMIC_RELAXED);

	if (!was)
		threads_fail("%s given back by %u is nobody's", what, me->id);
	me->nr_foreign += was != me->id + 1;
}

static u8 *owner_of(const void *p)
{
	return &owner_table[virt_to_phys(p) / GRAIN];
}

static u32 key_of(const struct mark *p, size_t bytes, u8 owner)
{
	u32 key = (u32)((unsigned long)p / GRAIN) * 0x9e3779b1u;

	return (key ^ (u32)bytes) * 0x85ebca6bu + owner;
}

/* The next place of the piece that is marked, behind @at. */
static size_t next_mark(size_t at, size_t bytes)
{
	/* Of the last grain there may be a part only. */
	size_t end = ALIGN_DOWN(bytes, GRAIN);

	if (at + GRAIN < MARKED_BYTES || at + MARKED_BYTES >= end)
		return at + GRAIN;
	return min_t(size_t, ALIGN(at + 1, PAGE_SIZE), end - MARKED_BYTES);
}

void threads_own(struct threads_actor *me, void *p, size_t bytes)
{
	char *start = p;
	size_t at;
	u32 key = key_of(p, bytes, (u8)(me->id + 1));

	for (at = 0; at + GRAIN <= bytes; at = next_mark(at, bytes)) {
		struct mark *m = (struct mark *)(start + at);

		threads_claim(me, owner_of(m), "memory");
		*m = (struct mark){ (u32)bytes, key + (u32)at };
	}
}

size_t threads_disown(struct threads_actor *me, void *p)
{
	const struct mark first = *(struct mark *)p;
	u8 owner = __atomic_load_n(owner_of(p), __ATOMIC_RELAXED);
	char *start = p;
	size_t at;

	if (first.bytes < GRAIN || key_of(p, first.bytes, owner) != first.key)
		threads_fail("%p of owner %d: first mark is %x %x", p,
			     owner - 1, first.bytes, first.key);
	for (at = 0; at + GRAIN <= first.bytes;
	     at = next_mark(at, first.bytes)) {
		struct mark *m = (struct mark *)(start + at);

		if (m->bytes != first.bytes || m->key != first.key + (u32)at)
			threads_fail("%p of owner %d: +%lu is %x %x", p,
				     owner - 1, (unsigned long)at, m->bytes,
				     m->key);
		if (at)
			__atomic_store_n(owner_of(m), 0, __ATOMIC_RELAXED);
	}
	threads_release(me, owner_of(p), "memory");
	return first.bytes;
}

void *threads_swap(struct threads_actor *me, void *thing)
{
	return __atomic_exchange_n(&box[threads_draw(me, NR_BOXES)], thing,
				   __ATOMIC_ACQ_REL);
}

/* --- running ------------------------------------------------------------ */

/* Nobody goes on before all are here. Context: interrupts on. */
static void rendezvous(void)
{
	int nr = (int)args.nr_cpus;
	int mine = atomic_inc_return(&arrived);
	int all = (mine + nr - 1) / nr * nr;

	while (__atomic_load_n(&arrived.counter, __ATOMIC_ACQUIRE) < all)
		cpu_relax();
}

static irqreturn_t step_in_irq(int irq, void *dev_id)
{
	(void)irq;
	(void)dev_id;
	model->step(&actors[2 * raw_smp_processor_id() + 1]);
	return IRQ_HANDLED;
}

static void phase(struct threads_actor *me, u64 steps)
{
	while (steps--) {
		if (threads_draw(me, STEPS_PER_IRQ) == 0)
			host_irq_send(threads_draw(me, args.nr_cpus), IRQ_LINE);
		model->step(me);
	}
}

static void run_on_cpu(void *arg)
{
	struct threads_actor *me = &actors[2 * raw_smp_processor_id()];
	u64 steps = args.ops / args.nr_cpus / PHASES;
	unsigned int i;

	(void)arg;
	for (i = 0; i < PHASES; i++) {
		phase(me, steps);
		rendezvous();
		/* Nobody sends any more; what was sent is done with. */
		local_irq_enable();
		rendezvous();
		if (raw_smp_processor_id() == 0)
			model->check(false);
		rendezvous();
	}
}

/* All that is left, from CPU 0. */
static void give_all_back(void)
{
	unsigned int i;

	for (i = 0; i < NR_BOXES; i++) {
		void *thing =
			__atomic_exchange_n(&box[i], NULL, __ATOMIC_ACQ_REL);

		if (thing)
			model->drop(&actors[0], thing);
	}
	for (i = 0; i < THREADS_MAX_ACTORS; i++)
		model->empty(&actors[i]);
}

static int summary(void)
{
	u64 taken = 0, refused = 0, foreign = 0;
	unsigned int i;

	for (i = 0; i < THREADS_MAX_ACTORS; i++) {
		taken += actors[i].nr_taken;
		refused += actors[i].nr_refused;
		foreign += actors[i].nr_foreign;
	}
	if (reports_unexpected())
		threads_fail("%lu reports", reports_unexpected());
	if (!taken || (!foreign && args.nr_cpus > 1))
		threads_fail("nothing was tried");
	pr_info("%s: %llu operations on %u CPUs, seed %u: clean (%llu taken, "
		"%llu refused, %llu given back by another)\n",
		model->name, args.ops, args.nr_cpus, args.seed, taken, refused,
		foreign);
	return 0;
}

static int run(void)
{
	unsigned int i;

	owner_table = backend_alloc(arch_layout()->lowmem_limit / GRAIN);
	for (i = 0; i < THREADS_MAX_ACTORS; i++) {
		actors[i].id = i;
		actors[i].in_irq = i & 1;
		xorshift32_seed(&actors[i].random,
				args.seed * 0x9e3779b9u + i + 1);
	}
	if (request_irq(IRQ_LINE, step_in_irq, 0, "model", actors))
		threads_fail("no interrupt line");
	model->begin();
	host_run_on_cpus(args.nr_cpus, run_on_cpu, NULL);
	give_all_back();
	model->check(true);
	return summary();
}

/* Return: false if the word or its value is none. */
static bool take_word(const char *word, const char *value)
{
	unsigned long long n;

	if (!value || kstrtoull(value, 0, &n))
		return false;
	if (!strcmp(word, "--ops"))
		args.ops = n;
	else if (!strcmp(word, "--seed"))
		args.seed = (u32)n;
	else if (!strcmp(word, "--cpus") && n && n <= THREADS_MAX_CPUS)
		args.nr_cpus = (unsigned int)n;
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i += 2) {
		if (take_word(argv[i], argv[i + 1]))
			continue;
		pr_err("%s: no such word, or no number for it\n", argv[i]);
		return 2;
	}
	host_boot();
	system_running = true;
	return run();
}
