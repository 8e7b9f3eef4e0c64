#!/bin/sh
# SPDX-License-Identifier: MIT
#
# threads.sh FOLDER OPS TSAN_OPS MODEL... - models of several CPUs, as built in
# FOLDER/VARIANT: under ASan and UBSan, and under TSan
#
# Prints the model's last line, or what went wrong and the command that repeats
# it. Exit status 1 if one was not clean.
set -u
folder=$1 ops=$2 tsan_ops=$3
shift 3
failed=0

run() {
	program=$folder/$1/threads-$2
	timeout $(($3 / 5000 + 120)) "$program" --ops "$3" \
		>"$program.log" 2>&1
	status=$?
	clean=$(sed -n 's/^\[[ 0-9.]*\] \(.*: clean .*\)/\1/p' "$program.log")
	if [ $status -eq 0 ] && [ -n "$clean" ]; then
		echo "$1: $clean"
		return
	fi
	grep -aE -A 12 'WARNING: Thread|ERROR: |runtime error|panic|FAILED|mm: BUG' \
		"$program.log" | head -n 40
	echo "threads-$2: $1: FAILED with status $status"
	echo "          log: $program.log    repeat: $program --ops $3"
	failed=1
}

for model; do
	run san-m64 "$model" "$ops"
	run tsan-m64 "$model" "$tsan_ops"
done
exit $failed
