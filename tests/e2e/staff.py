# SPDX-License-Identifier: BSD-2-Clause
"""op25bd, op25b-maild and op25b-webd with one policy, and members of staff who look things up.

op25bd is between a line and the far side (gateway.py); the other two have namespaces of their own,
and ask over sockets in the file system.
"""
import json
import os
import re
import shutil
import smtplib
import sqlite3
import tempfile
import urllib.parse

import gateway
import maild
import wait
import webd
from webd import PROXY, STAFF, STRANGER, Client

POLICY = """op25b: 1
timezone: UTC
provider: {name: {en: Example, ja: 例回線}, help_url: "https://help.example.net/"}
mail_servers:
  - {id: relay, addresses: [192.0.2.25], hosts: [mail.example.net],
     offers: [relay, submission, submissions, pop]}
services:
  - {id: dynamic, name: {en: Dynamic, ja: 動的}, addressing: dynamic, pools: [10.1.0.0/24],
     port25: [{from: 2026-01-01, action: refuse, how: reset, except: [relay]}]}
  - {id: fixed, name: {en: Fixed, ja: 固定}, addressing: fixed, pools: [10.2.0.0/24], port25: []}
  - {id: told, name: {en: Told, ja: 通知}, addressing: dynamic, pools: [10.3.0.0/24],
     port25: [{from: 2026-01-01, action: refuse, how: notice, except: [relay]}]}
lines:
  - {id: L-1, service: dynamic, prefixes: [10.1.0.8]}
""" + maild.POLICY[maild.POLICY.index("mail:\n"):].replace(
    "line: {line: {burst: 50000, hour: 50000, day: 50000}, message: 100",
    "line: {line: {burst: 2, hour: 1, day: 2}, message: 2")
READER = "reader: {{socket: {folder}/reader.sock, group: nogroup}}\n"
MAILD = maild.FILE.replace("192.0.2.1]", "192.0.2.1]\nreader: {{socket: {folder}/run/reader.sock, "
                           "group: {group}}}\necho: {{socket: {folder}/run/echo, group: {group}}}")
ROW = re.compile(r'data-use="([a-z-]+)" data-outcome="([a-z-]+)" data-verdict="([a-z-]+)"')
NAMED, TOLD = "10.1.0.8", "10.3.0.9"


class Bed(webd.Bed):
    """All three; the caller is in op25b-webd's namespace."""

    def __enter__(self):
        self.gateway = gateway.Bed()
        self.maild = maild.Bed()
        self.gateway.__enter__()
        self.maild.__enter__()
        os.chmod(self.gateway.folder, 0o755)
        return super().__enter__()

    def __exit__(self, *_):
        super().__exit__()
        self.maild.__exit__()
        self.gateway.__exit__()

    def log(self):
        return "\n".join(bed.log() for bed in (self.gateway, self.maild)) + super().log()

    def furnish(self):
        super().furnish()
        self.write("policy.yaml", POLICY)
        self.maild.write("policy.yaml", POLICY)
        self.maild.write_file(MAILD)
        self.gateway.write("gateway.yaml", (gateway.GATEWAY + READER).format(
            folder=self.gateway.folder))
        self.configure(f"gateway: {self.gateway.folder}/reader.sock\n"
                       f"maild: {self.maild.folder}/run/reader.sock\n")

    def start_all(self):
        """With the policy in force, and pages that know so."""
        self.gateway.start()
        code, out, err = self.gateway.cli("apply", str(self.folder / "policy.yaml"))
        assert code == 0, out + err
        self.maild.start()
        self.start()
        wait.until("the policy's digest", lambda: "op25b_policy_in_sync 1\n" in self.metrics(), 60)

    def staff(self, path, source=PROXY, user="aoi", form=None, **headers):
        """A page of the second listener, as the proxy brings a member of staff."""
        if user:
            headers["X_Remote_User"] = user
        with Client(source, STAFF) as client:
            if form is None:
                return client.ask(path, **headers).read()
            return client.ask(path, "POST", urllib.parse.urlencode(form), **headers).read()

    def look_up(self, reason="ticket 25", lang="en", **form):
        """The page of one look-up."""
        answer = self.staff("/staff/", form={"lang": lang, "reason": reason, **form})
        assert answer.status == 200, (answer.status, answer.text())
        return answer.text()

    def metrics(self, accept="text/plain"):
        """What Prometheus gets, whoever it is."""
        answer = self.staff("/metrics", STRANGER, None, Accept=accept)
        assert answer.status == 200, answer.status
        return answer.text()

    def noted(self):
        """The staff log: (user, what, reason)."""
        with tempfile.TemporaryDirectory() as copy:  # op25b-webd has the file to itself
            for path in (self.folder / "state").glob("state.db*"):
                shutil.copy(path, copy)
            base = sqlite3.connect(f"{copy}/state.db")
            try:
                return base.execute("SELECT user, what, reason FROM staff ORDER BY id").fetchall()
            finally:
                base.close()

    def draw(self, line, **form):
        """A code for support from a page."""
        body = urllib.parse.urlencode({"outcome": "affected-other-server", **form})
        page = self.get("/ja/code", line, method="POST", body=body).text()
        return re.search(r"data-code>([0-9-]{12})<", page)[1]

    def echo_code(self):
        """A test that nobody has answered yet: its code, and its address."""
        with maild.Client(self.maild.folder / "run/reader.sock") as client:
            client.send(b'{"op":"echo-new"}\n')
            with client.socket.makefile() as stream:
                answer = json.loads(stream.readline())
        return answer["code"], answer["address"]

    def deliver(self, address, text):
        """By LMTP, as Postfix does."""
        with smtplib.LMTP(str(self.maild.folder / "run/echo")) as lmtp:
            lmtp.sendmail("ann@example.net", [address], text)

    def refusal_code(self):
        """A limit of op25b-maild is reached by a line; the code of what it said."""
        with self.maild.client("grant") as grant, self.maild.client("restrict") as restrict:
            for number in range(3):
                keys = {"client": NAMED, "instance": f"1.{number}.2.0"}
                assert grant.ask(**keys) == "OK"
                said = restrict.ask("DATA", recipient_count="1", **keys)
                if number < 2:
                    restrict.ask("END-OF-MESSAGE", recipient_count="1", queue_id=f"4F{number}",
                                 **keys)
        return re.search(r"3\d{3}-\d{3}-\d{3}", said)[0]
