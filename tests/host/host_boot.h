/* SPDX-License-Identifier: MIT */
/* host_boot.h - start a hosted machine as the kernel starts a real one. */
#ifndef TESTS_HOST_BOOT_H
#define TESTS_HOST_BOOT_H

/* A default machine with memory up: firmware map to kmalloc. Once. */
void host_boot(void);

#endif
