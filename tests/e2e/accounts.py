# SPDX-License-Identifier: BSD-2-Clause
"""An account base and a real Dovecot that reads it, with no right but to read."""
import base64
import contextlib
import grp
import imaplib
import json
import os
import pathlib
import poplib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile

import gateway
import wait

SOURCE = pathlib.Path(os.environ["OP25B_SOURCE_DIR"])
BIN = pathlib.Path(os.environ["OP25B_BIN_DIR"])
NOBODY = 65534
SERVER = os.environ.get("OP25B_TEST_POSTGRESQL")
NAMESPACE = "op25b-accounts" + ("-pg" if SERVER else "")
HEADER = SOURCE / "src/mail/account.h"
DOCS = SOURCE / "docs/accounts.md"

MAILD = """\
op25b_maild: 1
policy: {folder}/policy.yaml
accounts: "{location}"
state: {folder}/state.db
auth_key_file: {folder}/maild.key
mail_host: 127.0.0.1
letters_from: postmaster@example.net
socket: {folder}/control.sock
"""

POLICY = """\
op25b: 1
timezone: Asia/Tokyo
mail_servers:
  - {id: relay, addresses: [192.0.2.25], hosts: [mail.example.net],
     offers: [relay, submission, submissions, pop, imap]}
services:
  - id: fibre
    addressing: dynamic
    pools: [10.0.0.0/8]
    port25: [{from: 2020-01-01, action: refuse, how: reset, except: [relay]}]
mail:
  domains: [example.net]
  ways: {auth587: [{services: [any], action: allow, limits: person}]}
  senders: {own: owner, foreign: confirmed}
  limits:
    person: {account: {burst: 100, hour: 300, day: 1000}, message: 100, at_limit: defer}
  free_mailbox: {services: [fibre], login: "^ip[0-9]{10}$", domain: example.net, ready: 1h}
"""

DOVECOT = """\
base_dir = {folder}/run
state_dir = {folder}/run-state
log_path = {folder}/dovecot.log
instance_name = op25b-accounts
protocols = pop3 imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
default_vsz_limit = 512M
login_trusted_networks = 127.0.0.1
passdb {{
  driver = sql
  args = {folder}/sql.conf
}}
userdb {{
  driver = sql
  args = {folder}/sql.conf
  default_fields = uid=65534 gid=65534 home={folder}/mail/%u
}}
service auth {{
  unix_listener {folder}/sasl {{
    mode = 0600
  }}
}}
service auth-worker {{
  user = dovecot
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


def queries(schema):
    """Dovecot's queries as account.h has them, by name."""
    text = re.sub(r"\\\n", " ", HEADER.read_text(encoding="utf-8"))
    macros = dict(re.findall(r"^#define OP25B_ACCOUNT_(\w+)\(schema\)(.*)$", text, re.M))

    def expand(macro):
        parts = re.findall(r'"((?:[^"\\]|\\.)*)"|(schema)\b|OP25B_ACCOUNT_(\w+)\(schema\)',
                           macros[macro])
        return "".join(schema if is_schema else expand(other) if other else
                       literal.replace('\\"', '"') for literal, is_schema, other in parts)
    return {name.lower(): expand(name) for name in macros if name.endswith("_QUERY")}


class Bed:
    """The base, `op25b account`, Dovecot, and logging in to it."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="op25b-accounts-"))
        self.state = self.folder / "base"
        self.location = SERVER or str(self.state / "accounts.db")
        self.dovecot = None
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self):
        gateway.run("ip", "netns", "add", NAMESPACE)
        gateway.set_namespace(NAMESPACE)
        try:
            self.make()
        except BaseException:
            print("# " + self.log().replace("\n", "\n# "))
            self.__exit__()
            raise
        return self

    def make(self):
        """All of it, and accounts alice and bob."""
        gateway.run("ip", "link", "set", "lo", "up")
        self.folder.chmod(0o755)
        for name in ("mail", "base"):
            (self.folder / name).mkdir(mode=0o750)
            os.chown(self.folder / name, NOBODY, grp.getgrnam("dovecot").gr_gid)
        (self.folder / "mail").chmod(0o755)
        (self.folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
        (self.folder / "maild.yaml").write_text(
            MAILD.format(folder=self.folder, location=self.location), encoding="utf-8")
        if SERVER:
            self.sql("DROP SCHEMA IF EXISTS op25b_mail CASCADE; DROP ROLE IF EXISTS mailreader;"
                     "CREATE ROLE mailreader LOGIN")
        self.account("add", "alice@example.net", password="correct horse")
        self.account("add", "bob", "--address", "Bob.B@example.net", password="battery staple")
        if SERVER:
            # What an operator is told to run, for a role of the test's.
            told = re.findall(r"^```sql\n(.*?)^```$", DOCS.read_text(encoding="utf-8"),
                              re.M | re.S)[-1]
            assert "GRANT SELECT" in told and "TO dovecot;" in told, told
            self.sql(told.replace("TO dovecot;", "TO mailreader;"))
        self.write_dovecot()
        self.start()

    def __exit__(self, *_):
        self.stop()
        gateway.LIBC.setns(self.home, gateway.CLONE_NEWNET)
        os.close(self.home)
        gateway.run("ip", "netns", "delete", NAMESPACE)
        shutil.rmtree(self.folder)

    def log(self):
        """What Dovecot said."""
        path = self.folder / "dovecot.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def sql(self, text):
        """Run SQL as the base's owner."""
        return subprocess.run(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", SERVER],
                              input="SET client_min_messages = warning;" + text, text=True,
                              check=True, stdout=subprocess.PIPE).stdout

    def account(self, *words, password="", code=0, user=None):
        """What `op25b account` said."""
        verb = words[:2] if words[0] == "address" else words[:1]
        command = [BIN / "op25b", "account", *verb, "--maild", self.folder / "maild.yaml",
                   *words[len(verb):]]
        if user:
            command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command]
        done = subprocess.run(command, input=password + "\n", text=True, check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert done.returncode == code, (words, done.returncode, done.stdout)
        return done.stdout

    def shown(self, name):
        """An account as JSON."""
        return json.loads(self.account("show", name, "--json"))

    def write_dovecot(self):
        """Its two files."""
        (self.folder / "dovecot.conf").write_text(DOVECOT.format(folder=self.folder),
                                                  encoding="utf-8")
        if SERVER:
            host = re.search(r"host=([^&]*)", SERVER)[1]
            lines = ["driver = pgsql", f"connect = host={host} dbname=op25b user=mailreader"]
        else:
            lines = ["driver = sqlite", f"connect = {self.location}"]
        lines += [f"{key} = {query}" for key, query in
                  queries("op25b_mail." if SERVER else "").items()]
        path = self.folder / "sql.conf"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        path.chmod(0o600)

    def start(self):
        """Dovecot, until it lets somebody talk to it."""
        self.dovecot = subprocess.Popen(["dovecot", "-F", "-c", self.folder / "dovecot.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                        start_new_session=True)
        wait.until("Dovecot", lambda: self.dovecot.poll() is not None or
                   self.is_up(143) and self.is_up(110) and self.is_asked())
        assert self.dovecot.poll() is None, self.log()

    @staticmethod
    def is_up(port):
        """Whether somebody listens there."""
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
            return True
        return False

    def is_asked(self):
        """Whether somebody listens for Postfix; the file is there before, and refuses."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as one:
            one.connect(str(self.folder / "sasl"))
            return True
        return False

    def stop(self):
        """End Dovecot and its children at once; asked to end, it takes its time."""
        if self.dovecot:
            os.killpg(self.dovecot.pid, signal.SIGKILL)
            self.dovecot.wait(60)
            self.dovecot = None
            (self.folder / "sasl").unlink(missing_ok=True)
            wait.until("its children are gone", lambda: not self.is_up(143))

    def pop(self, name, password):
        """Whether POP3 lets it in."""
        client = poplib.POP3("127.0.0.1", 110, timeout=60)
        try:
            client.user(name)
            client.pass_(password)
            return True
        except poplib.error_proto:
            return False
        finally:
            client.close()

    def imap(self, name, password):
        """Whether IMAP does."""
        client = imaplib.IMAP4("127.0.0.1", 143, timeout=60)
        try:
            client.login(name, password)
            return True
        except imaplib.IMAP4.error:
            return False
        finally:
            client.shutdown()

    def sasl(self, name, password):
        """Dovecot's answer as Postfix asks for it, as a list of words."""
        words = base64.b64encode(f"\0{name}\0{password}".encode()).decode()
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(60)
            one.connect(str(self.folder / "sasl"))
            stream = one.makefile("rw")
            stream.write(f"VERSION\t1\t2\nCPID\t{os.getpid()}\n")
            stream.flush()
            for line in stream:
                if line == "DONE\n":
                    break
            stream.write(f"AUTH\t1\tPLAIN\tservice=smtp\tnologin\tsecured\tresp={words}\n")
            stream.flush()
            return stream.readline().rstrip("\n").split("\t")

    def ways_in(self, name, password):
        """By which ways a login is taken."""
        return {way for way, taken in (("pop3", self.pop(name, password)),
                                       ("imap", self.imap(name, password)),
                                       ("sasl", self.sasl(name, password)[0] == "OK")) if taken}


READER = pwd.getpwnam("dovecot").pw_uid if shutil.which("dovecot") else None
