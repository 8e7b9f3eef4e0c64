/* SPDX-License-Identifier: MIT */
/* linux/hdreg.h - where drivers look for struct hd_geometry and HDIO_GETGEO. */
#ifndef LINUX_HDREG_H
#define LINUX_HDREG_H

#include <linux/blkdev.h>

#endif
