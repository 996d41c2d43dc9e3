# SPDX-License-Identifier: BSD-2-Clause
"""What else can answer in a destination's place: Postfix behind nftables' redirect, and op25b's own
responder behind nftables' tproxy. Each has a gateway of its own, on which op25bd does not run.
"""
import contextlib
import os
import pathlib
import socket
import subprocess
import tempfile

import gateway
import notice_bed
import noticed
import wait
from effects import images

PORT = 2525
REDIRECT = """table inet bench {{
	set callers {{ type ipv4_addr; flags dynamic; timeout 1m; size 65536; }}
	chain few {{
		type filter hook prerouting priority mangle;
		{limit}
	}}
	chain divert {{
		type nat hook prerouting priority dstnat;
		iifname "sub0" tcp dport 25 redirect to :{port}
	}}
}}
"""
# As many as op25b gives a line by default.
LIMIT = """iifname "sub0" tcp dport 25 ct state new \\
			update @callers { ip saddr limit rate over 10/second burst 20 packets } \\
			reject with tcp reset"""
TPROXY = """table inet bench {{
	chain divert {{
		type filter hook prerouting priority mangle;
		iifname "sub0" meta l4proto tcp socket transparent 1 meta mark set 1 accept
		iifname "sub0" tcp dport 25 tproxy to :{port} meta mark set 1
	}}
}}
"""
# No lookup of names, so that smtpd waits for nobody; a line's limit is op25b's.
MAIN = """compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
daemon_directory = {programs}/sbin
shlib_directory = {programs}
command_directory = {folder}
meta_directory = {folder}
mail_owner = {user}
setgid_group = {group}
default_privs = nobody
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = all
inet_protocols = all
myhostname = mail.example.net
local_recipient_maps =
smtpd_peername_lookup = no
smtpd_delay_reject = no
smtpd_client_restrictions = reject
smtpd_reject_footer = Port 25 is closed on this line. Use port 587 with your password.
smtpd_client_connection_count_limit = 20
"""
MASTER = """{port} inet n - n - 100 smtpd
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
# Neither may be of another service of Postfix's; both are on every Debian.
USER, GROUP = "news", "uucp"
IP_TRANSPARENT, IPV6_TRANSPARENT = 19, 75


def unpack(folder):
    """Postfix from Debian's packages, not installed. Returns the folder of its programs."""
    for package in images.fetch(["postfix"], folder):
        gateway.run("dpkg-deb", "-x", package, str(folder / "root"))
    return folder / "root/usr/lib/postfix"


class Postfix(notice_bed.Bed):
    """smtpd refuses who connects. limited: nftables resets a line beyond what op25b takes of it."""

    def __init__(self, prefix, programs, limited=False):
        super().__init__(prefix)
        self.programs, self.limited = programs, limited
        self.libraries = ":".join(map(str, [programs, *programs.parent.glob("*-linux-gnu")]))
        self.master = None
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="op25b-postfix-", dir="/tmp"))

    def set_up(self):
        """Have it answer."""
        self.place.chmod(0o755)
        for name in ("spool/pid", "spool/public", "spool/private", "data"):
            (self.place / name).mkdir(parents=True)
            gateway.run("chown", USER, str(self.place / name))
        for name, text in (("main.cf", MAIN), ("master.cf", MASTER)):
            (self.place / name).write_text(text.format(
                folder=self.place, programs=self.programs, user=USER, group=GROUP, port=PORT),
                encoding="utf-8")
        self.master = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{self.prefix}-gw", str(self.programs / "sbin/master"),
             "-d", "-c", str(self.place)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "LD_LIBRARY_PATH": self.libraries})
        self.inside("gw", "nft", "-f", self.write("rules", REDIRECT.format(
            port=PORT, limit=LIMIT if self.limited else "")))
        wait.until("Postfix", lambda: self.is_told("10.1.0.7", gateway.FOREIGN))

    def __exit__(self, *_):
        if self.master:
            self.master.terminate()
            self.master.wait(60)
        gateway.run("rm", "-r", str(self.place))
        super().__exit__()

    def pids(self):
        """Of all its processes."""
        return notice_bed.descendants(self.master.pid)

    def memory(self):
        """KiB of all of them."""
        return notice_bed.resident(self.master.pid)


class Tproxy(notice_bed.Bed):
    """op25b-noticed with one listener of each family, which nftables assigns."""

    def __init__(self, prefix):
        super().__init__(prefix)
        self.ends = contextlib.ExitStack()

    def set_up(self):
        """Have it answer."""
        for family in ("-4", "-6"):
            self.ip("gw", family, "rule", "add", "fwmark", "1", "lookup", "100")
            self.ip("gw", family, "route", "add", "local", "default", "dev", "lo", "table", "100")
        self.inside("gw", "nft", "-f", self.write("rules", TPROXY.format(port=PORT)))
        path = self.folder / "notice.sock"
        ear = self.ends.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
        ear.bind(str(path))
        path.chmod(0o666)
        ear.listen(1)
        with self.responder_starting() as ready:
            told = self.ends.enter_context(contextlib.closing(noticed.Told(ear.accept()[0])))
            told.hello()
            with Listeners(self) as listeners:
                told.door(1, listeners)
                told.send(noticed.ALL)
            ready()

    def __exit__(self, *_):
        super().__exit__()
        self.ends.close()

    def pids(self):
        """Of the responder."""
        return [self.responder.pid]

    def memory(self):
        """KiB of the responder, at most."""
        return notice_bed.most_resident(self.responder.pid)


class Listeners:
    """Those of a door as op25bd makes them, but on a port that rules can name."""

    def __init__(self, bed):
        self.sockets = []
        for family, level, option, address in (
                (socket.AF_INET, socket.IPPROTO_IP, IP_TRANSPARENT, "0.0.0.0"),
                (socket.AF_INET6, socket.IPPROTO_IPV6, IPV6_TRANSPARENT, "::")):
            one = bed.make("gw", family)
            one.setsockopt(level, option, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind((address, PORT))
            one.listen(128)
            self.sockets.append(one)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.sockets:
            one.close()

    def fds(self):
        """As they are sent."""
        return [one.fileno() for one in self.sockets]
