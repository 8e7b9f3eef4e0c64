/* SPDX-License-Identifier: MIT */
/* utsname.h - how kernel and machine are called. */
#ifndef KERNEL_UTSNAME_H
#define KERNEL_UTSNAME_H

/* The edition of Linux whose interface drivers see. */
#define UTS_RELEASE "6.1.0-pagewright"

#define __NEW_UTS_LEN 64

struct new_utsname {
	char sysname[__NEW_UTS_LEN + 1];
	char nodename[__NEW_UTS_LEN + 1];
	char release[__NEW_UTS_LEN + 1];
	char version[__NEW_UTS_LEN + 1];
	char machine[__NEW_UTS_LEN + 1];
	char domainname[__NEW_UTS_LEN + 1];
};

/* There is one; it does not change. */
struct uts_namespace {
	struct new_utsname name;
};
extern struct uts_namespace init_uts_ns;

static inline struct new_utsname *utsname(void)
{
	return &init_uts_ns.name;
}

/* 1.0 .. 2.6.18. */
#define system_utsname (init_uts_ns.name)

#endif
