/* SPDX-License-Identifier: MIT */
/*
 * log_lines.h - what the log says from some point on
 *
 * Other threads and CPUs print, too: so a case looks for its own line, never at
 * the last one.
 */
#ifndef TESTS_LOG_LINES_H
#define TESTS_LOG_LINES_H

#include <kernel/printk.h>
#include <kernel/string.h>

/* Room for a line; a longer one is cut. */
#define LOG_LINE_BYTES 256u

/* Where the next line will be. */
static inline u64 log_end(void)
{
	char line[LOG_LINE_BYTES];
	u64 cursor = 0;

	while (log_read(&cursor, line, sizeof(line)))
		;
	return cursor;
}

/* Of the lines from @from on, how many contain @part? */
static inline unsigned int log_count(u64 from, const char *part)
{
	char line[LOG_LINE_BYTES];
	unsigned int nr = 0;

	while (log_read(&from, line, sizeof(line)))
		nr += strstr(line, part) != NULL;
	return nr;
}

#endif
