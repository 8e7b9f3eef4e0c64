/* SPDX-License-Identifier: MIT */
/* errno_text.c - error numbers in words: the C library's, in lower case */
#include <kernel/errno.h>
#include <kernel/util.h>

static const char *const texts[] = {
	[EPERM] = "operation not permitted",
	[ENOENT] = "no such file or directory",
	[ESRCH] = "no such process",
	[EINTR] = "interrupted system call",
	[EIO] = "input/output error",
	[ENXIO] = "no such device or address",
	[E2BIG] = "argument list too long",
	[ENOEXEC] = "exec format error",
	[EBADF] = "bad file descriptor",
	[EAGAIN] = "resource temporarily unavailable",
	[ENOMEM] = "cannot allocate memory",
	[EACCES] = "permission denied",
	[EFAULT] = "bad address",
	[EBUSY] = "device or resource busy",
	[EEXIST] = "file exists",
	[EXDEV] = "invalid cross-device link",
	[ENODEV] = "no such device",
	[ENOTDIR] = "not a directory",
	[EISDIR] = "is a directory",
	[EINVAL] = "invalid argument",
	[ENFILE] = "too many open files in system",
	[EMFILE] = "too many open files",
	[ENOTTY] = "inappropriate ioctl for device",
	[EFBIG] = "file too large",
	[ENOSPC] = "no space left on device",
	[ESPIPE] = "illegal seek",
	[EROFS] = "read-only file system",
	[EMLINK] = "too many links",
	[EPIPE] = "broken pipe",
	[EDOM] = "numerical argument out of domain",
	[ERANGE] = "numerical result out of range",
	[ENAMETOOLONG] = "file name too long",
	[ENOSYS] = "function not implemented",
	[ENOTEMPTY] = "directory not empty",
	[ELOOP] = "too many levels of symbolic links",
	[ETIME] = "timer expired",
	[EOVERFLOW] = "value too large for defined data type",
	[ETIMEDOUT] = "connection timed out",
};

const char *errno_text(int err)
{
	unsigned int number = (unsigned int)(err < 0 ? -err : err);

	/* A wait that was interrupted: nobody begins it again for people. */
	if (number == ERESTARTSYS)
		number = EINTR;
	if (number < ARRAY_SIZE(texts) && texts[number])
		return texts[number];
	return "unknown error";
}
