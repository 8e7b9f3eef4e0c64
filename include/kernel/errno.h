/* SPDX-License-Identifier: MIT */
/* errno.h - error numbers, Linux's i386 values (POSIX names). */
#ifndef KERNEL_ERRNO_H
#define KERNEL_ERRNO_H

#define EPERM 1
#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define ENOEXEC 8
#define EBADF 9
#define ECHILD 10
#define EAGAIN 11
#define EWOULDBLOCK EAGAIN
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define ENOTBLK 15
#define EBUSY 16
#define EEXIST 17
#define EXDEV 18
#define ENODEV 19
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define ENFILE 23
#define EMFILE 24
#define ENOTTY 25
#define ETXTBSY 26
#define EFBIG 27
#define ENOSPC 28
#define ESPIPE 29
#define EROFS 30
#define EMLINK 31
#define EPIPE 32
#define EDOM 33
#define ERANGE 34
#define EDEADLK 35
#define EDEADLOCK EDEADLK
#define ENAMETOOLONG 36
#define ENOLCK 37
#define ENOSYS 38
#define ENOTEMPTY 39
#define ELOOP 40
#define ENOMSG 42
#define ENODATA 61
#define ETIME 62
#define ENOLINK 67
#define ECOMM 70
#define EPROTO 71
#define EBADMSG 74
#define EOVERFLOW 75
#define EILSEQ 84
#define EUSERS 87
#define EMSGSIZE 90
#define EOPNOTSUPP 95
#define ENOBUFS 105
#define ESHUTDOWN 108
#define ETIMEDOUT 110
#define EALREADY 114
#define EINPROGRESS 115
#define ESTALE 116
#define EREMOTEIO 121
#define EDQUOT 122
#define ENOMEDIUM 123
#define EMEDIUMTYPE 124
#define ECANCELED 125
/* Of kernels among themselves: no program sees them. */
#define ERESTARTSYS 512 /* a signal came: begin again, or EINTR */
#define ENOIOCTLCMD 515 /* none of this driver's: ENOTTY */
#define ENOTSUPP 524
#define EIOCBQUEUED 529

/**
 * errno_text - what an error number means, for people
 * @err: with or without its minus
 * Return: a few words without a capital or a full stop; "unknown error" for a
 * number that is none of the above. Context: any.
 */
const char *errno_text(int err);

/**
 * errno_name - an error number's name, as %pe prints it
 * @err: with or without its minus
 * Return: such as "ENOENT"; NULL for a number that is none of the above.
 * Context: any.
 */
const char *errno_name(int err);

#endif
