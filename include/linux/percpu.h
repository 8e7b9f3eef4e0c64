/* SPDX-License-Identifier: MIT */
/* linux/percpu.h - per-CPU variables, under the driver books' name. */
#ifndef LINUX_PERCPU_H
#define LINUX_PERCPU_H

#include <kernel/export.h>
#include <kernel/preempt.h>
#include <mm/percpu.h>

#endif
