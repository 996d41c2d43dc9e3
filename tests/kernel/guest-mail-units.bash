#!/usr/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
#
# Inside the test machine, under systemd: a mail host is set up as docs/mail.md and docs/accounts.md
# say it, and its units are started as they are shipped. Postfix asks op25b-maild as the member of
# the group that the page makes it; Dovecot's questions come by curl.
#
# The surprising fact: every filter of system calls kills, so that what a unit may not do is seen
# as its end by SIGSYS; killed.service shows that it would be.
export PATH=/usr/sbin:/usr/bin:/usr/lib/postgresql/15/bin:/busybox
export OP25B_VM=1 LC_ALL=C DEADLINE=60

# shellcheck source=tests/kernel/guest-lib.bash
. /op25b-vm/guest-lib.bash

ELSEWHERE=203.0.113.9 ELSEWHERE_B=203.0.113.10 LINE=198.51.100.7
CONTROL=/run/op25b-maild/control.sock

set_up() {
	need systemd-sysusers 2>/dev/null
	need usermod -a -G op25b-mail postfix
	need usermod -a -G op25b-mail dovecot
	need usermod -a -G adm op25b-maild
	need mkdir -p /var/log/op25b
	need install -m 640 -o postfix -g adm /dev/null /var/log/op25b/postfix.log
	echo open-sesame >/etc/op25b/maild.key
	need chown op25b-maild /etc/op25b/maild.key
	need chmod 400 /etc/op25b/maild.key
	need install -d -o op25b-maild -g op25b-mail -m 750 /var/lib/op25b-maild
	echo 'correct horse battery' | need op25b account add ann@example.net
	need ip link set lo up
	need ip address add $ELSEWHERE/32 dev lo
	need ip address add $ELSEWHERE_B/32 dev lo
	need ip address add $LINE/32 dev lo
	# What the package of Postfix makes.
	local queue=/var/spool/postfix
	need mkdir -p $queue/{active,bounce,corrupt,defer,deferred,flush,hold,incoming,maildrop}
	need mkdir -p $queue/{pid,private,public,saved,trace} /var/lib/postfix
	need chown -R postfix:postfix $queue/[!p]* $queue/p[ru]* /var/lib/postfix
	need chgrp postdrop $queue/maildrop $queue/public
}

property() {
	systemctl show -P "$2" "$1"
}

is_active() {
	[ "$(systemctl is-active op25b-maild)" = active ] && op25b status --socket $CONTROL
}

other_pid() {
	is_active && [ "$(main_pid op25b-maild)" != "$1" ]
}

# status_has PATTERN
status_has() {
	op25b status --socket $CONTROL --json | tr -d '\n' | grep -E "$1"
}

has_mode() {
	[ "$(stat -c %U:%G:%a "/var/lib/op25b-maild/$1")" = "op25b-maild:op25b-mail:$2" ]
}

as_owner() {
	local file
	ls -ln /var/lib/op25b-maild
	has_mode . 750 && for file in accounts.db accounts.db-wal accounts.db-shm; do
		has_mode $file 640 || return
	done
}

# As the daemon sees the machine, with its user, groups and mounts.
in_unit() {
	nsenter --target="$(main_pid op25b-maild)" --mount \
		setpriv --reuid=op25b-maild --regid=op25b-mail --init-groups "$@"
}

writes() {
	in_unit touch "$1/try" && in_unit rm "$1/try"
}

# mail FROM-ADDRESS [SENDER]: one mail to another provider, by port 25.
mail() {
	printf 'Subject: t\r\n\r\nhello\r\n' |
		curl -sS --interface "$1" --mail-from "${2:-ann@example.net}" \
			--mail-rcpt x@example.com \
			-T - smtp://127.0.0.1/client.example
}

# dovecot ACCOUNT ADDRESS STAGE: its question at a POP login, "1" is the one after the password.
dovecot() {
	curl -sS -H 'X-API-Key: open-sesame' -d "{\"login\": \"$1\", \"remote\": \"$2\", \
\"protocol\": \"pop3\", \"stage\": \"$3\", \"pwhash\": \"0226\"}" \
		'http://127.0.0.1:4001/?command=allow' | grep '"status":0'
}

refused() {
	mail "$1" 2>&1 | grep -E '55[04]'
}

wrong_policy() {
	sed -i 's/burst: 100/bursts: 100/' /etc/op25b/policy.yaml
}

right_policy() {
	sed -i 's/bursts: 100/burst: 100/' /etc/op25b/policy.yaml
}

reload_refuses_wrong() {
	wrong_policy
	refute systemctl reload op25b-maild || return
	journalctl -u op25b-maild | grep 'policy.yaml:.*bursts' && mail $LINE
}

hup_keeps_old() {
	systemctl kill -s HUP op25b-maild
	wait_for status_has 'those before stay in force' && mail $LINE
}

reloads() {
	right_policy
	systemctl reload op25b-maild && wait_for status_has '"problems": *\[\]'
}

held() {
	mail $ELSEWHERE && wait_for has_held
}

has_held() {
	op25b mail held | grep 'ann@example.net.*goes back'
}

returned() {
	journalctl -u op25b-mail-return | grep '1 go back to their senders'
}

is_back() {
	grep 'status=force-expired, returned to sender' /var/log/op25b/postfix.log
}

timer_returns() {
	systemctl start op25b-mail-return.timer && wait_for returned && wait_for is_back &&
		refute has_held
}

said_no_more() {
	journalctl -u op25b-mail-return
	refute grep warning <(journalctl -u op25b-mail-return) &&
		[ "$(property op25b-mail-return Result)" = success ]
}

# As where op25b-maild is on another host.
asks_by_tcp() {
	local folder=/run/systemd/system/op25b-mail-return.service.d
	need mkdir -p $folder
	printf '[Service]\nExecStart=\nExecStart=/usr/bin/op25b mail return --due %s\n' \
		'--maild-address 127.0.0.1' >$folder/far.conf
	need systemctl daemon-reload
	systemctl start op25b-mail-return &&
		status_has '"held": *\{[^}]*"asked": *1,' &&
		[ "$(property op25b-mail-return Result)" = success ]
}

returns_nothing() {
	need systemctl stop postfix
	systemctl start op25b-mail-return &&
		systemctl show -p Result op25b-mail-return | grep -x Result=success
}

# page_sql N: the Nth block of SQL of docs/accounts.md.
page_sql() {
	awk -v n="$1" '/^```/ { on = /sql$/ && ++i == n; next } on' /op25b-vm/accounts.md
}

as_postgres() {
	setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
}

sql() {
	psql -qAtX -v ON_ERROR_STOP=1 -h 127.0.0.1 "$@"
}

move_to_postgresql() {
	local folder=/var/lib/postgresql
	need install -d -o postgres -g postgres $folder /run/postgresql
	need as_postgres initdb -D $folder/data -E UTF8 --locale=C --no-sync --auth=trust
	need systemctl start postgresql
	need wait_for sql -U postgres -c 'SELECT 1'
	page_sql 1 | need sql -U postgres
	echo 'accounts: "postgresql://op25b-maild@127.0.0.1/op25b_mail"' >>/etc/op25b/maild.yaml
	need systemctl restart op25b-maild
	page_sql 2 | need sql -U op25b-maild op25b_mail
	echo 'staple of batteries' | need op25b account add bob@example.net
	dovecot bob@example.net $ELSEWHERE_B 1 &&
		mail $ELSEWHERE_B bob@example.net
}

dovecot_reads() {
	sql -U dovecot op25b_mail -c 'SELECT name FROM op25b_mail.account' | grep -x bob@example.net
}

probe_has() {
	tr -d '\n' </run/op25b-probe/status.json | grep -E "$1"
}

# The report of Postfix at port 25, and of 587 and 465, where nobody listens.
probe_tells() {
	[ "$(stat -c %U:%a /run/op25b-probe/status.json)" = op25b-probe:644 ] &&
		probe_has '"for_status":true,"verdict":"failing"' &&
		probe_has '"port":25,"from":"198.51.100.7","control":false,"works":true' &&
		probe_has '"port":587,[^}]*"works":false,"result":"reset"' &&
		as_nobody cat /run/op25b-probe/status.json
}

as_nobody() {
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

timer_probes() {
	rm /run/op25b-probe/status.json
	systemctl start op25b-probe.timer
	wait_for probe_has op25b.probe/1
}

logs() {
	journal
	tail -n 30 /var/log/op25b/postfix.log
}

run_tests() {
	local pid
	need systemctl log-target journal
	set_up
	expect "systemd finds nothing to say about the units" systemd-analyze verify --man=no \
		op25b-maild.service op25b-mail-return.service op25b-mail-return.timer \
		op25b-probe.service op25b-probe.timer
	expect "it starts the daemon, which says that it is ready" systemctl start op25b-maild
	expect "the daemon answers its control socket" is_active
	is_active >/dev/null || exit 1
	expect "folder and accounts have the owner, group and modes of the page" as_owner
	expect "it has a user of its own and nothing of root" \
		is_unprivileged op25b-maild op25b-maild:op25b-mail
	expect "it writes its state" writes /var/lib/op25b-maild
	expect "and its sockets" writes /run/op25b-maild
	expect "not even root could write elsewhere from where it is" \
		writes_nowhere op25b-maild / /etc /etc/op25b /usr /var /var/log/op25b \
		/var/spool/postfix /var/lib
	expect "it reads Postfix's log" in_unit cat /var/log/op25b/postfix.log
	expect "Dovecot's user reads the accounts" setpriv --reuid=dovecot --regid=dovecot \
		--init-groups /busybox/grep -q SQLite /var/lib/op25b-maild/accounts.db

	need systemctl start postfix
	expect "mail of a line is granted" wait_for mail $LINE
	expect "mail from elsewhere is not" refused $ELSEWHERE
	expect "Dovecot's first question is answered" dovecot ann@example.net $ELSEWHERE ""
	expect "which opens nothing" refused $ELSEWHERE
	expect "and the second" dovecot ann@example.net $ELSEWHERE 1
	pid=$(main_pid op25b-maild)
	need systemctl kill -s KILL op25b-maild
	expect "killed, it is started again" wait_for other_pid "$pid"
	expect "and the window is open" mail $ELSEWHERE
	expect "it follows Postfix's log" wait_for status_has '"events": *[1-9]'

	expect "a probe that finds ports closed is no failure" systemctl start op25b-probe
	expect "and tells anybody what it found" probe_tells
	expect "its timer does the same" timer_probes

	expect "a reload with a wrong policy fails" reload_refuses_wrong
	expect "SIGHUP with it keeps the old one, and status says so" hup_keeps_old
	expect "a right one is followed" reloads

	expect "mail above the limit is held" held
	expect "and Postfix takes the letter that says so" wait_for status_has '"taken": *[1-9]'
	expect "the timer has it sent back when it is due" timer_returns
	expect "and nothing stood in the way" said_no_more
	expect "it may ask an op25b-maild of another host by TCP" asks_by_tcp
	expect "with accounts in PostgreSQL, as the page makes them, it opens windows too" \
		move_to_postgresql
	expect "and Dovecot's role reads them" dovecot_reads
	expect "without Postfix nothing is sent back, in peace" returns_nothing
	expect "no filter of system calls killed anything" refute sigsys .
	expect "which would have been seen" was_killed
	finish
}

run_as_unit logs
