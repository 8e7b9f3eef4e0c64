/* SPDX-License-Identifier: MIT */
/*
 * command_output.c - a command's output on its way into a file
 *
 * Text is collected and written when the buffer is full, and at the end: what a
 * command says in one breath reaches a driver in one write(). A command may
 * print where it may not sleep, or in the name of another user: then the buffer
 * waits for a better moment, and what it cannot hold is lost, which is told.
 *
 * The kernel's own files of /proc are told their text without being opened:
 * that needs no memory, so their knobs work when there is none; and why they
 * refuse it reaches the person who typed it.
 */
#include <kernel/preempt.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>

#include "cmd_internal.h"
#include "command_output.h"
#include "user_io.h"

#define BUFFER_BYTES 4096u

static struct command_output *output_of(struct console_sink *sink)
{
	return container_of(sink, struct command_output, sink);
}

/* Into the file, through a user's memory. */
static int write_out(struct command_output *out)
{
	struct user_io io;
	int err = user_io_begin(&io, out->count);

	if (err)
		return err;
	err = user_io_put(&io, out->buf, out->count);
	if (!err)
		err = user_io_write_all(&io, out->file, 0, out->count,
					&out->pos, NULL);
	user_io_end(&io);
	return err;
}

static void flush(struct command_output *out)
{
	if (out->count && !out->err)
		out->err = write_out(out);
	out->count = 0;
}

static void output_write(struct console_sink *sink, const char *text,
			 size_t len)
{
	struct command_output *out = output_of(sink);

	while (len) {
		size_t n = min(len, out->size - out->count);

		memcpy(out->buf + out->count, text, n);
		out->count += n;
		text += n;
		len -= n;
		if (out->count < out->size)
			continue;
		if (!out->file || in_atomic() || irqs_disabled() ||
		    current->mm) {
			out->lost += len;
			return;
		}
		flush(out);
	}
}

static int begin_proc(struct command_output *out)
{
	if (out->proc->write)
		return 0;
	console_complain("%s: %.80s: cannot be written\n", out->command,
			 out->path);
	return 1;
}

static int begin_file(struct command_output *out, bool append)
{
	int flags = O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC);

	out->file = filp_open(out->path, flags, 0666);
	if (IS_ERR(out->file)) {
		command_error(out->command, out->path, (int)PTR_ERR(out->file));
		return 1;
	}
	out->buf = kmalloc(BUFFER_BYTES, GFP_KERNEL);
	if (out->buf)
		out->size = BUFFER_BYTES;
	else
		out->buf = out->small;
	return 0;
}

int command_output_begin(struct command_output *out, const char *command,
			 const char *path, bool append)
{
	int failed;

	*out = (struct command_output){
		.sink.write = output_write,
		.command = command,
		.path = path,
		.proc = proc_file_by_path(path),
		.size = sizeof(out->small),
	};
	out->buf = out->small;
	failed = out->proc ? begin_proc(out) : begin_file(out, append);
	if (!failed)
		console_sink_push(&out->sink);
	return failed;
}

static int end_proc(struct command_output *out)
{
	struct proc_write w;
	int err;

	if (out->lost || out->count == out->size) {
		console_complain("%s: %s: more than %u characters\n",
				 out->command, out->path,
				 COMMAND_OUTPUT_SMALL - 1);
		return 1;
	}
	out->buf[out->count] = '\0';
	err = proc_file_write(out->proc, out->buf, &w);
	if (err)
		console_complain("%s: %s: %s (error %d)\n", out->command,
				 out->path, w.why, -err);
	return err != 0;
}

static int end_file(struct command_output *out)
{
	int err;

	flush(out);
	err = filp_close(out->file, NULL);
	if (out->buf != out->small)
		kfree(out->buf);
	if (!out->err)
		out->err = err;
	if (out->err)
		command_error(out->command, out->path, out->err);
	else if (out->lost)
		console_complain("%s: %.80s: %zu bytes are missing\n",
				 out->command, out->path, out->lost);
	return out->err || out->lost;
}

int command_output_end(struct command_output *out)
{
	console_sink_pop();
	return out->proc ? end_proc(out) : end_file(out);
}
