/* SPDX-License-Identifier: MIT */
/* cmd_highram.c - take, give back and list hidden RAM by hand */
#include <drivers/highram.h>
#include <kernel/command.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>

static void dump_flush(struct seq_file *m)
{
	console_write(m->buf, m->count);
}

static int dump(void)
{
	char buf[128];
	struct seq_file m = {
		.buf = buf,
		.size = sizeof(buf),
		.flush = dump_flush,
	};

	highram_pool_show(&m, &highram_live);
	seq_flush(&m);
	return 0;
}

/* Why there was nothing; seen afterwards, so it is a guess if others take. */
static void explain_refusal(unsigned long long kilobytes)
{
	struct highram_sums sums;

	highram_pool_sums(&highram_live, 0, &sums);
	if (!kilobytes)
		console_printf("highram: 0 kB is no size\n");
	else if (kilobytes <= sums.largest_bytes >> 10)
		console_printf("highram: no memory for the record of %llu kB;"
			       " 'why' explains\n",
			       kilobytes);
	else
		console_printf("highram: %llu kB cannot be had;"
			       " 'highram dump' lists\n",
			       kilobytes);
}

static int take(const char *text)
{
	unsigned long long kilobytes;
	phys_addr_t address;

	if (kstrtoull(text, 10, &kilobytes)) {
		console_printf("highram: '%.40s' is no number of kilobytes\n",
			       text);
		return 1;
	}
	address = highram_alloc(kilobytes, GFP_KERNEL | __GFP_NOWARN);
	if (!address) {
		explain_refusal(kilobytes);
		return 1;
	}
	console_printf("highram: %llu kB at %08llx\n", kilobytes, address);
	return 0;
}

/* A mistyped address is no bug of the kernel, so it makes no report. */
static bool block_begins_at(phys_addr_t address)
{
	phys_addr_t cursor = address;
	struct highram_piece piece;

	return highram_pool_next(&highram_live, &cursor, &piece) &&
	       piece.used && piece.start == address;
}

static int give(const char *text)
{
	unsigned long long address;

	if (kstrtoull(text, 16, &address)) {
		console_printf("highram: '%.40s' is not a hexadecimal"
			       " address\n",
			       text);
		return 1;
	}
	if (!block_begins_at(address)) {
		console_printf("highram: no block begins at %08llx;"
			       " 'highram dump' lists\n",
			       address);
		return 1;
	}
	return highram_free(address) ? 1 : 0;
}

static int cmd_highram(int argc, char **argv)
{
	if (argc == 1 || (argc == 2 && !strcmp(argv[1], "dump")))
		return dump();
	if (argc == 3 && !strcmp(argv[1], "alloc"))
		return take(argv[2]);
	if (argc == 3 && !strcmp(argv[1], "free"))
		return give(argv[2]);
	return command_usage("highram");
}
CONSOLE_COMMAND(highram, "[dump | alloc KILOBYTES | free ADDRESS]",
		"hand out the RAM that mem= hides, in kilobytes", cmd_highram);
