/* SPDX-License-Identifier: MIT */
/*
 * record.c - machine-readable records, one JSON object a line
 *
 * A record is built on the stack and given to the sink in one call, so lines
 * of several CPUs do not mix as long as the sink writes whole calls.
 */
#include <kernel/record.h>
#include <kernel/time.h>
#include <kernel/vsnprintf.h>

#define RECORD_BYTES 640u

static void (*record_sink)(const char *text, size_t len);
static unsigned long nr_dropped;

void record_set_sink(void (*write)(const char *text, size_t len))
{
	record_sink = write;
}

bool record_enabled(void)
{
	return record_sink != NULL;
}

void record(const char *kind, const char *fmt, ...)
{
	char buf[RECORD_BYTES];
	struct va_format vaf;
	va_list args;
	int n;

	if (!record_sink)
		return;
	va_start(args, fmt);
	vaf.fmt = fmt;
	vaf.va = &args;
	n = snprintf(buf, sizeof(buf), "{\"k\":\"%s\",\"t\":%llu%s%pV}\n", kind,
		     time_ns(), *fmt ? "," : "", &vaf);
	va_end(args);
	if (n >= (int)sizeof(buf)) {
		/* Half an object would break the reader: say how many went. */
		__atomic_add_fetch(&nr_dropped, 1, __ATOMIC_RELAXED);
		n = scnprintf(buf, sizeof(buf),
			      "{\"k\":\"dropped\",\"t\":%llu,\"kind\":\"%s\","
			      "\"total\":%lu}\n",
			      time_ns(), kind, nr_dropped);
	}
	record_sink(buf, (size_t)n);
}

const char *record_quote(char *buf, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text && n + 7 < size; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\') {
			buf[n++] = '\\';
			buf[n++] = (char)c;
		} else if (c < 0x20 || c >= 0x7f) {
			n += (size_t)scnprintf(buf + n, size - n, "\\u%04x", c);
		} else {
			buf[n++] = (char)c;
		}
	}
	buf[n] = '\0';
	return buf;
}
