/* SPDX-License-Identifier: MIT */
/*
 * modules.h - the test modules' files, as the image carries them
 *
 * Until a boot archive is there to load from, the kernel has them in its
 * constants (tools/build/kernel.mk makes the table).
 */
#ifndef TESTS_MODULES_H
#define TESTS_MODULES_H

#include <kernel/types.h>

struct test_module {
	const char *name; /* NULL behind the last */
	const u8 *start, *end;
};
extern const struct test_module test_modules[];

#endif
