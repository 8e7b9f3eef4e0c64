/* SPDX-License-Identifier: MIT */
/* errno_text.c - error numbers in words: the C library's, in lower case */
#include <kernel/errno.h>
#include <kernel/types.h>
#include <kernel/util.h>

struct errno_row {
	int number;
	const char *name, *text;
};

#define ROW(number, text)             \
	{                             \
		number, #number, text \
	}
static const struct errno_row rows[] = {
	ROW(EPERM, "operation not permitted"),
	ROW(ENOENT, "no such file or directory"),
	ROW(ESRCH, "no such process"),
	ROW(EINTR, "interrupted system call"),
	ROW(EIO, "input/output error"),
	ROW(ENXIO, "no such device or address"),
	ROW(E2BIG, "argument list too long"),
	ROW(ENOEXEC, "exec format error"),
	ROW(EBADF, "bad file descriptor"),
	ROW(ECHILD, "no child processes"),
	ROW(EAGAIN, "resource temporarily unavailable"),
	ROW(ENOMEM, "cannot allocate memory"),
	ROW(EACCES, "permission denied"),
	ROW(EFAULT, "bad address"),
	ROW(ENOTBLK, "block device required"),
	ROW(EBUSY, "device or resource busy"),
	ROW(EEXIST, "file exists"),
	ROW(EXDEV, "invalid cross-device link"),
	ROW(ENODEV, "no such device"),
	ROW(ENOTDIR, "not a directory"),
	ROW(EISDIR, "is a directory"),
	ROW(EINVAL, "invalid argument"),
	ROW(ENFILE, "too many open files in system"),
	ROW(EMFILE, "too many open files"),
	ROW(ENOTTY, "inappropriate ioctl for device"),
	ROW(ETXTBSY, "text file busy"),
	ROW(EFBIG, "file too large"),
	ROW(ENOSPC, "no space left on device"),
	ROW(ESPIPE, "illegal seek"),
	ROW(EROFS, "read-only file system"),
	ROW(EMLINK, "too many links"),
	ROW(EPIPE, "broken pipe"),
	ROW(EDOM, "numerical argument out of domain"),
	ROW(ERANGE, "numerical result out of range"),
	ROW(EDEADLK, "resource deadlock avoided"),
	ROW(ENAMETOOLONG, "file name too long"),
	ROW(ENOLCK, "no locks available"),
	ROW(ENOSYS, "function not implemented"),
	ROW(ENOTEMPTY, "directory not empty"),
	ROW(ELOOP, "too many levels of symbolic links"),
	ROW(ENOMSG, "no message of desired type"),
	ROW(ENODATA, "no data available"),
	ROW(ETIME, "timer expired"),
	ROW(ENOLINK, "link has been severed"),
	ROW(ECOMM, "communication error on send"),
	ROW(EPROTO, "protocol error"),
	ROW(EBADMSG, "bad message"),
	ROW(EOVERFLOW, "value too large for defined data type"),
	ROW(EILSEQ, "invalid or incomplete multibyte or wide character"),
	ROW(EUSERS, "too many users"),
	ROW(EMSGSIZE, "message too long"),
	ROW(EOPNOTSUPP, "operation not supported"),
	ROW(ENOBUFS, "no buffer space available"),
	ROW(ESHUTDOWN, "cannot send after transport endpoint shutdown"),
	ROW(ETIMEDOUT, "connection timed out"),
	ROW(EALREADY, "operation already in progress"),
	ROW(EINPROGRESS, "operation now in progress"),
	ROW(ESTALE, "stale file handle"),
	ROW(EREMOTEIO, "remote I/O error"),
	ROW(EDQUOT, "disk quota exceeded"),
	ROW(ENOMEDIUM, "no medium found"),
	ROW(EMEDIUMTYPE, "wrong medium type"),
	ROW(ECANCELED, "operation canceled"),
	/* A wait that was interrupted: nobody begins it again for people. */
	ROW(ERESTARTSYS, "interrupted system call"),
	ROW(ENOIOCTLCMD, "inappropriate ioctl for device"),
	ROW(ENOTSUPP, "operation not supported"),
	ROW(EIOCBQUEUED, "iocb queued"),
};
#undef ROW

/* Return: NULL if it is none of them. */
static const struct errno_row *errno_row(int err)
{
	unsigned int number = err < 0 ? -(unsigned int)err : (unsigned int)err;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if ((unsigned int)rows[i].number == number)
			return &rows[i];
	}
	return NULL;
}

const char *errno_text(int err)
{
	const struct errno_row *row = errno_row(err);

	return row ? row->text : "unknown error";
}

const char *errno_name(int err)
{
	const struct errno_row *row = errno_row(err);

	return row ? row->name : NULL;
}
