/* SPDX-License-Identifier: MIT */
/* linux/cpumask.h - which CPUs there are, where drivers look. */
#ifndef LINUX_CPUMASK_H
#define LINUX_CPUMASK_H

#include <kernel/cpumask.h>

#endif
