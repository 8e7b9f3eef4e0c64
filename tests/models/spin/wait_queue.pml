/* SPDX-License-Identifier: MIT */
/*
 * wait_queue.pml - no wake-up is lost: core/wait.c over core/sched.c
 *
 * Two threads wait, each for one of two items; two others each make an item and
 * wake all waiters. If a wake-up were lost a waiter would sleep for ever, which
 * Spin reports as an invalid end state.
 *
 * With one exclusive waiter woken for each item the same would be wrong, as it
 * is on Linux: the wake-up may be spent on one that has just found an earlier
 * item by itself and is about to leave. Who waits exclusively must wake the
 * next one when it is done, as locks do.
 *
 * What a step stands for:
 *   prepare    prepare_to_wait(): under wq->lock, the entry into the
 *              queue, then set_current_state()
 *   preempt    a tick between that and the look at the condition:
 *              __schedule(true), which keeps a task ready whatever its state
 *   schedule   __schedule(false): under rq->lock it sleeps only if its state is
 *              still not RUNNING
 *   wake       wake_up_state(): a look without the lock, one with it; a task
 *              that is not on its run queue is put there after the unlock
 *   finish     finish_wait(): under wq->lock; then the entry's stack is used
 *              for something else
 *
 * Spin interleaves single steps: memory is sequentially consistent here. The
 * code has a full barrier in set_current_state() and in wake_up_state().
 *
 * Flaws: 1 the condition is looked at before the state is set; 2 schedule()
 * sleeps whatever the state is by then; 3 a waker looks whether the queue is
 * empty before it makes the item; 4 a preempted task goes to sleep by its
 * state; 5 a waiter leaves without the lock when its entry is out of the queue;
 * 6 the entry joins the queue after the look at the condition.
 */
#include "flaw.inc"

#define WAITERS 2
#define RUNNING 0
#define SLEEPS 1

byte items;
bool wq_lock;
bool rq_lock[WAITERS]; /* of the run queue each one is on */
bool queued[WAITERS]; /* its entry is in the wait queue */
bool alive[WAITERS]; /* its entry is an entry */
byte state[WAITERS];
bool on_rq[WAITERS];

inline lock(l) {
	atomic { !l -> l = true }
}
inline unlock(l) {
	l = false
}

inline join() {
	lock(wq_lock);
	queued[me] = true;
	if
	:: flaw != 1 -> state[me] = SLEEPS
	:: else
	fi;
	unlock(wq_lock)
}

inline sleep_until_woken() {
	lock(rq_lock[me]);
	if
	:: state[me] != RUNNING || flaw == 2 -> on_rq[me] = false
	:: else
	fi;
	unlock(rq_lock[me]);
	on_rq[me] /* somebody has put us back, and we have a CPU again */
}

/* Return in took: whether there was an item, which is ours then. */
inline look() {
	atomic {
		took = items > 0;
		if
		:: took -> items--
		:: else
		fi
	}
}

proctype waiter(byte me) {
	bool took;

	alive[me] = true;
	do
	:: flaw != 6 -> join();
	   if
	   :: flaw == 4 -> sleep_until_woken()
	   :: true
	   fi;
	   look();
	   if
	   :: took -> break
	   :: else
	   fi;
	   if
	   :: flaw == 1 -> state[me] = SLEEPS
	   :: else
	   fi;
	   sleep_until_woken()
	:: flaw == 6 ->
	   state[me] = SLEEPS;
	   look();
	   if
	   :: took -> break
	   :: else
	   fi;
	   join();
	   sleep_until_woken()
	od;

	state[me] = RUNNING;
	if
	:: flaw == 5 && !queued[me]
	:: else ->
		lock(wq_lock);
		queued[me] = false;
		unlock(wq_lock)
	fi;
	alive[me] = false
}

/* Return in woken. wq_lock is held. */
inline wake(w) {
	woken = false;
	if
	:: state[w] == RUNNING
	:: else ->
		lock(rq_lock[w]);
		if
		:: state[w] == RUNNING -> unlock(rq_lock[w])
		:: else ->
			state[w] = RUNNING;
			was = on_rq[w];
			unlock(rq_lock[w]);
			if
			:: !was -> on_rq[w] = true
			:: else
			fi;
			woken = true
		fi
	fi
}

/* list_del_init() of the entry by autoremove_wake_function(). */
inline unqueue(w) {
	assert(alive[w]);
	queued[w] = false;
	assert(alive[w])
}

proctype waker() {
	bool woken, was;
	byte w, n;

	if
	:: flaw == 3 && !queued[0] && !queued[1] ->
		atomic { items++ };
		goto done
	:: else -> atomic { items++ }
	fi;
	lock(wq_lock);
	/* The order of the queue: any. */
	if
	:: w = 0
	:: w = 1
	fi;
	for (n : 1 .. WAITERS) {
		if
		:: queued[w] ->
			wake(w);
			if
			:: woken -> unqueue(w)
			:: else
			fi
		:: else
		fi;
		w = 1 - w
	};
	unlock(wq_lock);
done:	skip
}

init {
	atomic {
		read_flaw();
		on_rq[0] = true;
		on_rq[1] = true;
		run waiter(0);
		run waiter(1);
		run waker();
		run waker()
	}
}
