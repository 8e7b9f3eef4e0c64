/* SPDX-License-Identifier: MIT */
/*
 * reclaim_report.c - out of memory: who holds it, and who would not give
 *
 * The second half of the table in the log (page_why.c): the biggest holders of
 * the machine, of all kinds in one order (holders.c): caches, vmalloc areas,
 * callers that hold whole pages, what was reserved at boot. Then the places in
 * the code that hold the most, with all areas and objects of one caller added
 * up (allocinfo.c). Then each shrinker: what it still has, and how often it
 * refused.
 *
 * The text goes through a static buffer, so nothing is allocated and the stack
 * stays small. Two reports at once are of one moment: the second is left out.
 *
 * Locking: @busy, an atomic flag. The rooms take their spinlocks for a moment
 * each: who asks holds none, for it may sleep. Context: process.
 */
#define pr_fmt(fmt) "reclaim: " fmt

#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/allocinfo.h>
#include <mm/holders.h>
#include <mm/reclaim.h>

/* Some thirty lines. */
static char text[3072];
/* As many as there are holders. */
#define CALLERS_SHOWN 6u
static u32 busy;

static void report_print(struct seq_file *m)
{
	char *line = text, *end;

	text[m->count] = '\0';
	for (; *line; line = end) {
		end = strchr(line, '\n');
		if (!end)
			end = line + strlen(line);
		else
			*end++ = '\0';
		pr_warn("%s\n", line);
	}
	if (m->overflowed)
		pr_warn("(more than there is room for)\n");
}

static void report_callers(struct seq_file *m)
{
	seq_puts(m, "the biggest callers, bytes and calls:\n");
	allocinfo_show_top(m, CALLERS_SHOWN);
	if (!allocinfo_is_watching())
		seq_puts(m, "(without slab objects: 'allocinfo on' counts"
			    " them)\n");
}

void reclaim_report(struct mm_node *node)
{
	struct reclaim *r = container_of(node->reclaim, struct reclaim, ops);
	struct seq_file m = { .buf = text, .size = sizeof(text) - 1 };

	if (__atomic_exchange_n(&busy, 1, __ATOMIC_ACQUIRE))
		return;
	if (node == &mm_node) {
		seq_puts(&m, "the biggest holders:\n");
		mm_show_holders(&m);
		report_callers(&m);
	}
	shrinker_list_show(&r->shrinkers, &m);
	report_print(&m);
	__atomic_store_n(&busy, 0, __ATOMIC_RELEASE);
}
