/* SPDX-License-Identifier: MIT */
/*
 * command.c - from a line to commands
 *
 * A line is cut at ';' into commands and at blanks into words; quotes of
 * either kind keep blanks and ';' inside a word and are dropped. A '>' outside
 * them ends the words: behind it stands the file that the command's output goes
 * to. All in place: a word is never longer than its source.
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

/* A command, cut. */
struct command_words {
	int argc;
	char *argv[COMMAND_MAX_ARGS];
	const char *into; /* behind '>'; NULL: nowhere */
};

static int command_dispatch(struct command_words *words)
{
	const struct console_command *c;

	c = command_find(words->argv[0]);
	if (!c) {
		console_printf("%.40s: no such command; 'help' lists all\n",
			       words->argv[0]);
		return 1;
	}
	if (!words->into)
		return c->run(words->argc, words->argv);
	if (!c->run_into) {
		console_printf("%s: its output cannot go into a file\n",
			       c->name);
		return 1;
	}
	return c->run_into(words->argc, words->argv, words->into);
}

/* How a word ended. */
enum word_end {
	WORD_BLANK,
	WORD_INTO,
	WORD_COMMAND,
	WORD_LINE,
	WORD_OPEN_QUOTE
};

/* Cut the word at *@p in place; *@p moves behind it. */
static enum word_end word_cut(char **p)
{
	char *in = *p, *out = *p;
	char quote = '\0';
	enum word_end end;

	for (; *in; in++) {
		if (quote ? *in == quote : *in == '"' || *in == '\'')
			quote = quote ? '\0' : *in;
		else if (!quote && strchr(" \t;>", *in))
			break;
		else
			*out++ = *in;
	}
	if (quote)
		end = WORD_OPEN_QUOTE;
	else if (!*in)
		end = WORD_LINE;
	else if (*in == '>')
		end = WORD_INTO;
	else
		end = *in == ';' ? WORD_COMMAND : WORD_BLANK;
	*p = *in ? in + 1 : in;
	*out = '\0';
	return end;
}

static char *skip_blanks(char *p)
{
	while (*p == ' ' || *p == '\t')
		p++;
	return p;
}

/* The word at *@p, with how it ended; NULL if the command ends before one. */
static char *word_next(char **p, enum word_end *end)
{
	char *word = skip_blanks(*p);

	*p = word;
	if (!*word || *word == ';' || *word == '>') {
		*end = !*word	    ? WORD_LINE :
		       *word == ';' ? WORD_COMMAND :
				      WORD_INTO;
		*p += *word != '\0';
		return NULL;
	}
	*end = word_cut(p);
	return word;
}

/* What makes the words cut so far none to run; NULL: nothing. */
static const char *words_refusal(const struct command_words *words, int nr,
				 unsigned int nr_into, enum word_end end)
{
	if (end == WORD_OPEN_QUOTE)
		return "quote is not closed";
	if (nr > COMMAND_MAX_ARGS)
		return "more than " STRINGIFY(COMMAND_MAX_ARGS) " words";
	if (nr_into && (nr_into > 1 || !words->into))
		return "behind > stands one file";
	return nr_into && !nr ? "a command stands before >" : NULL;
}

/* Cut one command's words; *@p moves behind it. Return: false after a line that
 * says why the command is refused. */
static bool words_cut(char **p, struct command_words *words)
{
	unsigned int nr_into = 0;
	enum word_end end;
	const char *refusal;
	int nr = 0;

	*words = (struct command_words){ .argc = 0 };
	do {
		char *word = word_next(p, &end);

		if (word && nr_into) {
			nr_into += words->into != NULL;
			words->into = word;
		} else if (word && nr++ < COMMAND_MAX_ARGS) {
			words->argv[words->argc++] = word;
		}
		nr_into += end == WORD_INTO;
	} while (end == WORD_BLANK || end == WORD_INTO);
	refusal = words_refusal(words, nr, nr_into, end);
	if (refusal)
		console_printf("%.40s: %s\n", nr ? words->argv[0] : ">",
			       refusal);
	return !refusal;
}

int command_run_line(char *line)
{
	struct command_words words;
	int failed = 0;

	while (*line) {
		if (!words_cut(&line, &words))
			failed++;
		else if (words.argc)
			failed += command_dispatch(&words) != 0;
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
	if (!strcmp(first, "cat") || !strcmp(first, "ls") ||
	    !strcmp(first, "echo"))
		return proc_path(i);
	if (!strcmp(first, "selftest"))
		return suite_name(i);
	if (!strcmp(first, "why"))
		return gfp_word_name(i);
	return NULL;
}
