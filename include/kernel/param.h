/* SPDX-License-Identifier: MIT */
/*
 * param.h - words of the kernel command line
 *
 * A part that has an option puts it into the table with KERNEL_PARAM(); the
 * words are handed out once, before memory exists. Unknown words are listed
 * once. A handler that refuses its value makes one line that names the option,
 * and the default stays.
 */
#ifndef KERNEL_PARAM_H
#define KERNEL_PARAM_H

#include <kernel/types.h>

struct boot_param {
	const char *name; /* without '=' */
	/* One line for `help`, the documents and refusals. It goes on where the
	 * name ends: "=VALUE: MEANING", "[=VALUE]: MEANING" where the value may
	 * be left out, ": MEANING" where there is none. */
	const char *help;
	/* @value: text behind '=', or NULL for a word alone.
	 * Return: 0, or -EINVAL to refuse the value. */
	int (*set)(const char *value);
};

#define KERNEL_PARAM(id, word, set_fn, help_text)            \
	static const struct boot_param kernel_param_##id = { \
		.name = word,                                \
		.help = help_text,                           \
		.set = set_fn,                               \
	};                                                   \
	SECTION_ENTRY(kernel_params, const struct boot_param, kernel_param_##id)

DECLARE_SECTION_TABLE(kernel_params, const struct boot_param);

/* Hand out the words of @cmdline; prints what is unknown or refused. */
void params_parse(const char *cmdline);

/* The whole command line, as the boot loader gave it. */
const char *kernel_cmdline(void);

#endif
