/* SPDX-License-Identifier: MIT */
/* cmd_store.c - the machine's store by hand, and /proc/store */
#include <drivers/store.h>
#include <kernel/command.h>
#include <kernel/errno.h>
#include <kernel/math64.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/check.h>
#include <mm/page_alloc.h>

/* --- what there is --------------------------------------------------------- */

void store_show(struct store *s, struct seq_file *m)
{
#define STORE_STAT_AS_WORD(id, word, help) word,
	static const char *const words[NR_STORE_STATS] = { STORE_STATS(
		STORE_STAT_AS_WORD) };
	unsigned int i;

	for (i = 0; i < NR_ZONES; i++)
		seq_printf(m, "pages_%s %lu\n", mm_node.zones[i].name,
			   READ_ONCE(s->nr[i]));
	for (i = 0; i < NR_STORE_STATS; i++)
		seq_printf(m, "%s %lu\n", words[i], READ_ONCE(s->count[i]));
	seq_printf(m, "backing %s\n", s->backing ? s->backing->name : "none");
}

static void proc_store_show(struct seq_file *m)
{
	struct store *s = store_live_made();

	if (s)
		store_show(s, m);
}
PROC_FILE(store, "store", proc_store_show);

static int check_store(void)
{
	struct store *s = store_live_made();

	return s ? store_check(s) : 0;
}
MM_CHECK(store, "store", check_store);

/* --- the command ----------------------------------------------------------- */

/* Of all RAM: more than this leaves nothing to run with. */
#define FILL_PERCENT_MOST 95ul

static int fill(struct store *s, const char *text)
{
	unsigned long percent, wanted, got;
	char digits[8];
	size_t len = strlen(text);

	if (len && text[len - 1] == '%')
		len--;
	strscpy(digits, text, min(len + 1, sizeof(digits)));
	if (kstrtoul(digits, 10, &percent) || !percent ||
	    percent > FILL_PERCENT_MOST) {
		console_printf("store: '%.40s' is not within 1%% .. %lu%%\n",
			       text, FILL_PERCENT_MOST);
		return 1;
	}
	wanted = (unsigned long)div_u64((u64)totalram_pages() * percent, 100);
	got = store_fill(s, 0, wanted);
	console_printf(
		"store: %lu pages, %lu%% of RAM%s\n", got,
		(unsigned long)div_u64((u64)got * 100, (u32)totalram_pages()),
		got < wanted ? "; there is no more free memory" : "");
	return got < wanted;
}

static int verify(struct store *s)
{
	struct store_verdict verdict;

	store_verify(s, &verdict);
	console_printf("store: %lu objects with the right checksum, %lu bad\n",
		       verdict.good, verdict.bad);
	return verdict.bad != 0;
}

static void sink_flush(struct seq_file *m)
{
	console_write(m->buf, m->count);
}

static int stat(struct store *s)
{
	char buf[128];
	struct seq_file m = { .buf = buf,
			      .size = sizeof(buf),
			      .flush = sink_flush };

	store_show(s, &m);
	seq_flush(&m);
	return 0;
}

static int drop(struct store *s)
{
	console_printf("store: %lu objects dropped\n", store_drop(s));
	return 0;
}

static int cmd_store(int argc, char **argv)
{
	static const struct {
		const char *word;
		int (*run)(struct store *s);
	} plain[] = { { "stat", stat },
		      { "verify", verify },
		      { "drop", drop } };
	struct store *s = store_live();
	unsigned int i;

	if (!s) {
		console_printf("store: no memory for it; 'why' explains\n");
		return 1;
	}
	if (argc == 3 && !strcmp(argv[1], "fill"))
		return fill(s, argv[2]);
	for (i = 0; argc == 2 && i < ARRAY_SIZE(plain); i++) {
		if (!strcmp(argv[1], plain[i].word))
			return plain[i].run(s);
	}
	return command_usage("store");
}
CONSOLE_COMMAND(store, "fill N% | stat | verify | drop",
		"keep N percent of RAM in a cache that shrinks", cmd_store);
