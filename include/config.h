/* SPDX-License-Identifier: MIT */
/*
 * config.h - every build-time choice, as 0 or 1 (or a size), one line each
 *
 * Included by the compiler before every file (-include). Code says
 * if (CONFIG_MM_DEBUG) ..., never #if: both arms always type-check.
 */
#ifndef CONFIG_H
#define CONFIG_H

/* The version of the whole, shown at boot and by /proc/version. */
#define PAGEWRIGHT_VERSION "0.1.0"

/* The debug build: VM_BUG_ON, lock ranks, lockdep_assert_held. */
#ifndef CONFIG_MM_DEBUG
#define CONFIG_MM_DEBUG 0
#endif

/* CPUs the image has room for; how many there are is found out at boot. */
#ifndef CONFIG_NR_CPUS
#define CONFIG_NR_CPUS 32
#endif

#endif
