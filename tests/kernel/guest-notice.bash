#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine: refusals that say why, on the devices a gateway really has. op25bd and
# op25b-noticed run in the gateway's namespace; a client on the line reads what it is told.
# It must not look at how a connection gets to the responder. The surprising fact: a VLAN's device
# and a ppp one carry plain IP, so the text comes; on the port below them, they are why apply warns.
# Network: guest-paths.bash. Files: /op25b-vm/{guest-*.bash,notice.yaml,probe.o}, op25b, op25bd,
# op25b-noticed.

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash
# shellcheck source=tests/kernel/guest-paths.bash
. /op25b-vm/guest-paths.bash

export DEADLINE=60
NOBODY4=203.0.113.201 NOBODY6=2001:db8:f::11

# gateway HOOK: the gateway file, with this hook on the port.
gateway() {
	gateway_file 'interfaces:' '  - {name: "ppp*", side: subscriber}' \
		'  - {name: "gv*", side: subscriber}' \
		"  - {name: g0, side: subscriber, hook: $1}" \
		'notice: {socket: /run/notice.sock, user: nobody}'
}

# status_says PATTERN
status_says() {
	op25b status --json | tr -d ' ' | grep -q "$1"
}

# applies PATTERN: an apply succeeds and says this.
applies() {
	local said
	said=$(op25b apply /op25b-vm/notice.yaml 2>&1) && grep -E "$1" <<<"$said" && return
	echo "$said"
	tail /tmp/daemons.log
	return 1
}

# told ADDRESS: a client there reads the text, quits and is let go.
told() {
	local said
	# shellcheck disable=SC2016 # expanded by the inner shell
	said=$(in_ns line timeout "$DEADLINE" bash -c 'exec 3<>"/dev/tcp/$1/25" &&
		read -r line <&3 && echo "$line" && echo QUIT >&3 && cat <&3' - "$1" 2>&1)
	echo "$said"
	[[ $said == 554-5.7.1\ * && $said == *$'\n'554\ * && $said == *$'\n'221\ * ]]
}

all_told() {
	local address
	for address in $FOREIGN4 $NOBODY4 $FOREIGN6 $NOBODY6; do
		told "$address" || return
	done
	meets open "$RELAY4" 25 && meets open "$FOREIGN6" 587
}

all_reset() {
	meets refused "$FOREIGN4" 25 && meets refused "$NOBODY6" 25
}

path 0 l0 g0
take 0 l0
for address in $NOBODY4 $NOBODY6; do
	need in_ns gw ip route add "$address" dev g1
done
gateway tc
start op25bd --gateway /run/gateway.yaml
daemon=$!
# The verifier, emulated, reads each program for many seconds before the daemon answers.
DEADLINE=300 expect "op25bd starts on 6.1" wait_for status_says schema
expect "it takes a policy that says why" applies 'policy 1'
expect "without the responder it is a reset" all_reset
start setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all \
	op25b-noticed --socket /run/notice.sock
responder=$!
expect "the responder connects" wait_for status_says '"responder":"connected"'
expect "plain Ethernet by tc: both families, whoever is called" all_told

need in_ns line ip link add link l0 name lv type vlan id 100
need in_ns gw ip link add link g0 name gv type vlan id 100
path 1 lv gv
need pppoe_session gw g0 line l0 3 198.51.100.25 198.51.100.26
need in_ns gw ip address add 2001:db8:1000:300::1/64 dev ppp3
need in_ns line ip address add 2001:db8:1000:300::2/64 dev ppp3
expect "the session's interface is taken" wait_for status_says '"name":"ppp3"'
expect "the VLAN's device is taken" wait_for status_says '"name":"gv"'
take 1 lv
expect "apply warns of VLANs on a port" applies 'g0.*(VLAN|tag)'
expect "and of PPPoE" applies 'g0.*PPPoE'
expect "tagged, on the port below the VLAN's device, it is a reset" all_reset
take_tunnel ppp3
expect "in a PPPoE session, on the port below, it is a reset" all_reset

in_ns line ip link set l0 xdpdrv obj /op25b-vm/probe.o program pass_xdp
sed -i '/name: g0/d' /run/gateway.yaml
kill -HUP "$daemon"
expect "the port is let go" wait_for refute status_says '"name":"g0"'
expect "on a PPPoE session's own interface it is the text" wait_for all_told
take 1 lv
expect "on a VLAN's own device it is the text" wait_for all_told
need in_ns gw ip link delete gv

gateway xdp
kill -HUP "$daemon"
take 0 l0
expect "the port is taken by XDP in the driver" wait_for status_says '"hook":"xdp"'
expect "plain Ethernet by XDP: both families, whoever is called" wait_for all_told
kill -KILL "$responder"
wait "$responder" 2>/dev/null
expect "killed, the responder leaves a reset" all_reset
finish
