# SPDX-License-Identifier: BSD-2-Clause
"""FreeRADIUS as a rival of the collector: with threads, and a detail file or Debian's SQL."""
import pathlib
import re

RADDB = pathlib.Path("/etc/freeradius/3.0")

CONFIGURATION = """
name = op25b-bench
logdir = {folder}
radacctdir = {folder}
run_dir = {folder}
db_dir = {folder}
libdir = /usr/lib/freeradius
pidfile = {folder}/pid
modconfdir = {raddb}/mods-config
max_requests = 65536
security {{
	max_attributes = 200
	allow_vulnerable_openssl = yes
}}
thread pool {{
	start_servers = {threads}
	max_servers = {threads}
	min_spare_servers = 1
	max_spare_servers = {threads}
	max_requests_per_server = 0
	max_queue_size = 65536
	auto_limit_acct = no
}}
client loopback {{
	ipaddr = 127.0.0.1
	secret = "{secret}"
	require_message_authenticator = no
}}
modules {{
	expr {{
	}}
	{module}
}}
policy {{
	$INCLUDE {raddb}/policy.d/accounting
}}
server default {{
	listen {{
		type = acct
		ipaddr = 127.0.0.1
		port = {port}
		recv_buff = 4194304
	}}
	preacct {{
		{before}
	}}
	accounting {{
		{name}
	}}
}}
"""

DETAIL = """detail {{
		filename = {folder}/detail
		permissions = 0600
	}}"""


def write(folder, port, secret, threads, module, name, before=""):
    """The server's configuration, with one module that takes the packets."""
    (folder / "radiusd.conf").write_text(CONFIGURATION.format(
        folder=folder, port=port, secret=secret, threads=threads, module=module, name=name,
        before=before, raddb=RADDB), encoding="utf-8")
    (folder / "dictionary").write_text("", encoding="utf-8")


def detail(folder, port, secret, threads):
    """One that writes a detail file."""
    write(folder, port, secret, threads, DETAIL.format(folder=folder), "detail")


def sql(folder, port, secret, threads, dialect, database):
    """One that writes SQL, with module, schema and queries as Debian ships them.

    database: the path of SQLite's file, or what libpq takes.
    """
    stock = (RADDB / "mods-available/sql").read_text(encoding="utf-8")
    changes = [(r'\tdialect = ".*"', f'\tdialect = "{dialect}"'),
               (r'\tdriver = ".*"', f'\tdriver = "rlm_sql_{dialect}"')]
    if dialect == "sqlite":
        changes.append((r'\t\tfilename = ".*"', f'\t\tfilename = "{database}"'))
    else:
        changes.append((r'\tradius_db = ".*"', f'\tradius_db = "{database}"'))
    for pattern, line in changes:
        stock, found = re.subn(f"(?m)^{pattern}", line, stock)
        assert found == 1, pattern
    write(folder, port, secret, threads, stock, "sql", "acct_unique")
