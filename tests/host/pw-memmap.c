/* SPDX-License-Identifier: MIT */
/*
 * pw-memmap.c - what the kernel would make of a memory map
 *
 *	pw-memmap FILE...
 *
 * Reads map files (their form stands in tests/e820/README.md) and prints the
 * columns of tests/e820/expected.tsv, a line for each. The figures come from
 * the sanitiser that the kernel boots with, so people can feed it the map of
 * their own machine.
 *
 * A bad line is answered with file, line and reason; the file gives no row,
 * the others still do, and the exit status is 1.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pw-memmap.h"

#define LINE_BYTES 512

struct map_file {
	const char *path;
	unsigned int line; /* of the text, from 1 */
	unsigned int nr;
	struct pw_entry entries[PW_MAX_ENTRIES];
};

static bool map_complain(const struct map_file *map, const char *reason)
{
	fprintf(stderr, "pw-memmap: %s:%u: %s\n", map->path, map->line, reason);
	return false;
}

/*
 * One number, which ends at a blank or the end of the line. The C library
 * would take a sign and skip blanks before it; a map has neither.
 */
static bool number_parse(char **text, int base, unsigned long long max,
			 unsigned long long *value)
{
	char *start = *text + strspn(*text, " \t");

	if (base == 16 && strncmp(start, "0x", 2) != 0)
		return false;
	if (strspn(start, "0123456789") == 0)
		return false;
	errno = 0;
	*value = strtoull(start, text, base);
	if (errno || *value > max)
		return false;
	/* strtoull() takes "0x" alone for 0 and stops at the x. */
	return strchr(" \t", **text) || **text == '\0';
}

/* "base length type", and nothing behind it. */
static bool map_entry(struct map_file *map, char *text)
{
	struct pw_entry *e = &map->entries[map->nr];
	unsigned long long type;

	if (map->nr == PW_MAX_ENTRIES)
		return map_complain(map, "too many entries");
	if (!number_parse(&text, 16, ~0ull, &e->base))
		return map_complain(map, "base is not a 64-bit 0x number");
	if (!number_parse(&text, 16, ~0ull, &e->length))
		return map_complain(map, "length is not a 64-bit 0x number");
	if (!number_parse(&text, 10, 0xffffffffull, &type))
		return map_complain(map, "type is not a 32-bit number");
	if (text[strspn(text, " \t")] != '\0')
		return map_complain(map, "more than base, length and type");
	e->type = (unsigned int)type;
	map->nr++;
	return true;
}

/* Cut the line's end off. Return: false if the line has none in sight. */
static bool line_trim(char *text, FILE *file)
{
	size_t len = strcspn(text, "\r\n");

	if (text[len] == '\0' && len == LINE_BYTES - 1 && !feof(file))
		return false;
	text[len] = '\0';
	return true;
}

static bool map_read(struct map_file *map, FILE *file)
{
	char text[LINE_BYTES];

	while (fgets(text, sizeof(text), file)) {
		map->line++;
		if (!line_trim(text, file))
			return map_complain(map, "line is too long");
		if (text[0] == '#' || text[strspn(text, " \t")] == '\0')
			continue;
		if (!map_entry(map, text))
			return false;
	}
	if (ferror(file))
		return map_complain(map, strerror(errno));
	if (map->nr == 0)
		return map_complain(map, "no entries");
	return true;
}

static bool map_load(struct map_file *map, const char *path)
{
	FILE *file = fopen(path, "r");
	bool sound;

	map->path = path;
	map->line = 0;
	map->nr = 0;
	if (!file)
		return map_complain(map, strerror(errno));
	sound = map_read(map, file);
	fclose(file);
	return sound;
}

/* The file's name without folders and without ".map". */
static void map_print(const struct map_file *map)
{
	const char *slash = strrchr(map->path, '/');
	const char *name = slash ? slash + 1 : map->path;
	size_t len = strlen(name);
	struct pw_row row;

	if (len > 4 && strcmp(name + len - 4, ".map") == 0)
		len -= 4;
	pw_memmap_row(map->entries, map->nr, &row);
	printf("%.*s\t%u\t%u\t%llu\t%llu\t%llu\t%llu\t%llu\n", (int)len, name,
	       row.entries, row.usable_runs, row.dma_pages, row.normal_pages,
	       row.high_pages, row.ignored_pages, row.top_pfn);
}

int main(int argc, char **argv)
{
	static struct map_file map;
	int status = EXIT_SUCCESS;
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: pw-memmap FILE...\n");
		return EXIT_FAILURE;
	}
	puts("map\tentries\tusable_runs\tdma_pages\tnormal_pages\thigh_pages"
	     "\tignored_pages\ttop_pfn");
	for (i = 1; i < argc; i++) {
		if (map_load(&map, argv[i]))
			map_print(&map);
		else
			status = EXIT_FAILURE;
	}
	return fflush(stdout) == 0 ? status : EXIT_FAILURE;
}
