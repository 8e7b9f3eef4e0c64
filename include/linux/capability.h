/* SPDX-License-Identifier: MIT */
/* linux/capability.h - users and their rights, where drivers look. */
#ifndef LINUX_CAPABILITY_H
#define LINUX_CAPABILITY_H

#include <kernel/cred.h>

#endif
