#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine: op25bd in the gateway's namespace, told to take ppp* and one VLAN, none
# of which exist yet. They come; what a client meets on them is the policy. Then the daemon is
# killed, and started again.
# It must not attach anything itself. The surprising fact: no path is tried before its device is
# reported by `op25b status`: until then a new device carries everything, and status says so.
# Network: guest-paths.bash. Files: /op25b-vm/{guest-*.bash,real-devices.yaml}, op25b, op25bd.

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash
# shellcheck source=tests/kernel/guest-paths.bash
. /op25b-vm/guest-paths.bash

export DEADLINE=60
gateway_file 'interfaces: [{name: "ppp*", side: subscriber}, {name: gv, side: subscriber}]'

start_daemon() {
	start op25bd --gateway /run/gateway.yaml
	daemon=$!
}

# enforced DEV: the daemon says that it stands on this interface.
enforced() {
	op25b status | grep -w "$1"
}

applied() {
	if ! wait_for answers || ! is_applied_nowhere /op25b-vm/real-devices.yaml; then
		cat /tmp/daemons.log
		return 1
	fi
}

start_daemon
# The verifier, emulated, reads each program for many seconds before the daemon answers.
DEADLINE=300 expect "op25bd starts on 6.1 and takes a policy" applied

path 0 l0 g0
need pppoe_session gw g0 line l0 3 198.51.100.25 198.51.100.26
need in_ns gw ip address add 2001:db8:1000:300::1/64 dev ppp3
need in_ns line ip address add 2001:db8:1000:300::2/64 dev ppp3
take_tunnel ppp3
expect "a session that comes up later is taken" wait_for policy_holds 4 6
expect "status names its interface" enforced ppp3

need in_ns line ip link add link l0 name lv type vlan id 100
need in_ns gw ip link add link g0 name gv type vlan id 100
path 1 lv gv
take 1 lv
expect "a VLAN device that is made later is taken" wait_for policy_holds 4 6
take 0 l0
expect "an interface that is not named is left alone" all_open 4 6

take 1 lv
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
expect "killed, it leaves the policy in force" policy_holds 4 6
start_daemon
DEADLINE=300 expect "started again, it answers" wait_for answers
expect "and the policy held on" policy_holds 4 6
expect "it still stands on the VLAN device" enforced gv
finish
