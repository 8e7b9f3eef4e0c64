/* SPDX-License-Identifier: MIT */
/*
 * command.c - from a line to commands
 *
 * A line is cut at ';' into commands and at blanks into words; quotes of
 * either kind keep blanks and ';' inside a word and are dropped. A '>' or ">>"
 * outside them ends the words: behind it stands the file that the command's
 * output goes to. What a shell has besides is refused, and not a word. All in
 * place: a word is never longer than its source.
 */
#include <kernel/command.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "cmd_internal.h"
#include "command_output.h"

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
		console_complain("usage: %s%s%s\n", c->name,
				 *c->usage ? " " : "", c->usage);
	return 1;
}

/* A sink that shows its text on the consoles. */
static void sink_flush(struct seq_file *m)
{
	console_write(m->buf, m->count);
}

void console_show(void (*show)(struct seq_file *m, unsigned long arg),
		  unsigned long arg)
{
	char buf[256];
	struct seq_file m = { .buf = buf,
			      .size = sizeof(buf),
			      .flush = sink_flush };

	show(&m, arg);
	seq_flush(&m);
}

/* A command, cut. */
struct command_words {
	int argc;
	char *argv[COMMAND_MAX_ARGS];
	const char *into; /* behind '>'; NULL: nowhere */
	bool append; /* it was ">>" */
};

static int run_into(const struct console_command *c,
		    struct command_words *words)
{
	struct command_output out;
	int failed;

	if (command_output_begin(&out, c->name, words->into, words->append))
		return 1;
	failed = c->run(words->argc, words->argv);
	return command_output_end(&out) || failed;
}

static int command_dispatch(struct command_words *words)
{
	const struct console_command *c;

	c = command_find(words->argv[0]);
	if (!c) {
		console_complain("%.40s: no such command; 'help' lists all\n",
				 words->argv[0]);
		return 1;
	}
	if (words->into)
		return run_into(c, words);
	return c->run(words->argc, words->argv);
}

/* How a word ended. */
enum word_end {
	WORD_BLANK,
	WORD_INTO,
	WORD_APPEND,
	WORD_COMMAND,
	WORD_LINE,
	WORD_OPEN_QUOTE
};

/* The '>' or ">>" at @p. */
static enum word_end into_end(const char *p)
{
	return p[1] == '>' ? WORD_APPEND : WORD_INTO;
}

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
		end = into_end(in);
	else
		end = *in == ';' ? WORD_COMMAND : WORD_BLANK;
	*p = *in ? in + 1 + (end == WORD_APPEND) : in;
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
				      into_end(word);
		*p += (*word != '\0') + (*end == WORD_APPEND);
		return NULL;
	}
	*end = word_cut(p);
	return word;
}

/* Does a word begin at @p that means something to other shells? Return: what to
 * do instead; NULL: no. */
static const char *foreign_refusal(const char *p)
{
	if (!strncmp(p, "&&", 2) || !strncmp(p, "||", 2))
		return "; stands between commands";
	if (*p == '|')
		return "no pipes here: > FILE, then the next command";
	return *p == '<' ? "commands take FILE, not < FILE" : NULL;
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
	const char *refusal, *foreign = NULL;
	int nr = 0;

	*words = (struct command_words){ .argc = 0 };
	do {
		const char *odd = foreign_refusal(skip_blanks(*p));
		char *word = word_next(p, &end);

		foreign = foreign ?: odd;
		if (word && nr_into) {
			nr_into += words->into != NULL;
			words->into = word;
		} else if (word && nr++ < COMMAND_MAX_ARGS) {
			words->argv[words->argc++] = word;
		}
		nr_into += end == WORD_INTO || end == WORD_APPEND;
		words->append |= end == WORD_APPEND;
	} while (end != WORD_COMMAND && end != WORD_LINE &&
		 end != WORD_OPEN_QUOTE);
	refusal = foreign ?: words_refusal(words, nr, nr_into, end);
	if (refusal)
		console_complain("%.40s: %s\n", nr ? words->argv[0] : ">",
				 refusal);
	return !refusal;
}

int command_run_line(char *line)
{
	struct command_words words;
	int failed = 0;

	while (*line && !signal_pending(current)) {
		if (!words_cut(&line, &words))
			failed++;
		else if (words.argc)
			failed += command_dispatch(&words) != 0;
	}
	return failed;
}

/* --- completion --------------------------------------------------------- */

const char *command_name_candidate(const char *word, unsigned int i)
{
	const struct console_command *const *pos;

	(void)word;
	for_each_section_entry(pos, console_commands) {
		if (!i--)
			return (*pos)->name;
	}
	return NULL;
}

const char *command_candidate(const char *line, unsigned int i)
{
	const struct console_command *c;
	const char *command = strrchr(line, ';'), *word;
	char first[32];
	size_t len;

	command = command ? command + 1 : line;
	while (*command == ' ')
		command++;
	word = line + strlen(line);
	while (word > command && !strchr(" >", word[-1]))
		word--;
	len = strcspn(command, " ");
	if (!command[len])
		return command_name_candidate(word, i);
	if (strchr(command, '>'))
		return path_candidate(word, i);
	strscpy(first, command, min(len + 1, sizeof(first)));
	c = command_find(first);
	return c && c->candidate ? c->candidate(word, i) : NULL;
}
