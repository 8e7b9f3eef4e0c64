/* SPDX-License-Identifier: MIT */
/* cmd_store.c - the machine's store by hand, and /proc/store */
#include <drivers/store.h>
#include <kernel/command.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/math64.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/signal.h>
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
	seq_printf(m, "pages_away %lu\n", READ_ONCE(s->nr_away));
	for (i = 0; i < NR_STORE_STATS; i++)
		seq_printf(m, "%s %lu\n", words[i], READ_ONCE(s->count[i]));
	mutex_lock(&s->backing_mutex);
	seq_printf(m, "backing %s\n", s->backing ? s->backing->name : "none");
	if (s->backing && s->backing->show)
		s->backing->show(s->backing_data, m);
	mutex_unlock(&s->backing_mutex);
}

static void proc_store_show(struct seq_file *m)
{
	struct store *s = store_live_made();

	if (s)
		store_show(s, m);
	else
		seq_puts(m, "unused: `store fill` makes it\n");
}
PROC_FILE(store, "store", proc_store_show);

static int check_store(void)
{
	struct store *s = store_live_made();

	return s ? store_check(s) : 0;
}
MM_CHECK(store, "store", check_store);

/* --- by hand ----------------------------------------------------------------- */

/* Of all RAM: more than this leaves nothing to run with. */
#define FILL_PERCENT_MOST 95ul

static unsigned long percent_of_ram(unsigned long pages)
{
	return (unsigned long)div_u64((u64)pages * 100, (u32)totalram_pages());
}

/* What the disk has room for, too. */
static unsigned long fill_percent_most(const struct store *s)
{
	if (!s->backing)
		return FILL_PERCENT_MOST;
	return FILL_PERCENT_MOST +
	       percent_of_ram(s->backing->capacity(s->backing_data));
}

static int fill(struct store *s, const char *text)
{
	unsigned long percent, wanted, got, most = fill_percent_most(s);
	char digits[8];
	size_t len = strlen(text);

	if (len && text[len - 1] == '%')
		len--;
	strscpy(digits, text, min(len + 1, sizeof(digits)));
	if (kstrtoul(digits, 10, &percent) || !percent || percent > most) {
		console_printf("store: '%.40s' is not within 1%% .. %lu%%\n",
			       text, most);
		return 1;
	}
	wanted = (unsigned long)div_u64((u64)totalram_pages() * percent, 100);
	got = store_fill(s, 0, wanted);
	console_printf("store: %lu pages, %lu%% of RAM%s\n", got,
		       percent_of_ram(got),
		       got >= wanted	       ? "" :
		       signal_pending(current) ? "; interrupted" :
						 "; there is no more free "
						 "memory");
	return got < wanted;
}

static int verify(struct store *s)
{
	struct store_verdict verdict;

	store_verify(s, &verdict);
	console_printf("store: %lu objects with the right checksum, %lu bad\n",
		       verdict.good, verdict.bad);
	if (verdict.unread)
		console_printf("store: no page to read %lu objects into\n",
			       verdict.unread);
	return verdict.bad || verdict.unread;
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

/* --- its disk ------------------------------------------------------------------ */

/* NULL: it has none. Only the console's thread changes it. */
static struct store_disk *live_disk;

static int disk_off(struct store *s)
{
	if (!live_disk) {
		console_printf("store: it has no disk\n");
		return 1;
	}
	if (store_back(s, NULL, NULL)) {
		console_printf("store: %lu objects are on the disk alone;"
			       " 'store drop' forgets all\n",
			       READ_ONCE(s->nr_away));
		return 1;
	}
	store_disk_close(live_disk);
	live_disk = NULL;
	return 0;
}

static int disk_on(struct store *s, const char *path, unsigned int flags)
{
	struct store_disk *d;

	if (live_disk) {
		console_printf(
			"store: it has a disk; 'store off' lets it go\n");
		return 1;
	}
	d = store_disk_open(path, flags);
	if (IS_ERR(d)) {
		if (PTR_ERR(d) == -ENOMEM)
			console_printf("store: no memory for %.40s\n", path);
		return 1;
	}
	if (store_back(s, &store_disk_backing, d)) {
		console_printf("store: %.40s refused: it is busy\n", path);
		store_disk_close(d);
		return 1;
	}
	live_disk = d;
	console_printf("store: %.40s takes %lu pages, %lu%% of RAM\n", path,
		       store_disk_backing.capacity(d),
		       percent_of_ram(store_disk_backing.capacity(d)));
	return 0;
}

/* --- the command ------------------------------------------------------------- */

static int cmd_store(int argc, char **argv)
{
	static const struct {
		const char *word;
		int (*run)(struct store *s);
	} plain[] = { { "stat", stat },
		      { "verify", verify },
		      { "drop", drop },
		      { "off", disk_off } };
	struct store *s = store_live();
	unsigned int i;

	if (!s) {
		console_printf("store: no memory for it; 'why' explains\n");
		return 1;
	}
	if (argc == 3 && !strcmp(argv[1], "fill"))
		return fill(s, argv[2]);
	if (argc == 3 && !strcmp(argv[1], "on"))
		return disk_on(s, argv[2], 0);
	if (argc == 4 && !strcmp(argv[1], "on") && !strcmp(argv[3], "force"))
		return disk_on(s, argv[2], STORE_DISK_FORCE);
	for (i = 0; argc == 2 && i < ARRAY_SIZE(plain); i++) {
		if (!strcmp(argv[1], plain[i].word))
			return plain[i].run(s);
	}
	return command_usage("store");
}
CONSOLE_COMMAND(store, "fill N% | on DISK [force] | off | stat | verify | drop",
		"a cache in memory, and on a disk", cmd_store);
