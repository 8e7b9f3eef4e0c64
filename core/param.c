/* SPDX-License-Identifier: MIT */
/*
 * param.c - hands the words of the command line to those who asked for them
 *
 * A word nobody knows is kept for one line that lists them all. A word of the
 * form BOOT_IMAGE=... is the boot loader's own and is passed over.
 */
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>

#define WORD_BYTES 1024u
#define UNKNOWN_BYTES 256u

static const char *cmdline = "";

const char *kernel_cmdline(void)
{
	return cmdline;
}

static const struct boot_param *param_find(const char *name)
{
	const struct boot_param *const *pos;

	for_each_section_entry(pos, kernel_params) {
		if (!strcmp((*pos)->name, name))
			return *pos;
	}
	return NULL;
}

static void unknown_add(char *unknown, const char *key)
{
	if (*unknown)
		strlcat(unknown, " ", UNKNOWN_BYTES);
	if (strlcat(unknown, key, UNKNOWN_BYTES) >= UNKNOWN_BYTES)
		memcpy(unknown + UNKNOWN_BYTES - 4, "...", 4);
}

static void word_apply(const struct cmdline_word *w, char *unknown)
{
	const struct boot_param *param = param_find(w->key);

	if (w->truncated)
		pr_warn("command line: '%.32s...' is too long; ignored\n",
			w->key);
	else if (w->unterminated)
		pr_warn("command line: '%.32s' has an open quote; ignored\n",
			w->key);
	else if (!param)
		unknown_add(unknown, w->key);
	else if (param->set(w->value))
		pr_warn("command line: %s=%s refused; the default stays (%s%s)\n",
			param->name, w->value ? w->value : "", param->name,
			param->help);
}

void params_parse(const char *line)
{
	static char word[WORD_BYTES];
	static char unknown[UNKNOWN_BYTES];
	struct cmdline_word w = { .buf = word, .size = sizeof(word) };
	const char *p = line;

	cmdline = line;
	while ((p = cmdline_next(p, &w)))
		if (strcmp(w.key, "BOOT_IMAGE"))
			word_apply(&w, unknown);
	if (*unknown)
		pr_notice("command line: unknown words: %s\n", unknown);
}

static void cmdline_show(struct seq_file *m)
{
	seq_puts(m, cmdline);
	seq_putc(m, '\n');
}
PROC_FILE(cmdline, "cmdline", cmdline_show);

static int loglevel_set(const char *value)
{
	unsigned int level;
	int err = kstrtouint(value ? value : "", 10, &level);

	if (!err)
		console_set_loglevel((int)level);
	return err;
}
KERNEL_PARAM(loglevel, "loglevel", loglevel_set,
	     "=0..8: show log lines below this level");
