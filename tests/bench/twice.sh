#!/bin/sh
# SPDX-License-Identifier: MIT
#
# twice.sh - run the benchmark two times; the figures must be the same
#
# bench.py fails by itself when a row costs more than Linux.
set -u
out=${O:-build}
here=$(dirname "$0")
passed=0 failed=0
for run in 1 2; do
	if "$here/bench.py" --save "$out/bench-$run.tsv" >"$out/bench-$run.txt" 2>&1; then
		passed=$((passed + 1))
	else
		tail -n 12 "$out/bench-$run.txt"
		failed=$((failed + 1))
	fi
done
if cmp "$out/bench-1.tsv" "$out/bench-2.tsv"; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
fi
cat "$out/bench-1.txt"
echo "# bench: $passed passed, $failed failed"
[ $failed -eq 0 ]
