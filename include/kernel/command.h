/* SPDX-License-Identifier: MIT */
/*
 * command.h - commands of the console
 *
 * A part puts its commands into the table with CONSOLE_COMMAND(); help,
 * completion and the documents read the same table.
 */
#ifndef KERNEL_COMMAND_H
#define KERNEL_COMMAND_H

#include <kernel/types.h>

/* Words of one command, itself included; more are refused. */
#define COMMAND_MAX_ARGS 16

struct console_command {
	const char *name;
	const char *usage; /* the words behind the name; "" if none */
	const char *help; /* one line */
	/* @argv[0] is the name. Output goes through console_printf(), what was
	 * refused through console_complain().
	 * Return: 0, or 1 after one line that says what was refused. */
	int (*run)(int argc, char **argv);
	/* What could stand where @word is being typed: the @i-th of them, NULL
	 * behind the last. Those that do not begin like @word may be among them.
	 * NULL: nothing is completed. */
	const char *(*candidate)(const char *word, unsigned int i);
};

#define CONSOLE_COMMAND(id, command_usage, command_help, fn) \
	CONSOLE_COMMAND_WORDS(id, command_usage, command_help, fn, NULL)
#define CONSOLE_COMMAND_WORDS(id, command_usage, command_help, fn, words_fn) \
	static const struct console_command console_command_##id = {         \
		.name = #id,                                                 \
		.usage = command_usage,                                      \
		.help = command_help,                                        \
		.run = fn,                                                   \
		.candidate = words_fn,                                       \
	};                                                                   \
	SECTION_ENTRY(console_commands, const struct console_command,        \
		      console_command_##id)

DECLARE_SECTION_TABLE(console_commands, const struct console_command);

/**
 * command_run_line - run the commands of a line, separated by ';'
 * @line: is cut into words in place; a word may be quoted with " or '. A
 *	"> PATH" outside quotes sends a command's output into a file, ">> PATH"
 *	behind what the file has.
 *
 * Return: 0 if all succeeded; else the number that failed. An unknown command,
 * bad quoting or a > with no file is one line and counts as failed.
 * Context: may sleep.
 */
int command_run_line(char *line);

/* One line "usage: NAME WORDS" for a command; none if there is no such.
 * Return: 1, as a command that refuses does. Context: process. */
int command_usage(const char *name);

/**
 * command_candidate - what could stand at the word being typed
 * @line: the line up to the cursor
 * @i: 0, 1, ...
 *
 * Return: the @i-th candidate, NULL behind the last. Names that end in a slash
 * go on behind it. Context: may sleep; ask from 0 on, in order.
 */
const char *command_candidate(const char *line, unsigned int i);

/* Its result to command_candidate()'s: the names of commands. */
const char *command_name_candidate(const char *word, unsigned int i);

#endif
