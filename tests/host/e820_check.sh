#!/bin/sh
# SPDX-License-Identifier: MIT
#
# e820_check.sh - every map of tests/e820 against expected.tsv, each column
#
#	e820_check.sh PW-MEMMAP [FOLDER]
#
# PW-MEMMAP is the built map tool. One "ok" or "not ok" line for each map of
# the folder and for each row of the table, then a count; bad files must be
# refused with file and line. Exit 0 only if all hold.

set -u

tool=${1:?usage: e820_check.sh PW-MEMMAP [FOLDER]}
folder=${2:-$(dirname "$0")/../e820}
expected=$folder/expected.tsv
passed=0
failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

verdict() { # STATUS NAME
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok e820.$2"
	else
		failed=$((failed + 1))
		echo "not ok e820.$2"
	fi
}

same() { # NAME WANTED GOT
	[ "$2" = "$3" ]
	same_status=$?
	verdict $same_status "$1"
	if [ $same_status -ne 0 ]; then
		printf '# want: %s\n# got:  %s\n' "$2" "$3"
	fi
}

refuses() { # NAME LINE TEXT: a file with TEXT is refused, naming LINE
	bad=$work/$1.map
	printf '%b' "$3" >"$bad"
	words=$("$tool" "$bad" 2>&1 >/dev/null)
	status=$?
	[ $status -eq 1 ] && [ "$(printf '%s\n' "$words" | wc -l)" -eq 1 ] &&
		case $words in *"$bad:$2: "*) true ;; *) false ;; esac
	verdict $? "refuses-$1"
}

# The table decides which maps there must be; the folder may not have others.
"$tool" "$folder"/*.map >"$work/got.tsv"
verdict $? "tool-accepts-all-maps"
same header "$(head -n 1 "$expected")" "$(head -n 1 "$work/got.tsv")"
tab=$(printf '\t')
for map in "$folder"/*.map; do
	name=$(basename "$map" .map)
	same "$name" "$(grep "^$name$tab" "$expected")" \
		"$(grep "^$name$tab" "$work/got.tsv")"
done
same rows "$(wc -l <"$expected")" "$(wc -l <"$work/got.tsv")"

good='0x0 0x9fc00 1\n'
refuses word 2 "${good}0x1000 length 1\n"
refuses missing-type 2 "${good}0x1000 0x1000\n"
refuses extra-column 3 "# note\n${good}0x1000 0x1000 1 1\n"
refuses decimal-base 1 '4096 0x1000 1\n'
refuses negative-type 1 '0x0 0x1000 -1\n'
refuses base-over-64-bits 1 '0x10000000000000000 0x1000 1\n'
refuses type-over-32-bits 1 '0x0 0x1000 4294967296\n'
refuses bare-0x 1 '0x 0x1000 1\n'
refuses long-line 2 "$good#$(printf '%0600d' 0)\n"
refuses no-entries 1 '# only a note\n'
"$tool" "$work/no-such-file" >/dev/null 2>&1
[ $? -eq 1 ]
verdict $? "refuses-no-such-file"

echo "# e820: $passed passed, $failed failed"
[ $failed -eq 0 ]
