/* SPDX-License-Identifier: MIT */
/*
 * scull_ioctl.h - what can be asked of a scull device
 *
 * The two numbers of a device's shape, each in six ways: S takes it through a
 * pointer, T as the argument itself; G gives it through a pointer, Q as the
 * result; X and H do both at once. A new number counts from when the device is
 * empty the next time. Setting takes CAP_SYS_ADMIN.
 */
#ifndef SCULL_IOCTL_H
#define SCULL_IOCTL_H

#include <linux/ioctl.h>

/* The magic letter is the module's: k scull, c scullc, K scullp and v scullv. */
#define SCULL_IOCRESET(m) _IO(m, 0)
#define SCULL_IOCSQUANTUM(m) _IOW(m, 1, int)
#define SCULL_IOCSQSET(m) _IOW(m, 2, int)
#define SCULL_IOCTQUANTUM(m) _IO(m, 3)
#define SCULL_IOCTQSET(m) _IO(m, 4)
#define SCULL_IOCGQUANTUM(m) _IOR(m, 5, int)
#define SCULL_IOCGQSET(m) _IOR(m, 6, int)
#define SCULL_IOCQQUANTUM(m) _IO(m, 7)
#define SCULL_IOCQQSET(m) _IO(m, 8)
#define SCULL_IOCXQUANTUM(m) _IOWR(m, 9, int)
#define SCULL_IOCXQSET(m) _IOWR(m, 10, int)
#define SCULL_IOCHQUANTUM(m) _IO(m, 11)
#define SCULL_IOCHQSET(m) _IO(m, 12)
#define SCULL_IOC_NR_MOST 12

#endif
