#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine: shows that it is Debian's 6.1 and that the devices and BPF hooks which
# other tests rely on work in it at all, each with a packet that gets through it.
# Argument: the object of probe.bpf.c. It must not use anything of this project, so that a failure
# here is never a failure of op25b.
# The surprising fact: a ping answered through a device also proves that the guest's kernel found
# and loaded the module by itself, as on a real gateway.

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash
probe=$1

make_ns left
make_ns right
make_pair left l0 right r0
give left l0 192.0.2.1/24 2001:db8::1/64
give right r0 192.0.2.2/24 2001:db8::2/64

both_reach() {
	reaches left "$1" && reaches left "$2"
}

# on_both DEV ADDRESS4 ADDRESS6 ARGS...: the same device on both sides; LEFT and RIGHT in ARGS are
# the underlay addresses of this side and of the other.
on_both() {
	local dev=$1 net4=$2 net6=$3 family=$4
	shift 4
	local a=192.0.2.1 b=192.0.2.2
	[ "$family" = 6 ] && a=2001:db8::1 b=2001:db8::2
	need in_ns left ip link add "$dev" type "$@" local $a remote $b
	need in_ns right ip link add "$dev" type "$@" local $b remote $a
	give left "$dev" "${net4}1/24" "${net6}1/64"
	give right "$dev" "${net4}2/24" "${net6}2/64"
}

tag_both() {
	local parent=$1 dev=$2 side
	shift 2
	for side in left right; do
		need in_ns $side ip link add link "${side:0:1}$parent" name "${side:0:1}$dev" \
			type vlan "$@"
		need in_ns $side ip link set "${side:0:1}$dev" up
	done
}

is_debian_6_1() {
	uname -rv
	[[ $(uname -r) == 6.1.* && $(uname -v) == *Debian* ]]
}

drops_with_xdp() {
	in_ns right ip link set r0 "$1" obj "$probe" program drop_xdp || return
	refute in_ns left ping -c 1 -W 1 192.0.2.2 || return
	in_ns right ip link set r0 "$1" off && reaches left 192.0.2.2
}

drops_with_clsact() {
	in_ns right tc qdisc add dev r0 clsact || return
	in_ns right tc filter add dev r0 "$1" bpf da obj "$probe" sec tc || return
	refute in_ns left ping -c 1 -W 1 192.0.2.2 || return
	in_ns right tc qdisc del dev r0 clsact && reaches left 192.0.2.2
}

expect "the machine runs Debian's kernel 6.1" is_debian_6_1
expect "a veth pair carries IPv4 and IPv6" both_reach 192.0.2.2 2001:db8::2
expect "a native XDP program on veth drops" drops_with_xdp xdpdrv
expect "a generic XDP program drops" drops_with_xdp xdpgeneric
expect "a clsact classifier drops on ingress" drops_with_clsact ingress
expect "a clsact classifier drops on egress" drops_with_clsact egress

tag_both 0 v id 100
give left lv 10.1.0.1/24
give right rv 10.1.0.2/24
expect "a VLAN device carries a packet" reaches left 10.1.0.2

tag_both 0 s id 200 protocol 802.1ad
tag_both s q id 201
give left lq 10.2.0.1/24
give right rq 10.2.0.2/24
expect "a VLAN in an 802.1ad service VLAN carries a packet" reaches left 10.2.0.2

on_both t44 10.3.0. 2001:db8:3:: 4 ipip
expect "an ipip tunnel carries IPv4" reaches left 10.3.0.2
on_both t64 10.4.0. 2001:db8:4:: 4 sit
expect "a sit tunnel carries IPv6" reaches left 2001:db8:4::2
on_both t66 10.5.0. 2001:db8:5:: 6 ip6tnl mode any
expect "an ip6tnl tunnel carries IPv4 and IPv6" both_reach 10.5.0.2 2001:db8:5::2

expect "pppd brings a PPPoE session up" \
	pppoe_session right r0 left l0 0 10.64.0.1 10.64.0.2
expect "a tun device can be made" in_ns left ip tuntap add dev tun0 mode tun
finish
