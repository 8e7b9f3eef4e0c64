/* SPDX-License-Identifier: MIT */
/*
 * sb16_main.c - /dev/dsp: sound that a program writes
 *
 * One opener at a time. What is written goes into the ring; the card begins
 * when the ring has two blocks for it, or when somebody waits for the end:
 * SNDCTL_DSP_SYNC and POST, and close(), which returns when all was heard. A
 * write waits for room, unless O_NONBLOCK says otherwise.
 *
 * The card's interrupt, its channel and the memory are taken while the file is
 * open, and are somebody else's at other times. If a block's interrupt does
 * not come, the waiting ends with -EIO and one line.
 *
 *	insmod sb16.ko [io=0x220] [irq=5] [dma=1] [dma16=5] [single=1]
 *		       [ring=BYTES]
 *
 * Locking: card->mutex is held by whoever works for the opener, while it waits,
 * too; see sb16_play.c for the rest.
 */
#define pr_fmt(fmt) "sb16: " fmt
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/ioport.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/soundcard.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "sb16.h"

/* As Linux has them (Documentation/admin-guide/devices.txt). */
#define SOUND_MAJOR 14
#define DSP_MINOR 3
/* Until the next block must have ended: the longest lasts 7 s at 8 bits. */
#define BLOCK_TICKS (10 * HZ)
#define RING_LEAST (64u << 10)
#define RING_MOST (1u << 20)

static int io = 0x220;
module_param(io, int, 0444);
MODULE_PARM_DESC(io, "first port");
/* The card's mixer says what it uses, unless it is told here. */
static int irq = -1, dma = -1, dma16 = -1;
module_param(irq, int, 0444);
MODULE_PARM_DESC(irq, "set the card to this interrupt: 9 (or 2), 5, 7 or 10");
module_param(dma, int, 0444);
MODULE_PARM_DESC(dma, "set its channel for 8 bits: 0, 1 or 3");
module_param(dma16, int, 0444);
MODULE_PARM_DESC(dma16, "set its channel for 16 bits: 5, 6 or 7");
static bool single;
module_param(single, bool, 0444);
MODULE_PARM_DESC(single, "one block at a time, as the oldest cards play");
static unsigned int ring = 128u << 10;
module_param(ring, uint, 0444);
MODULE_PARM_DESC(ring, "bytes that can be written ahead, a power of two");

static struct sb16 card;
static atomic_t openers = ATOMIC_INIT(0);
static struct cdev dsp_cdev;
static struct class *sound_class;
static struct device *dsp_node;

/* --- waiting ------------------------------------------------------------------ */

static unsigned long interrupts_seen(void)
{
	return READ_ONCE(card.counts.interrupts);
}

/*
 * Wait until a block has ended or nothing plays. Mutex held.
 * Return: 0; -ERESTARTSYS; -EIO: the card says nothing, and is stopped.
 */
static int wait_for_block(void)
{
	unsigned long before = interrupts_seen();
	long left = wait_event_interruptible_timeout(
		card.wait,
		!READ_ONCE(card.playing) || interrupts_seen() != before,
		BLOCK_TICKS);

	if (left > 0)
		return 0;
	if (left < 0)
		return (int)left;
	pr_err("no interrupt from the card: what was queued is lost\n");
	sb16_stop(&card);
	return -EIO;
}

static int start_if_idle(void)
{
	return !card.playing && card.head != card.tail ? sb16_start(&card) : 0;
}

/* May the end come? Until more is written: then too little is an underrun. */
static void draining_set(bool draining)
{
	unsigned long flags;

	spin_lock_irqsave(&card.lock, flags);
	card.draining = draining;
	spin_unlock_irqrestore(&card.lock, flags);
}

/* Play all there is. Mutex held. */
static int post(void)
{
	draining_set(true);
	return start_if_idle();
}

/* And wait for its end. Mutex held. */
static int drain(void)
{
	int err = post();

	while (!err && READ_ONCE(card.playing))
		err = wait_for_block();
	return err;
}

/* --- writing -------------------------------------------------------------------- */

/* As much as there is room for at once. Return: bytes; 0: none; -EFAULT. */
static ssize_t put_some(const char __user *buf, size_t count)
{
	unsigned int frame = frame_bytes(&card.format);
	unsigned int at = card.head & (card.ring_bytes - 1);
	size_t n = min_t(size_t, count, sb16_room(&card));
	unsigned long flags, left;

	n = min_t(size_t, n, card.ring_bytes - at);
	left = copy_from_user(card.ring + at, buf, n);
	if (left && left == n)
		return -EFAULT;
	/* Up to a bad address, and no part of a frame. */
	n = (n - left) / frame * frame;
	spin_lock_irqsave(&card.lock, flags);
	card.head += (unsigned int)n;
	card.counts.written += n;
	spin_unlock_irqrestore(&card.lock, flags);
	return left && !n ? -EFAULT : (ssize_t)n;
}

/* There is no room: until there is. */
static int wait_for_room(const struct file *file)
{
	int err = start_if_idle();

	while (!err && !sb16_room(&card)) {
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		err = wait_for_block();
	}
	return err;
}

static ssize_t write_all(struct file *file, const char __user *buf,
			 size_t count)
{
	size_t done = 0;
	ssize_t n = 0;

	while (done < count) {
		n = sb16_room(&card) ? 0 : wait_for_room(file);
		if (!n)
			n = put_some(buf + done, count - done);
		if (n <= 0)
			break;
		done += (size_t)n;
		if (!card.playing &&
		    card.head - card.tail >= 2 * card.block_bytes)
			n = sb16_start(&card);
		if (n < 0)
			break;
	}
	return done ? (ssize_t)done : n;
}

static ssize_t dsp_write(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	ssize_t n = 0;

	(void)pos;
	if (mutex_lock_interruptible(&card.mutex))
		return -ERESTARTSYS;
	if (count % frame_bytes(&card.format))
		n = -EINVAL;
	else if (!card.has_window)
		n = sb16_window_make(&card);
	draining_set(false);
	if (!n)
		n = write_all(file, buf, count);
	mutex_unlock(&card.mutex);
	return n;
}

static __poll_t dsp_poll(struct file *file, poll_table *wait)
{
	poll_wait(file, &card.wait, wait);
	/* While nothing plays no room comes of itself: the next write is told
	 * what there is, and begins if there is none. */
	if (!READ_ONCE(card.playing) ||
	    sb16_room(&card) >= max(card.block_bytes, 1u))
		return EPOLLOUT | EPOLLWRNORM;
	return 0;
}

/* --- what can be asked ------------------------------------------------------------ */

/* Another format than before: not while something is queued. */
static int format_set(const struct sb16_format *f)
{
	if (f->rate < SB16_RATE_LEAST || f->rate > SB16_RATE_MOST ||
	    (f->bits != 8 && f->bits != 16) || f->channels < 1 ||
	    f->channels > 2)
		return -EINVAL;
	/* What a single block of two channels is, cards and their imitations
	 * do not agree upon: samples or frames. */
	if (card.single && f->channels == 2)
		return -EINVAL;
	if (card.playing || card.head != card.tail)
		return -EBUSY;
	if (f->rate == card.format.rate && f->bits == card.format.bits &&
	    f->channels == card.format.channels)
		return 0;
	sb16_window_free(&card);
	/* The ring's end is between two frames of this kind, too. */
	sb16_stop(&card);
	card.format = *f;
	return 0;
}

static int fragment_set(int wish)
{
	int shift = wish & 0xffff;

	if (shift < 8 || shift > 15)
		return -EINVAL;
	if (card.playing || card.head != card.tail)
		return -EBUSY;
	sb16_window_free(&card);
	card.wish_bytes = 1u << shift;
	return 0;
}

static int afmt_of(const struct sb16_format *f)
{
	return f->bits == 8 ? AFMT_U8 : AFMT_S16_LE;
}

static int sample_format_set(struct sb16_format *f, int afmt)
{
	if (afmt == AFMT_QUERY)
		return 0;
	if (afmt != AFMT_U8 && afmt != AFMT_S16_LE)
		return -EINVAL;
	f->bits = afmt == AFMT_U8 ? 8 : 16;
	return format_set(f);
}

/* Commands with a number in and out. Return: 0 and what comes back in @value,
 * or an error. */
static int ask_number(unsigned int cmd, int *value)
{
	struct sb16_format f = card.format;
	int err;

	switch (cmd) {
	case SNDCTL_DSP_SPEED:
		f.rate = (unsigned int)*value;
		return format_set(&f);
	case SNDCTL_DSP_STEREO:
		f.channels = (unsigned int)*value + 1;
		return format_set(&f);
	case SNDCTL_DSP_CHANNELS:
		f.channels = (unsigned int)*value;
		return format_set(&f);
	case SNDCTL_DSP_SETFMT:
		err = sample_format_set(&f, *value);
		*value = afmt_of(&card.format);
		return err;
	case SNDCTL_DSP_SETFRAGMENT: return fragment_set(*value);
	case SNDCTL_DSP_GETFMTS: *value = AFMT_U8 | AFMT_S16_LE; return 0;
	case SNDCTL_DSP_GETODELAY: *value = (int)sb16_delay(&card); return 0;
	case SNDCTL_DSP_GETBLKSIZE:
		err = card.has_window ? 0 : sb16_window_make(&card);
		*value = (int)card.block_bytes;
		return err;
	default: return -ENOTTY;
	}
}

static int ask_space(void __user *to)
{
	struct audio_buf_info info;
	int err = card.has_window ? 0 : sb16_window_make(&card);

	if (err)
		return err;
	info.bytes = (int)sb16_room(&card);
	info.fragsize = (int)card.block_bytes;
	info.fragments = info.bytes / info.fragsize;
	info.fragstotal = (int)card.ring_bytes / info.fragsize;
	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

static long ask(unsigned int cmd, unsigned long arg)
{
	int __user *number = (int __user *)arg;
	int value = 0, err;

	switch (cmd) {
	case SNDCTL_DSP_RESET: sb16_stop(&card); return 0;
	case SNDCTL_DSP_SYNC: return drain();
	case SNDCTL_DSP_POST: return post();
	case SNDCTL_DSP_GETOSPACE: return ask_space((void __user *)arg);
	default: break;
	}
	if (_IOC_TYPE(cmd) != 'P' || _IOC_SIZE(cmd) != sizeof(int))
		return -ENOTTY;
	if ((_IOC_DIR(cmd) & _IOC_WRITE) && get_user(value, number))
		return -EFAULT;
	err = ask_number(cmd, &value);
	return !err && put_user(value, number) ? -EFAULT : err;
}

static long dsp_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	long ret;

	(void)file;
	if (mutex_lock_interruptible(&card.mutex))
		return -ERESTARTSYS;
	ret = ask(cmd, arg);
	mutex_unlock(&card.mutex);
	return ret;
}

/* --- opening and closing ------------------------------------------------------------ */

static int card_take(void)
{
	int err;

	card.ring = vmalloc(card.ring_bytes);
	if (!card.ring)
		return -ENOMEM;
	err = request_irq(card.dsp.irq, sb16_interrupt, 0, "sb16", &card);
	if (err) {
		vfree(card.ring);
		return err;
	}
	err = sb16_dsp_reset(&card.dsp);
	if (err) {
		free_irq(card.dsp.irq, &card);
		vfree(card.ring);
	}
	return err;
}

static int dsp_open(struct inode *inode, struct file *file)
{
	int err;

	if (atomic_cmpxchg(&openers, 0, 1))
		return -EBUSY;
	mutex_lock(&card.mutex);
	err = card_take();
	/* What OSS begins with. */
	card.format = (struct sb16_format){ 8000, 8, 1 };
	card.wish_bytes = 0;
	mutex_unlock(&card.mutex);
	if (err)
		atomic_set(&openers, 0);
	return err ? err : nonseekable_open(inode, file);
}

static int dsp_release(struct inode *inode, struct file *file)
{
	(void)inode;
	(void)file;
	mutex_lock(&card.mutex);
	/* Who does not want to wait has a signal: then it ends here. */
	(void)drain();
	sb16_stop(&card);
	free_irq(card.dsp.irq, &card);
	sb16_window_free(&card);
	vfree(card.ring);
	card.ring = NULL;
	mutex_unlock(&card.mutex);
	atomic_set(&openers, 0);
	return 0;
}

static const struct file_operations dsp_fops = {
	.owner = THIS_MODULE,
	.llseek = no_llseek,
	.write = dsp_write,
	.poll = dsp_poll,
	.unlocked_ioctl = dsp_ioctl,
	.open = dsp_open,
	.release = dsp_release,
};

/* --- /proc/sb16 ---------------------------------------------------------------------- */

static void show_counts(struct seq_file *m, const struct sb16_counts *c)
{
	u64 mean = c->gaps ? div_u64(c->gap_ns_total, (u32)c->gaps) : 0;

	seq_printf(m, "sound: written=%llu played=%llu\n",
		   (unsigned long long)c->written,
		   (unsigned long long)c->played);
	seq_printf(m,
		   "blocks: played=%lu interrupts=%lu underruns=%lu late=%lu\n",
		   c->blocks, c->interrupts, c->underruns, c->late);
	seq_printf(m, "gaps: blocks=%lu mean_us=%llu longest_us=%llu\n",
		   c->gaps, (unsigned long long)div_u64(mean, 1000),
		   (unsigned long long)div_u64(c->gap_ns_longest, 1000));
}

/* Without the mutex: it is held as long as a writer waits for room. */
static int sb16_show(struct seq_file *m, void *v)
{
	struct sb16 now;
	unsigned long flags;

	(void)v;
	spin_lock_irqsave(&card.lock, flags);
	now = card;
	spin_unlock_irqrestore(&card.lock, flags);
	seq_printf(m, "card: version=%u.%u io=%#x irq=%u dma=%u,%u mode=%s\n",
		   now.dsp.major, now.dsp.minor, now.dsp.io, now.dsp.irq,
		   now.dsp.dma8, now.dsp.dma16,
		   now.single ? "single" : "auto-init");
	if (now.has_window)
		seq_printf(m,
			   "open: ring=%p+%u window=%#llx+%u bits=%u "
			   "channels=%u rate=%u\n",
			   (void *)now.ring, now.ring_bytes,
			   (unsigned long long)now.window.phys,
			   2 * now.block_bytes, now.format.bits,
			   now.format.channels, now.format.rate);
	show_counts(m, &now.counts);
	return 0;
}

/* --- start and end --------------------------------------------------------------------- */

static int params_check(void)
{
	if (io < 0x100 || io > 0xffff - SB16_PORTS) {
		pr_err("io=%#x is no port of a card\n", io);
		return -EINVAL;
	}
	if (ring < RING_LEAST || ring > RING_MOST || (ring & (ring - 1))) {
		pr_err("ring=%u: a power of two from %u to %u\n", ring,
		       RING_LEAST, RING_MOST);
		return -EINVAL;
	}
	card.ring_bytes = ring;
	card.dsp.io = (u16)io;
	card.dsp.irq = (unsigned int)irq; /* -1 is SB16_ASK_MIXER */
	card.dsp.dma8 = (unsigned int)dma;
	card.dsp.dma16 = (unsigned int)dma16;
	card.single = single;
	return 0;
}

static int node_make(void)
{
	dev_t number = MKDEV(SOUND_MAJOR, DSP_MINOR);
	int err = register_chrdev_region(number, 1, "sound");

	if (err)
		return err;
	cdev_init(&dsp_cdev, &dsp_fops);
	dsp_cdev.owner = THIS_MODULE;
	err = cdev_add(&dsp_cdev, number, 1);
	if (err)
		goto out_number;
	sound_class = class_create(THIS_MODULE, "sound");
	if (IS_ERR(sound_class)) {
		err = (int)PTR_ERR(sound_class);
		goto out_cdev;
	}
	dsp_node = device_create(sound_class, NULL, number, NULL, "dsp");
	if (!IS_ERR(dsp_node))
		return 0;
	err = (int)PTR_ERR(dsp_node);
	class_destroy(sound_class);
out_cdev:
	cdev_del(&dsp_cdev);
out_number:
	unregister_chrdev_region(number, 1);
	return err;
}

static void node_remove(void)
{
	dev_t number = MKDEV(SOUND_MAJOR, DSP_MINOR);

	device_destroy(sound_class, number);
	class_destroy(sound_class);
	cdev_del(&dsp_cdev);
	unregister_chrdev_region(number, 1);
}

static int __init sb16_init(void)
{
	int err = params_check();

	if (err)
		return err;
	if (!request_region((unsigned int)io, SB16_PORTS, "sb16"))
		return -EBUSY;
	err = sb16_dsp_probe(&card.dsp);
	if (err)
		goto out_ports;
	sb16_play_init(&card);
	err = node_make();
	if (err)
		goto out_ports;
	if (!proc_create_single("sb16", 0444, NULL, sb16_show)) {
		err = -ENOMEM;
		goto out_node;
	}
	pr_info("Sound Blaster 16 (%u.%u) at %#x, irq %u, dma %u and %u\n",
		card.dsp.major, card.dsp.minor, card.dsp.io, card.dsp.irq,
		card.dsp.dma8, card.dsp.dma16);
	return 0;

out_node:
	node_remove();
out_ports:
	release_region((unsigned int)io, SB16_PORTS);
	return err;
}
module_init(sb16_init);

static void __exit sb16_exit(void)
{
	remove_proc_entry("sb16", NULL);
	node_remove();
	sb16_play_exit(&card);
	release_region((unsigned int)io, SB16_PORTS);
}
module_exit(sb16_exit);

MODULE_AUTHOR("the Pagewright authors");
MODULE_DESCRIPTION("plays sound on a Sound Blaster 16 by ISA DMA");
MODULE_LICENSE("Dual MIT/GPL");
