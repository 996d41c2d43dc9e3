# SPDX-License-Identifier: BSD-2-Clause
"""op25b-webd in a namespace with loopback alone, without privileges, and who asks it.

Customers come from 127.0.0.0/8; the trusted proxy is 127.0.0.9, and everybody else a stranger.
"""
import json
import os
import re
import socket
import subprocess
import threading

import gateway
import unprivileged
from unprivileged import NOBODY

PORT, STAFF = 8025, 8026
# What was freed is kept for a while by the sanitizer, and counts as memory in use.
SANITIZER = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=4"
PROXY, STRANGER = "127.0.0.9", "127.0.0.2"
LINE, FIXED, ELSEWHERE = "198.51.100.7", "203.0.113.7", "192.0.2.77"
LINE6 = "2001:db8:1000:100::7"
POLICY = """op25b: 1
timezone: Asia/Tokyo
provider: {{name: {{en: Example Line, ja: 例回線}}, help_url: "https://help.example.net/"}}
mail_servers:
  - {{id: relay, addresses: [192.0.2.25, "2001:db8::25"], hosts: [mail.example.net],
     offers: [relay, submission, submissions, pop, imap]}}
services:
  - {{id: dynamic, name: {{en: Dynamic, ja: 動的}}, access: ftth, addressing: dynamic,
     pools: [198.51.100.0/24, {{prefix: "2001:db8:1000::/40", line: 56}}],
     port25: [{{from: 2026-01-01, action: {action}, {how}except: [relay]}}]}}
  - {{id: fixed, name: {{en: Fixed, ja: 固定}}, access: ftth, addressing: fixed,
     pools: [203.0.113.0/24], port25: []}}
"""
REFUSE, COUNT = {"action": "refuse", "how": "how: reset, "}, {"action": "count", "how": ""}
FILE = """op25b_web: 1
policy: {folder}/policy.yaml
listen: ["0.0.0.0:{port}", "[::1]:{port}"]
staff: ["127.0.0.1:{staff}"]
proxies: [{proxy}]
host: help.example
state: {folder}/state/state.db
access_log: {folder}/run/access.log
{more}"""
MAIL = """mail:
  domains: [example.net]
  senders: {own: any, foreign: confirmed}
  limits:
    person: {account: {burst: 100, hour: 300, day: 1000}, message: 100, at_limit: defer}
"""
MAILD = """op25b_maild: 1
policy: {folder}/policy.yaml
accounts: {folder}/state/accounts.db
state: {folder}/state/maild.db
folder: {folder}/run
listen: {{auth: ["127.0.0.1:4001"]}}
auth_key_file: {folder}/maild.key
letters_from: postmaster@example.net
socket: {folder}/run/control.sock
reader: {{socket: {folder}/run/maild.sock, group: nogroup}}
"""
VERDICT = re.compile(r'<main[^>]* data-outcome="([a-z-]+)" data-verdict="([a-z-]+)"')


class Answer:
    """One response, as read from a socket."""

    def __init__(self, head, body):
        line, *lines = head.decode().split("\r\n")
        self.status = int(line.split()[1])
        self.headers = {}
        for name, _, value in (one.partition(": ") for one in lines):
            assert name.lower() not in self.headers, f"{name} is there twice"
            self.headers[name.lower()] = value
        self.body = body

    def text(self):
        """The page."""
        return self.body.decode()

    def outcome(self):
        """What the page leads with."""
        return VERDICT.search(self.text()).groups()


class Client:
    """A connection from an address of the loopback."""

    def __init__(self, source=STRANGER, port=PORT, host="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.socket.settimeout(60)
        if ":" not in host:
            self.socket.bind((source, 0))
        self.socket.connect((host, port))
        self.got = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Bytes as they are."""
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def ask(self, path, method="GET", body=None, host="help.example", **headers):
        """A request as a browser makes it."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        if body is not None:
            lines += [f"Content-Length: {len(body)}",
                      "Content-Type: application/x-www-form-urlencoded"]
        return self.send("\r\n".join(lines) + "\r\n\r\n" + (body or ""))

    def more(self):
        """Whatever comes; whether anything did."""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            return False
        self.got += data
        return bool(data)

    def read(self, method="GET"):
        """The next answer, or None: the connection ended."""
        while b"\r\n\r\n" not in self.got:
            if not self.more():
                return None
        head, _, self.got = self.got.partition(b"\r\n\r\n")
        answer = Answer(head, b"")
        if method != "HEAD" and answer.status not in (204, 304):
            while len(self.got) < int(answer.headers["content-length"]):
                assert self.more(), "it ends in the middle of a page"
            size = int(answer.headers["content-length"])
            answer.body, self.got = self.got[:size], self.got[size:]
        return answer

    def all(self):
        """Every answer until the end."""
        answers = []
        while True:
            answer = self.read()
            if not answer:
                return answers
            answers.append(answer)


class Teller(threading.Thread):
    """A daemon's reading socket as the test wants it: answers, is silent, or says odd things."""

    def __init__(self, path, answer):
        super().__init__(daemon=True)
        self.path, self.answer, self.asked, self.clients = path, answer, [], []
        path.unlink(missing_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        path.chmod(0o666)
        self.listener.listen(8)
        self.start()

    def run(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            self.clients.append(client)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        """One connection's lines."""
        try:
            with client.makefile("r") as stream:
                for line in stream:
                    question = json.loads(line)
                    self.asked.append(question)
                    said = self.answer(question)
                    if said is not None:
                        client.sendall(said if isinstance(said, bytes)
                                       else json.dumps(said).encode() + b"\n")
        except OSError:
            pass

    def kill(self):
        """As a daemon that is killed."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for client in self.clients:
            try:
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.path.unlink()


class Bed(unprivileged.Bed):
    """The program, its files and its customers."""

    name = "op25b-webd"
    addresses = ()

    def furnish(self):
        for name in ("state", "run"):
            (self.folder / name).mkdir()
            os.chown(self.folder / name, NOBODY, NOBODY)
        os.chmod(self.folder, 0o755)
        self.write("policy.yaml", POLICY.format(**REFUSE))
        self.configure()

    def configure(self, more="", proxy=PROXY):
        """Write the web file."""
        self.write("web.yaml", FILE.format(folder=self.folder, port=PORT, staff=STAFF, more=more,
                                           proxy=proxy))

    def start(self):
        """Until it says that it is ready."""
        with self.ear() as ear:
            self.process = subprocess.Popen(
                ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                 "--no-new-privs", "--bounding-set=-all", str(gateway.BIN / "op25b-webd"), "--web",
                 str(self.folder / "web.yaml")], stdout=self.output, stderr=self.output,
                env={**os.environ, "NOTIFY_SOCKET": ear.getsockname(), "ASAN_OPTIONS": SANITIZER})
            gateway.until_ready(ear, self.process)
        return self

    def start_maild(self, file=MAILD):
        """A real op25b-maild, whose reading socket may be asked by everybody's user."""
        self.write("maild.key", "open sesame\n", 0o400)
        self.write("maild.yaml", file.format(folder=self.folder))
        with self.ear() as ear:
            process = subprocess.Popen(
                ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                 str(gateway.BIN / "op25b-maild"), "--maild", str(self.folder / "maild.yaml")],
                stdout=self.output, stderr=self.output,
                env={**os.environ, "NOTIFY_SOCKET": ear.getsockname()})
            gateway.until_ready(ear, process)
        return process

    def health(self):
        """What is wrong, as monitoring reads it."""
        with Client(port=STAFF) as client:
            return client.ask("/healthz").read()

    def get(self, path, line=None, **more):
        """One page, for a line whose request the proxy brings; without one for a stranger."""
        headers = {"X_Forwarded_For": line} if line else {}
        with Client(PROXY if line else STRANGER) as client:
            return client.ask(path, **headers, **more).read()

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def alive(self):
        """It answers, and is still the process that was started."""
        assert self.process.poll() is None, f"it ended: {self.process.returncode}"
        assert self.get("/ja/line", LINE).outcome()[1] == "affected"
