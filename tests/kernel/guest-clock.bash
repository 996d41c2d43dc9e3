#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine, whose clock is nobody else's: somebody sets it over the date of a stage,
# and back again, while op25bd runs. What a client meets changes at once, both ways; an apply that
# waits for its confirmation does not care.
# It must not restart the daemon or ask it to look: the step itself is the event.
# The surprising fact: the daemon looks by itself every minute, which would hide a step that it did
# not hear of; checked_at of the status tells whether it did in between.
# Network: guest-paths.bash. Files: /op25b-vm/{guest-*.bash,real-devices.yaml}, op25b, op25bd.

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash
# shellcheck source=tests/kernel/guest-paths.bash
. /op25b-vm/guest-paths.bash

export DEADLINE=60
gateway_file 'interfaces: [{name: g0, side: subscriber}]'
sed 's/from: 2020-01-01T00:00:00+09:00/from: 2031-05-01T00:00:00+00:00/' \
	/op25b-vm/real-devices.yaml >/run/dated.yaml

set_clock() {
	need date -u -s "$1" >/dev/null
}

status_has() {
	op25b status --json | grep -q "$1"
}

# stage DATE NEXT: what status says is in force, and when the next change comes.
stage() {
	status_has "\"stage\": *$1" && status_has "\"next_change\": *$2"
}

applied() {
	wait_for answers && op25b apply /run/dated.yaml
}

is_in_force() {
	wait_for stage "$1" "$2" && shift 2 && "$@"
}

checked_at() {
	op25b status --json | grep -o '"checked_at": *[^,]*'
}

# facts WORDS: what is known of the line, as `op25b lines` says it.
facts() {
	op25b lines 198.51.100.2 | grep -q "$1"
}

# There and back; once more where the minute came in between.
step_alone() {
	local before try
	for try in 1 2 3; do
		before=$(checked_at)
		set_clock "2031-05-02 00:00:00"
		wait_for stage '"2031-05-01' null || return
		set_clock "2031-04-30 23:00:00"
		wait_for stage null '"2031-05-01' || return
		[ "$before" = "$(checked_at)" ] && return
		echo "try $try: looked by itself in between"
	done
	return 1
}

set_clock "2031-04-01 12:00:00"
start op25bd --gateway /run/gateway.yaml
path 0 l0 g0
take 0 l0

# The verifier, emulated, reads each program for many seconds before the daemon answers.
DEADLINE=300 expect "op25bd takes a policy whose stage is a month ahead" applied
expect "before the date everything is open" is_in_force null '"2031-05-01' all_open 4 6
set_clock "2031-05-02 00:00:00"
expect "set over the date, the clock brings the stage" \
	is_in_force '"2031-05-01' null policy_holds 4 6
set_clock "2031-04-30 23:00:00"
expect "set back, it takes the stage away" is_in_force null '"2031-05-01' all_open 4 6
expect "what was refused is told by the clock that was set since" \
	wait_for facts "the last at 2031-04-30T2[23]:"
expect "the step itself does so, not the look every minute" step_alone
set_clock "2031-04-30 23:59:00"
expect "set to a minute before the date, it takes the stage away" \
	is_in_force null '"2031-05-01' true
DEADLINE=200 expect "and the date comes by itself" is_in_force '"2031-05-01' null policy_holds 4 6

need op25b apply /run/dated.yaml --confirm 1h >/dev/null
set_clock "2031-06-01 00:00:00"
expect "a month's step makes no facts older, nor newer" facts "the last at 2031-0[56]-..T"
expect "a month's step does not end the hour to confirm an apply" status_has '"seconds_left": *3'
expect "which can be confirmed" op25b confirm
finish
