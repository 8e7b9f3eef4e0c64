/* SPDX-License-Identifier: MIT */
/*
 * proc_text.h - what a file of /proc shows, as a string
 *
 * One text at a time, of all suites together (proc_text.c): beginning another
 * forgets the one before.
 */
#ifndef TESTS_PROC_TEXT_H
#define TESTS_PROC_TEXT_H

#include <kernel/ktest.h>
#include <kernel/seq_file.h>

#define PROC_TEXT_BYTES 16384u

extern char proc_text_room[PROC_TEXT_BYTES];
extern struct seq_file proc_text_sink;

static inline struct seq_file *text_begin(void)
{
	proc_text_sink = (struct seq_file){
		.buf = proc_text_room,
		/* One byte is kept for the NUL. */
		.size = sizeof(proc_text_room) - 1,
	};
	return &proc_text_sink;
}

static inline const char *text_end(struct ktest *t)
{
	KTEST_EXPECT_FALSE(t, proc_text_sink.overflowed);
	proc_text_room[proc_text_sink.count] = '\0';
	return proc_text_room;
}

/* The file @name of the live machine. */
static inline const char *text_of(struct ktest *t, const char *name)
{
	const struct proc_file *file = proc_file_find(name);
	struct seq_file *m = text_begin();

	if (KTEST_EXPECT_NOT_NULL(t, file))
		file->show(m);
	return text_end(t);
}

#endif
