/* SPDX-License-Identifier: MIT */
/* symbols.h - names for addresses. */
#ifndef KERNEL_SYMBOLS_H
#define KERNEL_SYMBOLS_H

/* From now on %pS and %ps print names. First thing at start-up. */
void symbols_init(void);

#endif
