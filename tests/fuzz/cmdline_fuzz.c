/* SPDX-License-Identifier: MIT */
/*
 * cmdline_fuzz.c - libFuzzer target: any text as a kernel command line
 *
 * The first byte is the size of the word buffer. Both the line and the buffer
 * are heap blocks of their exact size, so the address sanitizer sees each
 * access beyond them. The values found go through the number parsers as well.
 */
#include <kernel/parse.h>
#include <kernel/string.h>

#include "boot_info_sound.h"

/* Does @text end inside the buffer that the word was written to? */
static void text_in_buffer(const struct cmdline_word *w, const char *text)
{
	size_t at;

	if (w->size == 0)
		return;
	at = (size_t)(text - w->buf);
	FUZZ_REQUIRE(at < w->size);
	FUZZ_REQUIRE(strnlen(text, w->size - at) < w->size - at);
}

/* A number parser may refuse, but must stay inside its text. */
static void numbers_hold(const char *text)
{
	const char *end = text + strlen(text);
	unsigned long long number = 77;
	const char *p = text;
	char *rest;
	int value;

	if (kstrtoull(text, 0, &number))
		FUZZ_REQUIRE(number == 77);
	(void)memparse(text, &rest);
	FUZZ_REQUIRE(rest >= text && rest <= end);
	while (get_option_int(&p, &value) == 2)
		FUZZ_REQUIRE(p > text && p <= end);
	FUZZ_REQUIRE(p >= text && p <= end);
}

static void line_walk(const char *line, size_t len, struct cmdline_word *w)
{
	const char *p = line;
	const char *next;

	while ((next = cmdline_next(p, w))) {
		FUZZ_REQUIRE(next > p && next <= line + len);
		FUZZ_REQUIRE(w->key != NULL);
		FUZZ_REQUIRE(!w->unterminated || *next == '\0');
		if (!w->truncated)
			text_in_buffer(w, w->key);
		if (w->value) {
			text_in_buffer(w, w->value);
			numbers_hold(w->value);
		}
		p = next;
	}
	FUZZ_REQUIRE(w->key && *w->key == '\0' && !w->truncated);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct cmdline_word word;
	char *line;

	if (size == 0)
		return 0;
	line = __builtin_malloc(size);
	memcpy(line, data + 1, size - 1);
	line[size - 1] = '\0';
	word.size = data[0];
	word.buf = __builtin_malloc(word.size ? word.size : 1);
	line_walk(line, strlen(line), &word);
	numbers_hold(line);
	__builtin_free(word.buf);
	__builtin_free(line);
	return 0;
}
