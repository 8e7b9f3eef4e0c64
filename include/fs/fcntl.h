/* SPDX-License-Identifier: MIT */
/* fcntl.h - how a file is opened: O_*, with Linux's values for the i386. */
#ifndef FS_FCNTL_H
#define FS_FCNTL_H

#define O_ACCMODE 00000003
#define O_RDONLY 00000000
#define O_WRONLY 00000001
#define O_RDWR 00000002
#define O_CREAT 00000100
#define O_EXCL 00000200
#define O_NOCTTY 00000400
#define O_TRUNC 00001000
#define O_APPEND 00002000
#define O_NONBLOCK 00004000
#define O_NDELAY O_NONBLOCK
#define O_DSYNC 00010000
#define FASYNC 00020000
#define O_ASYNC FASYNC
#define O_DIRECT 00040000
#define O_LARGEFILE 00100000
#define O_DIRECTORY 00200000
#define O_NOFOLLOW 00400000
#define O_NOATIME 01000000
#define O_CLOEXEC 02000000
#define O_SYNC 04010000

/* file_set_flags() may change these. */
#define O_SETTABLE (O_APPEND | O_NONBLOCK | FASYNC | O_NOATIME)

#define SEEK_SET 0 /* from the start */
#define SEEK_CUR 1 /* from where the file is */
#define SEEK_END 2 /* from its end */
#define SEEK_MAX SEEK_END

#endif
