/* SPDX-License-Identifier: MIT */
/*
 * rcu.pml - nobody sees what was freed after a grace period: core/rcu.c
 *
 * Two CPUs read, one of them twice, and are interrupted by ticks at any point;
 * behind a section that one switches threads. Two updaters each publish a new version,
 * ask for a grace period, wait for its end and free the old version.
 *
 * What a step stands for:
 *   reader       rcu_read_lock() is preemption off: all that a tick sees of it
 *   tick         rcu_tick(): the number first, then waiting, then whether the
 *                CPU is quiet or has switched in this grace period; then
 *                cpu_was_quiet() under rcu.lock, which asks for the number again
 *   note_switch  rcu_note_context_switch()
 *   request      gp_request(): the grace period behind the one under way
 *   gp_end       the last bit of waiting ends it and begins the one wanted
 *
 * Checked: a version that is read was not freed; nobody waits for ever.
 *
 * Spin interleaves single steps: memory is sequentially consistent here. The
 * code reads the numbers with acquire and writes them with release.
 *
 * Flaws: 1 a request is content with the grace period under way; 2 a tick takes
 * any section for a quiet state; 3 a quiet state counts for whatever grace
 * period is under way by then; 4 a switch counts whenever it was; 5 the old
 * version is taken out of sight after the grace period.
 */
#include "flaw.inc"

#define CPUS 2
#define UPDATERS 2
#define READS 2

byte version; /* what readers find */
bool freed[UPDATERS + 1];

bool rcu_lock;
byte started, ended, wanted;
byte waiting; /* a bit for each CPU */
bool in_section[CPUS];
bool in_tick[CPUS]; /* the thread of this CPU stands still */
byte switched_gp[CPUS];

inline gp_start() {
	waiting = 3;
	started = started + 1
}

inline was_quiet(gp) {
	atomic { !rcu_lock -> rcu_lock = true };
	if
	:: (started == gp || flaw == 3) && started != ended ->
		waiting = waiting & ~(1 << me);
		if
		:: waiting == 0 ->
			ended = started;
			if
			:: wanted > ended -> gp_start()
			:: else
			fi
		:: else
		fi
	:: else
	fi;
	rcu_lock = false
}

/* Ticks of one CPU, as long as they have something to do. */
proctype ticks(byte me) {
	byte gp;
	bool quiet;

end:	do
	:: atomic { started != ended -> in_tick[me] = true };
	   gp = started;
	   if
	   :: started != ended && waiting & (1 << me) ->
		quiet = !in_section[me] || flaw == 2 ||
			switched_gp[me] == gp ||
			(flaw == 4 && switched_gp[me] != 0);
		if
		:: quiet -> was_quiet(gp)
		:: else
		fi
	   :: else
	   fi;
	   atomic { in_tick[me] = false; gp = 0; quiet = false }
	od
}

/* The thread takes no step while its CPU is in a tick. */
#define STEP(s) atomic { !in_tick[me] -> s }

proctype reader(byte me) {
	byte i, v, note;

	for (i : 1 .. READS - me) {
		STEP(in_section[me] = true);
		STEP(v = version);
		STEP(assert(!freed[v]); v = 0);
		STEP(in_section[me] = false);
		if
		:: me == 0 ->
			STEP(note = started);
			STEP(switched_gp[me] = note; note = 0)
		:: else
		fi
	}
}

proctype updater(byte to) {
	byte old, gp;

	if
	:: flaw != 5 -> atomic { old = version; version = to }
	:: else -> old = version
	fi;
	atomic { !rcu_lock -> rcu_lock = true };
	gp = started + 1;
	if
	:: flaw == 1 && started != ended -> gp = started
	:: else
	fi;
	if
	:: gp > wanted -> wanted = gp
	:: else
	fi;
	if
	:: started == ended -> gp_start()
	:: else
	fi;
	rcu_lock = false;
	ended >= gp; /* a callback, or synchronize_rcu() */
	freed[old] = true;
	if
	:: flaw == 5 -> version = to
	:: else
	fi
}

init {
	atomic {
		read_flaw();
		run ticks(0);
		run ticks(1);
		run reader(0);
		run reader(1);
		run updater(1);
		run updater(2)
	}
}
