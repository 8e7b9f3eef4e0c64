/* SPDX-License-Identifier: MIT */
/*
 * memmap_words_fuzz.c - libFuzzer target: any text as values of memmap=
 *
 * Lines of the input are values, one after the other. Whatever they say, the
 * kernel's image must be RAM afterwards, as the sanitiser sees the map; and a
 * refusal leaves words and map as they were.
 */
#include <kernel/memmap.h>
#include <kernel/memmap_words.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "boot_info_sound.h"

#define IMAGE_START MIB(1)
#define IMAGE_END MIB(2)

static struct boot_info bi, before;
static struct memmap map;

static void machine_begin(void)
{
	bi.mmap[0] = (struct boot_mmap_entry){ 0, 0x9fc00, 1 };
	bi.mmap[1] = (struct boot_mmap_entry){ MIB(1), MIB(15), 1 };
	bi.mmap[2] = (struct boot_mmap_entry){ GIB(4) - MIB(1), MIB(1), 2 };
	bi.nr_mmap = 3;
	before = bi;
}

static void words_sound(const struct memmap_words *w)
{
	unsigned int i;

	FUZZ_REQUIRE(w->nr <= MEMMAP_WORDS_MAX);
	for (i = 0; i < w->nr; i++) {
		const struct boot_mmap_entry *e = &w->ranges[i];

		FUZZ_REQUIRE(e->length > 0);
		FUZZ_REQUIRE(e->base + (e->length - 1) >= e->base);
	}
}

static void take_value(struct memmap_words *w, const char *value)
{
	const struct memmap_words was = *w;

	if (memmap_words_add(w, value))
		FUZZ_REQUIRE(memcmp(w, &was, sizeof(was)) == 0);
	words_sound(w);
}

static void image_is_ram(void)
{
	const pfn_t start = IMAGE_START >> MEMMAP_PAGE_SHIFT;
	const pfn_t end = IMAGE_END >> MEMMAP_PAGE_SHIFT;

	FUZZ_REQUIRE(memmap_sanitize(&map, bi.mmap, bi.nr_mmap, 36) == 0);
	FUZZ_REQUIRE(memmap_check(&map) == 0);
	FUZZ_REQUIRE(memmap_pages_between(&map, start, end) == end - start);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct memmap_words words;
	char *text = __builtin_malloc(size + 1);
	char *line = text, *next;

	memset(&words, 0, sizeof(words));
	memcpy(text, data, size);
	text[size] = '\0';
	machine_begin();
	for (; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		take_value(&words, line);
	}
	if (memmap_words_apply(&words, &bi, IMAGE_START, IMAGE_END))
		FUZZ_REQUIRE(memcmp(&bi, &before, sizeof(bi)) == 0);
	image_is_ram();
	__builtin_free(text);
	return 0;
}
