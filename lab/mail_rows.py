# SPDX-License-Identifier: BSD-2-Clause
"""The lab's rows of mail: what a mail program is told, and whether the mail arrives.

`explained` is what `op25b explain --mail` says where the provider's servers decide, and what
`op25b explain` says of the packets where only they do. A mail is "delivered" when it stands in the
mailbox that it was for.
"""
import json
import re
import secrets
import socket
import subprocess
import time

import mail_far
import wait

USER, PASSWORD = "ann@lab.example", "ann-on-the-road"
SERVER_USER, SERVER_PASSWORD = "home-server@lab.example", "ann-s-server-at-home"
HOME = "ann@home.example"  # of a home server's own domain
FAR = f"bob@{mail_far.DOMAIN}"
RELAY, RELAY6, MX = "192.0.2.25", "2001:db8:25::25", "192.0.2.10"
ROAMING, ROAMING6 = "203.0.113.200", "2001:db8:f100::5"
NEVER, FETCHED = "203.0.113.201", "203.0.113.202"  # of the roaming customer; had no POP login, had
DYNAMIC, FIXED, HANDS = "198.51.100.10", "203.0.113.9", "198.51.100.30"
HOMES = {"dynamic": DYNAMIC, "fixed": FIXED}  # servers, by namespace
TAKES_S = 60  # a program, on a busy machine
FOLLOWS_S = 30  # op25b-maild, what a BNG told, likewise
SAID = re.compile(r"(?:^<[-*~ ]*|said: )([45]\d\d)[ -](\d\.\d\.\d+)", re.M)


def row(what, ends, port, expected, explained, client, **more):
    """ends: namespace, source, destination. client: a method of Programs. facts: of --mail."""
    return {"what": what, "namespace": ends[0], "src": ends[1], "dst": ends[2], "port": port,
            "expected": expected, "explained": explained, "client": client, **more}


OWN = f"auth,sender={USER},owned"
ROWS = [
    row("roaming customer sends by port 587, v4", ("roaming", ROAMING, RELAY), 587,
        "delivered", "allow relay-auth", "submit", facts=OWN),
    row("roaming customer sends by port 587, v6", ("roaming", ROAMING6, RELAY6), 587,
        "delivered", "allow relay-auth", "submit", facts=OWN),
    row("roaming customer sends by port 465", ("roaming", ROAMING, RELAY), 465,
        "delivered", "allow relay-auth", "submit", facts=OWN),
    row("roaming customer sends by port 25, without a POP login", ("roaming", NEVER, RELAY), 25,
        "554 5.7.1", "refuse relay-pop-expired", "send", facts=f"sender={USER}"),
    row("roaming customer sends by port 25, after a POP login", ("roaming", FETCHED, RELAY), 25,
        "delivered", "allow relay-pop", "fetch_then_send", facts=f"window,sender={USER},owned"),
    row("home server on a dynamic line, relay, port 25 (by line)", ("dynamic", DYNAMIC, RELAY), 25,
        "delivered", "allow relay-line", "home_by_line", facts=f"sender={HOME}"),
    row("home server on a dynamic line, relay, port 587 (by account)",
        ("dynamic", DYNAMIC, RELAY), 587, "delivered", "allow relay-auth", "home_by_account",
        facts=f"auth,server,sender={HOME}"),
    row("home server on a fixed line sends by itself", ("fixed", FIXED, mail_far.V4), 25,
        "delivered", "pass unrestricted", "home_by_itself"),
    row("home server on a fixed line, relay, port 25", ("fixed", FIXED, RELAY), 25,
        "554 5.7.1", "refuse relay-not-this-line", "send", facts=f"sender={HOME}"),
    row("address of a fixed line's session, relay, port 25", ("dynamic", HANDS, RELAY), 25,
        "554 5.7.1", "pass unrestricted", "send_as_told", line="kei@fixed.lab.example",
        bng=("start", "5", "user=kei@fixed.lab.example", HANDS)),
    row("the same address, a dynamic line's now", ("dynamic", HANDS, RELAY), 25,
        "delivered", "pass designated-server", "send_as_told", line="bob@lab.example",
        bng=("start", "6", "user=bob@lab.example", HANDS)),
    row("dynamic line, another provider's submission, port 587",
        ("dynamic", DYNAMIC, mail_far.V4), 587, "delivered", "pass other-port", "submit_elsewhere"),
    row("mail from the internet for a customer", ("foreign", mail_far.V4, MX), 25,
        "delivered", "pass not-a-subscriber", "receive"),
    row("the same while op25b-maild is dead", ("foreign", mail_far.V4, MX), 25,
        "delivered", "pass not-a-subscriber", "receive", dead=True),
    row("roaming customer, port 587, while op25b-maild is dead", ("roaming", ROAMING, RELAY), 587,
        "451 4.3.5", "pass other-port", "submit", dead=True),
]


def ask(path, **request):
    """One request to mail_side.py; its answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(4 * TAKES_S)
        client.connect(path)
        client.sendall(json.dumps(request).encode() + b"\n")
        with client.makefile() as stream:
            return json.loads(stream.readline())


class Programs:
    """Mail programs that send one mail each, in the lab's namespaces."""

    def __init__(self, folder, inside):
        self.folder, self.inside = folder, inside

    def _ask(self, **request):
        return ask(f"{self.folder}/mail.sock", **request)

    def lacks(self):
        """Why there is no mail host; "" where there is one."""
        return self._ask(do="lacks")

    def observe(self, tried):
        """What came of it, and after how long."""
        token = f"op25b-lab-{secrets.token_hex(6)}"
        if "dead" in tried:
            self._ask(do="maild", alive=False)
        try:
            begin = time.monotonic()
            came = getattr(self, f"_{tried['client']}")(tried, token)
            return f"{came} {round((time.monotonic() - begin) * 1000)}"
        finally:
            if "dead" in tried:
                self._ask(do="maild", alive=True)

    def _run(self, tried, text, *words):
        """A program with a mail; None where it was content, else what it was told."""
        done = subprocess.run(self.inside(tried["namespace"], *words), input=text, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              timeout=TAKES_S)
        if not done.returncode:
            return None
        said = SAID.search(done.stdout)
        return " ".join(said.groups()) if said else done.stdout.strip().rpartition("\n")[2]

    def _came(self, token, where="far"):
        return "delivered" if self._ask(do="came", where=where, token=token) else "nothing"

    def _curl(self, tried, token, user, password, sender, host):
        scheme = "smtps" if tried["port"] == 465 else "smtp"
        at = f"[{tried['dst']}]" if ":" in tried["dst"] else tried["dst"]
        return self._run(
            tried, text(token, sender, FAR), "curl", "--silent", "--verbose", "--ssl-reqd",
            "--cacert", f"{self.folder}/ca.pem", "--interface", tried["src"], "--connect-to",
            f"::{at}:", "--user", f"{user}:{password}", "--mail-from", sender, "--mail-rcpt", FAR,
            "--upload-file", "-", f"{scheme}://{host}:{tried['port']}/laptop.example")

    def _submit(self, tried, token):
        return self._curl(tried, token, USER, PASSWORD, USER, "mail.lab.example") or \
            self._came(token)

    def _submit_elsewhere(self, tried, token):
        return self._curl(tried, token, mail_far.USER, mail_far.PASSWORD, mail_far.USER,
                          f"smtp.{mail_far.DOMAIN}") or self._came(token)

    def _swaks(self, tried, token, sender, to):
        return self._run(
            tried, None, "swaks", "--server", f"{tried['dst']}:{tried['port']}",
            "--local-interface", tried["src"], "--helo", "client.example", "--from", sender,
            "--to", to, "--header", f"Subject: {token}")

    def _send(self, tried, token):
        sender = HOME if tried["namespace"] in HOMES else USER
        return self._swaks(tried, token, sender, FAR) or self._came(token)

    def _send_as_told(self, tried, token):
        """op25b-maild follows the sessions by itself, and may be behind the gateway."""
        told = []

        def is_expected():
            told.append(self._swaks(tried, token, HOME, FAR) or "delivered")
            return told[-1] == tried["expected"]
        wait.until(is_expected, FOLLOWS_S)
        return self._came(token) if told[-1] == "delivered" else told[-1]

    def _fetch_then_send(self, tried, token):
        return self._run(
            tried, None, "curl", "--silent", "--verbose", "--cacert", f"{self.folder}/ca.pem",
            "--interface", tried["src"], "--connect-to", f"::{tried['dst']}:", "--user",
            f"{USER}:{PASSWORD}", "pop3s://mail.lab.example/") or self._send(tried, token)

    def _receive(self, tried, token):
        return self._swaks(tried, token, FAR, USER) or self._came(token, "own")

    def _home(self, way, token):
        return self._ask(do="home", way=way, token=token) or self._came(token)

    def _home_by_line(self, _, token):
        return self._home("line", token)

    def _home_by_account(self, _, token):
        return self._home("account", token)

    def _home_by_itself(self, _, token):
        return self._home("itself", token)


def text(token, sender, to):
    """A mail."""
    return (f"From: <{sender}>\nTo: <{to}>\nSubject: {token}\nMessage-ID: <{token}@lab.invalid>\n"
            "\nHello.\n")
