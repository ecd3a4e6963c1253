#!/usr/bin/env bats
# net.bats - runtime/net on a "host" that is a network namespace of its own, with a neighbour on its
# LAN. Containers are namespaces that net-host attaches; no container is started.

host=cbox-test-host lan=cbox-test-lan

in_ns() { nsenter --net="/run/netns/$1" "${@:2}"; }
net() { in_ns $host "$CBOX_OUT/test/net-host" "$@"; }
# attach NAME NETWORKS ALIAS PORTS…: prints the address.
attach() {
	local out
	out=$(net attach "$@" 3>&-)
	echo "${out%%$'\n'*}"
}
# An address of a container: NAME 4|6.
address() { ip -n "$1" "-$2" -o addr show dev eth0 scope global | awk '{ sub("/.*", "", $4); print $4 }'; }
# serve NAME PORT TEXT: answers every connection with TEXT.
serve() {
	nsenter --net="/run/netns/$1" busybox nc -ll -p "$2" -e echo "$3" </dev/null >/dev/null 2>&1 3>&- &
	echo $! >>"$BATS_FILE_TMPDIR/pids"
}
# fetch NAMESPACE ADDRESS PORT
fetch() { in_ns "$1" timeout 2 busybox nc -w 1 "$2" "$3" </dev/null; }
nft_host() { in_ns $host nft "$@"; }
# What containers leave on the host: interfaces, firewall elements, leases, names, records.
leftovers() {
	in_ns $host ip -o link show | grep -o ' cv[0-9a-f]*' || true
	nft_host list ruleset | grep -oE '(tcp|udp) \. [0-9]+ :|"cv[^"]*" \.' || true
	find "$CBOX_RUN/net" -path '*/leases/*' -o -path '*/names/*' -o -name '*.json'
}
drop() {
	net detach "$1"
	ip netns pids "$1" 2>/dev/null | xargs -r kill
	ip netns del "$1" 2>/dev/null || true
}

setup_file() {
	export CBOX_ROOT=$BATS_FILE_TMPDIR/root CBOX_RUN=$BATS_FILE_TMPDIR/run
	ip netns add $host
	ip netns add $lan
	ip -n $host link set lo up
	ip -n $lan link set lo up
	ip -n $host link add uplink type veth peer name eth0 netns $lan
	ip -n $host addr add 192.168.77.1/24 dev uplink
	ip -n $host link set uplink up
	ip -n $lan addr add 192.168.77.2/24 dev eth0
	ip -n $lan link set eth0 up
	nft_host add table inet other
	nft_host add chain inet other input '{ type filter hook input priority 0; policy accept; }'
	nft_host add rule inet other input tcp dport 9 drop
	attach cbox-test-a bridge db 127.0.0.1:8080:80 0.0.0.0:8081:80 192.168.77.1:8082:80 \
		127.0.0.1:5300:5300/udp >/dev/null
	attach cbox-test-b bridge db >/dev/null
	serve cbox-test-a 80 hello-a
	serve cbox-test-b 80 hello-b
	for _ in $(seq 50); do
		[ "$(fetch cbox-test-b "$(address cbox-test-a 4)" 80)" = hello-a ] && break
		sleep 0.1
	done
}

teardown_file() {
	while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$BATS_FILE_TMPDIR/pids"
	for ns in $(ip netns list | grep -o '^cbox-test-[a-z0-9-]*'); do
		ip netns pids "$ns" | xargs -r kill 2>/dev/null || true
		ip netns del "$ns"
	done
}

@test "containers of a bridge reach each other in both families" {
	in_ns cbox-test-b busybox ping -c 1 -W 2 "$(address cbox-test-a 4)"
	in_ns cbox-test-b busybox ping -c 1 -W 2 "$(address cbox-test-a 6)"
}

@test "a container has the addresses it was given and no others" {
	[ "$(ip -n cbox-test-a -6 -o addr show dev eth0 | wc -l)" = 1 ]
	[ -z "$(ip -n $host -6 -o addr show | grep ' cv')" ]
}

@test "a container reaches the LAN behind the host's address" {
	in_ns cbox-test-b busybox ping -c 1 -W 2 192.168.77.2
	serve $lan 8000 hello-lan
	sleep 0.3
	[ "$(fetch cbox-test-b 192.168.77.2 8000)" = hello-lan ]
}

@test "published ports are reached from where they are bound, and from nowhere else" {
	[ "$(fetch $host 127.0.0.1 8080)" = hello-a ]
	[ "$(fetch $host 127.0.0.1 8081)" = hello-a ]
	[ "$(fetch $host 192.168.77.1 8081)" = hello-a ]
	[ "$(fetch $host 192.168.77.1 8082)" = hello-a ]
	[ "$(fetch $lan 192.168.77.1 8081)" = hello-a ]
	[ "$(fetch $lan 192.168.77.1 8082)" = hello-a ]
	! fetch $host 192.168.77.1 8080
	! fetch $host 127.0.0.1 8082
	! fetch $lan 192.168.77.1 8080
}

@test "a container reaches published ports of its own network, its own too" {
	[ "$(fetch cbox-test-b 192.168.77.1 8081)" = hello-a ]
	[ "$(fetch cbox-test-a 192.168.77.1 8081)" = hello-a ]
	! fetch cbox-test-b 192.168.77.1 8080
}

@test "a neighbour reaches no unpublished port, though he routes by the host" {
	ip -n $lan route add 10.83.0.0/16 via 192.168.77.1
	! fetch $lan "$(address cbox-test-a 4)" 80
	# without our rules he would: the test can fail
	nft_host delete table inet cbox
	[ "$(fetch $lan "$(address cbox-test-a 4)" 80)" = hello-a ]
	net rebuild
	! fetch $lan "$(address cbox-test-a 4)" 80
	ip -n $lan route del 10.83.0.0/16
}

@test "a neighbour who sends frames for 127.0.0.1 reaches no port that is bound to it" {
	ip netns add cbox-test-evil
	ip -n $host link add evil type veth peer name eth0 netns cbox-test-evil
	ip -n $host addr add 192.168.78.1/24 dev evil
	ip -n $host link set evil up
	ip -n cbox-test-evil addr add 192.168.78.2/24 dev eth0
	ip -n cbox-test-evil link set eth0 up
	in_ns cbox-test-evil busybox sysctl -qw net.ipv4.conf.all.route_localnet=1
	ip -n cbox-test-evil route add 127.0.0.1/32 via 192.168.78.1 src 192.168.78.2
	! fetch cbox-test-evil 127.0.0.1 8080
	# translated before routing, the packet would be forwarded: seen with the condition removed
	nft_host insert rule inet cbox publish iifname evil dnat ip to ip daddr . meta l4proto . th dport map @ports4
	[ "$(fetch cbox-test-evil 127.0.0.1 8080)" = hello-a ]
	net rebuild
	! fetch cbox-test-evil 127.0.0.1 8080
}

@test "a container cannot reach the host's loopback through route_localnet" {
	serve $host 7000 hello-host
	sleep 0.3
	in_ns cbox-test-b busybox sysctl -qw net.ipv4.conf.all.route_localnet=1
	ip -n cbox-test-b addr flush dev lo
	ip -n cbox-test-b route add 127.0.0.1/32 via 10.83.0.1 src "$(address cbox-test-b 4)"
	! fetch cbox-test-b 127.0.0.1 7000
	nft_host flush chain inet cbox guard
	[ "$(fetch cbox-test-b 127.0.0.1 7000)" = hello-host ]
	net rebuild
	! fetch cbox-test-b 127.0.0.1 7000
	ip -n cbox-test-b route del 127.0.0.1/32
}

@test "a port in use is refused with the name of its holder" {
	attach cbox-test-d bridge "" 0.0.0.0:8090:80
	run net attach cbox-test-c bridge "" 127.0.0.1:8090:80
	[ "$status" = 1 ]
	[[ "$output" == *"port 8090/tcp on 127.0.0.1 is in use by container 'cbox-test-d'"* ]]
	serve $host 7100 x
	sleep 0.3
	run net attach cbox-test-c bridge "" 7100:80
	[ "$status" = 1 ]
	[[ "$output" == *"in use by "*"(pid "* ]]
	drop cbox-test-d
}

@test "an address in use is refused with the name of its holder, and nothing is left" {
	before=$(leftovers | sort)
	TEST_IP=$(address cbox-test-a 4) run net attach cbox-test-c bridge ""
	[ "$status" = 1 ]
	[[ "$output" == *"is held by container"* ]]
	[ "$(leftovers | sort)" = "$before" ]
}

@test "names resolve: A, AAAA, aliases in turn, and back" {
	a=$(address cbox-test-a 4) b=$(address cbox-test-b 4)
	run in_ns cbox-test-b busybox nslookup cbox-test-a 10.83.0.1
	[[ "$output" == *"Address: $a"* && "$output" == *"Address: $(address cbox-test-a 6)"* ]]
	run in_ns cbox-test-a busybox nslookup db 10.83.0.1
	[[ "$output" == *"Address: $a"* && "$output" == *"Address: $b"* ]]
	first() { in_ns cbox-test-a busybox nslookup -type=a db 10.83.0.1 | awk '/^Address: /{ print $2; exit }'; }
	[ "$(first)" != "$(first)" ]
	run in_ns cbox-test-a busybox nslookup "$b" 10.83.0.1
	[[ "$output" == *"name = cbox-test-b"* ]]
}

@test "glibc and musl resolve through resolv.conf" {
	printf 'nameserver 10.83.0.1\noptions ndots:0\n' >"$BATS_TEST_TMPDIR/resolv.conf"
	printf '#include <netdb.h>\n#include <stdio.h>\nint main(void) { struct addrinfo *r; return getaddrinfo("db", "80", 0, &r) != 0; }\n' >"$BATS_TEST_TMPDIR/r.c"
	musl-gcc -static -o "$BATS_TEST_TMPDIR/musl" "$BATS_TEST_TMPDIR/r.c"
	for program in "getent hosts db" "$BATS_TEST_TMPDIR/musl"; do
		unshare -m sh -c "mount --bind $BATS_TEST_TMPDIR/resolv.conf /etc/resolv.conf &&
			exec nsenter --net=/run/netns/cbox-test-b $program"
	done
}

@test "forged answers from upstream are ignored" {
	nsenter --net=/run/netns/$lan "$CBOX_OUT/test/net-host" liar 192.168.77.2 1000 </dev/null >/dev/null 2>&1 3>&- &
	echo $! >>"$BATS_FILE_TMPDIR/pids"
	TEST_DNS=192.168.77.2 attach cbox-test-d bridge ""
	sleep 0.3
	for i in $(seq 100); do
		run in_ns cbox-test-d busybox nslookup -type=a "x$i.example" 10.83.0.1
		[[ "$output" == *"Address: 192.0.2.99"* ]]
		[[ "$output" != *6.6.6.6* ]]
	done
	drop cbox-test-d
}

@test "an internal network has no way out, no way in and no upstream" {
	net create inner internal
	attach cbox-test-i inner ""
	attach cbox-test-j inner ""
	serve cbox-test-i 80 hello-i
	sleep 0.3
	i=$(address cbox-test-i 4)
	[ "$(fetch cbox-test-j "$i" 80)" = hello-i ]
	! ip -n cbox-test-i route show default | grep .
	ip -n cbox-test-i route add default via "$(ip -n $host -4 -o addr show dev cbox1 | awk '{ sub("/.*", "", $4); print $4 }')"
	! in_ns cbox-test-i busybox ping -c 1 -W 1 192.168.77.2
	! fetch cbox-test-b "$i" 80
	gateway=$(ip -n cbox-test-i route show default | awk '{ print $3 }')
	run in_ns cbox-test-j busybox nslookup -type=a outside.example "$gateway"
	[[ "$output" == *NXDOMAIN* ]]
	run net remove inner
	[ "$status" = 1 ]
	[[ "$output" == *"in use by container 'cbox-test-"* ]]
	drop cbox-test-i
	drop cbox-test-j
	net remove inner
	! ip -n $host link show cbox1
}

@test "networks are apart from each other, and a container may be on both" {
	net create back
	attach cbox-test-k back ""
	serve cbox-test-k 80 hello-k
	attach cbox-test-m bridge,back ""
	sleep 0.3
	k=$(address cbox-test-k 4)
	! fetch cbox-test-b "$k" 80
	[ "$(fetch cbox-test-m "$k" 80)" = hello-k ]
	[ "$(fetch cbox-test-m "$(address cbox-test-a 4)" 80)" = hello-a ]
	drop cbox-test-k
	drop cbox-test-m
	net remove back
}

@test "ARP for another container's address is not believed" {
	b=$(address cbox-test-b 4)
	attach cbox-test-c bridge "" >/dev/null
	believed() {
		in_ns cbox-test-c ip neigh flush all
		in_ns cbox-test-c busybox ping -c 1 -W 1 "$b" >/dev/null
		in_ns cbox-test-a busybox arping -q -U -c 3 -w 3 -I eth0 -s "$b" "$b" || true
		in_ns cbox-test-c ip neigh show "$b" | grep -o 'lladdr [0-9a-f:]*'
	}
	ip -n cbox-test-a addr add "$b/32" dev eth0
	in_ns cbox-test-c busybox sysctl -qw net.ipv4.neigh.eth0.locktime=0
	true_mac=$(ip -n cbox-test-b -o link show eth0 | grep -o 'link/ether [0-9a-f:]*' | cut -d' ' -f2)
	[ "$(believed)" = "lladdr $true_mac" ]
	nft_host delete table bridge cbox
	[ "$(believed)" != "lladdr $true_mac" ]
	net rebuild
	[ "$(believed)" = "lladdr $true_mac" ]
	ip -n cbox-test-a addr del "$b/32" dev eth0
	drop cbox-test-c
}

@test "other tables are left alone by all of this" {
	run nft_host list table inet other
	[[ "$output" == *"tcp dport 9 drop"* ]]
	[ "$(nft_host list tables | grep -vc ' cbox$')" = 1 ]
}

@test "a hundred at once get a hundred addresses" {
	for i in $(seq 100); do
		TEST_NO_BIND=1 net attach "c$i" bridge "" 3>&- >"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	[ "$(cat "$BATS_TEST_TMPDIR"/* | sort -u | wc -l)" = 100 ]
	for i in $(seq 100); do net detach "c$i"; done
}

@test "starting and stopping leaves nothing" {
	before=$(leftovers | sort)
	net loop 200
	sleep 1
	[ "$(leftovers | sort)" = "$before" ]
}

@test "killed at any system call, recovery leaves nothing" {
	before=$(leftovers | sort)
	for n in $(seq 0 7 2000); do
		status=0
		TEST_NO_BIND=1 net kill-at "$n" "$CBOX_OUT/test/net-host" attach cbox-test-x bridge al 9000-9003:80-83 \
			>/dev/null 2>&1 3>&- || status=$?
		[ "$status" = 0 ] || [ "$status" = 3 ]
		net recover >/dev/null
		[ "$(leftovers | sort)" = "$before" ] || {
			echo "after a kill at system call stop $n:"
			diff <(echo "$before") <(leftovers | sort)
			return 1
		}
		[ "$status" = 0 ] || break
	done
	[ "$status" = 3 ]
}

@test "the name server ends when the last container is gone" {
	ended() { flock -n "$CBOX_RUN/net/bridge/dns.lock" true; }
	! ended
	drop cbox-test-a
	drop cbox-test-b
	for _ in $(seq 15); do ended && break; sleep 1; done
	ended
}
