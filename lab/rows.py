# SPDX-License-Identifier: BSD-2-Clause
"""What the lab proves, a row each: what is expected, what op25b explains, what is observed."""

import json
import subprocess
import time

import wait

GIVES_UP_MS = 1500  # a mail program would wait half a minute to five; the rows can't

RESET, UNREACHABLE, DROP = "ECONNREFUSED", "EHOSTUNREACH", "timeout"
OPEN = "connected"
FOREIGN, FOREIGN6 = "203.0.113.150", "2001:db8:f000::25"
RELAY, RELAY6 = "192.0.2.25", "2001:db8:25::25"
V4, V6 = "198.51.100.10", "2001:db8:1000:100::10"


def connection(what, frm, src, dst, port, expected, explained, when="now"):
    return {
        "what": what,
        "from": frm,
        "src": src,
        "dst": dst,
        "port": port,
        "expected": expected,
        "explained": explained,
        "when": when,
    }


def other_ports():
    for port, name in ((587, "submission"), (465, "submissions"), (443, "https"), (993, "imaps")):
        for src, dst, family in ((V4, FOREIGN, "v4"), (V6, FOREIGN6, "v6")):
            yield connection(
                f"dynamic line, foreign server, port {port} ({name}), {family}",
                "dynamic",
                src,
                dst,
                port,
                OPEN,
                "pass other-port",
            )


def refusals():
    for how, v4, v6, error4, error6 in (
        ("reset", V4, V6, RESET, RESET),
        ("unreachable", "198.51.100.70", "2001:db8:1001:100::10", UNREACHABLE, "EACCES"),
        ("drop", "198.51.100.130", "2001:db8:1002:100::10", DROP, DROP),
    ):
        yield connection(
            f"dynamic line, foreign server, port 25, {how}, v4",
            "dynamic",
            v4,
            FOREIGN,
            25,
            error4,
            "refuse foreign-server",
        )
        yield connection(
            f"dynamic line, foreign server, port 25, {how}, v6",
            "dynamic",
            v6,
            FOREIGN6,
            25,
            error6,
            "refuse foreign-server",
        )


ROWS = [
    connection(
        "line whose restriction starts in some seconds",
        "dynamic",
        "198.51.100.226",
        FOREIGN,
        25,
        OPEN,
        "pass before-start",
    ),
    *refusals(),
    connection(
        "dynamic line, provider's relay, port 25, v4",
        "dynamic",
        V4,
        RELAY,
        25,
        OPEN,
        "pass designated-server",
    ),
    connection(
        "dynamic line, provider's relay, port 25, v6",
        "dynamic",
        V6,
        RELAY6,
        25,
        OPEN,
        "pass designated-server",
    ),
    connection(
        "dynamic line, provider's MX, port 25 (not excepted)",
        "dynamic",
        V4,
        "192.0.2.10",
        25,
        RESET,
        "refuse designated-server-closed",
    ),
    *other_ports(),
    connection(
        "fixed line (/32), foreign server, port 25",
        "fixed",
        "203.0.113.9",
        FOREIGN,
        25,
        OPEN,
        "pass unrestricted",
    ),
    connection(
        "fixed line (/29), foreign server, port 25",
        "fixed",
        "203.0.113.18",
        FOREIGN,
        25,
        OPEN,
        "pass unrestricted",
    ),
    connection(
        "fixed line (/28), foreign server, port 25",
        "fixed",
        "203.0.113.40",
        FOREIGN,
        25,
        OPEN,
        "pass unrestricted",
    ),
    connection(
        "fixed line (v6 /56), foreign server, port 25",
        "fixed",
        "2001:db8:2000:100::10",
        FOREIGN6,
        25,
        OPEN,
        "pass unrestricted",
    ),
    connection(
        "exempted line, foreign server, port 25",
        "dynamic",
        "198.51.100.20",
        FOREIGN,
        25,
        OPEN,
        "pass exemption",
    ),
    connection(
        "line whose exemption is over",
        "dynamic",
        "198.51.100.21",
        FOREIGN,
        25,
        RESET,
        "refuse foreign-server",
    ),
    connection(
        "held line, provider's relay, port 25",
        "dynamic",
        "198.51.100.22",
        RELAY,
        25,
        RESET,
        "refuse hold",
    ),
    connection(
        "line that is only counted",
        "dynamic",
        "198.51.100.194",
        FOREIGN,
        25,
        OPEN,
        "count foreign-server",
    ),
    connection(
        "mail coming in to a home server on a dynamic line",
        "foreign",
        FOREIGN,
        V4,
        25,
        OPEN,
        "pass not-a-subscriber",
    ),
    connection(
        "mail coming in to a home server on a fixed line",
        "foreign",
        FOREIGN,
        "203.0.113.9",
        25,
        OPEN,
        "pass not-a-subscriber",
    ),
    connection(
        "roaming customer, provider's submission, port 587",
        "roaming",
        "203.0.113.200",
        RELAY,
        587,
        OPEN,
        "pass other-port",
    ),
    {
        "what": "answer from a foreign port 25 to a dynamic line (asymmetric path)",
        "src": FOREIGN,
        "from": "foreign",
        "dst": V4,
        "to": "dynamic",
        "expected": "nothing",
        "explained": "refuse reverse-path",
        "when": "now",
    },
    {
        "what": "answer from the relay's port 25 to a dynamic line",
        "src": RELAY,
        "from": "relay",
        "dst": V4,
        "to": "dynamic",
        "expected": "arrived",
        "explained": "pass designated-server",
        "when": "now",
    },
    connection(
        "the same line after its start date",
        "dynamic",
        "198.51.100.226",
        FOREIGN,
        25,
        RESET,
        "refuse foreign-server",
        "after the start",
    ),
]

HEAD = f"{'':8}{'what':66}{'expected':14}{'explained':34}observed"


def line(result):
    mark = "ok" if result["ok"] else "FAILED"
    known = f"{mark:8}{result['what']:66}{result['expected']:14}{result['explained']:34}"
    return known + result["observed"]


class Lab:
    def __init__(self, op25b, folder, probe, inside, start_at):
        self.op25b, self.folder, self.probe, self.inside, self.start_at = (
            op25b,
            folder,
            probe,
            inside,
            start_at,
        )

    def _probe(self, namespace, *arguments):
        return self.inside(namespace, "/usr/bin/python3", self.probe, *map(str, arguments))

    def _run(self, namespace, *arguments):
        done = subprocess.run(
            self._probe(namespace, *arguments), capture_output=True, text=True, check=False
        )
        return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]

    def _explain(self, row):
        """The command line's answer, from the policy file alone."""
        command = [
            self.op25b,
            "explain",
            "--policy",
            f"{self.folder}/policy.yaml",
            "--src",
            row["src"],
            "--dst",
            row["dst"],
            "--json",
        ]
        if "to" in row:
            command += ["--side", "upstream"]
        else:
            command += ["--dport", str(row["port"])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return done.stderr.strip() or "no answer"
        return f"{answer['verdict']} {answer['reason']}"

    def _observe(self, row):
        if "to" not in row:
            return self._run(
                row["from"], "connect", row["src"], row["dst"], row["port"], GIVES_UP_MS
            )
        waiting = subprocess.Popen(
            self._probe(row["to"], "await", row["src"], 25, GIVES_UP_MS),
            stdout=subprocess.PIPE,
            text=True,
        )
        waiting.stdout.readline()
        self._run(row["from"], "answer", row["src"], 25, row["dst"], 40000)
        return waiting.communicate()[0].strip()

    def _await_start(self):
        """The date is some seconds ahead; the daemon must switch by itself."""
        wait.until(lambda: time.time() >= self.start_at + 1, 60)

    def try_row(self, row):
        if row["when"] != "now":
            self._await_start()
        explained = self._explain(row)
        result = {
            "what": row["what"],
            "expected": row["expected"],
            "explained": explained,
            "observed": "not tried",
            "ok": explained == row["explained"],
        }
        if self.probe:
            observed = self._observe(row)
            result["observed"] = f"{observed} ms"
            result["ok"] = result["ok"] and observed.split(" ")[0] == row["expected"]
        return result
