# SPDX-License-Identifier: BSD-2-Clause
"""What the lab proves, a row each: expected, explained by op25b, observed on the wire."""

import json
import subprocess
import time

import wait

GIVES_UP_MS = 1500  # a mail program would wait half a minute to five; the rows can't
SWITCHES_S = 30     # how long after a date the daemon may take on a busy machine

RESET, UNREACHABLE, UNREACHABLE6, DROP = "ECONNREFUSED", "EHOSTUNREACH", "EACCES", "timeout"
OPEN = "connected"
FOREIGN, FOREIGN6 = "203.0.113.150", "2001:db8:f000::25"
RELAY, RELAY6, MX = "192.0.2.25", "2001:db8:25::25", "192.0.2.10"
DYNAMIC, DYNAMIC6, SOON = "198.51.100.10", "2001:db8:1000:100::10", "198.51.100.226"
WAYS = [  # way of refusing, a line of each family, what a client of each sees
    ("reset", DYNAMIC, DYNAMIC6, RESET, RESET),
    ("unreachable", "198.51.100.70", "2001:db8:1001:100::10", UNREACHABLE, UNREACHABLE6),
    ("drop", "198.51.100.130", "2001:db8:1002:100::10", DROP, DROP),
]


def row(what, ends, port, expected, explained, **more):
    """ends: the namespace, the source address, the destination address."""
    return {"what": what, "namespace": ends[0], "src": ends[1], "dst": ends[2], "port": port,
            "expected": expected, "explained": explained, **more}


def refusals():
    for how, line, line6, error, error6 in WAYS:
        what = f"dynamic line, foreign server, port 25, {how}"
        refused = "refuse foreign-server"
        yield row(f"{what}, v4", ("dynamic", line, FOREIGN), 25, error, refused)
        yield row(f"{what}, v6", ("dynamic", line6, FOREIGN6), 25, error6, refused)


def other_ports():
    for port, name in ((587, "submission"), (465, "submissions"), (443, "https"), (993, "imaps")):
        for line, peer, family in ((DYNAMIC, FOREIGN, "v4"), (DYNAMIC6, FOREIGN6, "v6")):
            yield row(f"dynamic line, foreign server, port {port} ({name}), {family}",
                      ("dynamic", line, peer), port, OPEN, "pass other-port")


def fixed_lines():
    for line, peer, prefix in (("203.0.113.9", FOREIGN, "/32"), ("203.0.113.18", FOREIGN, "/29"),
                               ("203.0.113.40", FOREIGN, "/28"),
                               ("2001:db8:2000:100::10", FOREIGN6, "v6 /56")):
        yield row(f"fixed line ({prefix}), foreign server, port 25", ("fixed", line, peer), 25,
                  OPEN, "pass unrestricted")


ROWS = [
    row("line whose restriction starts in some seconds", ("dynamic", SOON, FOREIGN), 25,
        OPEN, "pass before-start"),
    *refusals(),
    row("dynamic line, provider's relay, port 25, v4", ("dynamic", DYNAMIC, RELAY), 25,
        OPEN, "pass designated-server"),
    row("dynamic line, provider's relay, port 25, v6", ("dynamic", DYNAMIC6, RELAY6), 25,
        OPEN, "pass designated-server"),
    row("dynamic line, provider's MX, port 25 (not excepted)", ("dynamic", DYNAMIC, MX), 25,
        RESET, "refuse designated-server-closed"),
    *other_ports(),
    *fixed_lines(),
    row("exempted line, foreign server, port 25", ("dynamic", "198.51.100.20", FOREIGN), 25,
        OPEN, "pass exemption"),
    row("line whose exemption is over", ("dynamic", "198.51.100.21", FOREIGN), 25,
        RESET, "refuse foreign-server"),
    row("held line, provider's relay, port 25", ("dynamic", "198.51.100.22", RELAY), 25,
        RESET, "refuse hold"),
    row("line that is only counted", ("dynamic", "198.51.100.194", FOREIGN), 25,
        OPEN, "count foreign-server"),
    row("mail coming in to a home server on a dynamic line", ("foreign", FOREIGN, DYNAMIC), 25,
        OPEN, "pass not-a-subscriber"),
    row("mail coming in to a home server on a fixed line", ("foreign", FOREIGN, "203.0.113.9"), 25,
        OPEN, "pass not-a-subscriber"),
    row("roaming customer, provider's submission, port 587",
        ("roaming", "203.0.113.200", RELAY), 587, OPEN, "pass other-port"),
    row("asymmetric path: answer of a foreign port 25 to a dynamic line",
        ("foreign", FOREIGN, DYNAMIC), 25, "nothing", "refuse reverse-path", spoofed_to="dynamic"),
    row("asymmetric path: answer of the relay's port 25",
        ("foreign", RELAY, DYNAMIC), 25, "arrived", "pass designated-server",
        spoofed_to="dynamic"),
    row("the first line again, after its start date", ("dynamic", SOON, FOREIGN), 25,
        RESET, "refuse foreign-server", after_start=True),
]

COLUMNS = "{:8}{:66}{:14}{:34}{}"
HEAD = COLUMNS.format("", "what", "expected", "explained", "observed")


def line(result):
    return COLUMNS.format("ok" if result["ok"] else "FAILED", result["what"], result["expected"],
                          result["explained"], result["observed"])


class Lab:
    """Asks and tries. probe None: there is no lab, only the policy."""

    def __init__(self, op25b, folder, start_at, probe=None, inside=None):
        self.op25b, self.folder, self.start_at = op25b, folder, start_at
        self.probe, self.inside = probe, inside

    def _command(self, namespace, *arguments):
        return self.inside(namespace, "/usr/bin/python3", self.probe, *map(str, arguments))

    def _run(self, namespace, *arguments):
        done = subprocess.run(self._command(namespace, *arguments), capture_output=True,
                              text=True, check=False)
        return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]

    def _explain(self, asked):
        """The command line's answer, from the policy file alone."""
        way = ["--dport", str(asked["port"])]
        if "spoofed_to" in asked:
            way = ["--side", "upstream"]
        done = subprocess.run([self.op25b, "explain", "--policy", f"{self.folder}/policy.yaml",
                               "--src", asked["src"], "--dst", asked["dst"], *way, "--json"],
                              capture_output=True, text=True, check=False)
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            return done.stderr.strip() or "no answer"
        return f"{answer['verdict']} {answer['reason']}"

    def _observe(self, tried):
        if "spoofed_to" not in tried:
            return self._run(tried["namespace"], "connect", tried["src"], tried["dst"],
                             tried["port"], GIVES_UP_MS)
        waiting = subprocess.Popen(self._command(tried["spoofed_to"], "await", tried["src"],
                                                 tried["port"], GIVES_UP_MS),
                                   stdout=subprocess.PIPE, text=True)
        waiting.stdout.readline()
        self._run(tried["namespace"], "answer", tried["src"], tried["port"], tried["dst"], 40000)
        return waiting.communicate()[0].strip()

    def _is_refused_now(self):
        """What the gateway's own tables say of the line whose date it was."""
        done = subprocess.run([self.op25b, "explain", "--live", "--src", SOON, "--dst", FOREIGN,
                               "--socket", f"{self.folder}/control.sock", "--json"],
                              capture_output=True, text=True, check=False)
        return '"refuse"' in done.stdout

    def _await_start(self):
        """Until the date is past and, where there is a gateway, its daemon has acted on it."""
        wait.until(lambda: time.time() > self.start_at, max(0, self.start_at - time.time()) + 1)
        if self.probe:
            wait.until(self._is_refused_now, SWITCHES_S)

    def try_row(self, tried):
        if "after_start" in tried:
            self._await_start()
        explained = self._explain(tried)
        result = {"what": tried["what"], "expected": tried["expected"], "explained": explained,
                  "observed": "not tried", "ok": explained == tried["explained"]}
        if self.probe:
            observed = self._observe(tried)
            result["observed"] = f"{observed} ms"
            result["ok"] = result["ok"] and observed.split(" ")[0] == tried["expected"]
        return result
