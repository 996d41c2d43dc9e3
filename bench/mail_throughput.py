# SPDX-License-Identifier: BSD-2-Clause
"""Row m.mail: mails a second through Postfix that asks op25b-maild, and through the same Postfix
that does not.

Three mail hosts of lab/mail stand side by side, all as `op25b mailconf` has them. On the second one
the line's right to relay stands in main.cf, and nobody is asked or follows the log. The third one
asks as the first, but bench-policy-empty, which answers and does nothing else: what it is slower by
is Postfix's own part, which no policy server can save. A line sends mails with one recipient
elsewhere by its right to port 25, which is three questions a mail; they are counted when the other
side has them. Queue, log and state are on this machine's disk, under /var/tmp, as those of a mail
host are.
"""
import contextlib
import os
import pathlib
import re
import statistics
import tempfile
import time

import lines_bed
import gateway
import wait
from mail import host

LINE, RELAY = "line-a", "192.0.2.25:25"
SESSIONS, SIZE = 10, 1024
NEVER_FULL = "burst: 1000000, hour: 1000000, day: 100000000"
POLICY = re.sub(r"burst: \d+, hour: \d+, day: \d+", NEVER_FULL, host.POLICY)
LOG = "/var/log/op25b/postfix.log"
ON_DISK = ("/var/spool/postfix", "/var/log/op25b", "/var/lib/op25b-maild")


@contextlib.contextmanager
def mail_host(**options):
    """One whose lasting files are on a disk."""
    with tempfile.TemporaryDirectory(prefix="op25b-bench-", dir="/var/tmp") as folder:
        os.chmod(folder, 0o755)
        isp = host.MailHost(gateway.BIN, policy=POLICY, far="sink", **options)
        isp.binds = {path: f"{folder}/{number}" for number, path in enumerate(ON_DISK)}
        for path in isp.binds.values():
            os.mkdir(path, 0o755)
        with isp:
            yield isp


def asking():
    """As it is meant to be."""
    return mail_host()


@contextlib.contextmanager
def not_asking():
    """Without a call."""
    with mail_host(maild=False) as isp:
        address = isp.place(LINE).v4
        isp.run("postconf", "-e", f"op25b_grant=check_client_access inline:{{ {address}=OK }}",
                "op25b_relay_data=", "op25b_relay_end=")
        isp.postfix("reload")
        yield isp


@contextlib.contextmanager
def asking_nobody():
    """The calls, and answers without a thought."""
    with mail_host(maild=False) as isp:
        for name, action in (("grant", "OK"), ("restrict", "DUNNO")):
            isp.spawn("bench-policy-empty", f"/run/{name}.sock", action, place="host")
            wait.until("the empty server", isp.path(f"/run/{name}.sock").exists)
        ask = "check_policy_service {{ unix:/run/{}.sock, timeout=2s, policy_context=relay/{} }}"
        isp.run("postconf", "-e", f"op25b_grant={ask.format('grant', 'rcpt')}",
                f"op25b_relay_data={ask.format('restrict', 'data')}",
                f"op25b_relay_end={ask.format('restrict', 'end')}")
        isp.postfix("reload")
        yield isp


class Log:
    """Counts deliveries from now on."""

    def __init__(self, isp):
        self.stream = open(isp.path(LOG), "rb")
        self.stream.seek(0, 2)
        self.sent, self.left = 0, b""

    def count(self):
        """How many there were."""
        data = self.left + self.stream.read()
        whole, _, self.left = data.rpartition(b"\n")
        self.sent += whole.count(b" status=sent ")
        assert b"status=bounced" not in whole and b"status=deferred" not in whole, whole[-500:]
        return self.sent


def worked(isp):
    """Seconds of CPU that all processes of a mail host had, those that ended too."""
    home, total = os.readlink(f"/proc/{isp.box_pid}/ns/pid"), 0
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.readlink(process / "ns/pid") == home:
                text = (process / "stat").read_text(encoding="utf-8", errors="replace")
                total += sum(map(int, text.rpartition(")")[2].split()[11:15]))
    return total / os.sysconf("SC_CLK_TCK")


def send(isp, mails):
    """Mails a second until the other side has them, and until Postfix has taken them; milliseconds
    of CPU a mail."""
    log, before = Log(isp), worked(isp)
    with log.stream:
        begin = time.monotonic()
        isp.run("smtp-source", "-s", SESSIONS, "-l", SIZE, "-m", mails, "-f", "me@home.example",
                "-t", "you@far.example", RELAY, place=LINE, timeout=600)
        taken = time.monotonic()
        wait.until("deliveries", lambda: log.count() == mails, 600)
        done = time.monotonic()
    return mails / (done - begin), mails / (taken - begin), 1e3 * (worked(isp) - before) / mails


def row(name, seconds, repeats):
    """Rounds of all in turn; the first of each is not counted."""
    mails = 300 * seconds
    found, beside, ratios, bounds = {}, {}, [], []
    with asking() as ours, not_asking() as without, asking_nobody() as empty:
        ways = {"op25b": ours, "without": without, "empty": empty}
        for isp in ways.values():
            send(isp, mails // 3)
        for number in range(2 * repeats):
            for way in [*ways, *ways][number % 3:][:3]:
                delivered, taken, cpu = send(ways[way], mails)
                lines_bed.note(f"  {way}: {delivered:.0f} mails/s, taken {taken:.0f}/s, {cpu:.2f} "
                               "ms of CPU")
                found.setdefault(way, []).append(delivered)
                beside.setdefault(f"{way}: taken, /s", []).append(taken)
                beside.setdefault(f"{way}: CPU a mail, ms", []).append(cpu)
            ratios.append(found["op25b"][-1] / found["without"][-1])
            bounds.append(found["empty"][-1] / found["without"][-1])
    lines_bed.report(
        name, "/s", "at least 0.95 times the same Postfix without the calls",
        statistics.median(ratios) >= 0.95, found["op25b"],
        {"without": found["without"], "empty": found["empty"]},
        {"ours to the other, in a round of all": ratios,
         "an empty policy server to the other, in a round of all": bounds, **beside})
