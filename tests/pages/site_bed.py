# SPDX-License-Identifier: BSD-2-Clause
"""An op25b-webd with the lab's policy, and Node beside it; neither has a right."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOBODY = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--no-new-privs"]
WEB = """op25b_web: 1
policy: {folder}/policy.yaml
listen: ["127.0.0.1:{port}"]
staff: ["127.0.0.1:{staff}"]
proxies: [127.0.0.1]
state: {folder}/state/state.db
maild: {folder}/nobody.sock
desk: {folder}/desk.sock
access_log: none
"""
# Of the lab's policy, whose last section is `mail`.
MAIL = """  home: [JP]
  networks_from: [networks.csv]
  abroad: {action: refuse, customer_opens: 7d}
  free_mailbox: {services: [dynamic-reset], login: "^ip[0-9]{10}$", per_line: 1,
    domain: lab.example, ready: 1h}
"""
TOKEN = "a" * 26  # of a letter; any other is over


def answer_form(question):
    """What the desk says: of a mailbox the name is what comes of it."""
    if question["op"] == "account-abroad-open":
        done = question["token"] == TOKEN
        return {"schema": "op25b.account-abroad-open/1", "opened": done,
                "account": "hana@lab.example", "until": int(time.time()) + 604800}
    if question["op"] == "account-confirm":
        done = question["token"] == TOKEN
        return {"schema": "op25b.account-confirm/1", "confirmed": done,
                **({"account": "hana@lab.example", "address": "hana@else.example"} if done else {})}
    word = question.get("name", "").replace("hana", "done")
    return {"schema": "op25b.account-claim/1", "outcome": word, "left": 3, "ready": 3600,
            "account": "hana@lab.example", "address": "hana@lab.example"}


class Desk:
    """Stands in for op25b-maild's."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        path.chmod(0o666)
        self.listener.listen(8)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        """Each connection by itself."""
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    @staticmethod
    def serve(client):
        """A line for a line."""
        with client, client.makefile("r") as stream:
            for line in stream:
                client.sendall(json.dumps(answer_form(json.loads(line))).encode() + b"\n")


def packages():
    """The folder of npm's packages; where they can't be had it ends the test."""
    done = subprocess.run([ROOT / "tests/pages/node-modules"], stdout=subprocess.PIPE, text=True,
                          check=False)
    said = done.stdout.strip()
    if done.returncode:
        print(said)
        sys.exit(done.returncode)
    return said


def enter():
    """Has npm's packages and, as root, a network of its own: starts this script anew, once."""
    if "OP25B_PAGES_INSIDE" in os.environ:
        return
    os.environ.update(OP25B_NODE_MODULES=packages(), OP25B_PAGES_INSIDE="1")
    if os.geteuid() == 0:
        os.execvp("unshare", ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"',
                              "sh", sys.executable, *sys.argv])


def unprivileged(*command):
    """A command, as nobody where this is root."""
    return [*(NOBODY if os.geteuid() == 0 else []), *map(str, command)]


def own(folder, name):
    """A folder of who is unprivileged."""
    path = pathlib.Path(folder, name)
    path.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(path, 65534, 65534)
    return path


def node(folder, script, arguments):
    """Runs a script of Node; its exit status."""
    home = own(folder, "home")
    return subprocess.run(unprivileged("node", script, *arguments), check=False, env={
        **os.environ, "HOME": str(home), "TMPDIR": str(home)}).returncode


def free_port():
    """Nobody's at this moment; in a network of one's own for good."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Site:
    """op25b-webd while `with` lasts."""

    def __init__(self, folder):
        self.folder, self.process, self.desk = folder, None, None
        self.port, self.staff = free_port(), free_port()
        os.environ["OP25B_PAGES_URL"] = f"http://127.0.0.1:{self.port}"
        os.environ["OP25B_PAGES_STAFF_URL"] = f"http://127.0.0.1:{self.staff}"

    def __enter__(self):
        lab = (ROOT / "lab/policy.yaml.in").read_text(encoding="utf-8")
        soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
        (self.folder / "policy.yaml").write_text(lab.replace("@START@", soon) + MAIL,
                                                 encoding="utf-8")
        (self.folder / "networks.csv").write_text("prefix,country,asn,kind\n", encoding="utf-8")
        (self.folder / "web.yaml").write_text(
            WEB.format(folder=self.folder, port=self.port, staff=self.staff), encoding="utf-8")
        own(self.folder, "state")
        self.desk = Desk(self.folder / "desk.sock")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(str(self.folder / "notify"))
            os.chmod(self.folder / "notify", 0o666)
            ear.settimeout(60)
            self.process = subprocess.Popen(
                unprivileged(f"{os.environ['OP25B_BIN_DIR']}/op25b-webd", "--web",
                             self.folder / "web.yaml"),
                env={**os.environ, "NOTIFY_SOCKET": str(self.folder / "notify")})
            while b"READY=1" not in ear.recv(4096):
                pass
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        assert status == 0, f"op25b-webd ended with {status}"
