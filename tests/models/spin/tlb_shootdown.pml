/* SPDX-License-Identifier: MIT */
/*
 * tlb_shootdown.pml - taking a mapping back on all CPUs: arch/x86/mm/tlb.c
 *
 * Two CPUs each clear an entry of the page tables of their own, have it
 * forgotten everywhere and then give the frame away; twice, and both at once,
 * with interrupts off. A third CPU now and then has interrupts off for a while.
 * Every CPU may load a present entry into its TLB at any moment.
 *
 * What a step stands for:
 *   pte[p] = 0          kpt_unmap() of the caller
 *   flush(c, p)         flush_here(): one invlpg
 *   ask()               flush_others(): the request, then its waiting bits, then
 *                       a bit in each other CPU's tlb_askers by an atomic or;
 *                       the interrupt only if that was 0
 *   answer()            arch_answer_requests(): all askers by one exchange, then
 *                       for each: flush, and take the bit out of waiting
 *   the wait            wait_for_others(): answers, until waiting is 0
 *
 * Checked: when flush_tlb_kernel_range() has returned no CPU has the old
 * translation (assert in flusher), and nobody waits for ever.
 *
 * Spin interleaves single steps: memory is sequentially consistent here. The
 * code uses SEQ_CST operations, and invlpg is serialising.
 *
 * Flaws: 1 a CPU that waits does not answer; 2 the bit is taken out before the
 * flush; 3 the entry is cleared after the flush; 4 the asker's bit is set before
 * the request is written; 5 the askers are read first and cleared when they
 * have been served; 6 the own TLB is not flushed; 7 waiting is not waited for.
 */
#include "flaw.inc"

#define CPUS 3
#define FLUSHERS 2
#define ROUNDS 2
#define NOTHING 100

bool pte[FLUSHERS]; /* page p belongs to CPU p */
byte tlb[CPUS]; /* a bit for each page: its translation is cached */
byte request[CPUS]; /* the page to be forgotten */
byte waiting[CPUS]; /* tlb_request.waiting: a bit for each CPU */
byte askers[CPUS]; /* tlb_askers: a bit for each CPU */
bool irq[CPUS];

inline flush(c, p) {
	tlb[c] = tlb[c] & ~(1 << p)
}

inline serve(c) {
	if
	:: flaw == 2 ->
		waiting[c] = waiting[c] & ~(1 << me);
		if
		:: request[c] != NOTHING -> flush(me, request[c])
		:: else
		fi
	:: else ->
		if
		:: request[c] != NOTHING -> flush(me, request[c])
		:: else
		fi;
		waiting[c] = waiting[c] & ~(1 << me)
	fi
}

inline answer() {
	if
	:: flaw == 5 -> who = askers[me]
	:: else -> atomic { who = askers[me]; askers[me] = 0 }
	fi;
	i = 0;
	do
	:: i < CPUS ->
		if
		:: who & (1 << i) -> serve(i)
		:: else
		fi;
		i++
	:: else -> break
	od;
	if
	:: flaw == 5 -> askers[me] = 0
	:: else
	fi;
	who = 0;
	i = 0
}

/* Any CPU, at any moment: its own accesses and what it does ahead. */
proctype walker(byte me) {
end:	do
	:: atomic { pte[0] && !(tlb[me] & 1) -> tlb[me] = tlb[me] | 1 }
	:: atomic { pte[1] && !(tlb[me] & 2) -> tlb[me] = tlb[me] | 2 }
	od
}

proctype flusher(byte me) {
	byte round, to, who, i, left;

	for (round : 1 .. ROUNDS) {
		pte[me] = true;
		/* Others' requests come as interrupts until it begins. */
		if
		:: atomic { irq[me] -> irq[me] = false }; answer()
		:: true
		fi;

		/* Interrupts off from here on. */
		if
		:: flaw != 3 -> pte[me] = false
		:: else
		fi;
		if
		:: flaw != 6 -> flush(me, me)
		:: else
		fi;
		if
		:: flaw == 4 -> waiting[me] = 7 & ~(1 << me)
		:: else ->
			request[me] = me;
			waiting[me] = 7 & ~(1 << me)
		fi;
		to = 0;
		do
		:: to < CPUS && to != me ->
			atomic {
				left = askers[to];
				askers[to] = askers[to] | (1 << me)
			};
			if
			:: left == 0 -> irq[to] = true
			:: else
			fi;
			to++
		:: to == me -> to++
		:: to == CPUS -> break
		od;
		if
		:: flaw == 4 -> request[me] = me
		:: else
		fi;
		do
		:: waiting[me] == 0 || flaw == 7 -> break
		:: waiting[me] != 0 && flaw != 1 && askers[me] != 0 ->
			answer()
		od;
		if
		:: flaw == 3 -> pte[me] = false
		:: else
		fi;
		/* The frame goes back to the buddy here. */
		assert(!(tlb[0] & (1 << me)));
		assert(!(tlb[1] & (1 << me)));
		assert(!(tlb[2] & (1 << me)));
		request[me] = NOTHING;
		/* Interrupts on. */
	};
	/* Idle. */
end:	do
	:: atomic { irq[me] -> irq[me] = false }; answer()
	od
}

/* Interrupts are off wherever it is but at the head of the loop. */
proctype bystander(byte me) {
	byte who, i;

end:	do
	:: atomic { irq[me] -> irq[me] = false }; answer()
	od
}

init {
	atomic {
		read_flaw();
		request[0] = NOTHING;
		request[1] = NOTHING;
		request[2] = NOTHING;
		run walker(0);
		run walker(1);
		run walker(2);
		run flusher(0);
		run flusher(1);
		run bystander(2)
	}
}
