# SPDX-License-Identifier: BSD-2-Clause
"""op25bd with the section `notice`, and the responder: a bed for their tests."""
import os
import socket
import subprocess
import threading

import gateway
import wait
from gateway import BIN, FOREIGN, LINE, REFUSE

# Calls() calls faster than a line may: what it met is to be the daemon's doing alone.
NOTICE = ("notice: {{socket: {folder}/notice.sock, user: nobody, rate: 100000, burst: 1000000, "
          "per_line: 4096}}\n")
GATEWAY = gateway.GATEWAY + NOTICE
GREETING = REFUSE.replace("reset", "notice")
LATER = GREETING.replace("notice", "notice, manner: later")


def policy(rules=GREETING, services=0):
    """gateway.policy with somebody to ask, and so many more services."""
    more = "".join(f"  - {{id: more-{i}, addressing: fixed, port25: [{rules}], "
                   f"pools: [10.{8 + i // 256}.{i % 256}.0/24]}}\n" for i in range(services))
    return gateway.policy(rules).replace(
        "timezone: UTC", "timezone: UTC\nprovider: {name: {en: P}, help_url: 'https://h.example'}"
    ) + more


class Bed(gateway.Bed):
    """With the section `notice`, and a responder on request."""

    def __init__(self):
        super().__init__()
        self.responder = None

    def __enter__(self):
        super().__enter__()
        os.chmod(self.folder, 0o755)
        self.write("gateway.yaml", GATEWAY.format(folder=self.folder))
        return self

    def __exit__(self, *_):
        self.kill_responder()
        super().__exit__()

    def begin(self, rules=GREETING):
        """Everything runs."""
        self.start()
        answer = self.apply(policy(rules))
        assert "error" not in answer, answer
        self.start_responder()

    def start_responder(self, doors=2):
        """Start op25b-noticed as nobody, until it serves so many doors; 0: don't wait."""
        self.responder = subprocess.Popen(
            ["prlimit", "--nofile=16384", "setpriv", "--reuid=nobody", "--regid=nogroup",
             "--clear-groups", str(BIN / "op25b-noticed"), "--socket",
             str(self.folder / "notice.sock")],
            stdout=self.output, stderr=self.output)
        if doors:
            self.until_serving(doors)

    def until_serving(self, doors=2):
        """Until so many doors are there and the responder takes connections."""
        self.until_notice("the doors", lambda n: n["doors"] == doors and n["counts"]
                          and n["counts"]["limit"] == 4096)

    def kill_responder(self):
        """End it at once."""
        if self.responder:
            self.responder.kill()
            self.responder.wait(60)
            self.responder = None

    def notice(self):
        """What status says of notices."""
        return self.ask("status")["notice"]

    def until_notice(self, what, condition):
        """Wait until that fits."""
        return wait.until(what, lambda: condition(self.notice()))

    def meets(self, source=LINE):
        """What a client on the line meets: the code of the greeting, or what connect() has."""
        with self.make("line") as client:
            client.settimeout(10)
            client.bind((source, 0))
            try:
                client.connect((FOREIGN, 25))
                return client.recv(3).decode() or "closed"
            except ConnectionRefusedError:
                return "refused"
            except ConnectionResetError:
                return "reset"
            except (TimeoutError, socket.timeout):
                return "silent"

    def routing(self):
        """Every rule and every route of the gateway, but what the kernel makes of its links."""
        return [[line.strip() for line in self.ip("gw", *family, *what).splitlines()
                 if "fe80::" not in line and "ff00::" not in line]
                for family in (["-4"], ["-6"])
                for what in (["rule"], ["route", "show", "table", "all"])]

    def ours(self):
        """What of it is op25bd's."""
        return [line for part in self.routing() for line in part if "proto 25" in line]

    def detach(self):
        """op25bd --detach; exit code and output."""
        done = subprocess.run(
            ["nsenter", f"--net=/run/netns/{self.prefix}-gw", *gateway.as_in_the_unit(),
             str(BIN / "op25bd"), "--gateway", str(self.folder / "gateway.yaml"), "--detach"],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout


class Calls(threading.Thread):
    """A client that calls again and again; what it met, in order and without repetition."""

    def __init__(self, bed):
        super().__init__()
        self.bed = bed
        self.over = threading.Event()
        self.met = []
        self.count = 0

    def run(self):
        while not self.over.is_set():
            met = self.bed.meets()
            self.count += 1
            if self.met[-1:] != [met]:
                self.met.append(met)

    def __enter__(self):
        self.start()
        wait.until("a call", lambda: self.count)
        return self

    def more(self):
        """Until calls were made that began after this."""
        now = self.count
        wait.until("more calls", lambda: self.count > now + 2)

    def __exit__(self, *_):
        self.over.set()
        self.join()
