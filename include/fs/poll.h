/* SPDX-License-Identifier: MIT */
/*
 * poll.h - waiting for several files at once
 *
 * A driver's poll() names its wait queues with poll_wait() and says what the
 * file is ready for. Who waits is in all those queues, and asks again when it is
 * woken.
 */
#ifndef FS_POLL_H
#define FS_POLL_H

#include <fs/fs.h>
#include <kernel/wait.h>

#define EPOLLIN ((__poll_t)0x0001) /* there is something to read */
#define EPOLLPRI ((__poll_t)0x0002) /* out of turn */
#define EPOLLOUT ((__poll_t)0x0004) /* it can be written */
#define EPOLLERR ((__poll_t)0x0008)
#define EPOLLHUP ((__poll_t)0x0010) /* the other side is gone */
#define EPOLLNVAL ((__poll_t)0x0020) /* no open file */
#define EPOLLRDNORM ((__poll_t)0x0040)
#define EPOLLRDBAND ((__poll_t)0x0080)
#define EPOLLWRNORM ((__poll_t)0x0100)
#define EPOLLWRBAND ((__poll_t)0x0200)
#define EPOLLMSG ((__poll_t)0x0400)
#define EPOLLRDHUP ((__poll_t)0x2000)

#define POLLIN 0x0001
#define POLLPRI 0x0002
#define POLLOUT 0x0004
#define POLLERR 0x0008
#define POLLHUP 0x0010
#define POLLNVAL 0x0020
#define POLLRDNORM 0x0040
#define POLLRDBAND 0x0080
#define POLLWRNORM 0x0100
#define POLLWRBAND 0x0200
#define POLLMSG 0x0400
#define POLLRDHUP 0x2000

/* Of a file whose driver has no poll(): it never makes anybody wait. */
#define DEFAULT_POLLMASK (EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM)

typedef void (*poll_queue_proc)(struct file *file, wait_queue_head_t *wq,
				struct poll_table_struct *wait);

typedef struct poll_table_struct {
	poll_queue_proc _qproc; /* NULL: nobody will wait */
	__poll_t _key; /* what is waited for */
} poll_table;

/* In a driver's poll(): who waits may wait in @wq. Does not sleep. */
static inline void poll_wait(struct file *file, wait_queue_head_t *wq,
			     poll_table *wait)
{
	if (wait && wait->_qproc && wq)
		wait->_qproc(file, wq, wait);
}

static inline bool file_can_poll(const struct file *file)
{
	return file->f_op->poll != NULL;
}

/* What @file is ready for. */
static inline __poll_t vfs_poll(struct file *file, poll_table *wait)
{
	return file_can_poll(file) ? file->f_op->poll(file, wait) :
				     DEFAULT_POLLMASK;
}

/* One of the files that are waited for. */
struct poll_file {
	struct file *file; /* NULL: passed over */
	__poll_t events; /* of interest; EPOLLERR and EPOLLHUP always are */
	__poll_t revents; /* out: what came */
};

/**
 * poll_files - wait until one of several files is ready
 * @timeout: in jiffies; 0: only look; MAX_SCHEDULE_TIMEOUT: as long as it takes
 *
 * Return: how many have revents; 0: the time is over; -EINTR: a signal came
 * first; -ENOMEM. Context: may sleep.
 */
int poll_files(struct poll_file *files, unsigned int nr, long timeout);

#endif
