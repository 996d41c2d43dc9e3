#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine, under systemd: the unit of the pages is started as shipped, and asked
# as a proxy asks.
#
# The surprising fact: every filter of system calls kills, so that what a unit may not do is seen
# as its end by SIGSYS; killed.service shows that it would be.
export PATH=/usr/sbin:/usr/bin:/busybox
export OP25B_VM=1 LC_ALL=C DEADLINE=60

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash

LINE=198.51.100.7
STATE=/var/lib/op25b-webd/state.db

# page PATH [CURL-OPTION...]
page() {
	local path=$1
	shift
	curl -sS --max-time 60 -H "X-Forwarded-For: $LINE" "$@" "http://127.0.0.1:8025$path"
}

is_affected() {
	page /ja/line | grep 'data-verdict="affected"'
}

other_pid() {
	[ "$(main_pid op25b-webd)" != "$1" ] && is_affected
}

code() {
	page /en/code --data outcome=affected-other-server | grep -o 'data-code>[0-9-]*'
}

same_code() {
	[ "$(code)" = "$1" ] && [ -n "$1" ]
}

keeps_to_itself() {
	[ "$(stat -c %U:%G:%a $STATE)" = op25b-webd:op25b-web:600 ]
}

logs_nobody() {
	grep 'GET /ja/line 200' /var/log/op25b-webd/access.log &&
		refute grep -e $LINE -e 127.0.0.1 /var/log/op25b-webd/access.log
}

wrong_policy() {
	cp /etc/op25b/policy.yaml /etc/op25b/kept.yaml
	echo nonsense >/etc/op25b/policy.yaml
}

reload_refuses_wrong() {
	wrong_policy
	refute systemctl reload op25b-webd && is_affected
}

reloads() {
	sed 's/action: refuse, how: reset/action: count/' /etc/op25b/kept.yaml \
		>/etc/op25b/policy.yaml
	systemctl reload op25b-webd &&
		wait_for sh -c 'curl -sS -H "X-Forwarded-For: 198.51.100.7" \
			http://127.0.0.1:8025/ja/line | grep not-affected'
}

policy_is_read() {
	setpriv --reuid=op25b-probe --regid=op25b-probe --init-groups \
		head -c 1 /etc/op25b/policy.yaml >/dev/null &&
		refute setpriv --reuid=nobody --regid=nogroup --clear-groups \
			head -c 1 /etc/op25b/policy.yaml
}

run_tests() {
	local pid first
	need systemctl log-target journal
	need systemd-sysusers 2>/dev/null
	need ip link set lo up
	# As docs/web.md has them.
	need chgrp op25b-web /etc/op25b/policy.yaml /etc/op25b/web.yaml
	need chmod 640 /etc/op25b/policy.yaml /etc/op25b/web.yaml
	expect "the probe's user reads the policy, and no other" policy_is_read
	expect "systemd finds nothing to say about the unit" systemd-analyze verify --man=no \
		op25b-webd.service
	expect "it starts the pages, which say that they are ready" systemctl start op25b-webd
	expect "a customer sees his line" is_affected
	is_affected >/dev/null || exit 1
	expect "it has a user of its own and nothing of root" \
		is_unprivileged op25b-webd op25b-webd:op25b-web
	expect "not even root could write elsewhere from where it is" \
		writes_nowhere op25b-webd / /etc /etc/op25b /usr /var /var/lib
	expect "its state is its own" keeps_to_itself
	expect "its log names nobody" logs_nobody
	first=$(code)
	pid=$(main_pid op25b-webd)
	need systemctl kill -s KILL op25b-webd
	expect "killed, it is started again" wait_for other_pid "$pid"
	expect "and knows the code of before" same_code "$first"
	expect "a reload with a wrong policy fails, and pages stay" reload_refuses_wrong
	expect "a right one is followed" reloads
	expect "no filter of system calls killed anything" refute sigsys .
	expect "which would have been seen" was_killed
	finish
}

run_as_unit journal
