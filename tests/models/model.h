/* SPDX-License-Identifier: MIT */
/*
 * model.h - between a model and its runner
 *
 * A model is freestanding code over mm/ and arch/host's headers; the runner
 * (model_main.c) is the only part that knows libc. So this header has plain C
 * types and includes nothing of either side.
 */
#ifndef TESTS_MODEL_H
#define TESTS_MODEL_H

#define MODEL_MAX_MAPS 64

struct model_map {
	const char *name;
	const char *text; /* the file, NUL-terminated */
};

struct model_args {
	unsigned long long ops; /* of all seeds together; 0: the default */
	unsigned int seeds; /* 0: the default */
	unsigned int first_seed;
	unsigned int nr_maps;
	struct model_map maps[MODEL_MAX_MAPS];
};

/* The model. Return: 0 if all answers agreed. */
int model_run(const struct model_args *args);

/* The runner's services. */
void model_write(const char *text, unsigned long len);
void model_exit(int status) __attribute__((noreturn));

#endif
