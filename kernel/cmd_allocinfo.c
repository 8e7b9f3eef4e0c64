/* SPDX-License-Identifier: MIT */
/* cmd_allocinfo.c - the biggest callers, and whether slab objects are counted */
#include <kernel/command.h>
#include <kernel/errno.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/allocinfo.h>

#define TOP_DEFAULT 10u
#define TOP_MOST 100u
#define SINK_BYTES 256u

static void sink_flush(struct seq_file *m)
{
	console_printf("%.*s", (int)m->count, m->buf);
	m->count = 0;
}

static int allocinfo_top(unsigned int nr)
{
	char buf[SINK_BYTES];
	struct seq_file m = { .buf = buf,
			      .size = sizeof(buf),
			      .flush = sink_flush };

	allocinfo_show_top(&m, nr);
	seq_flush(&m);
	return 0;
}

static int allocinfo_switch(bool on)
{
	if (!allocinfo_watch(on))
		return 0;
	console_printf("allocinfo: no memory for the records\n");
	return 1;
}

static int cmd_allocinfo(int argc, char **argv)
{
	unsigned long nr = TOP_DEFAULT;

	if (argc == 2 && !strcmp(argv[1], "on"))
		return allocinfo_switch(true);
	if (argc == 2 && !strcmp(argv[1], "off"))
		return allocinfo_switch(false);
	if (argc < 2 || argc > 3 || strcmp(argv[1], "top"))
		return command_usage("allocinfo");
	if (argc == 3 && (kstrtoul(argv[2], 10, &nr) || !nr || nr > TOP_MOST)) {
		console_printf("allocinfo: top: '%.20s' is not a number within"
			       " 1 .. %u\n",
			       argv[2], TOP_MOST);
		return 1;
	}
	return allocinfo_top((unsigned int)nr);
}
CONSOLE_COMMAND(allocinfo, "on|off|top [N]",
		"memory by who asked for it; on counts slab objects, too",
		cmd_allocinfo);
