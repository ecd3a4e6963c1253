#!/usr/bin/env bash
# lint.sh [--tap] - the rules of the house that a machine can check:
#   no function over 100 lines, no C file over 600; who may include whom; third-party headers in
#   their one room; no unbounded or unchecked calls; no catch-all file names; formatting.
set -uo pipefail
export LC_ALL=C

tap=0
[ "${1:-}" = --tap ] && tap=1
count=0 bad=0

# report NAME PROBLEMS: one result, with the offending lines.
report() {
	count=$((count + 1))
	if [ -z "$2" ]; then
		[ $tap = 0 ] || echo "ok $count - lint: $1"
		return
	fi
	bad=$((bad + 1))
	[ $tap = 0 ] && echo "lint: $1:" || echo "not ok $count - lint: $1"
	printf '%s\n' "$2" | sed "s/^/$([ $tap = 0 ] && echo '  ' || echo '# ')/"
}

mapfile -t sources < <(comm -23 <(git ls-files -co --exclude-standard '*.c' '*.h' | sort) \
	<(git ls-files -d '*.c' '*.h' | sort))
mapfile -t c_files < <(printf '%s\n' "${sources[@]}" | grep '\.c$')

report "no file over 600 lines" \
	"$(wc -l "${sources[@]}" | awk '$2 != "total" && $1 > 600 { print $2 ": " $1 " lines" }')"

report "no function over 100 lines" "$(awk '
	FNR == 1 { start = 0 }
	/^[a-zA-Z].*\(/ { name = $0 }
	/^\{/ { start = FNR }
	/^\}/ && start { if (FNR - start + 1 > 100) print FILENAME ":" start ": " FNR - start + 1 " lines: " name; start = 0 }
	' "${c_files[@]}")"

report "no catch-all file names" \
	"$(printf '%s\n' "${sources[@]}" | grep -E '/(utils?|misc|common|helpers?|linux)\.[ch]$')"

report "every file opens with what it owns" \
	"$(awk 'FNR == 1 && !/^(\/\*|\/\/)/ { print FILENAME }' "${sources[@]}")"

report "no unbounded or unchecked calls" \
	"$(grep -nwE '(strtol|strtoul|strtoll|strtoull|atoi|atol|sprintf|vsprintf|strcpy|strcat|gets|system|popen|mktemp|tmpnam)[[:space:]]*\(' "${sources[@]}" |
		grep -vE '^user/base/num\.c|: *(\*|//)')"

# room:regular expression of the rooms of ours it may include, besides itself.
includes='
user/base:^$
runtime/spec:^user/base
runtime/cgroup:^(user/base|runtime/(linux|spec))
runtime/linux:^(user/base|runtime/spec)
runtime/core:^(user/base|runtime/(linux|cgroup|spec))
runtime/image:^(user/base|runtime/(linux|cgroup|spec))
runtime/net:^(user/base|runtime/(linux|cgroup|spec))
runtime/volume:^(user/base|runtime/linux)
runtime/oci:^(user/base|runtime/(core|linux|cgroup|spec))
runtime/cli:^(user/base|runtime/(core|image|net|volume|linux|cgroup|spec))
user/ctrace:^(user/base|bpf/abi|bpf/[a-z]+\.skel\.h$)
bench:^user/base
bpf/abi:^$
bpf/common:^bpf/abi
bpf:^bpf/(common|abi)
'
# Each include of ours is judged by the longest room its file lies in.
directions() {
	grep -nE '^#include "(user|runtime|bench|bpf|tests)/' "${sources[@]}" | awk -v rules="$includes" '
		BEGIN {
			n = split(rules, lines, "\n")
			for (i = 1; i <= n; i++)
				if ((colon = index(lines[i], ":")))
					allowed[substr(lines[i], 1, colon - 1)] = substr(lines[i], colon + 1)
		}
		{
			split($0, part, ":")
			split($0, quoted, "\"")
			room = ""
			for (r in allowed)
				if (index(part[1], r "/") == 1 && length(r) > length(room))
					room = r
			if (room != "" && index(quoted[2], room "/") != 1 && quoted[2] !~ allowed[room])
				print
		}'
}
report "rooms include only what they may" "$(directions)"

# header:the one place that may include it (tests apart).
owners='
seccomp.h:runtime/linux/
sys/capability.h:runtime/linux/
bpf/libbpf.h:user/ctrace/
bpf/bpf.h:user/ctrace/
bpf/btf.h:user/ctrace/
zlib.h:runtime/image/
zstd.h:runtime/image/
openssl/:runtime/image/
curl/:runtime/image/
'
owned() {
	local header place
	while IFS=: read -r header place; do
		[ -n "$header" ] || continue
		grep -nE "^#include <$header" "${sources[@]}" | grep -vE "^($place|tests/|bpf/)"
	done <<<"$owners"
}
report "a third-party library is included by one room" "$(owned)"

report "no path of a development machine" \
	"$(git ls-files -co --exclude-standard | grep -vE '^tests/support/lint\.sh$' | xargs grep -nIE '/wor[k]/[.a-z]' 2>/dev/null)"

if command -v clang-format >/dev/null; then
	report "formatting (make fmt)" \
		"$(printf '%s\0' "${sources[@]}" | xargs -0 -n 40 -P 2 clang-format --dry-run 2>&1 |
			grep -oE '^[^:]+:[0-9]+' | sort -u | head -n 20)"
else
	count=$((count + 1))
	echo "ok $count - lint: formatting # skip clang-format is not installed"
fi
[ $tap = 0 ] || echo "1..$count"
[ $bad = 0 ]
