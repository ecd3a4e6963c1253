#!/usr/bin/env bash
# install.sh OUTDIR DIR - installs programs, helpers, man pages and completions below DIR.
set -euo pipefail
out=$1 prefix=$2

install -d "$prefix/bin" "$prefix/share/man/man1" "$prefix/share/bash-completion/completions"
for program in "$out"/bin/*; do
	name=$(basename "$program")
	install -m 0755 "$program" "$prefix/bin/$name.new"
	mv "$prefix/bin/$name.new" "$prefix/bin/$name"
	"$program" help --man >"$prefix/share/man/man1/$name.1"
	"$program" completion bash >"$prefix/share/bash-completion/completions/$name"
done
if [ -d "$out/libexec" ]; then
	install -d "$prefix/libexec/cbox"
	install -m 0755 "$out"/libexec/* "$prefix/libexec/cbox/"
fi
if [ -d "$out/share" ]; then
	install -d "$prefix/share/cbox"
	cp -r "$out"/share/. "$prefix/share/cbox/"
fi
echo "installed in $prefix"
