# SPDX-License-Identifier: BSD-2-Clause
"""op25b-webd and a real op25b-maild with its desk, and the mailboxes that its letters go to."""
import email
import email.policy
import re
import signal
import socket
import subprocess
import urllib.parse

import gateway
import maild
import smtp_server
import wait
import webd
from unprivileged import NOBODY

CLAIMER, NEIGHBOUR, AWAY, ABROAD = "198.51.100.7", "198.51.100.8", "192.0.2.77", "192.0.2.200"
ID, OTHER_ID = "ip0123456789", "ip0123456780"
PASSWORD = "correct horse battery"
POLICY = webd.POLICY.format(**webd.REFUSE) + f"""lines:
  - {{id: {ID}, service: dynamic, prefixes: [{CLAIMER}]}}
  - {{id: {OTHER_ID}, service: dynamic, prefixes: [{NEIGHBOUR}]}}
""" + webd.MAIL + """  home: [JP]
  networks_from: [networks.csv]
  abroad: {action: refuse, customer_opens: 7d}
  free_mailbox: {services: [dynamic], login: "^ip[0-9]{10}$", per_line: 1,
    domain: example.net, ready: 1h}
"""
MAILD = webd.MAILD + """mail_host: 127.0.0.1:10025
desk: {{socket: {folder}/run/desk.sock, group: nogroup}}
"""
LINK = re.compile(r"https://help\.example\.net(/e/[a-z-]+/[a-z2-9]{26})\b")


def take_mail(connection, heard):
    """A mail server that takes everything; what came after DATA is kept."""
    connection.sendall(b"220 mx.example ESMTP\r\n")
    words = smtp_server.lines(connection)
    for line in words:
        verb = line.split(" ")[0].upper()
        connection.sendall(b"354 go on\r\n" if verb == "DATA" else b"250 2.0.0 fine\r\n")
        if verb == "DATA":
            text = []
            while (line := next(words)) != ".":
                text.append(line[line.startswith("."):])
            heard.append("\r\n".join(text))
            connection.sendall(b"250 2.0.0 taken\r\n")


class Bed(webd.Bed):
    """Both daemons; and `op25b account`, by the daemon's own user."""

    name = "op25b-desk"
    policy = POLICY

    def __init__(self):
        super().__init__()
        self.maild = self.post = None

    def furnish(self):
        super().furnish()
        self.write("networks.csv", "prefix,country,asn,kind\n192.0.2.128/25,US,64501,\n")
        self.write("policy.yaml", self.policy)
        self.configure(f"maild: {self.folder}/run/maild.sock\ndesk: {self.folder}/run/desk.sock\n")
        self.post = smtp_server.Server(socket.create_server(("127.0.0.1", 10025)), take_mail)

    def begin(self):
        """Both are up, and know each other."""
        self.maild = self.start_maild(MAILD)
        self.start()
        self.wait_health()

    def wait_health(self):
        """Until nothing is wrong."""
        wait.until("health", lambda: self.health().status == 200)

    def end_maild(self, number=signal.SIGKILL):
        """As when its machine dies."""
        self.maild.send_signal(number)
        self.maild.wait(60)

    def __exit__(self, *arguments):
        if self.maild and self.maild.poll() is None:
            self.end_maild()
        if self.post:
            self.post.close()
        super().__exit__(*arguments)

    def account(self, *words, said=""):
        """What `op25b account` prints."""
        return subprocess.run(
            ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
             str(gateway.BIN / "op25b"), "account", *words, "--maild",
             str(self.folder / "maild.yaml")], input=said, text=True, check=True,
            stdout=subprocess.PIPE).stdout

    def add(self, name, *more):
        """An account with the password."""
        self.account("add", name, *more, said=PASSWORD + "\n")

    def sends_from_abroad(self, name):
        """What Postfix is answered where that account sends from another country."""
        with maild.Client(self.folder / "run/restrict") as client:
            return client.ask(client=ABROAD, sasl_username=name, sender="gil@example.net",
                              encryption_protocol="TLSv1.3", policy_context="submission/rcpt")

    def invite(self, line=ID):
        """The code of the letter."""
        return self.account("invite", line).split()[0]

    def post_form(self, path, line, **fields):
        """A form, sent by a browser on that line."""
        return self.get(path, line, method="POST", body=urllib.parse.urlencode(fields))

    def press(self, path, line=AWAY):
        """The one button of a page."""
        page = self.get(path, line).text()
        assert f'<form method="post" action="{path}">' in page, page
        return self.post_form(path, line)

    def claim(self, code, line=CLAIMER, name="taro", password=PASSWORD, again=None):
        """The form of the mailbox."""
        return self.post_form("/en/mailbox", line, code=code, name=name, password=password,
                              again=password if again is None else again)

    def link(self, address):
        """Where the newest letter to an address leads to."""
        def look():
            letters = [email.message_from_string(text, policy=email.policy.default)
                       for text in self.post.heard]
            mine = [letter for letter in letters if address in letter["To"]]
            return mine and LINK.search(mine[-1].get_content())
        return wait.until("the letter", look)[1]

    def follow(self, path):
        """The page that a short link leads to, in English."""
        answer = self.get(path, AWAY, Accept_Language="en")
        assert answer.status == 302, answer.status
        return answer.headers["location"]


def answer_of(page):
    """What a page says came of it; "": nothing."""
    found = re.search(r'data-answer="([a-z-]+)"', page.text())
    return found[1] if found else ""


def remembers(process, text):
    """Whether a process has a text in memory that it may write."""
    with open(f"/proc/{process.pid}/maps", encoding="utf-8") as maps, \
            open(f"/proc/{process.pid}/mem", "rb", buffering=0) as mem:
        for line in maps:
            ends, access = line.split()[:2]
            first, last = (int(end, 16) for end in ends.split("-"))
            # A sanitizer's shadow is terabytes of nothing.
            if not access.startswith("rw") or "[vvar" in line or last - first > 1 << 30:
                continue
            mem.seek(first)
            try:
                if text.encode() in mem.read(last - first):
                    return True
            except OSError:  # of a device
                continue
    return False
