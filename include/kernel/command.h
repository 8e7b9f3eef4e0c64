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
	/* @argv[0] is the name. Output goes through console_printf().
	 * Return: 0, or 1 after one line that says what was refused. */
	int (*run)(int argc, char **argv);
	/* The same for `NAME WORDS > PATH`; NULL if the command has no output
	 * that a file could take. */
	int (*run_into)(int argc, char **argv, const char *path);
};

#define CONSOLE_COMMAND(id, command_usage, command_help, fn) \
	CONSOLE_COMMAND_INTO(id, command_usage, command_help, fn, NULL)
#define CONSOLE_COMMAND_INTO(id, command_usage, command_help, fn, into_fn) \
	static const struct console_command console_command_##id = {       \
		.name = #id,                                               \
		.usage = command_usage,                                    \
		.help = command_help,                                      \
		.run = fn,                                                 \
		.run_into = into_fn,                                       \
	};                                                                 \
	SECTION_ENTRY(console_commands, const struct console_command,      \
		      console_command_##id)

DECLARE_SECTION_TABLE(console_commands, const struct console_command);

/**
 * command_run_line - run the commands of a line, separated by ';'
 * @line: is cut into words in place; a word may be quoted with " or '. A last
 *	"> PATH" outside quotes sends a command's output into a file.
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
 * @first: the line's first word, or NULL if that is the one being typed
 * @i: 0, 1, ...
 *
 * Return: the @i-th candidate, NULL behind the last.
 */
const char *command_candidate(const char *first, unsigned int i);

#endif
