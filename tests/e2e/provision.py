# SPDX-License-Identifier: BSD-2-Clause
"""Two gateways with their lines, a PostgreSQL, collectors, FreeRADIUS: a provider, whose parts may
be killed one by one.

    op25b-d-gw  gateway one; collectors; PostgreSQL; FreeRADIUS
        |  10.9.0.1, 10.9.0.2
    op25b-e-gw  gateway two

PostgreSQL is that of tests/session/postgresql-server, which begins the test: it is started a second
time, in the first gateway's namespace and with a port open.
"""
import json
import os
import pathlib
import socket

import gateway
import radiusd
import sessions

SERVER = pathlib.Path(os.environ["OP25B_SOURCE_DIR"]) / "tests/session/postgresql-server"
HUB, SECRET, USER = "op25b-d-gw", "s3cret of both", "op25b"
NEAR, FAR = "10.9.0.1", "10.9.0.2"
URI = "postgresql://{user}@{address}/op25b?connect_timeout=5"
COLLECTOR = """op25b_collector: 1
listen: ["127.0.0.1:{port}"]
store: "{store}"
socket: {folder}/control.sock
clients: [{{name: all, from: [127.0.0.1], secret_file: {folder}/secret}}]
"""

# The class says the service; who has none is refused.
POLICY = """op25b: 1
timezone: UTC
mail_servers:
  - {id: relay, addresses: [192.0.2.25], offers: [relay]}
services:
  - {id: pool, addressing: dynamic, pools: [10.1.0.0/16, {prefix: "2001:db8:1::/48", line: 64}],
     port25: [{from: 2026-01-01, action: refuse, how: reset, except: [relay]}]}
  - {id: fixed, addressing: fixed, port25: []}
  - {id: mobile, addressing: dynamic,
     port25: [{from: 2026-01-01, action: refuse, how: unreachable, except: [relay]}]}
sessions:
  line_id: [User-Name]
  rules:
    - {match: {class: fixed}, service: fixed}
    - {match: {class: mobile}, service: mobile}
"""


class PostgreSql:
    """The server, in the first gateway's namespace."""

    def __init__(self):
        self.folder = pathlib.Path(os.environ["OP25B_TEST_POSTGRESQL_FOLDER"])

    def do(self, verb):
        """start, kill or stop it."""
        gateway.run("nsenter", f"--net=/run/netns/{HUB}", str(SERVER), verb, str(self.folder))

    def listen(self):
        """Open its port to both gateways."""
        self.do("stop")
        with open(self.folder / "data/postgresql.conf", "a", encoding="utf-8") as file:
            file.write(f"listen_addresses = '{NEAR}'\n")
        with open(self.folder / "data/pg_hba.conf", "a", encoding="utf-8") as file:
            file.write("host all all 10.9.0.0/24 trust\n")
        self.do("start")


class Collector(radiusd.Collector):
    """In the first gateway's namespace, on port 1814 and up."""

    def __init__(self, folder, number):
        folder = folder / f"collector{number}"
        folder.mkdir()
        secret = folder / "secret"
        secret.write_text(SECRET + "\n", encoding="utf-8")
        secret.chmod(0o400)
        super().__init__(folder, HUB, COLLECTOR.format(
            port=1814 + number, folder=folder, store=URI.format(user=USER, address=NEAR)))

    def answered(self):
        """How many packets it answered."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(60)
            client.connect(str(self.folder / "control.sock"))
            client.sendall(b'{"op":"status"}\n')
            with client.makefile() as stream:
                return sum(one["answered"] for one in json.loads(stream.readline())["clients"])


class Gateway(sessions.Bed):
    """One of them. The place of its store is PostgreSQL."""

    def __enter__(self):
        super().__enter__()
        self.store = URI.format(user=USER, address=NEAR)
        self.configure(sessions.GATEWAY)
        return self


class Network:
    """All of it, not started; what a test starts it ends."""

    def __init__(self):
        self.gateways = [Gateway("op25b-d"), Gateway("op25b-e")]
        self.postgresql = PostgreSql()
        self.collectors = []

    def __enter__(self):
        for each in self.gateways:
            each.__enter__()
        one, two = self.gateways
        one.ip("gw", "link", "add", "hub0", "type", "veth", "peer", "name", "hub1", "netns",
               "op25b-e-gw")
        for each, dev, address in ((one, "hub0", NEAR), (two, "hub1", FAR)):
            each.ip("gw", "address", "add", f"{address}/24", "dev", dev)
            each.ip("gw", "link", "set", dev, "up")
        self.postgresql.listen()
        self.collectors = [Collector(self.gateways[0].folder, number) for number in range(2)]
        return self

    def __exit__(self, *_):
        for each in self.collectors:
            each.end()
        for each in self.gateways:
            each.__exit__()

    def log(self):
        """What everything said at last."""
        return "\n".join(f"{path}:\n{path.read_text(encoding='utf-8', errors='replace')[-3000:]}"
                         for each in self.gateways for path in each.folder.glob("**/*")
                         if path.is_file() and path.name in ("log", "collector.log", "output"))

    def start(self):
        """Collectors, gateways, and the policy in force on both."""
        for each in self.collectors:
            each.start()
        for each in self.gateways:
            each.start()
            answer = each.apply(POLICY)
            assert "error" not in answer, answer
            each.until_followed()

    def differences(self, chains):
        """Where a gateway's kernel or its copy differs from what was acknowledged."""
        found = []
        for each in self.gateways:
            for chain in chains:
                user, mark = chain.holder or (None, "")
                service = mark or "pool"
                for address in (chain.v4, chain.v6.replace("::/64", "::1")):
                    judged = each.explain(address)[2]
                    line = each.ask("lines", address=address)["line"]
                    if (judged, line) != (service, user):
                        found.append((each.prefix, address, judged, line, service, user))
        return found
