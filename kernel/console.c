/* SPDX-License-Identifier: MIT */
/*
 * console.c - the prompt: typed bytes to lines, lines to commands
 *
 * Runs in the thread init. The screen text of the editor goes to every console;
 * input comes from whoever fills the queue. While a command runs Ctrl-C sends
 * its thread SIGINT: that ends waiting for a driver, and commands look for it.
 */
#include <fs/kdev_t.h>
#include <kernel/command.h>
#include <kernel/input.h>
#include <kernel/line_edit.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/shell.h>
#include <kernel/signal.h>
#include <kernel/tty.h>

#define PROMPT "pw> "

static void editor_write(void *ctx, const char *text, size_t len)
{
	(void)ctx;
	console_write(text, len);
}

static const char *editor_candidate(void *ctx, const char *line, unsigned int i)
{
	(void)ctx;
	return command_candidate(line, i);
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

static void run_line(void)
{
	input_set_interrupted(current);
	command_run_line(editor.line);
	input_set_interrupted(NULL);
	if (signal_pending(current))
		console_printf("^C\n");
	flush_signals(current);
}

void console_sit(void)
{
	static struct tty_struct tty = {
		.device = MKDEV(5, 1),
		.name = "console",
	};
	static struct signal_struct signals = { .tty = &tty };

	task_set_signals(&signals);
}

void console_loop(void)
{
	allow_signal(SIGINT);
	for (;;) {
		switch (read_line()) {
		case LINE_EDIT_DONE: run_line(); break;
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
