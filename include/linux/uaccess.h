/* SPDX-License-Identifier: MIT */
/* linux/uaccess.h - forwards to mm/uaccess.h. */
#ifndef LINUX_UACCESS_H
#define LINUX_UACCESS_H

#include <linux/old_names.h>
#include <mm/uaccess.h>
#include <mm/user_copies.h>

#endif
