# SPDX-License-Identifier: BSD-2-Clause
"""MailHost: see the package's own words."""
import contextlib
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from effects import box
from mail import certificates, far, image, inside, network, wait
from mail.network import Place

HERE = pathlib.Path(__file__).parent
POLICY = (HERE / "policy.yaml.in").read_text(encoding="utf-8")
DOMAIN = "isp.example"
PREFIX = "op25b-mailhost-"
RESOLVER = "192.0.2.53"
ADDRESSES = {("mx", False): "192.0.2.10", ("mx", True): "2001:db8:25::10",
             ("relay", False): "192.0.2.25", ("relay", True): "2001:db8:25::25"}
PLACES = {
    "line-a": ("10.25.1.11", "2001:db8:a00:1100::7"),
    "line-b": ("10.25.1.12", "2001:db8:a00:1200::7"),
    "fixed": ("10.25.9.9", "2001:db8:a09:900::7"),
    "shared": ("10.25.7.7", None),
    "roam": ("198.51.100.7", "2001:db8:b00::7"),
    "roam-b": ("198.51.100.8", "2001:db8:b00::8"),
    "abroad": ("198.51.100.129", "2001:db8:b80::7"),
    "hosting": ("198.51.100.65", "2001:db8:b40::7"),
    "far": ("203.0.113.25", "2001:db8:f00::25"),
}
GROUPS = {"op25b-maild": "op25b-mail"}
USERS = {"op25b-maild": 60026, "vmail": 60027}
ENVIRONMENT = {"PATH": f"{inside.BINS}:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
               "HOME": "/root"}
LOG = "/var/log/op25b/postfix.log"
MAILD_FILE = "/etc/op25b/maild.yaml"
MAILD = f"""op25b_maild: 1
policy: /etc/op25b/policy.yaml
group: op25b-mail
auth_key_file: /etc/op25b/auth.key
logs: [{LOG}]
letters_from: postmaster@{DOMAIN}
desk: {{socket: /run/op25b-maild/desk.sock, group: op25b-mail}}
"""
SETUP = f"""set -e
for program in postfix dovecot; do cp -a /etc/$program /etc/$program.debian; done
groupadd --system op25b-mail
for user in postfix dovecot; do usermod -a -G op25b-mail $user; done
usermod -a -G adm -g op25b-mail op25b-maild
mkdir -p /var/log/op25b /var/vmail
install -m 640 -o postfix -g adm /dev/null {LOG}
install -d -m 750 -o op25b-maild -g op25b-mail /var/lib/op25b-maild
install -d -m 755 -o op25b-maild -g op25b-mail /run/op25b-maild
chown vmail: /var/vmail
chmod 600 /etc/op25b/mail.pem
chown op25b-maild: /etc/op25b/auth.key
chmod 400 /etc/op25b/auth.key
"""


class MailHost:
    """A provider's mail host. Use as a context, or start() and stop()."""

    binds = {}  # more folders that are seen in the box: {path in the box: path outside}
    maild_place = "host"  # where op25b-maild runs
    maild_text = MAILD  # of maild.yaml, but for the maild_file

    def __init__(self, bin_dir, *, policy=None, accounts=(), maild=True, mailconf=(),
                 far="postfix", hosts=None, network=None, resolver=RESOLVER, domain=DOMAIN,
                 maild_file="", log_dir=None):
        self.bin, self.policy = pathlib.Path(bin_dir), policy or POLICY
        self.accounts, self.with_maild, self.options = accounts, maild, mailconf
        self.far, self.hosts, self.given, self.resolver = far, hosts or {}, network, resolver
        self.domain, self.name, self.log_dir = domain, f"mail.{domain}", log_dir
        self.maild_more = maild_file
        self.addresses = ADDRESSES
        self.places, self.children, self.maild, self.init = {}, [], None, None
        self.folder, self.lock = None, None

    # Beginning and end

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        """All of it; returns when Postfix answers."""
        self.folder, self.lock = make_folder()
        try:
            (self.folder / "scratch").mkdir()
            certificates.make(self.folder, self.name, f"mx.{self.domain}", f"pop.{self.domain}")
            self.ca, self.tls = self.folder / "ca.pem", network.trusting(self.folder / "ca.pem")
            self.make_network()
            self.open_box()
            self.set_up()
        except BaseException:
            self.stop()
            raise

    def stop(self):
        """Ends every process; what they wrote goes with them, but for logs to log_dir."""
        if self.init:
            if self.log_dir:
                shutil.copytree(self.path("/var/log/op25b"), self.log_dir, dirs_exist_ok=True)
            self.init.kill()
            self.init.wait()
            self.init.stdin.close()
            self.init.stdout.close()
        for child in self.children:
            child.kill()
            child.wait()
        for namespace in {place.namespace for place in self.places.values()}:
            namespace.close()
        if self.folder:
            shutil.rmtree(self.folder)
            self.lock.close()
        self.init, self.children, self.places, self.folder = None, [], {}, None

    def make_network(self):
        """The mail host's namespace with its addresses, and places around it."""
        if self.given:
            for name, path in self.given.items():
                v4, v6 = PLACES.get(name, (None, None))
                self.places[name] = Place(self, name, network.Namespace(path), v4, v6)
            return
        namespace = network.Namespace()
        self.places["host"] = Place(self, "host", namespace, ADDRESSES["relay", False],
                                    ADDRESSES["relay", True])
        namespace.ip(f"address add {RESOLVER}/32 dev lo",
                     *(f"address add {address} dev lo" for address in ADDRESSES.values()))
        namespace.set("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        for name, (v4, v6) in PLACES.items():
            self.add_place(name, v4, v6)

    def add_place(self, name, v4, v6=None):
        """One more place."""
        place = Place(self, name, network.Namespace(), v4, v6)
        network.connect(self.places["host"].namespace, place, len(self.places))
        self.places[name] = place
        return place

    def place(self, name):
        """The place of that name."""
        return self.places[name]

    def open_box(self):
        """The namespaces of the programs' files and processes."""
        self.init = subprocess.Popen(
            box.command(self.places["host"].netns, "/usr/bin/python3", "-m", "mail.inside"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=box.LAB)
        self.init.stdin.write(json.dumps({
            "tar": image.tar(), "scratch": str(self.folder / "scratch"), "host": self.name,
            "resolver": self.resolver, "users": USERS,
            "binds": {inside.BINS: str(self.bin.resolve()), **self.binds}}) + "\n")
        self.init.stdin.flush()
        if self.init.stdout.readline() != "ready\n":
            raise RuntimeError("the mail host's box can't be made: see above")
        self.box_pid = child_of(self.init.pid)

    # Programs

    def command(self, place, words, user=None):
        """A command line that runs words in the box, at a place."""
        as_user = [f"--reuid={user}", f"--regid={GROUPS.get(user, user)}", "--init-groups"] \
            if user else []
        return [*box.ENDS_WITH_US, "nsenter", f"--target={self.box_pid}", "--mount", "--uts",
                "--ipc", "--pid", f"--net={self.places[place].netns}",
                *(["setpriv", *as_user] if user else []), *map(str, words)]

    def run(self, *words, place="host", check=True, timeout=120, user=None, **options):
        """What a program says, both of its outputs; AssertionError where it fails and check."""
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
            done = subprocess.run(  # not by a pipe: a daemon keeps its end open
                self.command(place, words, user), stdout=output, stderr=subprocess.STDOUT,
                text=True, timeout=timeout, check=False, env=ENVIRONMENT, **options)
            output.seek(0)
            said = output.read()
        assert not check or done.returncode == 0, \
            f"{' '.join(map(str, words))}: exit code {done.returncode}\n{said}"
        return said

    def spawn(self, *words, place="host", user=None, **options):
        """A program that goes on; it is killed at the end."""
        options = {"stdin": subprocess.DEVNULL, "env": ENVIRONMENT} | options
        child = subprocess.Popen(self.command(place, words, user), **options)
        self.children.append(child)
        return child

    def op25b(self, *words, **options):
        """The command, in the box; an account's commands and the like find maild.yaml there."""
        return self.run("op25b", *words, **options)

    def path(self, path):
        """A file of the box, from outside."""
        return pathlib.Path(f"/proc/{self.box_pid}/root{path}")

    def write(self, path, text, mode=0o644):
        """A file into the box."""
        there = self.path(path)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(text, encoding="utf-8")
        there.chmod(mode)

    # Setting up

    def set_up(self):
        """Writes what an operator writes, and starts what he starts, in his order."""
        self.write("/etc/op25b/policy.yaml", self.policy.replace(DOMAIN, self.domain))
        self.write("/etc/op25b/networks.csv",
                   (HERE / "networks.csv").read_text(encoding="ascii"))
        self.write(MAILD_FILE, self.maild_text.replace(DOMAIN, self.domain) +
                   self.maild_more)
        self.write("/etc/op25b/auth.key", "a key of the test's\n".replace(" ", "-"))
        self.write("/etc/op25b/mail.pem",
                   (self.folder / "chain.pem").read_text(encoding="ascii"))
        with open(self.path("/etc/ssl/certs/ca-certificates.crt"), "a", encoding="ascii") as known:
            known.write(self.ca.read_text(encoding="ascii"))
        self.run("sh", "-c", SETUP)
        self.resolve()
        self.mailconf()
        self.first_accounts()
        if self.with_maild:
            self.start_maild()
        self.run("postfix", "check")
        self.start_dovecot()
        if self.far:
            far.start(self, self.far)
        self.start_postfix()

    def mailconf(self):
        """The settings, as the command writes them."""
        for what in ("postfix", "dovecot"):
            self.op25b("mailconf", what, "--maild", MAILD_FILE, "--out", f"/etc/{what}", "--force",
                       *self.options)

    def first_accounts(self):
        """An account base with those that were asked for."""
        for name, password in self.accounts:
            self.add_account(name, password)

    def resolve(self):
        """Names: the provider's, the internet's, and that there are no others."""
        if not self.resolver:
            return
        distant = [end for end in PLACES["far"] if "far" in self.places]
        records = {f"mx.{self.domain}": [ADDRESSES["mx", False], ADDRESSES["mx", True]]}
        for name in ("mail", "smtp", "pop", "imap"):
            records[f"{name}.{self.domain}"] = [ADDRESSES["relay", False],
                                                ADDRESSES["relay", True]]
        records |= {name: [ends] for name, ends in self.hosts.items()}
        self.spawn("dnsmasq", "--conf-file", "--no-resolv", "--no-hosts", "--user=root",
                   "--keep-in-foreground", f"--listen-address={self.resolver}",
                   "--bind-interfaces", "--local=/#/", "--pid-file=/run/dnsmasq.pid",
                   f"--mx-host={self.domain},mx.{self.domain},10",
                   *(f"--address=/far.example/{end}" for end in distant),
                   *(f"--host-record={name},{','.join(ends)}" for name, ends in records.items()))

    # op25b-maild

    def start_maild(self):
        """Returns when it says that it is ready."""
        path = self.path("/run/op25b-notify")
        path.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear, \
                open(self.path("/var/log/op25b/maild.log"), "a", encoding="utf-8") as log:
            ear.bind(str(path))
            path.chmod(0o666)
            ear.settimeout(1)
            self.maild = self.spawn(
                "op25b-maild", "--maild", MAILD_FILE, place=self.maild_place, user="op25b-maild",
                stdout=log, stderr=log,
                env={**ENVIRONMENT, "NOTIFY_SOCKET": "/run/op25b-notify"})
            wait.until("op25b-maild", lambda: self.is_ready(ear))

    def is_ready(self, ear):
        """Whether its words to the service manager say so; AssertionError where it has ended."""
        try:
            return b"READY=1" in ear.recv(4096)
        except TimeoutError:
            assert self.maild.poll() is None, f"op25b-maild ended: {self.maild_log()}"
            return False

    def signal_maild(self, number):
        """A signal for the daemon, whose pid is that of nsenter's child."""
        os.kill(child_of(self.maild.pid), number)

    def end_maild(self, number):
        """Ends it by a signal; returns its exit code as nsenter hands it on."""
        self.signal_maild(number)
        self.maild.send_signal(signal.SIGCONT)  # nsenter stops where its child is stopped
        code = self.maild.wait(60)
        self.children.remove(self.maild)
        self.maild = None
        return code

    def stop_maild(self):
        """As a service manager would."""
        return self.end_maild(signal.SIGTERM)

    def kill_maild(self):
        """kill -9."""
        return self.end_maild(signal.SIGKILL)

    def restart_maild(self):
        """After kill -9, from what is on disk."""
        self.kill_maild()
        self.start_maild()

    def hang_maild(self):
        """It answers nothing any more."""
        self.signal_maild(signal.SIGSTOP)

    def wake_maild(self):
        """It goes on."""
        self.signal_maild(signal.SIGCONT)
        self.maild.send_signal(signal.SIGCONT)

    def maild_log(self):
        """What it said on standard error."""
        return self.path("/var/log/op25b/maild.log").read_text(encoding="utf-8")

    def control(self, request, path="/run/op25b-maild/control.sock"):
        """The answer to one request on the daemon's control socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as talk:
            talk.settimeout(60)
            talk.connect(str(self.path(path)))
            with talk.makefile("rw", encoding="utf-8") as lines:
                lines.write(json.dumps(request) + "\n")
                lines.flush()
                return json.loads(lines.readline())

    # Accounts

    def add_account(self, name, password, *options):
        """Its address, which is its name and its login."""
        address = name if "@" in name else f"{name}@{self.domain}"
        self.op25b("account", "add", address, *options, input=f"{password}\n")
        return address

    # Postfix and Dovecot

    def postfix(self, *words):
        """postfix(1)."""
        return self.run("postfix", *words)

    def start_postfix(self):
        """Returns when it listens."""
        start = len(self.log())
        self.run("postfix", "start")
        self.wait_log("daemon started", start)

    def kill_postfix(self):
        """kill -9 of master and all its children, as a machine that dies does."""
        self.kill_group("/var/spool/postfix/pid/master.pid")

    def kill_group(self, pid_file):
        """kill -9 of a daemon and all its children; returns when none of them is there."""
        leader = int(self.path(pid_file).read_text(encoding="ascii"))
        self.run("sh", "-c", f"kill -KILL -{leader}")
        wait.until(f"process group {leader} is gone",
                   lambda: not self.run("pgrep", "-g", leader, check=False))

    def start_dovecot(self):
        """Returns when it listens."""
        self.run("dovecot")

    def kill_dovecot(self):
        """At once, all of it."""
        self.kill_group("/run/dovecot/master.pid")

    def log(self):
        """Postfix's log."""
        return self.path(LOG).read_text(encoding="utf-8", errors="replace")

    def wait_log(self, pattern, start=0):
        """The first match in Postfix's log after so many characters."""
        return wait.until(f"{pattern!r} in Postfix's log",
                          lambda: re.search(pattern, self.log()[start:], re.M))

    def queue(self):
        """What waits, as postqueue -j says it."""
        return [json.loads(line) for line in self.run("postqueue", "-j").splitlines()]

    def wait_queue(self, test):
        """The queue, once the test holds of it."""
        return wait.until("the queue", lambda: [queue for queue in [self.queue()] if
                                                test(queue)])[0]

    def mailbox(self, name):
        """The mails in a mailbox, the oldest first."""
        address = name if "@" in name else f"{name}@{self.domain}"
        return maildir(self.path(f"/var/vmail/{address}/Maildir"))

    def wait_mailbox(self, name, number):
        """The same, once there are so many."""
        return wait.until(f"{number} mails of {name}",
                          lambda: len(found := self.mailbox(name)) >= number and found)

    def far_mails(self):
        """What the internet's mail host kept, the oldest first."""
        return maildir(self.path(far.INBOX))

    def wait_far(self, number):
        """The same, once there are so many."""
        return wait.until(f"{number} mails at the far end",
                          lambda: len(found := self.far_mails()) >= number and found)


def take(folder):
    """The lock of a host's folder, which ends with its process; BlockingIOError: it lives."""
    lock = open(folder / "lock", "w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise
    return lock


def make_folder():
    """A folder of a host's own, and its lock. What a killed process left behind goes."""
    for left in pathlib.Path(tempfile.gettempdir()).glob(f"{PREFIX}*/lock"):
        with contextlib.suppress(OSError), take(left.parent):
            shutil.rmtree(left.parent)
    while True:
        folder = pathlib.Path(tempfile.mkdtemp(prefix=PREFIX))
        # Between the file and its lock another host that begins may take it for left behind.
        with contextlib.suppress(BlockingIOError):
            lock = take(folder)
            if os.fstat(lock.fileno()).st_nlink:
                return folder, lock
            lock.close()


def child_of(pid):
    """The one child of a process that only runs it."""
    def find():
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [int(child) for child in children.split()]
    return wait.until(f"the child of process {pid}", find, 10)[0]


def maildir(folder):
    """The mails of one, in order of arrival."""
    paths = sorted((path for sub in ("new", "cur") for path in (folder / sub).glob("*")),
                   key=lambda path: path.name)
    return [path.read_bytes() for path in paths]
