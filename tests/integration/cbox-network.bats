#!/usr/bin/env bats
# cbox-network.bats - containers of cbox on networks; the "host" is a network namespace.

bats_require_minimum_version 1.5.0
load engine.bash

host=cbox-test-cli

in_host() { nsenter --net="/run/netns/$host" "$@"; }
box() { in_host "$CBOX" "$@" 3>&-; }
fetch() { in_host timeout 2 busybox wget -qO- "$1"; }
leftovers() {
	in_host ip -o link show | grep -o ' cv[0-9a-f]*' || true
	in_host nft list ruleset 2>/dev/null | grep -oE '(tcp|udp) \. [0-9]+ :|"cv[^"]*" \.' || true
	find "$CBOX_RUN/net" -path '*/leases/*' -o -path '*/names/*' -o -name '*.json' 2>/dev/null
}

setup_file() {
	engine_setup_file
	ip netns add $host
	ip -n $host link set lo up
}

teardown_file() {
	engine_teardown_file
	ip netns pids $host | xargs -r kill
	ip netns del $host
}

@test "a container on the bridge has an address, a route, a resolver and its name in hosts" {
	run box run --rm --network bridge --name one --hostname h1 --add-host db:192.0.2.7 demo \
		sh -c 'ip -4 addr show dev eth0; ip route; cat /etc/hosts /etc/resolv.conf /etc/hostname'
	[ "$status" = 0 ]
	[[ $output == *"inet 10.83."* && $output == *"default via 10.83.0.1"* ]]
	[[ $output == *"h1 one"* && $output == *"192.0.2.7"*db* && $output == *"nameserver 10.83.0.1"* ]]
	[ "$(leftovers)" = "" ]
}

@test "a published port is reached on 127.0.0.1, shown, and free again afterwards" {
	box run -d --name web --network bridge -p 8080:80 --network-alias www demo \
		sh -c 'echo hello >/tmp/index.html; exec httpd -f -p 80 -h /tmp' >/dev/null
	for _ in $(seq 30); do fetch http://127.0.0.1:8080/ && break; sleep 0.1; done
	[ "$(fetch http://127.0.0.1:8080/)" = hello ]
	[ "$(box run --rm --network bridge demo wget -qO- http://www/)" = hello ]
	[ "$(box run --rm --network container:web demo wget -qO- http://127.0.0.1/)" = hello ]
	[[ "$(box ps)" == *"127.0.0.1:8080->80/tcp"* ]]
	[ "$(box inspect web | jq -r '.[0].NetworkSettings.Ports["80/tcp"][0].HostPort')" = 8080 ]
	ip=$(box inspect web | jq -r '.[0].NetworkSettings.Networks.bridge.IPAddress')
	[[ $ip == 10.83.* ]]
	run box run --rm --network bridge -p 8080:1 demo true
	[ "$status" = 125 ]
	[[ $output == *"in use by container 'web'"* ]]
	box rm -f web >/dev/null
	box run --rm --network bridge -p 8080:1 demo true
	[ "$(leftovers)" = "" ]
}

@test "a flushed firewall is put back by network reload" {
	box run -d --name web --network bridge -p 8080:80 demo \
		sh -c 'echo hello >/tmp/index.html; exec httpd -f -p 80 -h /tmp' >/dev/null
	for _ in $(seq 30); do fetch http://127.0.0.1:8080/ && break; sleep 0.1; done
	in_host nft flush ruleset
	! fetch http://127.0.0.1:8080/
	box network reload
	[ "$(fetch http://127.0.0.1:8080/)" = hello ]
	box rm -f web >/dev/null
}

@test "networks are created, listed, used together and removed" {
	box network create --subnet 10.99.0.0/24 --internal back
	[[ "$(box network ls)" == *back*10.99.0.0/24* ]]
	[ "$(box network inspect back | jq -r '.[0].internal')" = true ]
	run box network create --subnet 10.99.0.128/25 other
	[ "$status" = 1 ]
	[[ $output == *overlaps* ]]
	run box run --rm --network bridge --network back --ip 10.83.0.77 demo ip -4 -o addr
	[[ $output == *10.83.0.77/16* && $output == *"inet 10.99.0."* ]]
	box run -d --name on-back --network back demo sleep 100 >/dev/null
	run box network rm back
	[ "$status" = 1 ]
	[[ $output == *"in use by container 'on-back'"* ]]
	box rm -f on-back >/dev/null
	box network rm back
	! ip -n $host link show cbox1
}

@test "what a killed cbox leaves on the network is recovered" {
	port=8085
	for delay in 0.01 0.02 0.03 0.05 0.08 0.12 0.2; do
		nsenter --net=/run/netns/$host "$CBOX" run --rm --network bridge -p $port:80 demo sleep 100 >/dev/null 2>&1 3>&- &
		sleep $delay
		kill -9 $!
		wait $! || true
		port=$((port + 1))
	done
	box system recover
	sleep 1
	[ "$(leftovers)" = "" ]
	for port in $(seq 8085 8091); do
		box run --rm --network bridge -p "$port:80" demo true
	done
}

@test "an overlay joins containers of two hosts, each with addresses of its own" {
	other=cbox-test-cli2
	ip netns add $other
	ip -n $host link add wire type veth peer name wire netns $other
	ip -n $host addr add 192.168.79.1/24 dev wire
	ip -n $other addr add 192.168.79.2/24 dev wire
	ip -n $host link set wire up
	ip -n $other link set wire up
	ip -n $other link set lo up
	there() {
		CBOX_RUN=$CBOX_TEST_DIR/run2 CBOX_ROOT=$CBOX_TEST_DIR/root2 nsenter --net=/run/netns/$other "$CBOX" "$@" 3>&-
	}
	CBOX_ROOT=$CBOX_TEST_DIR/root2 "$CBOX" import --demo >/dev/null
	box network create -d overlay --vni 42 --subnet 10.98.0.0/24 --ip-range 10.98.0.0/25 --peer 192.168.79.2 wide
	there network create -d overlay --vni 42 --subnet 10.98.0.0/24 --gateway 10.98.0.129 \
		--ip-range 10.98.0.128/25 --peer 192.168.79.1 wide
	box run -d --name far --network wide --ip 10.98.0.5 demo \
		sh -c 'echo far >/tmp/index.html; exec httpd -f -p 80 -h /tmp' >/dev/null
	sleep 0.5
	[ "$(there run --rm --network wide demo timeout 3 wget -qO- http://10.98.0.5/)" = far ]
	box rm -f far >/dev/null
	box network rm wide
	there network rm wide
	ip netns pids $other | xargs -r kill
	ip netns del $other
}
