/* SPDX-License-Identifier: MIT */
/*
 * console.c - the prompt: typed bytes to lines, lines to commands
 *
 * Runs in the thread init. The screen text of the editor goes to every console;
 * input comes from whoever fills the queue.
 */
#include <kernel/command.h>
#include <kernel/input.h>
#include <kernel/line_edit.h>
#include <kernel/printk.h>
#include <kernel/shell.h>
#include <kernel/string.h>

#define PROMPT "pw> "

static void editor_write(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	console_write(text, len);
}

/* The first word of the command the cursor is in, copied to @first; false if
 * the cursor is still in that word. */
static bool first_word(const char *line, char *first, size_t size)
{
	const char *command = strrchr(line, ';');
	size_t len;

	command = command ? command + 1 : line;
	while (*command == ' ')
		command++;
	len = strcspn(command, " ");
	if (!command[len])
		return false;
	snprintf(first, size, "%.*s", (int)len, command);
	return true;
}

static const char *editor_candidate(void *ctx, const char *line, unsigned int i)
{
	char first[32];

	(void)ctx;
	if (!first_word(line, first, sizeof(first)))
		return command_candidate(NULL, i);
	return command_candidate(first, i);
}

static struct line_edit editor = {
	.prompt = PROMPT,
	.write = editor_write,
	.candidate = editor_candidate,
};

static enum line_edit_result read_line(void)
{
	enum line_edit_result result;

	line_edit_begin(&editor);
	do {
		result = line_edit_feed(&editor, input_wait());
	} while (result == LINE_EDIT_MORE);
	return result;
}

void console_loop(void)
{
	for (;;) {
		switch (read_line()) {
		case LINE_EDIT_DONE: command_run_line(editor.line); break;
		case LINE_EDIT_TOO_LONG:
			console_printf("line of %zu characters is too long "
				       "(at most %d); nothing was run\n",
				       editor.typed, LINE_EDIT_MAX - 1);
			break;
		case LINE_EDIT_EOF: return;
		case LINE_EDIT_CANCEL:
		case LINE_EDIT_MORE: break;
		}
	}
}
