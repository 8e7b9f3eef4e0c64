/* SPDX-License-Identifier: MIT */
/*
 * smp_call.pml - calls from CPU to CPU: core/smp.c
 *
 * Each CPU calls the next one: twice without waiting, through its slot, and
 * once waiting, with a record on its stack that is used for something else as
 * soon as it is told that the call is done. All CPUs do so at once, and answer
 * interrupts meanwhile; queue_next is a chain through the records.
 *
 * What a step stands for:
 *   push()        call_push(): one compare-and-swap, the interrupt only if the
 *                 queue was empty
 *   take_and_run  calls_run(): the whole queue by one exchange, then each call;
 *                 fn and next are read before the record is released
 *   slot_call     call_slot_push(): the slot must not be busy
 *   wait_call     smp_call_function_single() with wait: call_wait()
 *
 * Checked: each call runs exactly once, a waiter goes on only when its call has
 * run, nobody waits for ever. Order within a queue is not.
 *
 * Spin interleaves single steps: memory is sequentially consistent here. The
 * code uses SEQ_CST for the queue and release/acquire for busy.
 *
 * Flaws: 1 the queue is taken by a read and a store; 2 the interrupt is sent
 * before the push; 3 a waited call is released before it runs; 4 a busy slot
 * is filled anew; 5 next is read after the record was released; 6 a waiter
 * does not answer.
 */
#include "flaw.inc"

#define CPUS 3
#define NONE 255
/* Record of CPU c: 2c is its slot for the next CPU, 2c + 1 lies on its stack. */
#define SLOT(c) (2 * (c))
#define STACK(c) (2 * (c) + 1)
#define CALLS 3

byte head[CPUS];
byte next[2 * CPUS];
bool busy[2 * CPUS];
bool waited[2 * CPUS];
byte what[2 * CPUS]; /* fn and arg: the number of the call */
bool irq[CPUS]; /* the interrupt is on its way */
byte ran[CPUS * CALLS]; /* how often call i of CPU c has run */

inline push(r, to) {
	if
	:: flaw == 2 && head[to] == NONE -> irq[to] = true
	:: else
	fi;
	h = head[to];
	do
	:: next[r] = h;
	   if
	   :: atomic { head[to] == h -> head[to] = r }; break
	   :: atomic { else -> h = head[to] }
	   fi
	od;
	if
	:: h == NONE && flaw != 2 -> irq[to] = true
	:: else
	fi
}

/* The code runs them in the order of arrival; here as they lie. */
inline take_and_run(me) {
	if
	:: flaw == 1 -> r = head[me]; head[me] = NONE
	:: else -> atomic { r = head[me]; head[me] = NONE }
	fi;
	do
	:: r == NONE -> break
	:: else ->
	   if
	   :: flaw != 5 -> n = next[r]
	   :: else
	   fi;
	   w = what[r];
	   assert(w < CPUS * CALLS && ran[w] == 0);
	   if
	   :: waited[r] && flaw != 3 ->
		ran[w]++;
		busy[r] = false
	   :: else ->
		busy[r] = false;
		ran[w]++
	   fi;
	   if
	   :: flaw == 5 -> n = next[r]
	   :: else
	   fi;
	   r = n
	od;
	r = NONE; n = NONE; w = 0
}

/* One turn of a wait: an interrupt comes if one was sent. */
inline answer(me) {
	atomic { irq[me] -> irq[me] = false };
	take_and_run(me)
}

proctype cpu(byte me) {
	byte to = (me + 1) % CPUS;
	byte i, r = NONE, n = NONE, w, h;

	i = 0;
	do
	:: i < 2 ->
		/* The slot, with interrupts off once it is ours. */
		do
		:: flaw == 4 || !busy[SLOT(me)] -> break
		:: flaw != 6 && busy[SLOT(me)] && irq[me] -> answer(me)
		od;
		busy[SLOT(me)] = true;
		waited[SLOT(me)] = false;
		what[SLOT(me)] = me * CALLS + i;
		push(SLOT(me), to);
		i++
	:: i >= 2 -> break
	od;

	busy[STACK(me)] = true;
	waited[STACK(me)] = true;
	what[STACK(me)] = me * CALLS + 2;
	push(STACK(me), to);
	do
	:: !busy[STACK(me)] -> break
	:: flaw != 6 && busy[STACK(me)] && irq[me] -> answer(me)
	od;
	assert(ran[me * CALLS + 2] == 1);
	/* The stack is used for something else. */
	next[STACK(me)] = 100;
	what[STACK(me)] = 100;

	/* Idle. */
end:	do
	:: irq[me] -> answer(me)
	od
}

init {
	byte c;

	atomic {
		read_flaw();
		for (c : 0 .. CPUS - 1) {
			head[c] = NONE;
			run cpu(c)
		}
	};
	timeout ->
	for (c : 0 .. CPUS * CALLS - 1) {
		assert(ran[c] == 1)
	}
}
