/* SPDX-License-Identifier: MIT */
/* linux/cred.h - users and their rights, where drivers look. */
#ifndef LINUX_CRED_H
#define LINUX_CRED_H

#include <kernel/cred.h>

#endif
