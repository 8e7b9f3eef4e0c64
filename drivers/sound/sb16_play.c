/* SPDX-License-Identifier: MIT */
/*
 * sb16_play.c - from a long ring in vmalloc memory to the card
 *
 * The ring is long, so it is made of single pages that page tables put in a
 * row: no device could follow them. The card is fed by an ISA DMA channel from
 * a window of two blocks in the DMA zone, below 16 MiB and within a line of
 * 64 KiB (128 KiB). So each byte is copied once more, and the copying is not
 * done in the interrupt but in its bottom half, a tasklet.
 *
 * Auto-init: chip and channel go round the window for ever. When a block ends,
 * the card interrupts and plays the other one; the tasklet has as long as a
 * block lasts to fill the first again. If the ring has too little, the rest of
 * the block is silence; when both blocks are nothing but silence, all was heard
 * and the card is stopped.
 *
 * Single cycle: the card plays one block and stops. The tasklet fills the other
 * and starts it; until then nothing is heard. How long that was is counted.
 *
 * Invariants:
 *   I1  head - tail <= the ring's size; both move by whole frames
 *   I2  while it plays, only the tasklet writes to the window; while it does
 *       not, only the holder of the mutex
 *   I3  auto-init: the card plays block @next while nothing is pending, and
 *       the other one while one block is
 *
 * Locking: card->lock guards positions and state. Bytes are copied outside of
 * it: the writer's lie from head on, the tasklet's from tail on.
 */
#define pr_fmt(fmt) "sb16: " fmt
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "sb16.h"

#define BLOCK_LEAST 256u
#define BLOCK_MOST 32768u
#define BLOCKS_A_SECOND 8u /* at least; time enough for a busy machine */

static unsigned int ring_used(const struct sb16 *card)
{
	return card->head - card->tail;
}

unsigned int sb16_room(struct sb16 *card)
{
	unsigned long flags;
	unsigned int used;

	spin_lock_irqsave(&card->lock, flags);
	used = ring_used(card);
	spin_unlock_irqrestore(&card->lock, flags);
	return card->ring_bytes - used;
}

static unsigned int window_residue(const struct sb16 *card)
{
	unsigned long flags = claim_dma_lock(), left;

	clear_dma_ff(card->window.chan);
	left = get_dma_residue(card->window.chan);
	release_dma_lock(flags);
	return (unsigned int)left;
}

/* Bytes of sound in the window that the card is still to play. Lock held. */
static unsigned int window_left(const struct sb16 *card)
{
	unsigned int playing = card->next ^ (card->pending & 1);
	unsigned int left, heard;

	if (!card->playing)
		return 0;
	left = window_residue(card);
	if (card->single)
		return left;
	/* Counted to the end of the window; 0 of 64 KiB: all of it. */
	left = left ? (left - 1) % card->block_bytes + 1 : card->block_bytes;
	heard = card->block_bytes - left;
	left = card->sound_bytes[playing];
	left = left > heard ? left - heard : 0;
	return left + (card->pending ? 0 : card->sound_bytes[playing ^ 1]);
}

unsigned int sb16_delay(struct sb16 *card)
{
	unsigned int bytes;
	unsigned long flags;

	spin_lock_irqsave(&card->lock, flags);
	bytes = ring_used(card) + window_left(card);
	spin_unlock_irqrestore(&card->lock, flags);
	return bytes;
}

/* --- the window ------------------------------------------------------------- */

static unsigned int block_size(const struct sb16 *card)
{
	unsigned int least = card->format.rate * frame_bytes(&card->format) /
			     BLOCKS_A_SECOND;
	unsigned int bytes = BLOCK_LEAST;

	if (card->wish_bytes)
		return card->wish_bytes;
	while (bytes < least && bytes < BLOCK_MOST)
		bytes *= 2;
	return bytes;
}

int sb16_window_make(struct sb16 *card)
{
	unsigned int bytes = block_size(card);
	int err;

	sb16_window_free(card);
	err = isa_dma_buf_init(&card->window,
			       card->format.bits == 8 ? card->dsp.dma8 :
							card->dsp.dma16,
			       2 * bytes, "sb16");
	if (err)
		return err;
	card->block_bytes = bytes;
	card->has_window = true;
	return 0;
}

void sb16_window_free(struct sb16 *card)
{
	if (!card->has_window)
		return;
	/* The tasklet may be at the end of what was played. */
	tasklet_disable(&card->tasklet);
	tasklet_enable(&card->tasklet);
	isa_dma_buf_free(&card->window);
	card->has_window = false;
}

/* --- from the ring into the window ------------------------------------------- */

/* [tail, tail + bytes) of the ring, which may go round its end. */
static void ring_copy(const struct sb16 *card, u8 *to, unsigned int tail,
		      unsigned int bytes)
{
	unsigned int at = tail & (card->ring_bytes - 1);
	unsigned int first = min(bytes, card->ring_bytes - at);

	memcpy(to, card->ring + at, first);
	memcpy(to + first, card->ring, bytes - first);
}

/* Fill block @next. Return: bytes of sound in it. */
static unsigned int block_fill(struct sb16 *card)
{
	unsigned int block = card->next, tail, bytes;
	u8 *to = (u8 *)card->window.va + block * card->block_bytes;
	unsigned long flags;

	spin_lock_irqsave(&card->lock, flags);
	tail = card->tail;
	bytes = min(ring_used(card), card->block_bytes);
	if (bytes < card->block_bytes && !card->draining)
		card->counts.underruns++;
	spin_unlock_irqrestore(&card->lock, flags);

	ring_copy(card, to, tail, bytes);
	memset(to + bytes, silence_of(&card->format),
	       card->block_bytes - bytes);

	spin_lock_irqsave(&card->lock, flags);
	card->tail = tail + bytes;
	card->counts.played += card->sound_bytes[block];
	card->sound_bytes[block] = bytes;
	card->counts.blocks += bytes != 0;
	card->next = block ^ 1;
	spin_unlock_irqrestore(&card->lock, flags);
	return bytes;
}

/* Was all heard? Then it plays no longer, and a writer may start it again. Both
 * in one: what is written later is not forgotten. */
static bool play_ends(struct sb16 *card)
{
	unsigned long flags;
	bool ends;

	spin_lock_irqsave(&card->lock, flags);
	ends = !card->sound_bytes[0] && !card->sound_bytes[1] &&
	       !ring_used(card);
	if (ends)
		card->playing = false;
	spin_unlock_irqrestore(&card->lock, flags);
	return ends;
}

/* --- auto-init ------------------------------------------------------------------ */

static int again_start(struct sb16 *card)
{
	int err;

	block_fill(card);
	block_fill(card);
	err = isa_dma_start(card->window.chan, DMA_MODE_WRITE | DMA_AUTOINIT,
			    card->window.phys, 2 * card->block_bytes);
	if (!err)
		err = sb16_dsp_play(&card->dsp, &card->format,
				    card->block_bytes, true);
	return err;
}

/* A block has ended: the other one is played. Return: it goes on. */
static bool again_go_on(struct sb16 *card)
{
	unsigned long flags;

	block_fill(card);
	spin_lock_irqsave(&card->lock, flags);
	card->pending--;
	/* It ended meanwhile: what was just filled is being played. */
	if (card->pending)
		card->counts.late++;
	spin_unlock_irqrestore(&card->lock, flags);
	return !play_ends(card);
}

/* --- single cycle ------------------------------------------------------------------ */

/* Return: bytes of the block that was started; 0: there are none; an error. */
static int single_start(struct sb16 *card)
{
	unsigned int block = card->next;
	unsigned int bytes = block_fill(card);
	phys_addr_t phys = card->window.phys + block * card->block_bytes;
	int err;

	if (!bytes)
		return 0;
	err = isa_dma_start(card->window.chan, DMA_MODE_WRITE, phys, bytes);
	if (!err)
		err = sb16_dsp_play(&card->dsp, &card->format, bytes, false);
	return err ? err : (int)bytes;
}

static void single_count_gap(struct sb16 *card)
{
	u64 gap = ktime_get_ns() - card->ended_ns;
	unsigned long flags;

	spin_lock_irqsave(&card->lock, flags);
	card->counts.gaps++;
	card->counts.gap_ns_total += gap;
	card->counts.gap_ns_longest = max(card->counts.gap_ns_longest, gap);
	spin_unlock_irqrestore(&card->lock, flags);
}

/* The block has ended, and nothing is heard. Return: it goes on. */
static bool single_go_on(struct sb16 *card)
{
	unsigned int block = card->next ^ 1;
	unsigned long flags;
	int bytes;

	spin_lock_irqsave(&card->lock, flags);
	card->pending--;
	card->counts.played += card->sound_bytes[block];
	card->sound_bytes[block] = 0;
	spin_unlock_irqrestore(&card->lock, flags);
	do {
		bytes = single_start(card);
	} while (!bytes && !play_ends(card));
	if (bytes > 0)
		single_count_gap(card);
	if (bytes >= 0)
		return bytes;
	pr_err("a block cannot be started (%d)\n", bytes);
	spin_lock_irqsave(&card->lock, flags);
	card->playing = false;
	spin_unlock_irqrestore(&card->lock, flags);
	return false;
}

/* --- start, interrupt, end -------------------------------------------------------- */

int sb16_start(struct sb16 *card)
{
	unsigned long flags;
	int err;

	/* The tasklet may be at the end of what was before; once it sees that
	 * something plays, it leaves the card alone. */
	tasklet_disable(&card->tasklet);
	spin_lock_irqsave(&card->lock, flags);
	card->next = card->pending = 0;
	card->sound_bytes[0] = card->sound_bytes[1] = 0;
	card->playing = true;
	spin_unlock_irqrestore(&card->lock, flags);
	tasklet_enable(&card->tasklet);
	err = card->single ? single_start(card) : again_start(card);
	if (err < 0)
		sb16_stop(card);
	return err < 0 ? err : 0;
}

irqreturn_t sb16_interrupt(int irq, void *dev_id)
{
	struct sb16 *card = dev_id;
	unsigned long flags;

	(void)irq;
	if (!sb16_dsp_acknowledge(&card->dsp))
		return IRQ_NONE;
	spin_lock_irqsave(&card->lock, flags);
	card->counts.interrupts++;
	card->ended_ns = ktime_get_ns();
	if (card->playing) {
		card->pending++;
		tasklet_schedule(&card->tasklet);
	}
	spin_unlock_irqrestore(&card->lock, flags);
	return IRQ_HANDLED;
}

static bool block_ended(struct sb16 *card)
{
	unsigned long flags;
	bool ended;

	spin_lock_irqsave(&card->lock, flags);
	ended = card->playing && card->pending;
	spin_unlock_irqrestore(&card->lock, flags);
	return ended;
}

/* Nothing plays any more: the chip and the channel do not, either. */
static void card_rest(struct sb16 *card)
{
	unsigned long flags;

	sb16_dsp_stop(&card->dsp, &card->format);
	flags = claim_dma_lock();
	disable_dma(card->window.chan);
	release_dma_lock(flags);
}

static void play_on(struct tasklet_struct *t)
{
	struct sb16 *card = from_tasklet(card, t, tasklet);
	bool going = true;

	while (going && block_ended(card))
		going = card->single ? single_go_on(card) : again_go_on(card);
	if (!going)
		card_rest(card);
	wake_up_interruptible(&card->wait);
}

void sb16_stop(struct sb16 *card)
{
	unsigned long flags;
	bool played;

	tasklet_disable(&card->tasklet);
	spin_lock_irqsave(&card->lock, flags);
	played = card->playing;
	card->playing = false;
	card->tail = card->head = 0;
	card->sound_bytes[0] = card->sound_bytes[1] = 0;
	spin_unlock_irqrestore(&card->lock, flags);
	if (played)
		card_rest(card);
	tasklet_enable(&card->tasklet);
}

void sb16_play_init(struct sb16 *card)
{
	spin_lock_init(&card->lock);
	mutex_init(&card->mutex);
	init_waitqueue_head(&card->wait);
	tasklet_setup(&card->tasklet, play_on);
}

void sb16_play_exit(struct sb16 *card)
{
	tasklet_kill(&card->tasklet);
}
