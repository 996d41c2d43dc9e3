# SPDX-License-Identifier: BSD-2-Clause
"""What the rows of notices share: the gateway and its many lines, those who call, and what is seen
of a gateway meanwhile.

    10.8.0.0/16, 2001:db8:8::/48   lines that are told why     10.10.0.0/16  lines that are reset
    10.9.0.0/16                    told as well; nobody has such an address: spoofed
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import threading

import gateway
import notice

LINES = {"v4": ("10.8.1.0", "203.0.113.16"), "v6": ("2001:db8:8:100::1", "2001:db8:f:10::1")}
FLOODER, RESET, SPOOFED = "10.8.0.1", "10.10.0.1", "10.9.0.0"
PEERS = 200
POLICY = """op25b: 1
timezone: UTC
provider: {name: {en: Provider}, help_url: "https://help.provider.example"}
mail_servers:
  - {id: relay, addresses: [192.0.2.25], hosts: [mail.provider.example],
     offers: [relay, submission, submissions]}
services:
  - {id: told, addressing: dynamic,
     pools: [10.8.0.0/15, {prefix: "2001:db8:8::/48", line: 64}],
     port25: [{from: 2026-01-01, action: refuse, how: notice, except: [relay]}]}
  - {id: reset, addressing: dynamic, pools: [10.10.0.0/16],
     port25: [{from: 2026-01-01, action: refuse, how: reset, except: [relay]}]}
"""
SYN_RECV = "03"


class Bed(notice.Bed):
    """A gateway with so many lines; op25b runs on it after begin()."""

    policy = POLICY

    def __enter__(self):
        super().__enter__()
        for family, pools, router in (("-4", ("10.8.0.0/15", "10.10.0.0/16"), notice.OTHER),
                                      ("-6", ("2001:db8:8::/48",), "2001:db8:1:ff::2")):
            for pool in pools:
                self.ip("gw", family, "route", "add", pool, "via", router)
                own = pool.replace("10.8.0.0/15", "10.8.0.0/16")
                self.ip("line", family, "route", "add", "local", own, "dev", "lo")
        return self

    def caller(self, mode, line, peer, cpu=None, **options):
        """bench-callers on the line's side, started; its answer is read by result()."""
        words = [f"{name}={value}" for name, value in options.items()]
        where = ["taskset", "-c", str(cpu)] if cpu is not None else []
        return subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{self.prefix}-line", *where,
             str(gateway.BIN / "bench-callers"), mode, line, peer, f"peers={PEERS}", *words],
            stdout=subprocess.PIPE)

    def calls(self, line, peer, **options):
        """Calls that are waited for; what came of them. Nothing may have got through."""
        said = result(self.caller("call", line, peer, **options))
        assert said["let_in"] == 0, said
        return said

    def spoof(self, **options):
        """A SYN flood of lines that nobody is, started."""
        found = self.ip("gw", "-o", "link", "show", "sub0")
        router = re.search(r"link/ether (\S+)", found)[1]
        return self.caller("syn", SPOOFED, LINES["v4"][1], lines=65536, device="c0",
                           router=router, **options)

    def sysctls(self):
        """Every setting of the gateway's network."""
        text = self.inside("gw", "sysctl", "-a", "--pattern", "^net")
        return dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)


def result(process):
    """What a caller said at its end."""
    output = process.communicate(timeout=300)[0]
    assert process.returncode == 0, process.args
    said = json.loads(output)
    print(f"  {' '.join(process.args[2:])}: {said}", file=sys.stderr, flush=True)
    return said


class Watch(threading.Thread):
    """Looks at a gateway's sockets ten times a second; a thread has a namespace of its own."""

    def __init__(self, bed):
        super().__init__()
        self.bed = bed
        self.over = threading.Event()
        self.most = {"sockets": 0, "half_open": 0, "tracked": 0}
        self.cookies = 0

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join()

    def run(self):
        gateway.set_namespace(f"{self.bed.prefix}-gw")
        net = pathlib.Path("/proc/thread-self/net")
        before = cookies_sent(net)
        while not self.over.wait(0.1):
            for name, value in look(net).items():
                self.most[name] = max(self.most[name], value)
        self.cookies = cookies_sent(net) - before


def half_open(net):
    """Sockets whose handshake is under way. The middle of three counts, for /proc/net/tcp is read
    piece by piece, while such sockets come and go by the hundred."""
    return sorted(sum(line.split()[3] == SYN_RECV for name in ("tcp", "tcp6")
                      for line in (net / name).read_text(encoding="ascii").splitlines()[1:])
                  for _ in range(3))[1]


def look(net):
    """Sockets of TCP, of them half-open, and connections tracked."""
    stats = (net / "sockstat").read_text(encoding="ascii") \
        + (net / "sockstat6").read_text(encoding="ascii")
    sockets = sum(int(number) for number in re.findall(r"TCP6?: inuse (\d+)", stats)) \
        + int(re.search(r" tw (\d+)", stats)[1])
    tracked = pathlib.Path("/proc/sys/net/netfilter/nf_conntrack_count")
    return {"sockets": sockets, "half_open": half_open(net),
            "tracked": int(tracked.read_text(encoding="ascii")) if tracked.exists() else 0}


def socket_size():
    """Octets that the kernel's objects for one connection take, without what waits in it."""
    with open("/proc/slabinfo", encoding="ascii") as text:
        sizes = {line.split()[0]: int(line.split()[3]) for line in text.readlines()[2:]}
    return sizes["TCPv6"] + sizes["sock_inode_cache"]


def cookies_sent(net):
    """TcpExt SyncookiesSent."""
    names, values = [line.split() for line in
                     (net / "netstat").read_text(encoding="ascii").splitlines()
                     if line.startswith("TcpExt:")]
    return int(values[names.index("SyncookiesSent")])


def descendants(pid):
    """A process and all that it started."""
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [pid] + [each for child in children.split() for each in descendants(int(child))]


def resident(pid):
    """KiB of a process and all that it started; what they share is counted once."""
    total = 0
    for each in descendants(pid):
        text = pathlib.Path(f"/proc/{each}/smaps_rollup").read_text(encoding="ascii")
        total += int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1])
    return total


def most_resident(pid):
    """KiB that a process had at most."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1])


def on_one_cpu(bed, pids, cpu):
    """The gateway's packets and processes are worked at on that CPU, the line's on another."""
    for pid in pids:
        os.sched_setaffinity(pid, {cpu})
    for name, dev, place in (("gw", "sub0", cpu), ("line", "c0", 1 - cpu)):
        gateway.run("ip", "netns", "exec", f"{bed.prefix}-{name}", "sh", "-c",  # its own /sys
                    f"echo {1 << place:x} > /sys/class/net/{dev}/queues/rx-0/rps_cpus")
