# SPDX-License-Identifier: BSD-2-Clause
"""The network of the cells: a gateway with op25bd between lines and an internet with one mail host.

    op25b-e-cN  the line of cell N: 10.25.x.y, 2001:db8:aWW:NN00::7
        |
    op25b-e-access   a bridge, as an access network is
        | sub0: the wire
    op25b-e-gw       op25bd, forwarding
        | up0
    op25b-e-far      203.0.113.9, 2001:db8:f000::9: the MX; 203.0.113.53: the resolver

The services are the ways of refusing: a line's address says how it is refused. All of it is in a
mount namespace of this process's own, so nobody else sees the names.
"""
import fcntl
import os
import pathlib
import select
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

from effects import box

CLONE_NEWNET = 0x40000000
MX_HOST = "mx.far.example"
RESOLVER, MX, MX6 = "203.0.113.53", "203.0.113.9", "2001:db8:f000::9"
DOMAINS = {"v4": "v4.example", "dual": "dual.example"}
REFUSALS = {
    "drop": "how: drop",
    "reset": "how: reset",
    "unreachable": "how: unreachable",
    "greeting": "how: notice, manner: greeting",
    "later": "how: notice, manner: later",
    "helo": "how: notice, manner: helo",
}
OPEN = "none"
RESPONDER = "nobody"  # in the place of op25b-noticed's own user
WAYS = [OPEN, *REFUSALS]
TUNSETIFF, IFF_TAP, IFF_NO_PI, FRAME = 0x400454CA, 0x2, 0x1000, 65536
ETH_V4, ETH_V6, TCP, SYN, ACK = 0x0800, 0x86DD, 6, 0x02, 0x10


def run(*words):
    subprocess.run(words, check=True, capture_output=True, text=True)


def address(way, number):
    """The IPv4 address of a line."""
    return f"10.25.{WAYS.index(way) * 16 + number // 250}.{number % 250 + 2}"


def address6(way, number):
    """The IPv6 address of a line, in a /56 of its own."""
    return f"2001:db8:a{WAYS.index(way):02x}:{number:02x}00::7"


def service(way):
    refusal = "" if way == OPEN else \
        f"{{from: 2020-01-01, action: refuse, {REFUSALS[way]}, except: []}}"
    number = WAYS.index(way)
    prefix = f'{{prefix: "2001:db8:a{number:02x}::/48", line: 56}}'
    return (f"  - {{id: {way}, addressing: dynamic, access: ftth, "
            f"pools: [10.25.{number * 16}.0/20, {prefix}], port25: [{refusal}], "
            "remedies: {other-server: [submission], home-server: [relay]}}\n")


def policy(ways):
    """The lab's provider, with a service for each way."""
    return ("op25b: 1\ntimezone: UTC\n"
            'provider: {name: {en: Lab Net}, contact: {support: "mailto:support@lab.example"}, '
            'help_url: "https://help.lab.example"}\n'
            "mail_servers:\n"
            "  - {id: relay, addresses: [203.0.113.25], hosts: [mail.lab.example], "
            "offers: [relay, submission, submissions]}\n"
            "remedies:\n  - {id: submission}\n  - {id: relay}\n"
            "services:\n" + "".join(map(service, ways)))


class Bed:
    """Everything but the cells. Use as a context; what it made ends with it."""

    def __init__(self, bin_dir, ways, kept_log):
        self.bin, self.ways = bin_dir, ways
        self.log = open(kept_log, "w", encoding="utf-8")
        self.folder = tempfile.mkdtemp(prefix="op25b-effects-")
        self.children = []

    def netns(self, name):
        return f"/run/netns/op25b-e-{name}"

    def inside(self, name, *words):
        return ["nsenter", f"--net={self.netns(name)}", *words]

    def ip(self, name, *words):
        run("ip", "-n", f"op25b-e-{name}", *words)

    def start(self, name, *words, **options):
        """A process of the bed, in a network namespace; it is killed at the end."""
        child = subprocess.Popen([*box.ENDS_WITH_US, *self.inside(name, *words)],
                                 stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                 **options)
        self.children.append(child)
        return child

    def namespace(self, name):
        run("ip", "netns", "add", f"op25b-e-{name}")
        self.ip(name, "link", "set", "lo", "up")

    def cable(self, name, device, peer_name, peer):
        self.ip(name, "link", "add", device, "type", "veth", "peer", "name", peer, "netns",
                f"op25b-e-{peer_name}")
        self.ip(name, "link", "set", device, "up")
        self.ip(peer_name, "link", "set", peer, "up")

    def addresses(self, name, device, *addresses):
        for one in addresses:
            self.ip(name, "address", "add", one, "dev", device,
                    *(["nodad"] if ":" in one else []))

    def __enter__(self):
        try:
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def make(self):
        """The namespaces, and the wire between lines and gateway."""
        box.mount("op25b-netns", "/run/netns", "tmpfs")
        box.mount("op25b-effects", self.folder, "tmpfs", 0, "mode=755")
        os.mkdir(f"{self.folder}/scratch")
        os.mkdir(f"{self.folder}/bpf")
        box.mount("op25b-bpf", f"{self.folder}/bpf", "bpf")
        for name in ("access", "gw", "far"):
            self.namespace(name)
        self.ip("access", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        self.ip("access", "link", "set", "br0", "up")
        self.wire = Wire(self.tap("access", "gw0"), self.tap("gw", "sub0"))
        self.wire.start()
        self.ip("access", "link", "set", "gw0", "master", "br0")
        self.cable("gw", "up0", "far", "s0")
        self.addresses("gw", "sub0", "10.25.0.1/16", "2001:db8:a00::1/40")
        self.addresses("gw", "up0", "203.0.113.1/24", "2001:db8:f000::1/48")
        self.addresses("far", "s0", f"{MX}/24", f"{RESOLVER}/24", f"{MX6}/48")
        for way in ("203.0.113.1", "2001:db8:f000::1"):
            self.ip("far", "route", "add", "default", "via", way)
        run(*self.inside("gw", "sysctl", "-qw", "net.ipv4.ip_forward=1",
                         "net.ipv6.conf.all.forwarding=1"))

    def __exit__(self, *_):
        for child in self.children:
            child.send_signal(signal.SIGKILL)
            child.wait()
        for path in (f"{self.folder}/bpf", self.folder, "/run/netns"):
            subprocess.run(["umount", "-l", path], stderr=subprocess.DEVNULL, check=False)
        os.rmdir(self.folder)
        self.log.close()

    def certificate(self):
        """A key and a certificate of the mail host, which the cells trust."""
        names = ",".join(f"DNS:mx.{domain}" for domain in DOMAINS.values())
        paths = [f"{self.folder}/mx.key", f"{self.folder}/mx.crt"]
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "2", "-subj", f"/CN={MX_HOST}", "-addext",
            f"subjectAltName={names}", "-keyout", paths[0], "-out", paths[1])
        return [pathlib.Path(path).read_text(encoding="ascii") for path in paths]

    def line(self, number, way, dual):
        """The namespace of cell `number`; a dual line has open IPv4 beside refused IPv6."""
        name = f"c{number}"
        self.namespace(name)
        self.cable("access", name, name, "eth0")
        self.ip("access", "link", "set", name, "master", "br0")
        sources = [address(OPEN if dual else way, number)]
        self.addresses(name, "eth0", f"{sources[0]}/16")
        self.ip(name, "route", "add", "default", "via", "10.25.0.1")
        if dual:
            sources.append(address6(way, number))
            self.addresses(name, "eth0", f"{sources[1]}/40")
            self.ip(name, "route", "add", "default", "via", "2001:db8:a00::1")
        return name, sources

    def end_line(self, name):
        run("ip", "netns", "delete", f"op25b-e-{name}")

    def gateway(self):
        """op25bd with the policy in force, and op25b-noticed with its texts."""
        path = pathlib.Path(self.folder)
        (path / "gateway.yaml").write_text(
            "op25b_gateway: 1\ninterfaces:\n  - {name: sub0, side: subscriber}\n"
            f"  - {{name: up0, side: upstream}}\nsocket: {path}/control.sock\n"
            f"state: {path}/state\npins: {path}/bpf/op25b\n"
            f"notice: {{socket: {path}/notice.sock, user: {RESPONDER}}}\n", encoding="ascii")
        (path / "policy.yaml").write_text(policy(self.ways), encoding="ascii")
        self.daemon(f"{self.bin}/op25bd", "--gateway", f"{path}/gateway.yaml")
        run(f"{self.bin}/op25b", "apply", f"{path}/policy.yaml", "--socket",
            f"{path}/control.sock")
        self.daemon(*box.ENDS_WITH_US, f"--reuid={RESPONDER}", "--regid=nogroup", "--clear-groups",
                    "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs",
                    f"{self.bin}/op25b-noticed", "--socket", f"{path}/notice.sock")

    def daemon(self, *words):
        """Starts one of the gateway's; returns when it says that it is ready."""
        path = pathlib.Path(self.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(str(path))
            path.chmod(0o666)
            ear.settimeout(60)
            self.start("gw", *words, env={**os.environ, "NOTIFY_SOCKET": str(path)})
            while b"READY=1" not in ear.recv(4096):
                pass
        path.unlink()

    def tap(self, name, device):
        """A network device whose other end is a file."""
        with open("/proc/self/ns/net", encoding="ascii") as home, \
                open(self.netns(name), encoding="ascii") as there:
            box.LIBC.setns(there.fileno(), CLONE_NEWNET)
            try:
                handle = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
                fcntl.ioctl(handle, TUNSETIFF,
                            struct.pack("16sH22x", device.encode(), IFF_TAP | IFF_NO_PI))
            finally:
                box.LIBC.setns(home.fileno(), CLONE_NEWNET)
        self.ip(name, "link", "set", device, "up")
        return handle


class Wire(threading.Thread):
    """The wire between the lines and the gateway: carries frames both ways, and notes who tried to
    reach port 25.

    A veth pair would bring a gateway's answer while the line's kernel is still sending, which no
    real line does: an ICMP error is then no more than a hint, and programs wait a second more."""

    def __init__(self, lines, gateway):
        super().__init__(daemon=True)
        self.lines, self.gateway = lines, gateway
        self.tries = []  # (source, destination, source port, time)

    def run(self):
        ready = select.poll()
        for end in (self.lines, self.gateway):
            ready.register(end, select.POLLIN)
        while True:
            for end, _ in ready.poll():
                frame = os.read(end, FRAME)
                if end == self.lines:
                    found = attempt(frame)
                    if found:
                        self.tries.append(found)
                os.write(self.gateway if end == self.lines else self.lines, frame)


def attempt(frame):
    """(source, destination, source port) of a SYN to port 25, or None."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == ETH_V4 and frame[23] == TCP:
        at, family, ends = 14 + (frame[14] & 15) * 4, socket.AF_INET, (26, 30, 34)
    elif kind == ETH_V6 and frame[20] == TCP:
        at, family, ends = 54, socket.AF_INET6, (22, 38, 54)
    else:
        return None
    if frame[at + 2:at + 4] != b"\0\x19" or frame[at + 13] & (SYN | ACK) != SYN:
        return None
    source, destination = (socket.inet_ntop(family, frame[a:b]) for a, b in zip(ends, ends[1:]))
    return source, destination, int.from_bytes(frame[at:at + 2], "big"), time.monotonic()
