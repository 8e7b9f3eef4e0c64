/* SPDX-License-Identifier: MIT */
/*
 * rwlock.c - the slow half of a reader-writer spinlock
 *
 * One word: a writer inside, a writer waiting, and above them a count of
 * readers. Whoever cannot enter at once queues up at an inner spinlock, which
 * serves in turn; only its holder waits for the word itself. A writer that
 * holds it sets RW_WAITING, which sends new readers to the queue behind him, so
 * that those inside run out.
 *
 * Readers in interrupts and softirqs do not queue: the code they interrupted
 * may be a reader inside that a waiting writer waits for.
 */
#include <kernel/export.h>
#include <kernel/preempt.h>
#include <kernel/rwlock.h>

noinline void rwlock_read_wait(rwlock_t *lock)
{
	struct spin_watch watch = { 0 };
	unsigned long site = _RET_IP_;

	if (in_interrupt()) {
		/* Counted in already: only a writer inside is in the way. */
		while (atomic_read_acquire(&lock->count) & (int)RW_WRITER)
			spin_watch_turn(&watch, &lock->wait, site);
		return;
	}
	atomic_sub(RW_READER, &lock->count);
	__spin_lock_raw(&lock->wait);
	atomic_add(RW_READER, &lock->count);
	/* No writer can enter any more, but one may be inside. */
	while (atomic_read_acquire(&lock->count) & (int)RW_WRITER)
		spin_watch_turn(&watch, &lock->wait, site);
	__spin_unlock_raw(&lock->wait);
}
EXPORT_SYMBOL(rwlock_read_wait);

noinline void rwlock_write_wait(rwlock_t *lock)
{
	struct spin_watch watch = { 0 };
	unsigned long site = _RET_IP_;

	__spin_lock_raw(&lock->wait);
	if (atomic_cmpxchg(&lock->count, 0, RW_WRITER)) {
		atomic_or(RW_WAITING, &lock->count);
		while (atomic_read(&lock->count) != RW_WAITING ||
		       atomic_cmpxchg(&lock->count, RW_WAITING, RW_WRITER) !=
			       RW_WAITING)
			spin_watch_turn(&watch, &lock->wait, site);
	}
	__spin_unlock_raw(&lock->wait);
}
EXPORT_SYMBOL(rwlock_write_wait);
