/* SPDX-License-Identifier: MIT */
/*
 * command.c - from a line to commands
 *
 * A line is cut at ';' into commands and at blanks into words; quotes of
 * either kind keep blanks and ';' inside a word and are dropped. All in place:
 * a word is never longer than its source.
 */
#include <kernel/command.h>
#include <kernel/ktest.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/page_trace.h>

static const struct console_command *command_find(const char *name)
{
	const struct console_command *const *pos;

	for_each_section_entry(pos, console_commands) {
		if (!strcmp((*pos)->name, name))
			return *pos;
	}
	return NULL;
}

int command_usage(const char *name)
{
	const struct console_command *c = command_find(name);

	if (c)
		console_printf("usage: %s%s%s\n", c->name, *c->usage ? " " : "",
			       c->usage);
	return 1;
}

static int command_dispatch(int argc, char **argv)
{
	const struct console_command *c;

	if (!argc)
		return 0;
	c = command_find(argv[0]);
	if (!c) {
		console_printf("%.40s: no such command; 'help' lists all\n",
			       argv[0]);
		return 1;
	}
	return c->run(argc, argv);
}

/* How a word ended. */
enum word_end { WORD_BLANK, WORD_COMMAND, WORD_LINE, WORD_OPEN_QUOTE };

/* Cut the word at *@p in place; *@p moves behind it. */
static enum word_end word_cut(char **p)
{
	char *in = *p, *out = *p;
	char quote = '\0';
	enum word_end end;

	for (; *in; in++) {
		if (quote ? *in == quote : *in == '"' || *in == '\'')
			quote = quote ? '\0' : *in;
		else if (!quote && (*in == ' ' || *in == '\t' || *in == ';'))
			break;
		else
			*out++ = *in;
	}
	if (quote)
		end = WORD_OPEN_QUOTE;
	else if (!*in)
		end = WORD_LINE;
	else
		end = *in == ';' ? WORD_COMMAND : WORD_BLANK;
	*p = *in ? in + 1 : in;
	*out = '\0';
	return end;
}

/* Cut one command's words; *@p moves behind it. Return: argc, or -1 after a
 * line that says why the command is refused. */
static int words_cut(char **p, char **argv)
{
	bool too_many = false;
	int argc = 0;

	for (;;) {
		enum word_end end;
		char *word;

		while (**p == ' ' || **p == '\t')
			(*p)++;
		if (!**p)
			break;
		if (**p == ';') {
			(*p)++;
			break;
		}
		word = *p;
		end = word_cut(p);
		if (argc < COMMAND_MAX_ARGS)
			argv[argc++] = word;
		else
			too_many = true;
		if (end == WORD_OPEN_QUOTE) {
			console_printf("%.40s: quote is not closed\n", argv[0]);
			return -1;
		}
		if (end == WORD_COMMAND || end == WORD_LINE)
			break;
	}
	if (too_many) {
		console_printf("%.40s: more than %d words\n", argv[0],
			       COMMAND_MAX_ARGS);
		return -1;
	}
	return argc;
}

int command_run_line(char *line)
{
	char *argv[COMMAND_MAX_ARGS];
	int failed = 0;

	while (*line) {
		int argc = words_cut(&line, argv);

		if (argc < 0)
			failed++;
		else
			failed += command_dispatch(argc, argv) != 0;
	}
	return failed;
}

/* --- completion --------------------------------------------------------- */

static const char *command_name(unsigned int i)
{
	const struct console_command *const *pos;

	for_each_section_entry(pos, console_commands) {
		if (!i--)
			return (*pos)->name;
	}
	return NULL;
}

static const char *proc_path(unsigned int i)
{
	static char path[64];
	const struct proc_file *const *pos;

	for_each_section_entry(pos, proc_files) {
		if (i--)
			continue;
		snprintf(path, sizeof(path), "/proc/%s", (*pos)->name);
		return path;
	}
	return NULL;
}

static const char *suite_name(unsigned int i)
{
	const struct ktest_suite *const *pos;

	for_each_section_entry(pos, ktest_suites) {
		if (!i--)
			return (*pos)->name;
	}
	return NULL;
}

const char *command_candidate(const char *first, unsigned int i)
{
	if (!first || !strcmp(first, "help"))
		return command_name(i);
	if (!strcmp(first, "cat") || !strcmp(first, "ls"))
		return proc_path(i);
	if (!strcmp(first, "selftest"))
		return suite_name(i);
	if (!strcmp(first, "why"))
		return gfp_word_name(i);
	return NULL;
}
