/* SPDX-License-Identifier: MIT */
/*
 * suites_main.c - the hosted test program: boots a machine, runs the suites
 *
 * pw-suites [GLOB]: exit 0 if all passed, 1 if not, 3 if the glob matched
 * nothing. Freestanding like the suites: it declares main() by itself.
 */
#include <kernel/bug.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include "host_boot.h"

int main(int argc, char **argv);

int main(int argc, char **argv)
{
	struct ktest_totals totals;

	host_boot();
	system_running = true;
	ktest_run(argc > 1 ? argv[1] : "*", &totals);
	if (!totals.passed && !totals.failed)
		return 3;
	return totals.failed || reports_unexpected() ? 1 : 0;
}
