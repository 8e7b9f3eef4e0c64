/* SPDX-License-Identifier: MIT */
/*
 * model_main.c - command line and files for a model; the libc side
 *
 *	MODEL [--ops N] [--seeds N] [--first SEED] [--maps DIR]
 *
 * --maps reads the .map files of DIR in the order of their names. Exit status
 * 0: the model agreed; 1: a difference; 2: bad arguments or a broken invariant.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model.h"

void model_write(const char *text, unsigned long len)
{
	fwrite(text, 1, len, stdout);
	fflush(stdout);
}

void model_exit(int status)
{
	exit(status);
}

static void usage(const char *why, const char *what)
{
	fprintf(stderr, "model: %s: %s\n", why, what);
	fprintf(stderr, "usage: [--ops N] [--seeds N] [--first SEED] "
			"[--maps DIR]\n");
	exit(2);
}

static char *read_text(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);
	size_t len;

	if (!f || !text)
		usage("cannot read", path);
	len = fread(text, 1, (1 << 20) - 1, f);
	if (len == 0)
		usage("empty", path);
	fclose(f);
	return text;
}

static int is_map(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && !strcmp(entry->d_name + len - 4, ".map");
}

static void read_maps(struct model_args *args, const char *dir)
{
	static struct dirent **entries; /* their names are kept */
	int i, nr = scandir(dir, &entries, is_map, alphasort);

	if (nr <= 0 || nr > MODEL_MAX_MAPS)
		usage("no maps, or too many, in", dir);
	for (i = 0; i < nr; i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		args->maps[i].name = entries[i]->d_name;
		args->maps[i].text = read_text(path);
	}
	args->nr_maps = (unsigned int)nr;
}

static unsigned long long number(const char *text)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 0);

	if (*text < '0' || *text > '9' || *end)
		usage("no number", text);
	return n;
}

int main(int argc, char **argv)
{
	static struct model_args args;
	int i;

	for (i = 1; i < argc; i += 2) {
		const char *word = argv[i], *value = argv[i + 1];

		if (!value)
			usage("a value is missing after", word);
		if (!strcmp(word, "--ops"))
			args.ops = number(value);
		else if (!strcmp(word, "--seeds"))
			args.seeds = (unsigned int)number(value);
		else if (!strcmp(word, "--first"))
			args.first_seed = (unsigned int)number(value);
		else if (!strcmp(word, "--maps"))
			read_maps(&args, value);
		else
			usage("unknown word", word);
	}
	return model_run(&args);
}
