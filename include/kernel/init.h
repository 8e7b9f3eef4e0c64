/* SPDX-License-Identifier: MIT */
/*
 * init.h - what a module needs only while it begins
 *
 * The loader gives the memory of these sections back as soon as the module's
 * init function has returned; whoever touches them later faults. Exit code is
 * kept. In the kernel's own image the words say something to the reader only.
 */
#ifndef KERNEL_INIT_H
#define KERNEL_INIT_H

#include <kernel/compiler.h>

#ifdef MODULE
#define __init __section(".init.text")
#define __initdata __section(".init.data")
#define __initconst __section(".init.rodata")
#define __exit __section(".exit.text") __used
#define __exitdata __section(".exit.data")
#else
#define __init
#define __initdata
#define __initconst
#define __exit __used
#define __exitdata
#endif
/* Data that init code may point to, and the other way round. */
#define __ref noinline
#define __refdata

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

#endif
