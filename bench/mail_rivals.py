# SPDX-License-Identifier: BSD-2-Clause
"""Policy servers that limit recipients by account, beside op25b-maild: postfwd, as one process and
prefork (which is Debian's default), and policyd-rate-limit with SQLite, its default.

Each runs as Debian ships it, but for this: the same two limits, of an hour and of a day, of which
neither is ever reached; no log of each request; no DNS. postfwd keeps its counters in memory, and
its request cache is off, as always with counters; policyd-rate-limit commits to its database for
each request.
"""
import os
import pathlib
import signal
import socket
import subprocess
import tempfile

import wait

USER, GROUP = "nobody", "nogroup"
RULES = """id=HOUR; protocol_state==DATA; sasl_username=~/./; \
action=rcpt(sasl_username/1000000/3600/450 4.7.1 more than in an hour)
id=DAY; protocol_state==DATA; sasl_username=~/./; \
action=rcpt(sasl_username/1000000/86400/450 4.7.1 more than in a day)
"""
POLICYD = """debug: False
user: {user}
group: {group}
pidfile: {folder}/state/pid
sqlite_config: {{database: {folder}/state/db.sqlite3}}
SOCKET: {folder}/state/socket
limits: [[1000000, 3600], [1000000, 86400]]
"""


def is_there(place):
    """Whether a server takes connections."""
    host, _, port = place.rpartition(":")
    family, address = (socket.AF_INET, (host, int(port))) if host else (socket.AF_UNIX, place)
    with socket.socket(family, socket.SOCK_STREAM) as client:
        return client.connect_ex(address) == 0


class Rival:
    """A server of its own folder; all that it starts ends with it."""

    place = None       # of bench-policy
    asked = "RCPT"     # where its manual has Postfix ask it

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="op25b-bench-", dir="/tmp")
        self.path = pathlib.Path(self.folder.name)
        self.process = None

    def command(self):
        """Its words; it may go into the background."""
        raise NotImplementedError

    def __enter__(self):
        self.path.chmod(0o755)
        (self.path / "state").mkdir()
        subprocess.run(["chown", f"{USER}:{GROUP}", str(self.path / "state")], check=True)
        # The first process of a PID namespace: with it all others end.
        self.process = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "sh", "-c", '"$@"; exec sleep infinity',
             "sh", *self.command()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        wait.until(type(self).__name__, lambda: is_there(self.place))
        return self

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.folder.cleanup()


class Postfwd(Rival):
    """One process."""

    program, port = "postfwd1", 10045
    asked = "DATA"

    def __init__(self):
        super().__init__()
        self.place = f"127.0.0.1:{self.port}"

    def command(self):
        (self.path / "rules").write_text(RULES, encoding="ascii")
        return [f"/usr/sbin/{self.program}", "--daemon", "--file", f"{self.path}/rules",
                "--interface", "127.0.0.1", "--port", str(self.port), "--user", USER, "--group",
                GROUP, "--pidfile", f"{self.path}/state/pid", "--nodns", "--perfmon"]


class PostfwdPrefork(Postfwd):
    """A process for each connection, and one that has the counters."""

    program, port = "postfwd2", 10046

    def command(self):
        return [*super().command(), "--cache_proto", "unix", "--cache_port",
                f"{self.path}/state/cache"]


class PolicydRateLimit(Rival):
    """One process, and SQLite."""

    def command(self):
        self.place = f"{self.path}/state/socket"
        (self.path / "file.yaml").write_text(
            POLICYD.format(folder=self.path, user=USER, group=GROUP), encoding="ascii")
        return ["/usr/bin/policyd-rate-limit", "--file", f"{self.path}/file.yaml"]


RIVALS = {"postfwd": Postfwd, "postfwd-prefork": PostfwdPrefork,
          "policyd-rate-limit": PolicydRateLimit}
