# SPDX-License-Identifier: BSD-2-Clause
"""A FreeRADIUS of the test's own: its folder, its configuration, its process."""
import os
import pathlib
import re
import shutil
import subprocess

import wait

PROGRAM = pathlib.Path("/usr/sbin/freeradius")
DICTIONARY = "/usr/share/freeradius"

STOCK = pathlib.Path("/etc/freeradius/3.0")

# One socket on loopback; every attribute kept.
SMALL = """
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


def small(folder, port, secret):
    """A configuration that does nothing but write what it answered into folder/detail."""
    (folder / "radiusd.conf").write_text(
        SMALL.format(folder=folder, port=port, secret=secret), encoding="utf-8")
    (folder / "dictionary").write_text("", encoding="utf-8")


def stock(folder, certificate, key):
    """Debian's own configuration in a folder that is not there: ports 1812 and 1813, the client
    localhost with the secret "testing123", accounting files in folder/log/radacct. What Debian
    takes from a certificate of the machine it takes from this one."""
    shutil.copytree(STOCK, folder, symlinks=True)
    (folder / "log/radacct").mkdir(parents=True)
    for name, changes in (
            ("radiusd.conf", ((r"^logdir = .*", f"logdir = {folder}/log"),
                              (r"^raddbdir = .*", f"raddbdir = {folder}"),
                              (r"^run_dir = .*", f"run_dir = {folder}"),
                              (r"^\tuser = .*|^\tgroup = .*", ""))),
            ("mods-available/eap", ((r"/etc/ssl/private/\S+\.key", str(key)),
                                    (r"/etc/ssl/certs/\S+\.(pem|crt)", str(certificate))))):
        text = (folder / name).read_text(encoding="utf-8")
        for old, new in changes:
            text, count = re.subn(old, new, text, flags=re.M)
            assert count, (name, old)
        (folder / name).write_text(text, encoding="utf-8")


class FreeRadius:
    """The server, from ready to gone. Its folder has its configuration, radiusd.conf."""

    def __init__(self, folder, *options, tells="xx"):
        self.folder = folder
        self.tells = tells
        self.options = options
        self.process = None

    def __enter__(self):
        with open(self.folder / "output", "wb") as output:
            self.process = subprocess.Popen(
                [str(PROGRAM), f"-f{self.tells}", *self.options, "-l", "stdout",
                 "-d", str(self.folder), "-D", DICTIONARY, "-n", "radiusd"],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
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
