# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# What the scripts that run inside the test machine share: TAP lines, waiting for an event with a
# deadline, namespaces joined by a veth pair, op25bd in the gateway's, a run as a unit of systemd.
#
# It runs as root in a machine that is thrown away, so nothing is cleaned up. The surprising fact:
# an emulated processor is about twenty times slower than the real one, hence the long deadlines;
# no test passes or fails by how long something took.

tap_number=0
tap_failed=0
DEADLINE=${DEADLINE:-20}

# expect DESCRIPTION COMMAND...: one TAP line; the command's output is shown only on failure.
expect() {
	local what=$1 output
	shift
	tap_number=$((tap_number + 1))
	if output=$("$@" 2>&1); then
		echo "ok $tap_number - $what"
	else
		echo "not ok $tap_number - $what"
		printf '# %s\n' "command: $*"
		printf '%s\n' "$output" | tail -n 20 | while IFS= read -r line; do
			printf '# %s\n' "$line"
		done
		tap_failed=1
	fi
}

refute() {
	if "$@"; then
		echo "unexpectedly succeeded"
		return 1
	fi
}

# wait_for COMMAND...: repeat until it succeeds; fail at the deadline.
wait_for() {
	local end=$((SECONDS + DEADLINE))
	until "$@" >/dev/null 2>&1; do
		if ((SECONDS >= end)); then
			echo "still failing after $DEADLINE s: $*"
			"$@"
			return 1
		fi
	done
}

# need COMMAND...: set-up that must work; the whole script fails otherwise.
need() {
	"$@" || {
		echo "Bail out! set-up failed: $*"
		exit 1
	}
}

# is_applied_nowhere POLICY: it is in force, and none of the interfaces is there yet: exit code 5.
is_applied_nowhere() {
	local code=0
	op25b apply "$1" || code=$?
	[ "$code" = 5 ]
}

finish() {
	echo "1..$tap_number"
	exit "$tap_failed"
}

# Unlike `ip netns exec` this mounts nothing, so /sys stays the first namespace's.
in_ns() {
	local ns=/run/netns/op25b-$1
	shift
	nsenter --net="$ns" "$@"
}

# make_ns NAME: the namespace op25b-NAME with its loopback up and addresses usable at once.
make_ns() {
	need ip netns add "op25b-$1"
	need in_ns "$1" ip link set lo up
	in_ns "$1" bash -c 'echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
		echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad'
}

# make_pair NS1 DEV1 NS2 DEV2: a veth pair between two namespaces, both ends up.
make_pair() {
	need ip link add "$2" netns "op25b-$1" type veth peer name "$4" netns "op25b-$3"
	need in_ns "$1" ip link set "$2" up
	need in_ns "$3" ip link set "$4" up
}

# give NS DEV ADDRESS...: addresses on a device, which is brought up.
give() {
	local ns=$1 dev=$2 address
	shift 2
	need in_ns "$ns" ip link set "$dev" up
	for address; do
		need in_ns "$ns" ip address add "$address" dev "$dev"
	done
}

reaches() {
	in_ns "$1" ping -c 1 -W "$DEADLINE" "$2"
}

mac_of() {
	in_ns "$1" ip -o link show dev "$2" | sed 's/.*link.ether \([^ ]*\).*/\1/'
}

has_peer() {
	in_ns "$1" ip -o address show dev "$2" | grep -q " peer $3/"
}

# pppoe_session SERVER_NS DEV CLIENT_NS DEV UNIT SERVER_ADDRESS CLIENT_ADDRESS: ppp<UNIT> on both
# sides over PPPoE session UNIT+1. Both ends are the kernel's own PPPoE. Discovery is left out
# because Debian builds pppoe-server without kernel mode; a kernel-mode server hands pppd the
# session number in just this way.
pppoe_session() {
	local unit=$5 number=$(($5 + 1))
	in_ns "$1" pppd plugin rp-pppoe.so "nic-$2" rp_pppoe_sess "$number:$(mac_of "$3" "$4")" \
		unit "$unit" "$6:$7" passive || return
	in_ns "$3" pppd plugin rp-pppoe.so "nic-$4" rp_pppoe_sess "$number:$(mac_of "$1" "$2")" \
		unit "$unit" || return
	wait_for has_peer "$1" "ppp$unit" "$7" && wait_for has_peer "$3" "ppp$unit" "$6" &&
		reaches "$3" "$6"
}

# ---- op25bd in the gateway's namespace -------------------------------------------------------

# gateway_file LINE...: the file that op25bd reads there, with these lines besides; op25b finds it.
gateway_file() {
	export OP25B_SOCKET=/run/op25b.sock
	mkdir -p /run/state
	cat >/run/gateway.yaml <<-EOT
		op25b_gateway: 1
		socket: $OP25B_SOCKET
		state: /run/state
		pins: /sys/fs/bpf/op25b
	EOT
	printf '%s\n' "$@" >>/run/gateway.yaml
}

# start PROGRAM...: it runs there as process $!; what it says is in /tmp/daemons.log.
start() {
	nsenter --net=/run/netns/op25b-gw "$@" >>/tmp/daemons.log 2>&1 &
}

answers() {
	op25b status --json | grep -q '"schema"'
}

# ---- where systemd boots the machine ---------------------------------------------------------

# run_as_unit COMMAND...: run_tests, with the words that init says of others; then the machine goes
# off. A failure is followed by what the command prints.
run_as_unit() {
	local code
	stty -F /dev/ttyS1 raw -echo
	stty -F /dev/ttyS2 raw -echo
	echo ready >/dev/ttyS2
	(run_tests) </dev/null >/dev/ttyS1 2>&1
	code=$?
	((code)) && "$@" >/dev/ttyS1 2>&1
	stty -F /dev/ttyS1 cooked
	echo "exit $code" >/dev/ttyS2
	sync
	poweroff -f
}

journal() {
	journalctl _TRANSPORT=stdout + _TRANSPORT=journal | tail -n 60
}

main_pid() {
	systemctl show -P MainPID "$1"
}

# in_status_of PID FIELD VALUE
in_status_of() {
	grep -x "$2:$(printf '\t')$3" "/proc/$1/status" || {
		cat "/proc/$1/status"
		return 1
	}
}

# is_unprivileged UNIT USER:GROUP
is_unprivileged() {
	local pid set
	pid=$(main_pid "$1")
	[ "$(stat -c %U:%G "/proc/$pid")" = "$2" ] || return
	for set in CapInh CapPrm CapEff CapBnd CapAmb; do
		in_status_of "$pid" $set 0000000000000000 || return
	done
	in_status_of "$pid" NoNewPrivs 1 && in_status_of "$pid" Seccomp 2
}

# writes_nowhere UNIT FOLDER...: not even root could, from where it is.
writes_nowhere() {
	local pid folder
	pid=$(main_pid "$1")
	shift
	for folder; do
		nsenter --target="$pid" --mount touch "$folder/try" 2>&1 |
			grep 'Read-only file system' || return
	done
}

# A filter of system calls that kills is seen in the journal; killed.service shows that it would be.
sigsys() {
	journalctl | grep 'status=31/SYS' | grep "$1"
}

was_killed() {
	systemctl start killed
	wait_for sigsys killed.service
}
