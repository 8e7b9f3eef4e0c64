/* SPDX-License-Identifier: MIT */
/*
 * x86_dsp_test.c - what a program may do with /dev/dsp, and what it is refused
 *
 * Skipped where no sound card's module is loaded. Cases that make the card play
 * do so for a tenth of a second.
 */
#include <fs/namei.h>
#include <fs/poll.h>
#include <fs/soundcard.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <mm/uaccess.h>

#include "user_fixture.h"

#define DSP_PATH "/dev/dsp"
#define BUF_PAGES 16ul
#define BUF_BYTES (BUF_PAGES * PAGE_SIZE)
/* One argument of an ioctl, in the last page. */
#define ARG (USER_BASE + BUF_BYTES - PAGE_SIZE)

struct dsp {
	struct test_user user;
	struct file *file;
};

/* Open it, for a user with a buffer. Return: false: skipped, or failed. */
static bool dsp_begin(struct ktest *t, struct dsp *d, int flags)
{
	d->file = filp_open(DSP_PATH, flags, 0);
	if (d->file == ERR_PTR(-ENOENT)) {
		ktest_skip(t, "no sound card's module is loaded");
		return false;
	}
	if (!KTEST_EXPECT_FALSE(t, IS_ERR(d->file)))
		return false;
	if (!user_begin(t, &d->user)) {
		filp_close(d->file, NULL);
		return false;
	}
	user_pages(t, &d->user, USER_BASE, BUF_PAGES, USER_RW);
	return true;
}

static void dsp_end(struct ktest *t, struct dsp *d)
{
	user_end(t, &d->user);
	KTEST_EXPECT_EQ(t, filp_close(d->file, NULL), 0);
}

static ssize_t dsp_write(const struct dsp *d, size_t count)
{
	loff_t pos = 0;

	return vfs_write(d->file, user_ptr(USER_BASE), count, &pos);
}

/* Return: what comes back, or an error. */
static int dsp_ask(const struct dsp *d, unsigned int cmd, int value)
{
	int __user *arg = user_ptr(ARG);
	long err = put_user(value, arg) ? -EFAULT :
					  vfs_ioctl(d->file, cmd, ARG);

	if (!err && get_user(value, arg))
		err = -EFAULT;
	return err ? (int)err : value;
}

static void dsp_fast(struct ktest *t, const struct dsp *d)
{
	KTEST_EXPECT_EQ(t, dsp_ask(d, SNDCTL_DSP_SETFMT, AFMT_S16_LE),
			AFMT_S16_LE);
	KTEST_EXPECT_EQ(t, dsp_ask(d, SNDCTL_DSP_CHANNELS, 2), 2);
	KTEST_EXPECT_EQ(t, dsp_ask(d, SNDCTL_DSP_SPEED, 44100), 44100);
}

static void one_program_at_a_time(struct ktest *t)
{
	struct file *other;
	struct dsp d;

	if (!dsp_begin(t, &d, O_WRONLY))
		return;
	other = filp_open(DSP_PATH, O_WRONLY, 0);
	KTEST_EXPECT_PTR_EQ(t, other, ERR_PTR(-EBUSY));
	dsp_end(t, &d);
	other = filp_open(DSP_PATH, O_WRONLY, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(other)))
		filp_close(other, NULL);
}

static void there_is_nothing_to_read(struct ktest *t)
{
	loff_t pos = 0;
	struct dsp d;

	if (!dsp_begin(t, &d, O_RDWR))
		return;
	KTEST_EXPECT_EQ(t, vfs_read(d.file, user_ptr(USER_BASE), 16, &pos),
			-EINVAL);
	dsp_end(t, &d);
}

static void formats_that_cannot_be_leave_the_old_one(struct ktest *t)
{
	struct dsp d;

	if (!dsp_begin(t, &d, O_WRONLY))
		return;
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_GETFMTS, 0),
			AFMT_U8 | AFMT_S16_LE);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFMT, AFMT_S16_LE),
			AFMT_S16_LE);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFMT, 0x20), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFMT, AFMT_QUERY),
			AFMT_S16_LE);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SPEED, 4999), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SPEED, 5000), 5000);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SPEED, 44101), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SPEED, -1), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_CHANNELS, 0), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_CHANNELS, 3), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_STEREO, 2), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_STEREO, -1), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFRAGMENT, 7), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFRAGMENT, 16), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFRAGMENT, 0x2000a),
			0x2000a);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_GETBLKSIZE, 0), 1024);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, _IOWR('P', 99, int), 0), -ENOTTY);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, _IOWR('Q', 2, int), 0), -ENOTTY);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_SPEED, 16), -EFAULT);
	dsp_end(t, &d);
}

static void only_whole_frames_are_taken(struct ktest *t)
{
	struct dsp d;

	if (!dsp_begin(t, &d, O_WRONLY))
		return;
	KTEST_EXPECT_EQ(t, dsp_write(&d, 3), 3); /* 8 bits, one channel */
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFMT, AFMT_S16_LE), -EBUSY);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_RESET, 0), 0);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFMT, AFMT_S16_LE),
			AFMT_S16_LE);
	KTEST_EXPECT_EQ(t, dsp_write(&d, 3), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_write(&d, 2), 2);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_RESET, 0), 0);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_STEREO, 1), 1);
	KTEST_EXPECT_EQ(t, dsp_write(&d, 2), -EINVAL);
	KTEST_EXPECT_EQ(t, dsp_write(&d, 4), 4);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_RESET, 0), 0);
	dsp_end(t, &d);
}

static void what_the_user_has_not_is_not_played(struct ktest *t)
{
	loff_t pos = 0;
	struct dsp d;

	if (!dsp_begin(t, &d, O_WRONLY))
		return;
	dsp_fast(t, &d);
	KTEST_EXPECT_EQ(t, vfs_write(d.file, user_ptr(PAGE_SIZE), 64, &pos),
			-EFAULT);
	/* 3 bytes of the last frame are his: it is not whole. */
	KTEST_EXPECT_EQ(t,
			vfs_write(d.file, user_ptr(USER_BASE + BUF_BYTES - 67),
				  128, &pos),
			64);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_GETODELAY, 0), 64);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_RESET, 0), 0);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_GETODELAY, 0), 0);
	dsp_end(t, &d);
}

static int free_bytes(struct ktest *t, const struct dsp *d)
{
	struct audio_buf_info info;

	KTEST_EXPECT_EQ(t, vfs_ioctl(d->file, SNDCTL_DSP_GETOSPACE, ARG), 0);
	if (copy_from_user(&info, user_ptr(ARG), sizeof(info)))
		return -EFAULT;
	KTEST_EXPECT_EQ(t, info.fragments, info.bytes / info.fragsize);
	KTEST_EXPECT_LE(t, info.bytes, info.fragstotal * info.fragsize);
	return info.bytes;
}

static void who_does_not_wait_is_told_that_it_is_full(struct ktest *t)
{
	int all, bytes = 0;
	struct dsp d;
	ssize_t n;

	if (!dsp_begin(t, &d, O_WRONLY | O_NONBLOCK))
		return;
	dsp_fast(t, &d);
	all = free_bytes(t, &d);
	KTEST_EXPECT_TRUE(t, vfs_poll(d.file, NULL) & EPOLLOUT);
	while ((n = dsp_write(&d, BUF_BYTES)) > 0 && bytes < 2 * all)
		bytes += (int)n;
	KTEST_EXPECT_EQ(t, n, -EAGAIN);
	/* Two blocks of it are in the window. */
	KTEST_EXPECT_GE(t, bytes, all + 2 * 1024);
	KTEST_EXPECT_FALSE(t, vfs_poll(d.file, NULL) & EPOLLOUT);
	KTEST_EXPECT_GE(t, dsp_ask(&d, SNDCTL_DSP_GETODELAY, 0), all / 2);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_RESET, 0), 0);
	KTEST_EXPECT_EQ(t, free_bytes(t, &d), all);
	KTEST_EXPECT_TRUE(t, vfs_poll(d.file, NULL) & EPOLLOUT);
	dsp_end(t, &d);
}

/* In the least ring there is no room for a block then, and nothing plays that
 * would make some. */
static void who_asks_before_it_plays_may_write(struct ktest *t)
{
	struct dsp d;
	int bytes;

	if (!dsp_begin(t, &d, O_WRONLY | O_NONBLOCK))
		return;
	dsp_fast(t, &d);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFRAGMENT, 15), 15);
	bytes = free_bytes(t, &d) - 32768 + 4;
	while (bytes > 0) {
		ssize_t n = dsp_write(&d, min_t(size_t, bytes, BUF_BYTES));

		if (!KTEST_EXPECT_GE(t, n, 1))
			break;
		bytes -= (int)n;
	}
	KTEST_EXPECT_TRUE(t, vfs_poll(d.file, NULL) & EPOLLOUT);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_RESET, 0), 0);
	dsp_end(t, &d);
}

/* Frames of another size fit the ring, whatever was in it before. */
static void frames_of_another_size_go_round_the_ring(struct ktest *t)
{
	int all, bytes = 0;
	struct dsp d;
	ssize_t n = 0;

	if (!dsp_begin(t, &d, O_WRONLY | O_NONBLOCK))
		return;
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SPEED, 44100), 44100);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFRAGMENT, 8), 8);
	KTEST_EXPECT_EQ(t, dsp_write(&d, 3), 3);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_SYNC, 0), 0);
	dsp_fast(t, &d);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_SETFRAGMENT, 15), 15);
	all = free_bytes(t, &d);
	while (bytes <= 2 * all && (n = dsp_write(&d, BUF_BYTES)) > 0)
		bytes += (int)n;
	KTEST_EXPECT_EQ(t, n, -EAGAIN);
	KTEST_EXPECT_GE(t, bytes, all + 2 * 32768);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_RESET, 0), 0);
	dsp_end(t, &d);
}

static void the_end_is_waited_for(struct ktest *t)
{
	const int tenth = 17640; /* seconds of two channels */
	struct dsp d;
	int left;

	if (!dsp_begin(t, &d, O_WRONLY))
		return;
	dsp_fast(t, &d);
	KTEST_EXPECT_EQ(t, dsp_write(&d, (size_t)tenth), tenth);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_GETODELAY, 0), tenth);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_POST, 0), 0);
	left = dsp_ask(&d, SNDCTL_DSP_GETODELAY, 0);
	KTEST_EXPECT_LE(t, left, tenth);
	KTEST_EXPECT_GE(t, left, 0);
	KTEST_EXPECT_EQ(t, vfs_ioctl(d.file, SNDCTL_DSP_SYNC, 0), 0);
	KTEST_EXPECT_EQ(t, dsp_ask(&d, SNDCTL_DSP_GETODELAY, 0), 0);
	dsp_end(t, &d);
}

static const struct ktest_case dsp_cases[] = {
	KTEST_CASE(one_program_at_a_time),
	KTEST_CASE(there_is_nothing_to_read),
	KTEST_CASE(formats_that_cannot_be_leave_the_old_one),
	KTEST_CASE(only_whole_frames_are_taken),
	KTEST_CASE(what_the_user_has_not_is_not_played),
	KTEST_CASE(who_does_not_wait_is_told_that_it_is_full),
	KTEST_CASE(who_asks_before_it_plays_may_write),
	KTEST_CASE(frames_of_another_size_go_round_the_ring),
	KTEST_CASE(the_end_is_waited_for),
};
KTEST_SUITE(dsp, dsp_cases);
