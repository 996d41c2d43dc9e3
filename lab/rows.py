# SPDX-License-Identifier: BSD-2-Clause
"""What the lab proves, a row each: expected, explained by op25b, observed on the wire."""

import json
import subprocess
import time

import mail_rows
import wait
import web

GIVES_UP_MS = 1500  # a mail program would wait half a minute to five; the rows can't
SAYS_MS = 30000     # how long a busy machine may take for a text that comes
SWITCHES_S = 30     # how long after a date the daemon may take on a busy machine

RESET, UNREACHABLE, UNREACHABLE6, DROP = "ECONNREFUSED", "EHOSTUNREACH", "EACCES", "timeout"
OPEN = "connected"
FOREIGN, FOREIGN6 = "203.0.113.150", "2001:db8:f000::25"
NOBODY, NOBODY6 = "203.0.113.151", "2001:db8:f000::99"  # no machine has them
RELAY, RELAY6, MX = "192.0.2.25", "2001:db8:25::25", "192.0.2.10"
DYNAMIC, DYNAMIC6, SOON = "198.51.100.10", "2001:db8:1000:100::10", "198.51.100.226"
HANDS, LIVE, LIVE6 = "198.51.100.30", "198.51.100.31", "2001:db8:1000:400::10"
WAYS = [  # way of refusing, a line of each family, what a client of each sees
    ("reset", DYNAMIC, DYNAMIC6, RESET, RESET),
    ("unreachable", "198.51.100.70", "2001:db8:1001:100::10", UNREACHABLE, UNREACHABLE6),
    ("drop", "198.51.100.130", "2001:db8:1002:100::10", DROP, DROP),
]
NOTICES = [  # manner, a line of each family, the codes that a client is told
    ("", "198.51.100.162", "2001:db8:1003:100::10", "554 5.7.1"),
    (" later", "198.51.100.178", "2001:db8:1004:100::10", "421 4.7.1"),
    (" helo", "198.51.100.186", "2001:db8:1005:100::10", "220 then 550"),
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


def notices():
    """Refusals that say why, also in the name of a server that does not exist."""
    refused = "refuse foreign-server"
    for manner, line, line6, told in NOTICES:
        what = f"dynamic line, foreign server, port 25, notice{manner}"
        for family, ends in (("v4", (line, FOREIGN)), ("v6", (line6, FOREIGN6))):
            yield row(f"{what}, {family}", ("dynamic", *ends), 25, told, refused, says=True)
    _, line, line6, told = NOTICES[0]
    for family, ends in (("v4", (line, NOBODY)), ("v6", (line6, NOBODY6))):
        yield row(f"dynamic line, address that nobody has, port 25, notice, {family}",
                  ("dynamic", *ends), 25, told, refused, says=True)


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


def session(what, ends, expected, explained, line, *bng):
    """A row after the BNG has told of a session. line: what `op25b lines` has to say then; bng: the
    verb, session and words of bng.py."""
    return row(what, ends, 25, expected, explained, line=line, bng=bng)


def sessions():
    """An address that changes hands, and an exempted line that logs in and out."""
    hands, refused = ("dynamic", HANDS, FOREIGN), "refuse foreign-server"
    yield session("session of a dynamic line", hands, RESET, refused, "bob@lab.example",
                  "start", "1", "user=bob@lab.example", HANDS)
    yield session("the same address, now a fixed line's (by its realm)", hands, OPEN,
                  "pass unrestricted", "kei@fixed.lab.example",
                  "start", "2", "user=kei@fixed.lab.example", HANDS)
    yield session("the same address, a dynamic line's again", hands, RESET, refused,
                  "cid@lab.example", "start", "3", "user=cid@lab.example", HANDS)
    yield session("the same session, of the fixed service now (by its Class)", hands, OPEN,
                  "pass unrestricted", "cid@lab.example",
                  "interim", "3", "user=cid@lab.example", "class=fixed8", HANDS)
    yield page("that address", hands, "not-affected", "pass unrestricted", live=True)
    ends = ("dynamic", LIVE, FOREIGN), ("dynamic", LIVE6, FOREIGN6)
    for words, about, expected, explained, line in (
            (("start", "4", "user=ann@lab.example", LIVE, "2001:db8:1000:400::/56"),
             "exempted line, wherever it logs in", OPEN, "pass exemption", "ann@lab.example"),
            (("stop", "4", "user=ann@lab.example"),
             "the same address after the line has logged out", RESET, refused, None)):
        for end, family in zip(ends, ("v4", "v6")):
            yield session(f"{about}, {family}", end, expected, explained, line, *words)


def page(whose, ends, expected, explained, use="other-server", **more):
    """What the pages have to say of a use of mail. explain is asked about the destination."""
    return row(f"the page of {whose}", ends, 25, expected, explained, page=use, **more)


def pages():
    """A verdict that is no other than the packets'."""
    refused, passed = ("affected", "refuse foreign-server"), ("not-affected", "pass unrestricted")
    for how, line, line6, _, _ in WAYS:
        yield page(f"a dynamic line ({how}), v4", ("dynamic", line, FOREIGN), *refused)
        yield page(f"a dynamic line ({how}), v6", ("dynamic", line6, FOREIGN6), *refused)
    yield page("a dynamic line, about the provider's relay", ("dynamic", DYNAMIC, RELAY),
               "not-affected", "pass designated-server", "own-server")
    yield page("a fixed line, v4", ("fixed", "203.0.113.9", FOREIGN), *passed)
    yield page("a fixed line, v6", ("fixed", "2001:db8:2000:100::10", FOREIGN6), *passed)
    yield page("an exempted line", ("dynamic", "198.51.100.20", FOREIGN), "not-affected",
               "pass exemption")
    yield page("a line whose exemption is over", ("dynamic", "198.51.100.21", FOREIGN), *refused)
    yield page("a line that is only counted", ("dynamic", "198.51.100.194", FOREIGN),
               "not-affected", "count foreign-server")
    yield page("a customer elsewhere", ("roaming", "203.0.113.200", FOREIGN), "cannot-tell",
               "pass not-a-subscriber", use="")


ROWS = [
    row("line whose restriction starts in some seconds", ("dynamic", SOON, FOREIGN), 25,
        OPEN, "pass before-start"),
    page("a line whose restriction starts in some seconds", ("dynamic", SOON, FOREIGN),
         "not-affected", "pass before-start"),
    *refusals(),
    *notices(),
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
    *sessions(),
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
    *pages(),
    *mail_rows.ROWS,
    row("the first line again, after its start date", ("dynamic", SOON, FOREIGN), 25,
        RESET, "refuse foreign-server", after_start=True),
    page("the first line, after its start date", ("dynamic", SOON, FOREIGN),
         "affected", "refuse foreign-server"),
]

COLUMNS = "{:8}{:66}{:14}{:34}{}"
VERDICTS = {True: "ok", False: "FAILED", None: "untried"}
HEAD = COLUMNS.format("", "what", "expected", "explained", "observed")


def line(result):
    return COLUMNS.format(VERDICTS[result["ok"]], result["what"], result["expected"],
                          result["explained"], result["observed"])


class Lab:
    """Asks and tries. tools: the folder of probe.py and bng.py; None: there is no lab, only the
    policy."""

    def __init__(self, op25b, folder, start_at, tools=None, inside=None):
        self.op25b, self.folder, self.start_at = op25b, folder, start_at
        self.tools, self.inside = tools, inside
        self.programs = mail_rows.Programs(folder, inside) if tools else None

    def rows(self):
        """Without a gateway nobody is logged in."""
        return [tried for tried in ROWS if self.tools or not tried.keys() & {"bng", "live"}]

    def _command(self, namespace, *arguments, tool="probe.py"):
        return self.inside(namespace, "/usr/bin/python3", f"{self.tools}/{tool}",
                           *map(str, arguments))

    def _run(self, namespace, *arguments, **options):
        done = subprocess.run(self._command(namespace, *arguments, **options),
                              capture_output=True, text=True, check=False)
        return done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]

    def _ask(self, *arguments):
        """The command line's answer as JSON, or its error."""
        done = subprocess.run([self.op25b, *arguments, "--json"], capture_output=True, text=True,
                              check=False)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return {"verdict": done.stderr.strip() or "no answer", "reason": ""}

    def _explain(self, asked):
        """The command line's answer, from the policy file alone."""
        way = ["--dst", asked["dst"], "--dport", str(asked["port"])]
        if "spoofed_to" in asked:
            way = ["--dst", asked["dst"], "--side", "upstream"]
        elif "facts" in asked:
            way = ["--mail", asked["facts"], "--dport", str(asked["port"])]
        answer = self._ask("explain", "--policy", f"{self.folder}/policy.yaml", "--src",
                           asked["src"], *way)
        return f"{answer['verdict']} {answer['reason']}"

    def _explain_live(self, asked):
        """The gateway's, of what it enforces now."""
        answer = self._ask("explain", "--live", "--src", asked["src"], "--dst", asked["dst"],
                           "--socket", f"{self.folder}/control.sock")
        return f"{answer['verdict']} {answer['reason']}"

    def _tell(self, tried):
        """Has the BNG tell of a session, and waits for the gateway to act on it."""
        verb, number, *words = tried["bng"]
        # A session of this run: one that ended, or lost its address, is not begun anew.
        said = self._run("gateway", verb, f"{self.start_at}-{number}", *words, tool="bng.py")
        if said:
            return said

        def knows():
            found = self._ask("lines", tried["src"], "--socket", f"{self.folder}/control.sock")
            return (found.get("line") == tried["line"] and
                    self._explain_live(tried) == tried["explained"])

        if not wait.until(knows, SWITCHES_S):
            return f"{self._explain_live(tried)} (or another line)"
        return tried["explained"]

    def _read_page(self, tried):
        """The page's verdict. It follows sessions and dates a moment after the gateway does."""
        host = web.WEB6 if ":" in tried["src"] else web.WEB4
        said = ""

        def fits():
            nonlocal said
            said = self._run(tried["namespace"], "page", tried["src"], host, web.PORT,
                             tried["page"])
            return said.rpartition(" ")[0] == tried["expected"]

        wait.until(fits, SWITCHES_S)
        return said

    def _observe(self, tried):
        if "client" in tried:
            return self.programs.observe(tried)
        if "page" in tried:
            return self._read_page(tried)
        if "says" in tried:
            return self._run(tried["namespace"], "told", tried["src"], tried["dst"],
                             tried["port"], SAYS_MS)
        if "spoofed_to" not in tried:
            return self._run(tried["namespace"], "connect", tried["src"], tried["dst"],
                             tried["port"], GIVES_UP_MS)
        waiting = subprocess.Popen(self._command(tried["spoofed_to"], "await", tried["src"],
                                                 tried["port"], GIVES_UP_MS),
                                   stdout=subprocess.PIPE, text=True)
        waiting.stdout.readline()
        self._run(tried["namespace"], "answer", tried["src"], tried["port"], tried["dst"], 40000)
        return waiting.communicate()[0].strip()

    def _await_start(self, tried):
        """Until the date is past and, where there is a gateway, its daemon has acted on it."""
        wait.until(lambda: time.time() > self.start_at, max(0, self.start_at - time.time()) + 1)
        if self.tools:
            wait.until(lambda: self._explain_live(tried) == tried["explained"], SWITCHES_S)

    def try_row(self, tried):
        if "after_start" in tried:
            self._await_start(tried)
        explained = self._tell(tried) if "bng" in tried else \
            self._explain_live(tried) if "live" in tried else self._explain(tried)
        result = {"what": tried["what"], "expected": tried["expected"], "explained": explained,
                  "observed": "not tried", "ok": explained == tried["explained"]}
        lacks = self.programs.lacks() if self.tools and "client" in tried else ""
        if lacks:
            result["observed"] = f"not tried: {lacks}"
            result["ok"] = None if result["ok"] else False
        elif self.tools:
            observed = self._observe(tried)
            result["observed"] = f"{observed} ms"
            result["ok"] = result["ok"] and observed.rpartition(" ")[0] == tried["expected"]
        return result
