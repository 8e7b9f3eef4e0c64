/* SPDX-License-Identifier: MIT */
/* linux/kobject.h - forwards to fs/kobject.h. */
#ifndef LINUX_KOBJECT_H
#define LINUX_KOBJECT_H

#include <fs/kobject.h>

#endif
