/* SPDX-License-Identifier: MIT */
/* asm/smp.h - how CPUs reach each other (hosted). */
#ifndef ASM_SMP_H
#define ASM_SMP_H

#include <asm-generic/smp.h>

#endif
