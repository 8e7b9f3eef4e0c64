/* SPDX-License-Identifier: MIT */
/* linux/bio.h - forwards to fs/bio.h. */
#ifndef LINUX_BIO_H
#define LINUX_BIO_H

#include <fs/bio.h>
#include <linux/highmem.h>

#endif
