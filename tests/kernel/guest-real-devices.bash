#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine: real TCP connections over the devices a gateway really has, with the
# policy attached to the device itself and to the port below it.
#
# Every path is tried first without the policy, so that a refusal cannot come from a broken path.
# It must not look at how a refusal is made, only at what a client meets and at the checksums on
# the wire. The surprising fact: on veth a VLAN tag usually travels beside the frame, not in it;
# both ways are tried (ethtool -K txvlan).
# Network: guest-paths.bash.
# Files: /op25b-vm/{guest-*.bash,enforce,tun-wire,probe.o,real-devices.yaml}.

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash
# shellcheck source=tests/kernel/guest-paths.bash
. /op25b-vm/guest-paths.bash

nsenter --net=/run/netns/op25b-line \
	tcpdump -Z root -i l0 -Q in -U -w /tmp/answers.pcap 2>/tmp/capture &
capture=$!
need wait_for grep -q listening /tmp/capture

# tell COMMAND...: one command to the enforcer; fails with its words.
tell() {
	local answer
	echo "$*" >&"${enforcer[1]}"
	read -r -u "${enforcer[0]}" answer
	echo "$* -> $answer"
	[[ $answer == done* ]]
}

# A veth end of 6.1 takes what XDP sends back only if it has XDP itself; a real port needs nothing.
far_end() {
	in_ns line ip link set l0 xdpdrv "$@"
}

# on DEV HOOK FAMILY...: attached there, the policy holds; taken off, the way is open again.
on() {
	local dev=$1 hook=$2 code
	shift 2
	[ "$hook" != xdp ] || far_end obj /op25b-vm/probe.o program pass_xdp || return
	tell attach "$dev" "$hook" || return
	policy_holds "$@"
	code=$?
	tell detach "$dev" && { [ "$hook" != xdp ] || far_end off; } && return "$code"
}

coproc enforcer {
	nsenter --net=/run/netns/op25b-gw /op25b-vm/enforce /op25b-vm/real-devices.yaml
}
read -r -u "${enforcer[0]}" answer
expect "the programs load and the policy is put in force" test "$answer" = "done"
[ "$answer" = "done" ] || finish

# ---- plain Ethernet --------------------------------------------------------------------------
path 0 l0 g0
take 0 l0
expect "plain Ethernet: open without the policy" all_open 4 6
for hook in tc xdp-generic xdp; do
	expect "plain Ethernet: $hook refuses only foreign port 25" on g0 $hook 4 6
done

# ---- VLAN and QinQ ---------------------------------------------------------------------------
need in_ns line ip link add link l0 name lv type vlan id 100
need in_ns gw ip link add link g0 name gv type vlan id 100
path 1 lv gv
need in_ns line ip link add link l0 name ls type vlan id 200 protocol 802.1ad
need in_ns gw ip link add link g0 name gs type vlan id 200 protocol 802.1ad
need in_ns line ip link set ls up
need in_ns gw ip link set gs up
need in_ns line ip link add link ls name lq type vlan id 201
need in_ns gw ip link add link gs name gq type vlan id 201
path 2 lq gq

tagged_path() {
	local what=$1 child=$2
	expect "$what: open without the policy" all_open 4 6
	expect "$what: tc on the device itself" on "$child" tc 4 6
	expect "$what: tc on the port, tag beside the frame" on g0 tc 4 6
	need in_ns line ethtool -K l0 txvlan off tx-vlan-stag-hw-insert off
	for hook in tc xdp-generic xdp; do
		expect "$what: $hook on the port, tag in the frame" on g0 $hook 4 6
	done
	need in_ns line ethtool -K l0 txvlan on tx-vlan-stag-hw-insert on
}
take 1 lv
tagged_path VLAN gv
take 2 lq
tagged_path QinQ gq

# ---- PPPoE -----------------------------------------------------------------------------------
need pppoe_session gw g0 line l0 3 198.51.100.25 198.51.100.26
need in_ns gw ip address add 2001:db8:1000:300::1/64 dev ppp3
need in_ns line ip address add 2001:db8:1000:300::2/64 dev ppp3
take_tunnel ppp3
expect "PPPoE: open without the policy" all_open 4 6
expect "PPPoE: tc on the session's interface" on ppp3 tc 4 6
for hook in tc xdp-generic xdp; do
	expect "PPPoE: $hook on the port below" on g0 $hook 4 6
done

# ---- tunnels named in the policy ---------------------------------------------------------------
need in_ns line ip route add 192.0.2.44 via 198.51.100.1 dev l0
need in_ns line ip route add 192.0.2.64 via 198.51.100.1 dev l0
need in_ns line ip route add 2001:db8:af::/64 via 2001:db8:1000::1 dev l0

# tunnel NAME LINE_END GW_END INNER_LINE INNER_GW TYPE...
tunnel() {
	local name=$1 line=$2 gw=$3
	need in_ns line ip link add "$name" type "${@:6}" local "$line" remote "$gw"
	need in_ns gw ip link add "$name" type "${@:6}" local "$gw" remote "$line"
	give line "$name" "$4"
	give gw "$name" "$5"
	take_tunnel "$name"
}

# tunnel_path KIND FAMILY: the policy sees through it from the port below.
tunnel_path() {
	expect "$1: open without the policy" all_open "$2"
	for hook in tc xdp-generic xdp; do
		expect "$1: $hook on the port below" on g0 $hook "$2"
	done
}
tunnel t44 198.51.100.2 192.0.2.44 10.44.0.2/24 10.44.0.1/24 ipip
tunnel_path 4in4 4
tunnel t64 198.51.100.2 192.0.2.64 2001:db8:64::2/64 2001:db8:64::1/64 sit
tunnel_path 6in4 6
tunnel t46 2001:db8:1000::2 2001:db8:af::46 10.46.0.2/24 10.46.0.1/24 ip6tnl mode ipip6
tunnel_path "4in6 with a destination option" 4
tunnel t66 2001:db8:1000::2 2001:db8:af::66 2001:db8:66::2/64 2001:db8:66::1/64 \
	ip6tnl mode ip6ip6 encaplimit none
tunnel_path 6in6 6

# ---- a device without Ethernet headers ---------------------------------------------------------
mkfifo /tmp/wire
/op25b-vm/tun-wire op25b-line ltun op25b-gw gtun >/tmp/wire &
need read -r _ </tmp/wire
path 4 ltun gtun
take 4 ltun
expect "tun: open without the policy" all_open 4 6
expect "tun: tc refuses only foreign port 25" on gtun tc 4 6
expect "tun: auto takes the same way" on gtun auto 4 6

# IP and TCP checksums, as tcpdump judges them, of each reset that the gateway sent to the line;
# the servers' own came through it with one hop less and may be unfinished, as usual on veth.
answers_are_right() {
	local resets
	kill -INT "$capture" && wait "$capture"
	resets=$(tcpdump -Z root -nvvr /tmp/answers.pcap 2>/dev/null | awk '
		/^[^ \t]/ { if (frame) print frame; frame = "" }
		{ frame = frame $0 }
		END { print frame }' | grep -F 'Flags [R' | grep -Ev '(ttl|hlim) 63')
	echo "resets: $(grep -c . <<<"$resets")"
	[ -n "$resets" ] && refute grep -E 'incorrect|bad cksum' <<<"$resets"
}
expect "every answer had right checksums on the wire" answers_are_right
finish
