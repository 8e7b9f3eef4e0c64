/* SPDX-License-Identifier: MIT */
/*
 * mem.h - the devices that every system has: /dev/null, zero, full, random,
 * urandom, mem, kmsg
 */
#ifndef DRIVERS_MEM_H
#define DRIVERS_MEM_H

/* Linux's numbers: major 1, and these minors. */
#define MEM_MAJOR 1
#define MEM_MINOR 1
#define NULL_MINOR 3
#define ZERO_MINOR 5
#define FULL_MINOR 7
#define RANDOM_MINOR 8
#define URANDOM_MINOR 9
#define KMSG_MINOR 11

struct file_operations;

/* Of /dev/kmsg: kmsg.c. */
extern const struct file_operations kmsg_operations;

/* The devices, and their files in /dev. Context: a thread, once, behind
 * fs_init(). */
void mem_devices_init(void);

#endif
