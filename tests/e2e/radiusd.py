# SPDX-License-Identifier: BSD-2-Clause
"""op25b-radiusd in a namespace, and what is in its session store."""
import os
import signal
import socket
import sqlite3
import subprocess

import gateway


class Collector:
    """May be ended and started again; what came stays."""

    def __init__(self, folder, namespace, text):
        self.folder = folder
        self.namespace = namespace
        self.process = None
        self.store = folder / "sessions.db"
        self.file = folder / "collector.yaml"
        self.file.write_text(text, encoding="utf-8")

    def start(self):
        """Until it says READY=1 to its service manager."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear, \
                open(self.folder / "collector.log", "ab") as log:
            path = self.folder / "notify"
            path.unlink(missing_ok=True)
            ear.bind(str(path))
            ear.settimeout(60)
            self.process = subprocess.Popen(
                ["nsenter", f"--net=/run/netns/{self.namespace}",
                 "setpriv", "--bounding-set=-all", str(gateway.BIN / "op25b-radiusd"),
                 "--collector", str(self.file)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, "NOTIFY_SOCKET": str(path)})
            assert ear.recv(4096).startswith(b"READY=1\n")

    def end(self, number=signal.SIGTERM):
        """By a signal."""
        if self.process:
            self.process.send_signal(number)
            self.process.wait(60)
            self.process = None

    def ask(self, question):
        """Rows of the store."""
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as store:
            return store.execute(question).fetchall()

    def arrivals(self):
        """(session, user, event time) of each address that somebody got, as they came."""
        return self.ask("SELECT session, user_name, first FROM change JOIN holder"
                        " ON holder = holder.id WHERE op = 1 ORDER BY seq")

    def restarts(self):
        """How often each NAS said Accounting-On or -Off."""
        return dict(self.ask("SELECT name, epoch FROM nas"))
