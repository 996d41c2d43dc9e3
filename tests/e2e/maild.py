# SPDX-License-Identifier: BSD-2-Clause
"""op25b-maild in a namespace with loopback alone, without privileges, and who asks it."""
import http.client
import json
import os
import select
import socket
import subprocess

import gateway
import unprivileged
import wait
from unprivileged import NOBODY

GROUP = "nogroup"
KEY = "open sesame"
LINE, ELSEWHERE = "198.51.100.7", "203.0.113.9"
POLICY = """op25b: 1
timezone: UTC
provider: {name: {en: Example, ja: Example}, help_url: "https://help.example.net/"}
mail_servers:
  - {id: relay, addresses: [192.0.2.25], hosts: [mail.example.net],
     offers: [relay, submission, submissions, pop]}
services:
  - {id: dynamic, name: {en: Dynamic, ja: Dynamic}, addressing: dynamic,
     pools: [198.51.100.0/24], port25: []}
mail:
  domains: [example.net]
  ways:
    line25: [{services: [dynamic], action: allow, limits: line}]
    pop25: [{services: [elsewhere], action: allow, window: 10m, limits: pop}]
  senders: {own: any, foreign: confirmed}
  limits:
    person: {account: {burst: 100, hour: 300, day: 1000}, message: 100, at_limit: defer}
    line: {line: {burst: 50000, hour: 50000, day: 50000}, message: 100, at_limit: defer}
    pop: {account: {burst: 20, hour: 20, day: 50}, message: 20, at_limit: refuse}
"""
FILE = """op25b_maild: 1
policy: {folder}/policy.yaml
accounts: {folder}/state/accounts.db
state: {folder}/state/state.db
folder: {folder}/run
group: {group}
listen: {{restrict: ["0.0.0.0:4002"], auth: ["0.0.0.0:4001"],
  held: ["0.0.0.0:4005"]}}
clients: [192.0.2.1]
auth_key_file: {folder}/key
mail_host: 127.0.0.1
letters_from: postmaster@example.net
socket: {folder}/run/control.sock
"""
STATES = {"RCPT": "rcpt", "DATA": "data", "END-OF-MESSAGE": "end"}


def question(state="RCPT", client=LINE, instance="56e1.6b020bcd.5ef8d.0", **more):
    """A request as Postfix 3.7 sends it from port 25."""
    fields = {"request": "smtpd_access_policy", "protocol_state": state, "protocol_name": "ESMTP",
              "client_address": client, "client_name": "unknown", "client_port": "57257",
              "server_address": "192.0.2.25", "server_port": "25", "helo_name": "client.example",
              "sender": "ann@example.org", "recipient": "x@example.com", "recipient_count": "0",
              "queue_id": "", "instance": instance, "size": "0", "sasl_username": "",
              "encryption_protocol": "", "policy_context": f"relay/{STATES.get(state, 'x')}"}
    fields.update(more)
    return "".join(f"{name}={value}\n" for name, value in fields.items()).encode() + b"\n"


class Client:
    """A connection as Postfix has one."""

    def __init__(self, address, source=None):
        if isinstance(address, tuple):
            self.socket = socket.create_connection(
                address, 60, source_address=(source, 0) if source else None)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(60)
            self.socket.connect(str(address))
        self.data = b""  # more than one answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Bytes, as they are."""
        self.socket.sendall(data)

    def answer(self):
        """The next action; None: the connection was closed instead."""
        while b"\n\n" not in self.data:
            try:
                more = self.socket.recv(4096)
            except ConnectionResetError:
                more = b""
            if not more:
                assert not self.data, self.data
                return None
            self.data += more
        answer, _, self.data = self.data.partition(b"\n\n")
        assert answer.startswith(b"action=") and b"\n" not in answer, answer
        return answer[7:].decode("ascii")

    def ask(self, *arguments, **more):
        """The action for a question()."""
        try:
            self.send(question(*arguments, **more))
        except (BrokenPipeError, ConnectionResetError):
            return None
        return self.answer()


class Bed(unprivileged.Bed):
    """The daemon, its folder and its namespace."""

    name = "op25b-maild"
    addresses = ("192.0.2.1", "192.0.2.2")
    control = "run/control.sock"

    def furnish(self):
        self.folder.chmod(0o755)
        for name in ("state", "run"):
            (self.folder / name).mkdir()
            os.chown(self.folder / name, NOBODY, NOBODY)
        self.write("key", KEY + "\n", 0o400)
        self.write("policy.yaml", POLICY)
        self.write_file(FILE)

    def write_file(self, text):
        """The maild file."""
        return self.write("maild.yaml", text.format(folder=self.folder, group=GROUP))

    def command(self, *arguments, limit=None):
        """op25b-maild as its unit runs it; with at most `limit` descriptors."""
        few = ["prlimit", f"--nofile={limit}:{limit}"] if limit else []
        return [*few, "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs",
                str(gateway.BIN / "op25b-maild"), "--maild", str(self.folder / "maild.yaml"),
                *arguments]

    def start(self, limit=None, environment=()):
        """Until it is ready."""
        with self.ear() as ear:
            self.process = subprocess.Popen(
                self.command(limit=limit), stdout=self.output, stderr=self.output,
                env={**os.environ, **dict(environment), "NOTIFY_SOCKET": ear.getsockname()})
            wait.until("a word of it", lambda: select.select([ear], [], [], 0.1)[0]
                       or self.process.poll() is not None)
            assert self.process.poll() is None, "it ended"
            said = ear.recv(4096).decode()
            assert said.startswith("READY=1\n"), said

    def fail(self):
        """Start it where it can't; its exit code and what it said."""
        done = subprocess.run(self.command(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=120, check=False)
        return done.returncode, done.stdout

    def door(self, service, tcp=False):
        """What is counted of one socket."""
        return next(door for door in self.ask()["sockets"]
                    if door["service"] == service and door["at"].startswith("/") != tcp)

    def client(self, service):
        """A connection to one of its sockets in the file system."""
        return Client(self.folder / "run" / service)

    def map(self, words):
        """What socketmap says."""
        data = words.encode()
        with self.client("socketmap") as client:
            client.send(b"%d:%s," % (len(data), data))
            size, colon, rest = client.socket.recv(4096).partition(b":")
            assert colon and int(size) == len(rest) - 1 and rest.endswith(b","), rest
            return rest[:-1].decode("ascii")


class Mails:
    """Mails through op25b-maild, as Postfix asks of them. Use as a context."""

    def __init__(self, bed):
        self.number = 0
        self.grant, self.restrict = bed.client("grant"), bed.client("restrict")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.grant.socket.close()
        self.restrict.socket.close()

    def mail(self, client, **more):
        """One of one recipient, from an address; it is taken."""
        self.number += 1
        about = {"client": client, "instance": f"{self.number:x}.1.2.0", **more}
        assert self.grant.ask(**about) == "OK", about
        for state, last in ("DATA", {}), ("END-OF-MESSAGE", {"queue_id": f"4z{self.number:010}"}):
            assert self.restrict.ask(state, recipient_count="1", **about, **last) == "DUNNO", about


class Dovecot:
    """A connection as Dovecot has one."""

    def __init__(self, source="127.0.0.1", target="127.0.0.1", key=KEY):
        self.key = key
        self.http = http.client.HTTPConnection(target, 4001, timeout=60, source_address=(source, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def post(self, command, body, headers=()):
        """(HTTP status, answer); None: the connection was closed instead."""
        try:
            self.http.request("POST", f"/?command={command}", body,
                              {"X-API-Key": self.key, "Content-Type": "application/json",
                               **dict(headers)})
            answer = self.http.getresponse()
            return answer.status, answer.read()
        except (ConnectionError, http.client.BadStatusLine):
            self.http.close()
            return None

    def ask(self, command="allow", **more):
        """The status of Dovecot's protocol; None: no answer."""
        request = {"login": "ann@example.net", "remote": ELSEWHERE, "protocol": "pop3",
                   "stage": "", "pwhash": "0226", **more}
        answer = self.post(command, json.dumps(request))
        return answer and json.loads(answer[1])["status"]
