/* SPDX-License-Identifier: MIT */
/*
 * proc_write.c - texts written into files of /proc, and why they are refused
 *
 * A file judges its text whole before it changes anything. The words of a
 * refusal go into the caller's struct proc_write, because only he knows to whom
 * to say them: the console prints them behind the file's name.
 *
 * Locking: none; everything belongs to the caller.
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/parse.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>

int proc_refuse(struct proc_write *w, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(w->why, sizeof(w->why), fmt, args);
	va_end(args);
	return err;
}

int proc_file_write(const struct proc_file *file, const char *text,
		    struct proc_write *w)
{
	*w = (struct proc_write){ .text = text, .len = strlen(text) };
	if (!file->write)
		return proc_refuse(w, -EACCES, "cannot be written");
	return file->write(w);
}

/* Digits of the longest number, and one more to see that it is longer. */
#define NUMBER_BYTES 24u

/* The @len characters at @word as a number. */
static int proc_read_ulong(struct proc_write *w, const char *word, size_t len,
			   unsigned long min, unsigned long max,
			   unsigned long *value)
{
	char digits[NUMBER_BYTES];
	size_t i;

	for (i = 0; i < len; i++) {
		if (!isdigit(word[i]))
			return proc_refuse(w, -EINVAL, "'%.*s' is not a number",
					   len > 40 ? 40 : (int)len, word);
	}
	strscpy(digits, word, len < sizeof(digits) ? len + 1 : sizeof(digits));
	if (len >= sizeof(digits) || kstrtoul(digits, 10, value) ||
	    *value < min || *value > max)
		return proc_refuse(w, -ERANGE, "%.*s is not within %lu .. %lu",
				   len > 24 ? 24 : (int)len, word, min, max);
	return 0;
}

int proc_read_ulongs(struct proc_write *w, unsigned long *values,
		     unsigned int most, unsigned long min, unsigned long max)
{
	unsigned long read[PROC_NUMBERS_MOST];
	const char *p = w->text;
	unsigned int nr = 0;

	for (;;) {
		size_t len;
		int err;

		while (isspace(*p))
			p++;
		for (len = 0; p[len] && !isspace(p[len]);)
			len++;
		if (!len)
			break;
		if (nr == most || nr == PROC_NUMBERS_MOST)
			return proc_refuse(w, -E2BIG,
					   "takes %u number%s at most", most,
					   most == 1 ? "" : "s");
		err = proc_read_ulong(w, p, len, min, max, &read[nr++]);
		if (err)
			return err;
		p += len;
	}
	if (!nr)
		return proc_refuse(w, -EINVAL, "needs a number");
	memcpy(values, read, nr * sizeof(*values));
	return (int)nr;
}
