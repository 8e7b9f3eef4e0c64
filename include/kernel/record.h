/* SPDX-License-Identifier: MIT */
/*
 * record.h - machine-readable records on COM2 (design decision D13)
 *
 * One JSON object a line: {"k":"<kind>","t":<ns>, ...fields}. Kinds and fields
 * are documented and versioned in docs/records.md. Without a sink (no COM2)
 * each call costs one test.
 */
#ifndef KERNEL_RECORD_H
#define KERNEL_RECORD_H

#include <kernel/types.h>

#define RECORD_VERSION 1

/* The sink writes whole lines. Set once by the driver that has the port. */
void record_set_sink(void (*write)(const char *text, size_t len));
bool record_enabled(void);

/**
 * record - write one record
 * @kind: as docs/records.md names it
 * @fmt: the fields after "k" and "t", as JSON text without braces: e.g.
 *       "\"zone\":\"%s\",\"free\":%lu". At most 512 bytes in all; a longer
 *       record is dropped and counted. Strings go through record_quote().
 * Context: any.
 */
void __printf(2, 3) record(const char *kind, const char *fmt, ...);

/* Copy @text with JSON escapes into @buf; returns @buf. */
const char *record_quote(char *buf, size_t size, const char *text);

#endif
