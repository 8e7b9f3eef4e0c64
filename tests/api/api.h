/* SPDX-License-Identifier: MIT */
/* api.h - what is wrong is printed, and insmod fails */
#ifndef API_H
#define API_H

#include <linux/errno.h>
#include <linux/kernel.h>

static int api_failed;

#define API_EXPECT(condition)                                               \
	do {                                                                \
		if (!(condition)) {                                         \
			printk(KERN_ERR "api: %s:%d: %s\n", KBUILD_MODNAME, \
			       __LINE__, #condition);                       \
			api_failed++;                                       \
		}                                                           \
	} while (0)

/* Of an init function: 0, or what makes insmod say no. */
static inline int api_result(void)
{
	return api_failed ? -EINVAL : 0;
}

#endif
