# SPDX-License-Identifier: BSD-2-Clause
"""op25b-noticed in a namespace with loopback alone; what op25bd would tell it, the test says.

The listeners are real; clients come from 127.0.0.0/8, which are many IPv4 lines, and from
addresses of 2001:db8::/32 on the loopback. What the kernel side does with a door, the test does by
connecting to it.
"""
import array
import mmap
import os
import pathlib
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile

import gateway
import wait

NAMESPACE = "op25b-noticed"
NOBODY = 65534
VERSION = 1
HELLO, DOOR, ALL, SHUT, COUNTS = range(1, 6)
GREETING, LATER, HELO = range(3)
COUNTS_FORM = "=IIIIQQQQQ"
COUNTS_NAMES = ("doors", "open", "limit", "lines", "served", "per_line", "full", "late", "unread")
FIRST = {GREETING: "554-5.7.1 mail.example.net: closed\r\n554 5.7.1 see https://example.net\r\n",
         LATER: "421 4.7.1 mail.example.net: closed\r\n",
         HELO: "220 mail.example.net\r\n"}
BACKLOG, RECEIVE_BUFFER, SEND_BUFFER = 128, 4096, 8192
V6 = ("2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:2::1")


def replies(manner, tag=""):
    """Texts of a door."""
    return [FIRST[manner].replace("closed", f"closed {tag}".strip()),
            "550 5.7.1 closed\r\n" if manner == HELO else "",
            "503 5.5.1 closed\r\n", "221 2.0.0 bye\r\n", "421 4.4.2 too slow\r\n"]


class Listeners:
    """One door's sockets; they are gone when the program closes its own."""

    def __init__(self):
        self.sockets = []
        self.ports = {}
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            one = socket.socket(family, socket.SOCK_STREAM)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(("" if family == socket.AF_INET else "::", 0))
            one.listen(BACKLOG)
            self.sockets.append(one)
            self.ports[family] = one.getsockname()[1], host

    def fds(self):
        """As they are sent."""
        return [one.fileno() for one in self.sockets]

    def close(self):
        """The test's copies."""
        for one in self.sockets:
            one.close()


class Client:
    """One connection to a door, from an address of the loopback."""

    def __init__(self, listeners, source="127.0.0.1", read_size=None):
        family = socket.AF_INET6 if ":" in source else socket.AF_INET
        port, host = listeners.ports[family]
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if read_size:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, read_size)
        self.socket.bind((source, 0))
        self.socket.settimeout(60)
        self.got = b""
        self.lost = False  # reset before connect() was back
        try:
            self.socket.connect((host, port))
        except ConnectionResetError:
            self.lost = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, data):
        """Send."""
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def hear(self, text):
        """Read exactly this."""
        wanted = text.encode()
        while len(self.got) < len(wanted):
            data = self.socket.recv(4096)
            assert data, (self.got, wanted)
            self.got += data
        assert self.got.startswith(wanted), (self.got, wanted)
        self.got = self.got[len(wanted):]

    def all(self):
        """Everything that is said until the end, and how that is: "closed" or "reset"."""
        said = self.got
        while True:
            if self.lost:
                return "", "reset"
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return said.decode(), "reset"
            if not data:
                return said.decode(), "closed"
            said += data


class Told:
    """The test's end of the connection, where op25bd's would be."""

    def __init__(self, connection):
        self.socket = connection
        self.page_fd = os.memfd_create("op25b-page")
        os.ftruncate(self.page_fd, mmap.PAGESIZE)
        self.page = mmap.mmap(self.page_fd, mmap.PAGESIZE)
        self.counts = None

    def close(self):
        """As if op25bd had been killed."""
        self.socket.close()
        self.page.close()
        os.close(self.page_fd)

    def send(self, kind, body=b"", fds=()):
        """Any message."""
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))] if fds else []
        self.socket.sendmsg([struct.pack("=I", kind) + body], rights)

    def hello(self, connections=4096, per_line=20, version=VERSION):
        """The first message."""
        self.send(HELLO, struct.pack("=III", version, connections, per_line), [self.page_fd])

    def door(self, number, listeners, manner=GREETING, texts=None, v6_len=64):
        """One door."""
        texts = texts or replies(manner)
        body = struct.pack("=QII", number, manner, v6_len)
        self.send(DOOR, body + b"".join(text.encode() + b"\0" for text in texts), listeners.fds())

    def full(self):
        """What the data plane would read."""
        return struct.unpack_from("=I", self.page)[0]

    def until_counts(self, what, condition):
        """The first counts that fit."""
        def look():
            while select.select([self.socket], [], [], 0)[0]:
                data = self.socket.recv(8192)
                assert data, "the responder has gone"
                assert struct.unpack_from("=I", data)[0] == COUNTS
                self.counts = dict(zip(COUNTS_NAMES, struct.unpack(COUNTS_FORM, data[4:])))
            return self.counts and condition(self.counts) and self.counts
        try:
            return wait.until(what, look)
        except wait.Overdue as overdue:
            raise wait.Overdue(f"{overdue}; last {self.counts}") from overdue

    def gone(self):
        """Whether the responder has ended the connection."""
        try:
            while select.select([self.socket], [], [], 0)[0]:
                if not self.socket.recv(8192):
                    return True
        except ConnectionResetError:
            return True
        return False


class Bed:
    """The program, its folder, its namespace."""

    limits = []  # of prlimit

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="op25b-noticed-"))
        self.path = self.folder / "notice.sock"
        self.output = open(self.folder / "log", "w", encoding="utf-8")
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.process = self.listener = self.ear = None
        self.closing = []

    def __enter__(self):
        gateway.run("ip", "netns", "add", NAMESPACE)
        gateway.set_namespace(NAMESPACE)
        gateway.run("ip", "link", "set", "lo", "up")
        for address in V6:
            gateway.run("ip", "address", "add", f"{address}/128", "dev", "lo", "nodad")
        os.chown(self.folder, NOBODY, NOBODY)
        self.listen()
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        self.unlisten()
        for one in self.closing:
            one.close()
        self.output.close()
        gateway.LIBC.setns(self.home, gateway.CLONE_NEWNET)
        os.close(self.home)
        gateway.run("ip", "netns", "delete", NAMESPACE)
        shutil.rmtree(self.folder)

    def log(self):
        """What it said."""
        return (self.folder / "log").read_text(encoding="utf-8")

    def listen(self):
        """Be there for it."""
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(self.path))
        self.path.chmod(0o666)
        self.listener.listen(1)
        self.listener.settimeout(60)

    def unlisten(self):
        """Be there no more."""
        if self.listener:
            self.listener.close()
            self.path.unlink()
        self.listener = None

    def command(self):
        """As its unit runs it: without privileges."""
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs",
                *self.limits, str(gateway.BIN / "op25b-noticed"), "--socket", str(self.path)]

    def start(self):
        """It runs; whether it is ready is heard by until_ready()."""
        path = self.folder / "notify"
        path.unlink(missing_ok=True)
        if self.ear:
            self.ear.close()
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(str(path))
        path.chmod(0o666)
        self.ear.settimeout(60)
        self.process = subprocess.Popen(
            self.command(), stdout=self.output, stderr=self.output,
            env={**os.environ, "NOTIFY_SOCKET": str(path)})

    def kill(self, number=signal.SIGKILL):
        """Its exit code."""
        self.process.send_signal(number)
        return self.process.wait()

    def told(self):
        """The next connection that it makes."""
        told = Told(self.listener.accept()[0])
        self.closing.append(told)
        return told

    def listeners(self):
        """Sockets of a door."""
        listeners = Listeners()
        self.closing.append(listeners)
        return listeners

    def until_said(self, text):
        """A word to the service manager."""
        def hear():
            return text in self.ear.recv(4096).decode()
        wait.until(text, hear)

    def serve(self, manner=GREETING, connections=4096, per_line=20, **arguments):
        """One door, and it is ready. Returns the test's end and the door's sockets."""
        told, listeners = self.told(), self.listeners()
        told.hello(connections, per_line)
        told.door(1, listeners, manner, **arguments)
        told.send(ALL)
        listeners.close()
        self.until_said("READY=1\n")
        return told, listeners

    def ends(self):
        """The sockets of the namespace that are not the program's listeners, as `ss` has them."""
        return gateway.run("ss", "--no-header", "-tan", "exclude", "listening")

    def until_nothing_is_left(self, listeners):
        """No connection is on the doors' side, in whatever state; the clients' may linger."""
        ports = [str(port) for port, _ in listeners.ports.values()]

        def gone():
            return not [line for line in self.ends().splitlines()
                        if line.split()[3].rsplit(":", 1)[1] in ports]
        wait.until("the last connection", gone)

    def stop(self):
        """It stands still, and connections wait."""
        os.kill(self.process.pid, signal.SIGSTOP)
        wait.until("standstill", lambda: self.status("State").startswith("T"))

    def go_on(self):
        """After stop()."""
        os.kill(self.process.pid, signal.SIGCONT)

    def allow_fds(self, soft, hard):
        """Its limits; by its own user, as root may lack the right."""
        gateway.run("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                    "prlimit", f"--pid={self.process.pid}", f"--nofile={soft}:{hard}")

    def limit(self, name):
        """Soft and hard, of /proc/PID/limits."""
        text = pathlib.Path(f"/proc/{self.process.pid}/limits").read_text(encoding="ascii")
        line = next(line for line in text.splitlines() if line.startswith(name))
        return line[len(name):].split()[:2]

    def status(self, name):
        """A field of /proc/PID/status."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return line.split(":")[1].strip()
        raise KeyError(name)
