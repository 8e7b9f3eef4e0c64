/* SPDX-License-Identifier: MIT */
/*
 * suites_main.c - the hosted test program: boots a machine, runs the suites
 *
 * pw-suites [GLOB]: exit 0 if all passed, 1 if not, 3 if the glob matched
 * nothing. Freestanding like the suites: it declares main() by itself.
 */
#include <drivers/mem.h>
#include <fs/init.h>
#include <kernel/bug.h>
#include <kernel/dma_mapping.h>
#include <kernel/ktest.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/thread.h>
#include <host/backend.h>
#include <host/machine.h>
#include <mm/reclaim.h>
#include "host_boot.h"

int main(int argc, char **argv);

static const char *glob = "*";

/* The thread init: all suites run as threads of the kernel do. */
static int run_suites(void *data)
{
	struct ktest_totals totals;

	(void)data;
	deferred_start();
	live_reclaim_start();
	system_running = true;
	dma_mappings_init();
	fs_init();
	mem_devices_init();
	/* Suites count free pages; those about kswapd let it go on. */
	kswapd_park(&live_reclaim);
	ktest_run(glob, &totals);
	if (!totals.passed && !totals.failed)
		backend_exit(3);
	backend_exit(totals.failed || reports_unexpected() ? 1 : 0);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		glob = argv[1];
	host_boot();
	threads_init();
	deferred_init();
	host_timer_start();
	threads_run(run_suites);
}
