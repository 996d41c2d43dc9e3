# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
#
# The network of the tests inside the machine that make real TCP connections, and what a client
# on the line meets:
#
#   line (the customer) --l0-- g0 -- gw (forwards) -- net (a foreign server and the relay)
#
# It must not look at how a refusal is made, only at what the client is told. The surprising fact:
# addresses are of the pool for whole devices, /29 and /64 each, so a path is one number.

FOREIGN4=203.0.113.200 FOREIGN6=2001:db8:f::10
RELAY4=192.0.2.25 RELAY6=2001:db8:25::25

for name in line gw net; do
	make_ns $name
done
in_ns gw bash -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'

make_pair line l0 gw g0
make_pair gw g1 net n0
give gw g1 198.18.0.1/24 2001:db8:ffff::1/64
give net n0 198.18.0.2/24 2001:db8:ffff::2/64
give net lo $FOREIGN4/32 $RELAY4/32 $FOREIGN6/128 $RELAY6/128
give gw lo 192.0.2.44/32 192.0.2.64/32 2001:db8:af::46/128 2001:db8:af::66/128
need in_ns net ip route add default via 198.18.0.1
need in_ns net ip route add default via 2001:db8:ffff::1
for address in $FOREIGN4 $RELAY4; do
	need in_ns gw ip route add "$address" via 198.18.0.2
done
for address in $FOREIGN6 $RELAY6; do
	need in_ns gw ip route add "$address" via 2001:db8:ffff::2
done
for port in 25 587; do
	in_ns net nc -ll -p $port -e true &
done
for port in 25 587; do
	need wait_for in_ns net bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
done

# path NUMBER LINE_DEV GW_DEV: addresses of the pool on both ends.
path() {
	local k=$1
	give gw "$3" "198.51.100.$((8 * k + 1))/29" "2001:db8:1000:${k}00::1/64"
	give line "$2" "198.51.100.$((8 * k + 2))/29" "2001:db8:1000:${k}00::2/64"
}

# take NUMBER DEV: the line's connections go over that path.
take() {
	need in_ns line ip route replace default via "198.51.100.$((8 * $1 + 1))" dev "$2"
	need in_ns line ip route replace default via "2001:db8:1000:${1}00::1" dev "$2"
}

# take_tunnel DEV: the same where the device itself leads to the other end.
take_tunnel() {
	in_ns line ip -4 route replace default dev "$1"
	in_ns line ip -6 route replace default dev "$1"
}

# connect ADDRESS PORT: prints open, refused, timeout or what else the client was told.
connect() {
	local said
	# shellcheck disable=SC2016 # expanded by the inner shell
	if said=$(in_ns line timeout "$DEADLINE" \
		bash -c 'exec 3<>"/dev/tcp/$1/$2"' - "$@" 2>&1); then
		echo open
	elif [[ $said == *"Connection refused"* ]]; then
		echo refused
	else
		echo "${said:-timeout}"
	fi
}

# meets WORD ADDRESS PORT
meets() {
	local met
	met=$(connect "$2" "$3")
	[ "$met" = "$1" ] && return
	echo "port $3 of $2: expected $1, met: $met"
	return 1
}

# all_open FAMILY...: nothing is in the way.
all_open() {
	local f foreign
	for f; do
		foreign=FOREIGN$f
		meets open "${!foreign}" 25 || return
	done
}

# policy_holds FAMILY...: foreign 25 refused; in the last family, to save time, foreign 587 and the
# relay's 25 open.
policy_holds() {
	local f foreign relay
	for f; do
		foreign=FOREIGN$f relay=RELAY$f
		meets refused "${!foreign}" 25 || return
	done
	meets open "${!foreign}" 587 && meets open "${!relay}" 25
}
