/* SPDX-License-Identifier: MIT */
/* utsname.c - how kernel and machine are called */
#include <kernel/export.h>
#include <kernel/utsname.h>
#include <asm/processor.h>

struct uts_namespace init_uts_ns = {
	.name = {
		.sysname = "Pagewright",
		.nodename = "(none)",
		.release = UTS_RELEASE,
		.version = "#1",
		.machine = ARCH_MACHINE,
		.domainname = "(none)",
	},
};
EXPORT_SYMBOL(init_uts_ns);
