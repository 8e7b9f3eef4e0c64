/* SPDX-License-Identifier: MIT */
/* probe.h - what the module probe shows of itself to the suite x86_modules */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

struct probe {
	void (*crash)(void *arg); /* writes to address 0 */
	int (*call)(int (*fn)(void *arg), void *arg); /* calls it */
	void (*init_code)(void); /* an address there */
	const int *constant;
	int *variable;
};

/* The suite's; the module's init calls it. */
void test_probe(const struct probe *probe);

#endif
