#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine after the reboot, under systemd: the three parts of a boot around
# op25bd.service, each started by a unit of test-reboot.
#
#   guest-boot.bash devices   the interfaces appear, as the kernel finds them; nothing forwards
#   guest-boot.bash network   after network-pre.target: forwarding begins; but first it keeps what
#                             op25b says then
#   guest-boot.bash test      what was kept, what a client meets, and what systemctl can do
#
# The gateway is the machine's own network namespace. It must not start op25bd itself.
# The surprising fact: the verifier is emulated here, so a drop-in gives the unit more time than
# its own TimeoutStartSec and WatchdogSec.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/busybox
export OP25B_VM=1 LC_ALL=C DEADLINE=60

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash

devices() {
	mkdir -p /run/netns
	ip netns add op25b-line
	ip link set lo up
	local ns
	for ns in /proc/1/ns/net /run/netns/op25b-line; do # addresses are usable at once
		nsenter --net=$ns bash -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad'
	done
	ip link add g0 type veth peer name l0 netns op25b-line
}

network() {
	op25b status --json >/run/before-forwarding.json
	echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
}

kept() {
	grep -q "$1" /run/before-forwarding.json || {
		cat /run/before-forwarding.json
		return 1
	}
}

is_active() {
	[ "$(systemctl is-active op25bd)" = active ] && op25b status >/dev/null
}

other_pid() {
	is_active && [ "$(main_pid op25bd)" != "$1" ]
}

wrong_file_is_refused() {
	sed -i 's/subscriber/subscribers/' /etc/op25b/gateway.yaml
	refute systemctl reload op25bd || return
	sed -i 's/subscribers/subscriber/' /etc/op25b/gateway.yaml
	is_active
}

reloaded() {
	echo '  - {name: later, side: subscriber}' >>/etc/op25b/gateway.yaml
	need ip link add later type dummy
	systemctl reload op25bd && wait_for taken later
}

taken() {
	op25b status | grep -w "$1"
}

# Within the unit's limits: it became that user, opened the store, and told what it met.
store_is_followed() {
	echo 'sessions: {store: /var/lib/no-store.db, user: nobody}' >>/etc/op25b/gateway.yaml
	systemctl reload op25bd && wait_for taken 'no-store.db: No such file' &&
		wait_for followed || return
	sed -i '/^sessions:/d' /etc/op25b/gateway.yaml
	systemctl reload op25bd && wait_for is_active
}

followed() {
	local pid group
	group=$(systemctl show -P ControlGroup op25bd)
	while read -r pid; do
		[ "$(cat "/proc/$pid/comm")" = op25bd-follower ] && stat -c %U "/proc/$pid"
	done <"/sys/fs/cgroup$group/cgroup.procs" | grep -qx nobody
}

# The machine itself is the gateway, and the line is there already.
make_ns() {
	case $1 in
	gw) need ip netns attach op25b-gw 1 ;;
	line) need in_ns line ip link set lo up ;;
	*) need ip netns add "op25b-$1" && need in_ns "$1" ip link set lo up ;;
	esac
	in_ns "$1" bash -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
		echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad'
}

make_pair() {
	[ "$2" = l0 ] || need ip link add "$2" netns "op25b-$1" type veth \
		peer name "$4" netns "op25b-$3"
	need in_ns "$1" ip link set "$2" up
	need in_ns "$3" ip link set "$4" up
}

run_tests() {
	# shellcheck source=tests/kernel/guest-paths.bash
	. /op25b-vm/guest-paths.bash
	path 0 l0 g0
	take 0 l0

	expect "systemd started op25bd, which said that it is ready" is_active
	expect "before anything forwarded, the last applied policy was in force" kept '"number": *1'
	expect "and the interface attached" kept '"attached": *true'
	expect "clients meet the policy" policy_holds 4 6
	expect "a reload with a wrong file fails and changes nothing" wrong_file_is_refused
	expect "a reload takes what the file newly names" reloaded
	expect "a session store is followed by a process of its own user" store_is_followed
	pid=$(main_pid op25bd)
	systemctl kill -s KILL op25bd
	expect "killed, it is started again" wait_for other_pid "$pid"
	expect "and the policy held" policy_holds 4 6
	expect "it can be stopped" systemctl stop op25bd
	expect "and what was enforced stays enforced" policy_holds 4 6
	finish
}

case $1 in
devices | network) "$1" ;;
test) run_as_unit true ;;
esac
