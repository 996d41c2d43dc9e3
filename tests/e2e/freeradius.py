# SPDX-License-Identifier: BSD-2-Clause
"""A FreeRADIUS of the test's own: its folder, its configuration, one socket on loopback."""
import os
import pathlib
import subprocess

import wait

PROGRAM = pathlib.Path("/usr/sbin/freeradius")
DICTIONARY = "/usr/share/freeradius"

# One thread, so that packets of one socket are answered in their order; every attribute kept.
CONFIGURATION = """
name = op25b-test
logdir = {folder}
radacctdir = {folder}
run_dir = {folder}
db_dir = {folder}
libdir = /usr/lib/freeradius
pidfile = {folder}/pid
correct_escapes = true
max_requests = 100000
security {{
	max_attributes = 0
	allow_vulnerable_openssl = yes
}}
client loopback {{
	ipaddr = 127.0.0.1
	secret = "{secret}"
	require_message_authenticator = no
}}
modules {{
	detail {{
		filename = {folder}/detail
	}}
}}
server default {{
	listen {{
		type = acct
		ipaddr = 127.0.0.1
		port = {port}
	}}
	accounting {{
		detail
	}}
}}
"""


class FreeRadius:
    """The server, from ready to gone."""

    def __init__(self, folder, port, secret):
        self.folder = folder
        (folder / "radiusd.conf").write_text(
            CONFIGURATION.format(folder=folder, port=port, secret=secret), encoding="utf-8")
        (folder / "dictionary").write_text("", encoding="utf-8")
        self.process = None

    def __enter__(self):
        with open(self.folder / "output", "wb") as output:
            self.process = subprocess.Popen(
                [str(PROGRAM), "-fsxx", "-l", "stdout", "-d", str(self.folder), "-D", DICTIONARY,
                 "-n", "radiusd"], stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"})
        wait.until("FreeRADIUS", self.is_ready)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)

    def log(self):
        """What it said."""
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")

    def is_ready(self):
        """Whether it serves. One that ended will never."""
        if self.process.poll() is not None:
            raise RuntimeError(f"FreeRADIUS ended:\n{self.log()}")
        return "Ready to process requests" in self.log()

    def detail(self):
        """What it wrote of the packets it answered, in their order."""
        return (self.folder / "detail").read_bytes()
