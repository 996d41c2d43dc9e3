# SPDX-License-Identifier: BSD-2-Clause
"""A gateway between a line and the far side, in namespaces that end with the test.

The test moves into a mount namespace of its own, so that its network namespaces, its bpffs and its
files are seen by nobody else:

    op25b-d-line  10.1.0.7, 10.1.0.8 (dynamic), 10.2.0.7 (fixed)
        |  sub0
    op25b-d-gw    op25bd, forwarding
        |  up0
    op25b-d-far   192.0.2.25 (relay), 203.0.113.9 (foreign); listens on 25 and 587
"""
import ctypes
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import sys
import tempfile

import wait

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
BIN = pathlib.Path(os.environ["OP25B_BIN_DIR"])
UNIT = pathlib.Path(__file__).parents[2] / "packaging/op25bd.service"
LINE, OTHER_LINE, FIXED = "10.1.0.7", "10.1.0.8", "10.2.0.7"
RELAY, FOREIGN = "192.0.2.25", "203.0.113.9"

GATEWAY = """op25b_gateway: 1
interfaces:
  - {{name: "sub*", side: subscriber}}
  - {{name: up0, side: upstream}}
answers: {{rate: 100000, burst: 1000000}}
events: {{rate: 100, burst: 100}}
socket: {folder}/control.sock
state: {folder}/state
pins: {folder}/bpf/op25b
"""

# rules: the flow list of the dynamic service
POLICY = """op25b: 1
timezone: UTC
mail_servers:
  - {{id: relay, addresses: [192.0.2.25], offers: [relay]}}
services:
  - {{id: dynamic, addressing: dynamic, pools: [10.1.0.0/24], port25: [{rules}]}}
  - {{id: fixed, addressing: fixed, pools: [10.2.0.0/24], port25: []}}
"""
REFUSE = "{from: 2026-01-01, action: refuse, how: reset, except: [relay]}"
ALLOW = "{from: 2026-01-01, action: allow}"


def skip(reason):
    """End the whole test, uncounted but named."""
    print(f"SKIP {reason}")
    sys.exit(77)


def run(*command, check=True):
    """A command's output."""
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True).stdout


def enter():
    """Into a mount namespace of this process's own. Once, first."""
    if os.geteuid():
        skip("root is needed for namespaces and BPF")
    if LIBC.unshare(CLONE_NEWNS):
        skip("a mount namespace is not permitted here")
    LIBC.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    os.makedirs("/run/netns", exist_ok=True)
    if LIBC.mount(b"op25b-netns", b"/run/netns", b"tmpfs", 0, None):
        skip("mounting is not permitted here")


def set_namespace(name):
    """Move the calling thread into a network namespace."""
    with open(f"/run/netns/{name}", encoding="ascii") as handle:
        if LIBC.setns(handle.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {name}")


def as_in_the_unit():
    """The command that leaves op25bd the capabilities which its unit file does, and no other."""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("CapabilityBoundingSet="):
            names = line.partition("=")[2].lower().replace("cap_", "+").split()
            return ["setpriv", "--bounding-set=" + ",".join(["-all", *names])]
    raise LookupError("CapabilityBoundingSet")


def until_ready(ear, process):
    """Wait until a daemon says so to its service manager; it fails at once if the daemon ends."""
    def ready():
        assert process.poll() is None, f"it ended: {process.returncode}"
        return select.select([ear], [], [], 0)[0]
    wait.until("READY=1", ready, 120)
    said = ear.recv(4096).decode()
    assert said.startswith("READY=1\n"), said


class Bed:
    """One gateway, its line and its far side."""

    def __init__(self, prefix="op25b-d"):
        self.prefix = prefix  # of its namespaces
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{prefix}-"))
        self.socket = self.folder / "control.sock"
        self.daemon = None
        self.listeners = {}
        self.output = open(self.folder / "log", "w+", encoding="utf-8")

    def __enter__(self):
        os.mkdir(self.folder / "bpf")
        run("mount", "-t", "bpf", "op25b-bpf", str(self.folder / "bpf"))
        for name in ("line", "gw", "far"):
            run("ip", "netns", "add", f"{self.prefix}-{name}")
            self.ip(name, "link", "set", "lo", "up")
        self.wire("gw", "sub0", "line", "c0")
        self.wire("gw", "up0", "far", "s0")
        for name, dev, addresses in (
                ("line", "c0", (LINE, OTHER_LINE, FIXED)), ("far", "s0", (RELAY, FOREIGN)),
                ("gw", "sub0", ("10.1.0.1", "10.2.0.1")),
                ("gw", "up0", ("192.0.2.1", "203.0.113.1"))):
            for address in addresses:
                self.ip(name, "address", "add", f"{address}/24", "dev", dev)
        self.ip("line", "route", "add", "default", "via", "10.1.0.1")
        self.ip("far", "route", "add", "default", "via", "192.0.2.1")
        self.inside("gw", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        (self.folder / "gateway.yaml").write_text(
            GATEWAY.format(folder=self.folder), encoding="utf-8")
        for address, port in ((FOREIGN, 25), (FOREIGN, 587), (RELAY, 25)):
            self.listeners[address, port] = self.listen(address, port)
        return self

    def __exit__(self, *_):
        self.kill()
        for listener in self.listeners.values():
            listener.close()
        for name in ("line", "gw", "far"):
            run("ip", "netns", "delete", f"{self.prefix}-{name}")
        run("umount", str(self.folder / "bpf"))
        self.output.close()
        run("rm", "-r", str(self.folder))

    def log(self):
        """What the daemon said."""
        return (self.folder / "log").read_text(encoding="utf-8")

    # ---- the network -------------------------------------------------------------------------

    def inside(self, name, *command, check=True):
        """Run a command in a network namespace."""
        return run("nsenter", f"--net=/run/netns/{self.prefix}-{name}", *command, check=check)

    def ip(self, name, *arguments):
        """ip in a network namespace."""
        return self.inside(name, "ip", *arguments)

    def wire(self, name, dev, peer_name, peer):
        """A veth pair, both ends up."""
        self.ip(name, "link", "add", dev, "type", "veth", "peer", "name", peer, "netns",
                f"{self.prefix}-{peer_name}")
        self.ip(name, "link", "set", dev, "up")
        self.ip(peer_name, "link", "set", peer, "up")

    def make(self, name, family=socket.AF_INET, kind=socket.SOCK_STREAM, protocol=0):
        """A socket that lives in a network namespace; the caller stays where it is."""
        with open("/proc/self/ns/net", encoding="ascii") as home:
            set_namespace(f"{self.prefix}-{name}")
            try:
                return socket.socket(family, kind, protocol)
            finally:
                LIBC.setns(home.fileno(), CLONE_NEWNET)

    def mac(self):
        """Where the line's frames go."""
        link, = json.loads(self.ip("gw", "-json", "link", "show", "sub0"))
        return bytes.fromhex(link["address"].replace(":", ""))

    def listen(self, address, port):
        """A listener on the far side that takes connections by itself."""
        listener = self.make("far")
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(4096)
        listener.setblocking(False)
        return listener

    def reached(self, address, port):
        """How many connections came to the far side since the last look."""
        count = 0
        while True:
            try:
                self.listeners[address, port].accept()[0].close()
                count += 1
            except BlockingIOError:
                return count

    def connect(self, source, address, port=25, seconds=5):
        """What a client on the line meets: open, refused, silent."""
        with self.make("line") as client:
            client.settimeout(seconds)
            client.bind((source, 0))
            try:
                client.connect((address, port))
                return "open"
            except ConnectionRefusedError:
                return "refused"
            except (TimeoutError, socket.timeout):
                return "silent"

    # ---- the daemon ---------------------------------------------------------------------------

    def ear(self, name="notify"):
        """A socket where the service manager's would be."""
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = self.folder / name
        path.unlink(missing_ok=True)
        ear.bind(str(path))
        ear.settimeout(120)
        return ear

    def start(self, wait_ready=True):
        """Start op25bd; by default until it says READY=1 to its service manager."""
        with self.ear() as ear:
            self.daemon = subprocess.Popen(
                ["nsenter", f"--net=/run/netns/{self.prefix}-gw", *as_in_the_unit(),
                 str(BIN / "op25bd"), "--gateway", str(self.folder / "gateway.yaml")],
                stdout=self.output, stderr=self.output,
                env={**os.environ, "NOTIFY_SOCKET": ear.getsockname()})
            if wait_ready:
                until_ready(ear, self.daemon)

    def reload(self, text=None):
        """Have op25bd read its gateway file again, changed to this text. Returns what it said."""
        if text is not None:
            self.write("gateway.yaml", text.format(folder=self.folder))
        with self.ear() as ear:
            self.daemon.send_signal(signal.SIGHUP)
            return ear.recv(4096).decode(), ear.recv(4096).decode()

    def kill(self, number=signal.SIGKILL):
        """End op25bd by a signal and wait for it. Returns its exit status."""
        if not self.daemon:
            return None
        self.daemon.send_signal(number)
        status = self.daemon.wait(60)
        self.daemon = None
        return status

    def ask(self, op, **keys):
        """One request on the control socket."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(120)
            client.connect(str(self.socket))
            client.sendall(json.dumps({"op": op, **keys}).encode() + b"\n")
            with client.makefile() as stream:
                return json.loads(stream.readline())

    def apply(self, policy, **keys):
        """Put the text of a policy in force."""
        return self.ask("apply", files=[{"name": "p.yaml", "text": policy}], **keys)

    def cli(self, *arguments):
        """Exit code, standard output and error of op25b."""
        done = subprocess.run([str(BIN / "op25b"), *arguments], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env={**os.environ, "OP25B_SOCKET": str(self.socket)})
        return done.returncode, done.stdout, done.stderr

    def write(self, name, text):
        """A file in the bed's folder."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def until_status(self, what, condition, seconds=60):
        """Wait until the status fits."""
        return wait.until(what, lambda: condition(self.ask("status")), seconds)


def policy(rules=REFUSE):
    """A policy whose dynamic service has these rules."""
    return POLICY.format(rules=rules)
