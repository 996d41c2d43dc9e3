# SPDX-License-Identifier: BSD-2-Clause
"""A session store that a test writes, and what op25bd makes of it.

    Bed      as gateway.Bed, with IPv6 on the line and a gateway file that names a store
    Writer   the collector's place: sessions come and go, each durable before it returns
"""
import os
import pathlib
import pwd
import socket
import subprocess
import time

import gateway

FOLLOWER = "nobody"
LINE6, FOREIGN6 = "2001:db8:1:7::7", "2001:db8:f::9"
SESSIONS = "sessions: {{store: {store}, user: " + FOLLOWER + "}}\n"
GATEWAY = gateway.GATEWAY + SESSIONS

# The class says the service: refused or open; the pool of both families is refused.
POLICY = """op25b: 1
timezone: UTC
services:
  - {id: pool, addressing: dynamic, pools: [10.1.0.0/24, {prefix: "2001:db8:1::/48", line: 64}],
     port25: [{from: 2026-01-01, action: refuse, how: reset}]}
  - {id: open, addressing: dynamic, port25: [{from: 2026-01-01, action: allow}]}
  - {id: closed, addressing: dynamic, port25: [{from: 2026-01-01, action: refuse, how: reset}]}
sessions:
  line_id: [User-Name]
  rules:
    - {match: {class: open}, service: open}
    - {match: {class: closed}, service: closed}
"""
EXEMPT = POLICY + 'exemptions: [{id: X-1, lines: [alice], until: 2090-01-01}]\n'
HOLD = POLICY + 'holds: [{id: H-1, lines: [bob], from: 2020-01-01, how: drop}]\n'


class Writer:
    """Writes a store as a collector would: every packet a second later than the one before."""

    clock = int(time.time()) - 100000  # a second writer goes on where the first one was

    def __init__(self, store, *settings):
        self.process = subprocess.Popen(
            [str(gateway.BIN / "store-feed"), str(store), *settings], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.say("# open")
        # As op25b-radiusd's unit: 0640, readable by the follower's group.
        for end in ("", "-wal", "-shm") if isinstance(store, pathlib.Path) else ():
            os.chown(f"{store}{end}", 0, pwd.getpwnam(FOLLOWER).pw_gid)

    def say(self, line):
        """A line of store-feed(1)'s text; returns once it is durable."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline(), f"store-feed ended at: {line}"

    def packet(self, status, session, *words, nas="bng1"):
        """One accounting packet."""
        Writer.clock += 1
        self.say(" ".join((str(Writer.clock), status, nas, session, *words)))

    def start(self, session, *prefixes, user="", cls=""):
        """A session that holds prefixes."""
        self.packet("start", session, f"user_name={user}", f"class={cls}", *prefixes)

    def stop(self, session):
        """Its end."""
        self.packet("stop", session)

    def sweep(self):
        """All the upkeep that is due."""
        Writer.clock += 1
        self.say(f"{Writer.clock} sweep")

    def kill(self):
        """End it as kill -9 does: the log stays behind, unlocked."""
        self.process.kill()
        self.close()

    def close(self):
        """End it in order."""
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


class Bed(gateway.Bed):
    """With IPv6 on the line, and a place for a store that the follower may enter."""

    def __enter__(self):
        super().__enter__()
        os.chmod(self.folder, 0o755)
        self.store = self.folder / "store" / "sessions.db"
        self.store.parent.mkdir()
        for name, dev, address in (("line", "c0", LINE6), ("gw", "sub0", "2001:db8:1:7::1"),
                                   ("gw", "up0", "2001:db8:f::1"), ("far", "s0", FOREIGN6)):
            self.ip(name, "address", "add", f"{address}/64", "dev", dev, "nodad")
        self.ip("line", "-6", "route", "add", "default", "via", "2001:db8:1:7::1")
        self.ip("far", "-6", "route", "add", "default", "via", "2001:db8:f::1")
        self.inside("gw", "sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding")
        self.listeners[FOREIGN6, 25] = self.listen6(FOREIGN6, 25)
        self.configure(GATEWAY)
        return self

    def configure(self, text):
        """Write the gateway file."""
        self.write("gateway.yaml", text.format(folder=self.folder, store=self.store))

    def listen6(self, address, port):
        """As listen()."""
        listener = self.make("far", socket.AF_INET6)
        listener.bind((address, port))
        listener.listen(4096)
        listener.setblocking(False)
        return listener

    def connect6(self, seconds=5):
        """What a client on the line meets by IPv6: open, refused, silent."""
        with self.make("line", socket.AF_INET6) as client:
            client.settimeout(seconds)
            client.bind((LINE6, 0))
            try:
                client.connect((FOREIGN6, 25))
                return "open"
            except ConnectionRefusedError:
                return "refused"
            except (TimeoutError, socket.timeout):
                return "silent"

    def explain(self, source=gateway.LINE):
        """The kernel's answer to one packet from this address, and its reason."""
        far = FOREIGN6 if ":" in source else gateway.FOREIGN
        answer = self.ask("explain", side="subscriber", src=source, dst=far)
        return answer["verdict"], answer["reason"], answer["service"]

    def sessions(self):
        """What status says of them."""
        return self.ask("status")["sessions"]

    def until_sessions(self, what, condition, seconds=60):
        """Wait until that fits; returns it."""
        return self.until_status(what, lambda s: condition(s["sessions"]) and s["sessions"],
                                 seconds)

    def until_explained(self, service, source=gateway.LINE):
        """Wait until the kernel judges the address by this service."""
        return self.until_status(f"{source} has service {service}",
                                 lambda _: self.explain(source)[2] == service)

    def until_followed(self):
        """Wait until all that the store says is in force."""
        return self.until_sessions("following", lambda s: s["state"] == "following"
                                   and s["lag"]["changes"] == 0)

    def follower(self):
        """The pid of the process that reads the store, once it is that program."""
        def find():
            for task in pathlib.Path(f"/proc/{self.pid()}/task").iterdir():
                for pid in (task / "children").read_text(encoding="ascii").split():
                    name = pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="ascii").strip()
                    if name == "op25bd-follower":
                        return int(pid)
            return None
        import wait
        return wait.until("a follower", find)

    def pid(self):
        """Of op25bd itself."""
        return self.ask("status")["pid"]
