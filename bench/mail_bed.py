# SPDX-License-Identifier: BSD-2-Clause
"""op25b-maild for the rows m.*: a policy without a limit that is reached, and many accounts."""
import os
import pathlib
import socket
import sqlite3
import subprocess
import tempfile

import gateway

DOMAIN = "bench.example"
NOBODY = 65534
POLICY = """op25b: 1
timezone: UTC
provider: {name: {en: Bench Net}, contact: {support: "mailto:support@bench.example"},
  help_url: "https://help.bench.example"}
mail_servers:
  - {id: relay, addresses: [192.0.2.25], hosts: [mail.bench.example],
     offers: [relay, submission, submissions, pop]}
services:
  - {id: dynamic, addressing: dynamic, pools: [198.51.100.0/24],
     port25: [{from: 2020-01-01, action: refuse, how: reset, except: [relay]}]}
mail:
  domains: [bench.example]
  ways: {line25: [{services: [dynamic], action: allow, limits: most}]}
  senders: {own: owner, foreign: refuse}
  limits:
    person: {account: &most {burst: 1000000, hour: 1000000, day: 100000000}, line: *most,
             message: 100, at_limit: defer}
    most: {line: *most, message: 100, at_limit: defer}
"""
FILE = """op25b_maild: 1
policy: {folder}/policy.yaml
accounts: {folder}/accounts.sqlite
state: {folder}/state.sqlite
folder: {folder}
socket: {folder}/control.sock
listen: {{auth: ["127.0.0.1:4001"]}}
auth_key_file: {folder}/key
mail_host: 127.0.0.1
letters_from: postmaster@bench.example
"""


def accounts_make(folder, n):
    """An account base of u0, u1, ...: one made by op25b, and copies of it, for each password costs
    tens of milliseconds."""
    path = folder / "accounts.sqlite"
    subprocess.run([str(gateway.BIN / "op25b"), "account", "add", f"u0@{DOMAIN}", "--maild",
                    f"{folder}/maild.yaml"], check=True, input="a password of u0\n",
                   text=True, stdout=subprocess.DEVNULL)
    with sqlite3.connect(path) as database:
        for table in ("account", "address"):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            rows = database.execute(f"SELECT * FROM {table}").fetchall()
            assert rows, table
            words = ", ".join("?" * len(columns))
            for row in rows:
                database.executemany(f"INSERT INTO {table} VALUES ({words})", (
                    [value.replace("u0@", f"u{i}@") if isinstance(value, str) else value
                     for value in row] for i in range(1, n)))
    database.close()


class Maild:
    """The daemon, without a right, as its unit has it."""

    asked = "RCPT,DATA,END-OF-MESSAGE"

    def __init__(self, accounts):
        self.accounts = accounts
        self.folder = tempfile.TemporaryDirectory(prefix="op25b-bench-", dir="/tmp")
        self.path = pathlib.Path(self.folder.name)
        self.place = f"{self.path}/restrict"
        self.process = None

    def __enter__(self):
        (self.path / "policy.yaml").write_text(POLICY, encoding="utf-8")
        (self.path / "maild.yaml").write_text(FILE.format(folder=self.path), encoding="utf-8")
        (self.path / "key").write_text("only-the-bench-has-it\n", encoding="ascii")
        (self.path / "key").chmod(0o600)
        accounts_make(self.path, self.accounts)
        subprocess.run(["chown", "-R", "nobody:nogroup", str(self.path)], check=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
            ear.bind(f"{self.path}/notify")
            os.chmod(f"{self.path}/notify", 0o666)
            ear.settimeout(60)
            self.process = subprocess.Popen(
                ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups",
                 "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs",
                 str(gateway.BIN / "op25b-maild"), "--maild", f"{self.path}/maild.yaml"],
                env={**os.environ, "NOTIFY_SOCKET": ear.getsockname()})
            said = ear.recv(4096).decode()
            assert said.startswith("READY=1\n"), said
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()
