# SPDX-License-Identifier: BSD-2-Clause
"""Two mail hosts, each with its own programs, files and addresses, and one op25b-maild at a third
place, which both reach by TCP: the first by IPv4, the second by IPv6. Accounts are in PostgreSQL.

What Postfix of the second logs lies in a folder that both see, as a log server would have it."""
import os
import pathlib
import re
import tempfile

import mailhost
from mail import host

PASSWORD = "correct horse"
DATABASE = os.environ["OP25B_TEST_POSTGRESQL"]
MAILD, MAILD6 = "192.0.2.40", "2001:db8:25::40"
SECOND = {("mx", False): "192.0.2.11", ("mx", True): "2001:db8:25::11",
          ("relay", False): "192.0.2.26", ("relay", True): "2001:db8:25::26"}
PLACES = ("roam", "roam-b", "line-a", "far")
LOGS = pathlib.PurePath("/var/log/op25b")
LIMIT = 3
PORTS = {"auth": 4001, "grant": 4002, "restrict": 4003, "socketmap": 4004, "held": 4005}


def listen(service):
    """The second host's way first: without --maild-address op25b takes that."""
    return f'{service}: ["[{MAILD6}]:{PORTS[service]}", "{MAILD}:{PORTS[service]}"]'


MAILD_FILE = host.MAILD.replace(f"[{host.LOG}]", f"[{host.LOG}, {LOGS}-second/postfix.log]") + f"""
accounts: {DATABASE}
mail_host: 192.0.2.10:25
clients: [192.0.2.25, "2001:db8:25::26"]
listen: {{{", ".join(map(listen, PORTS))}}}
"""


def policy():
    """The lab's, with two of each server and small limits."""
    found = host.POLICY
    for role in ("mx", "relay"):
        first = f'{host.ADDRESSES[role, False]}, "{host.ADDRESSES[role, True]}"'
        second = f'{SECOND[role, False]}, "{SECOND[role, True]}"'
        assert first in found
        found = found.replace(first, f"{first}, {second}")
    old = "person: {account: {burst: 100, hour: 300, day: 1000}, line: {burst: 200, " \
        "hour: 600, day: 2000}, message: 100,"
    assert old in found
    return found.replace(
        old, f"person: {{account: {{burst: {LIMIT}, hour: 1, day: {LIMIT}}}, message: {LIMIT},")


def options(addresses, maild):
    """What `op25b mailconf` has to be told on a host."""
    both = {role: ",".join(addresses[role, v6] for v6 in (False, True)) for role in ("mx", "relay")}
    return ("--mx", both["mx"], "--relay", both["relay"], "--submission", both["relay"],
            "--mailboxes", both["relay"], "--maild-address", maild, "--accounts", DATABASE)


class Second(host.MailHost):
    """One whose network and whose names are the first's."""

    def resolve(self):
        """The first host's resolver answers here too."""


class Hosts:
    """Both, .a and .b; .isp is the first, on whose machine op25b-maild's files are."""

    def __init__(self):
        folder = re.search(r"host=([^&]*)", DATABASE)[1]
        self.folder = tempfile.TemporaryDirectory(prefix="op25b-mail-hosts-")
        os.chmod(self.folder.name, 0o755)
        shared = {folder: folder}
        self.a = host.MailHost(mailhost.BIN, policy=policy(), maild=False,
                               mailconf=options(host.ADDRESSES, MAILD))
        self.a.binds = {**shared, f"{LOGS}-second": self.folder.name}
        self.a.maild_place, self.a.maild_text = "maild", MAILD_FILE
        self.b = None
        self.shared = {**shared, str(LOGS): self.folder.name}

    def start(self):
        """Both, and op25b-maild; where one can't, neither stays."""
        try:
            self.a.start()
            network = self.second_network()
            self.b = Second(mailhost.BIN, policy=policy(), maild=False, far=None, network=network,
                            mailconf=options(SECOND, MAILD6))
            self.b.binds, self.b.maild_text, self.b.addresses = self.shared, MAILD_FILE, SECOND
            self.b.start()
            self.a.start_maild()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """What was started."""
        if self.b:
            self.b.stop()
        self.a.stop()
        self.folder.cleanup()

    def second_network(self):
        """Paths of namespaces for the second host; op25b-maild's gets its addresses too."""
        first = self.a.place("host").namespace
        second = self.a.add_place("second", SECOND["relay", False], SECOND["relay", True])
        self.a.add_place("maild", MAILD, MAILD6)
        second.namespace.ip(*(f"address add {SECOND['mx', v6]} dev lo" for v6 in (False, True)))
        for v6 in (False, True):
            link = self.link(SECOND["relay", v6])
            first.ip(f"route add {SECOND['mx', v6]} dev {link}")
        first.ip(f"route replace {MAILD} dev {self.link(MAILD)} "
                 f"src {host.ADDRESSES['relay', False]}")
        return {"host": second.netns, **{name: self.a.place(name).netns for name in PLACES}}

    def link(self, address):
        """The first host's interface towards an address."""
        said = self.a.run("ip", "-o", "route", "get", address)
        return re.search(r"dev (\w+)", said)[1]

    def add_account(self, name, *more):
        """Known to both hosts at once: they read one account base."""
        return self.a.add_account(name, PASSWORD, *more)

    def log(self):
        """The ends of what was logged."""
        return "\n".join([self.a.maild_log()[-2000:], "first:", self.a.log()[-5000:], "second:",
                          self.b.log()[-5000:]])
