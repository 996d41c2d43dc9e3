# SPDX-License-Identifier: BSD-2-Clause
"""A gateway whose policy says why it refuses: gateway.Bed with IPv6, a line of each family for each
service below, and op25b-noticed as its unit runs it.

    op25b-n-line  a line of each service below      op25b-n-far  FOREIGN, RELAY and MX of both
        |  sub0                                         |  up0   families; nobody has NOBODY
        +------------------ op25b-n-gw -----------------+        or NOBODY6
"""
import collections
import contextlib
import ctypes
import os
import pathlib
import re
import resource
import socket
import struct
import subprocess

import gateway
import wait
from gateway import BIN, FOREIGN, RELAY

USER = "nobody"
UNIT = gateway.UNIT.with_name("op25b-noticed.service")
MX, NOBODY, NO_ROUTE = "192.0.2.10", "203.0.113.99", "198.18.7.7"
FOREIGN6, RELAY6, NOBODY6 = "2001:db8:f::9", "2001:db8:25::25", "2001:db8:f::99"
NO_ROUTE6 = "2001:db8:ffff::7"
HOST = "mail.provider.example"
HELP = "https://port25.example"
# service: its line of each family
LINES = {"greeting": ("10.1.0.7", "2001:db8:1::7"), "later": ("10.1.0.71", "2001:db8:2::7"),
         "helo": ("10.1.0.135", "2001:db8:3::7"), "reset": ("10.1.0.199", "2001:db8:4::7"),
         "fixed": ("10.2.0.7", "2001:db8:5::7"), "held": ("10.1.0.9", "2001:db8:1:9::7")}
OTHER, OTHER6 = "10.1.0.8", "2001:db8:1:8::7"  # another line of greeting
PLACES = ((FOREIGN, FOREIGN6), (NOBODY, NOBODY6), (NO_ROUTE, NO_ROUTE6))

GATEWAY = gateway.GATEWAY + """notice: {{socket: {folder}/notice.sock, user: nobody{more}}}
"""
POLICY = """op25b: 1
timezone: UTC
provider: {name: {en: Provider}, help_url: "https://port25.example"}
mail_servers:
  - {id: relay, addresses: [192.0.2.25, "2001:db8:25::25"], hosts: [mail.provider.example],
     offers: [relay, submission, submissions]}
  - {id: mx, addresses: [192.0.2.10], hosts: [mx.provider.example], offers: [mx]}
services:
  - {id: greeting, addressing: dynamic, pools: [10.1.0.0/26, {prefix: "2001:db8:1::/48", line: 64}],
     port25: [{from: 2026-01-01, action: refuse, how: notice, except: [relay]}]}
  - {id: later, addressing: dynamic, pools: [10.1.0.64/26, {prefix: "2001:db8:2::/48", line: 64}],
     port25: [{from: 2026-01-01, action: refuse, how: notice, manner: later, except: [relay]}]}
  - {id: helo, addressing: dynamic, pools: [10.1.0.128/26, {prefix: "2001:db8:3::/48", line: 64}],
     port25: [{from: 2026-01-01, action: refuse, how: notice, manner: helo, except: [relay]}]}
  - {id: reset, addressing: dynamic, pools: [10.1.0.192/26, {prefix: "2001:db8:4::/48", line: 64}],
     port25: [{from: 2026-01-01, action: refuse, how: reset, except: [relay]}]}
  - {id: fixed, addressing: fixed, pools: [10.2.0.0/24, {prefix: "2001:db8:5::/48", line: 64}],
     port25: []}
lines:
  - {id: L-9, service: greeting, prefixes: [10.1.0.9/32, "2001:db8:1:9::/64"]}
"""
HOLD = POLICY + "holds: [{id: H-1, lines: [L-9], from: 2026-01-01, how: notice, reason: bot}]\n"

SMTP_LINE = re.compile(r"^([2-5]\d\d)([ -])([\x20-\x7e]*)$")


def family(address):
    """Of an address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Talk:
    """One SMTP conversation as a client on the line has it. Errors are the socket's own."""

    def __init__(self, bed, source, address, port=25, name="line"):
        self.socket = bed.make(name, family(address))
        try:
            self.socket.settimeout(60)
            self.socket.bind((source, 0))
            self.socket.connect((address, port))
        except OSError:
            self.socket.close()
            raise
        self.stream = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()
        self.socket.close()

    def reply(self):
        """The lines of the next reply, each as RFC 5321 4.2 has it; [] at the end of the stream."""
        lines = []
        while True:
            line = self.stream.readline()
            if not line and not lines:
                return []
            assert line.endswith(b"\r\n") and len(line) <= 512, (lines, line)
            lines.append(line[:-2].decode("ascii"))
            found = SMTP_LINE.match(lines[-1])
            assert found and found[1] == lines[0][:3], lines
            if found[2] == " ":
                return lines

    def say(self, text):
        """A command; its reply."""
        self.socket.sendall(text.encode() + b"\r\n")
        return self.reply()

    def code(self, text):
        """A command; the code of its reply."""
        return (self.say(text) or [""])[0][:3]

    def rest(self):
        """All replies that come yet, however the connection ends; the client says nothing more."""
        replies = []
        try:
            self.socket.shutdown(socket.SHUT_WR)
            while reply := self.reply():
                replies.append(reply)
        except (BrokenPipeError, ConnectionResetError, OSError):
            pass
        return replies

    def ended(self):
        """Whether the other side has nothing more to say, and ends it by itself."""
        try:
            return self.reply() == []
        except ConnectionResetError:
            return True


class Tap:
    """What comes in at an interface of a namespace and fits a tcpdump expression. Nothing else is
    queued, so none is lost where there are but few."""

    def __init__(self, bed, name, dev, expression):
        words = [tuple(map(int, line.split())) for line in gateway.run(
            "tcpdump", "-ddd", "-y", "EN10MB", expression).splitlines()[1:]]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *word) for word in words))
        self.socket = bed.make(name, socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.setsockopt(socket.SOL_SOCKET, 26,  # SO_ATTACH_FILTER
                               struct.pack("HP", len(words), ctypes.addressof(code)))
        self.socket.bind((dev, 3))  # ETH_P_ALL
        self.socket.setblocking(False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def frames(self):
        """Those that came since the last look."""
        found = []
        while True:
            try:
                frame, origin = self.socket.recvfrom(4096)
            except BlockingIOError:
                return found
            if origin[2] != socket.PACKET_OUTGOING:
                found.append(frame)


class Bed(gateway.Bed):
    """With both families and the responder."""

    more = ""  # of the gateway file's section
    hook = ""  # of the line's interface
    policy = POLICY

    def __init__(self, prefix="op25b-n"):
        super().__init__(prefix)
        self.responder = None
        self.far = None

    def __enter__(self):
        super().__enter__()
        os.chmod(self.folder, 0o755)
        for line, line6 in LINES.values():
            for address in (f"{line}/24", f"{line6}/64"):
                self.ip("line", "address", "replace", address, "dev", "c0", "nodad")
        for name, dev, addresses in (
                ("line", "c0", (f"{OTHER}/24", f"{OTHER6}/64", "2001:db8:1:ff::2/64")),
                ("gw", "sub0", ("2001:db8:1:ff::1/64",)),
                ("gw", "up0", ("2001:db8:f::1/64", "2001:db8:25::1/64")),
                ("far", "s0", (f"{MX}/24", f"{FOREIGN6}/64", f"{RELAY6}/64"))):
            for address in addresses:
                self.ip(name, "address", "replace", address, "dev", dev, "nodad")
        for line in range(1, 6):
            self.ip("gw", "route", "add", f"2001:db8:{line}::/48", "via", "2001:db8:1:ff::2")
        self.ip("line", "-6", "route", "add", "default", "via", "2001:db8:1:ff::1")
        self.ip("far", "-6", "route", "add", "default", "via", "2001:db8:f::1")
        self.inside("gw", "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")
        for address, port in ((FOREIGN6, 25), (FOREIGN6, 587), (RELAY6, 25), (MX, 25)):
            self.listeners[address, port] = self.listen(address, port)
        self.configure()
        # A refused line's packets, and a look for who has an address that nobody has.
        self.far = Tap(self, "far", "s0",
                       f"(tcp dst port 25 and not host {RELAY} and not host {RELAY6}"
                       f" and not net 10.2.0.0/24 and not net 2001:db8:5::/48) or host {NOBODY}"
                       f" or (icmp6 and ip6[40] == 135 and ip6[60:4] == 0x99)")
        return self

    def __exit__(self, *_):
        self.far.__exit__()
        self.end_responder()
        super().__exit__()

    def configure(self, more=None, hook=None):
        """Write the gateway file."""
        text = GATEWAY.replace("{more}", self.more if more is None else more)
        hook = self.hook if hook is None else hook
        if hook:
            text = text.replace("side: subscriber", f"side: subscriber, hook: {hook}")
        self.write("gateway.yaml", text.format(folder=self.folder))

    def listen(self, address, port):
        """As gateway.Bed's, of either family."""
        listener = self.make("far", family(address))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(4096)
        listener.setblocking(False)
        return listener

    # ---- the responder ------------------------------------------------------------------------

    @contextlib.contextmanager
    def responder_starting(self):
        """Start op25b-noticed; what is called waits until it serves."""
        with self.ear("notify-responder") as ear:
            os.chmod(ear.getsockname(), 0o666)
            self.responder = subprocess.Popen(
                [*as_in_the_unit(), str(BIN / "op25b-noticed"), "--socket",
                 str(self.folder / "notice.sock")],
                stdout=self.output, stderr=self.output,
                env={**os.environ, "NOTIFY_SOCKET": ear.getsockname()})

            yield lambda: gateway.until_ready(ear, self.responder)

    def start_responder(self):
        """Start op25b-noticed, until it serves."""
        with self.responder_starting() as ready:
            ready()

    def end_responder(self, number=9):
        """End it by a signal. Returns its exit status."""
        if not self.responder:
            return None
        self.responder.send_signal(number)
        status = self.responder.wait(60)
        self.responder = None
        return status

    def begin(self, policy=None):
        """Everything runs and a policy is in force. Returns what apply said."""
        self.start()
        answer = self.apply(policy or self.policy)
        assert "error" not in answer, answer
        self.start_responder()
        return answer

    def counts(self):
        """What it has counted, as status says."""
        return self.ask("status")["notice"]["counts"] or collections.Counter()

    # ---- clients ------------------------------------------------------------------------------

    def talk(self, source, address, port=25):
        """A conversation."""
        return Talk(self, source, address, port)

    def meets(self, source, address, port=25):
        """What a client meets: the first reply in one line, refused, or reset."""
        try:
            with self.talk(source, address, port) as talk:
                return "\n".join(talk.reply())
        except ConnectionRefusedError:
            return "refused"
        except ConnectionResetError:
            return "reset"

    def is_told(self, source, address, code="554"):
        """Whether it is the text."""
        return self.meets(source, address).startswith(code)

    def opens(self, source, address, port=25):
        """Whether a client on the line reaches the far side itself."""
        self.reached(address, port)
        with self.talk(source, address, port):
            return wait.until("the connection", lambda: self.reached(address, port)) == 1

    def many_lines(self, count):
        """So many more lines of greeting, by IPv6; their addresses."""
        sources = [f"2001:db8:1:{number:x}::7" for number in range(0x1000, 0x1000 + count)]
        self.write("addresses", "".join(f"address add {source}/128 dev c0 nodad\n"
                                        for source in sources))
        self.ip("line", "-batch", str(self.folder / "addresses"))
        return sources

    def nothing_passed(self):
        """No packet of a refused line has come to the far side."""
        frames = self.far.frames()
        assert not frames, [frame.hex() for frame in frames[:3]]


def as_in_the_unit():
    """The command that leaves op25b-noticed what its unit file does: no capability, and a user
    namespace and a network namespace with nothing else in it."""
    text = UNIT.read_text(encoding="utf-8")
    for line in ("User=op25b-noticed", "CapabilityBoundingSet=", "PrivateNetwork=yes",
                 "PrivateUsers=yes", "NoNewPrivileges=yes"):
        assert f"\n{line}\n" in text, line
    files = min(int(re.search(r"\nLimitNOFILE=(\d+)\n", text)[1]),
                resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    return ["prlimit", f"--nofile={files}", "unshare", "--net", "setpriv", f"--reuid={USER}",
            "--regid=nogroup", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all",
            "--no-new-privs", "unshare", f"--map-user={USER}", "--map-group=nogroup"]


def counted(bed, tally):
    """One of the tallies of `op25b counters`."""
    return bed.ask("counters")["answers"][tally]


def damm(digits):
    """Whether digits with their check digit are right; the quasigroup is Damm's thesis'."""
    rows = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581",
            "5869720134", "8945362017", "9438617205", "2581436790")
    state = 0
    for digit in digits.replace("-", ""):
        state = int(rows[state][int(digit)])
    return state == 0


def code_in(text):
    """The code that support asks for."""
    found = set(re.findall(r"\b\d{4}-\d{3}-\d{3}\b", text))
    assert len(found) == 1, text
    return found.pop()


def holdings(pid):
    """Memory that a process has, in bytes."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1]) * 1024
