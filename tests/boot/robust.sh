#!/bin/sh
# SPDX-License-Identifier: MIT
#
# robust.sh - the self-tests where memory is not as usual: on debug caches, a
# second time, with requests that fail, with all memory taken by hand
#
# Wants the kernel in $O (default build). One line a case, and a count.
set -u
log_dir=${O:-build}/robust
mkdir -p "$log_dir" || exit 64
passed=0
failed=0

# try NAME "VERDICTS" TEXT VM-WORDS...: one case.
try() {
	name=$1 verdicts=$2 text=$3
	shift 3
	log=$log_dir/$name.log
	tools/vm --kernel --timeout 60 "$@" >"$log" 2>&1
	verdict=$?
	case " $verdicts " in
	*" $verdict "*) ;;
	*) verdict="$verdict, not $verdicts" ;;
	esac
	if grep -aqE "$text" "$log" && [ "${verdict#*not}" = "$verdict" ]; then
		passed=$((passed + 1))
		echo "ok $name"
		return
	fi
	failed=$((failed + 1))
	echo "not ok $name: verdict $verdict; wanted /$text/, see $log"
	grep -aE 'not ok|^    # .*:[0-9]+: |panic' "$log" |
		grep -av 'ktest\.meant' | head -20
	grep -a '^check: ' "$log" | tail -n 1
}

# All but those that wait for the clock, or for grace periods (matrix.py).
most='*,-deferred,-kthread,-rcu,-sched,-sleeping_locks,-timer_wheel,-wait'
most="$most,-workqueue,-x86_modul*,-x86_switch"
all_free="alloc pages 10 99999999; alloc pages 0 99999999"
sound='^check: 0 violations'

try debug-caches 0 '# ktest: [1-9][0-9]* passed, 0 failed' \
	--cmdline "slab_debug=FZPU selftest=$most"
try page-poison 0 '# ktest: [1-9][0-9]* passed, 0 failed' \
	--cmdline "page_poison=1 selftest=$most"
try selftest-twice 0 '# ktest: [1-9][0-9]* passed, 0 failed' \
	--run "selftest $most; selftest $most"
# What fails on purpose may fail a command: 1. A panic or a hang may not.
try failslab '0 1' "$sound" --cmdline 'failslab=50,50,0,20' \
	--run 'cat /proc/slabinfo; check'
try failslab-all '0 1' "$sound" --cmdline 'failslab=1,100,0,-1' \
	--run 'alloc kmalloc 100; check'
try fail-pages '0 1' "$sound" --cmdline 'fail_page_alloc=50,50,0,20' \
	--run 'check'
try fail-pages-all '0 1' "$sound" --cmdline 'fail_page_alloc=1,100,0,-1' \
	--run 'alloc kmalloc 100000; check'
try fail-pages-selftest '0 1' "$sound" \
	--cmdline 'fail_page_alloc=100,100,0,-1' --run "selftest $most; check"
try exhausted 1 "$sound" --mem 64M --run "$all_free; check; free all; check"
try exhausted-selftest 1 "$sound" --mem 64M \
	--run "$all_free; selftest kmalloc; selftest slab; free all; check"
# After all that, the machine must still serve as on the first day.
try exhausted-recovers 1 '# ktest: [1-9][0-9]* passed, 0 failed' --mem 64M \
	--run "$all_free; free all; selftest kmalloc; selftest slab"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
