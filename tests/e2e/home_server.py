# SPDX-License-Identifier: BSD-2-Clause
"""A mail server at home: a program as Debian's package has it, set up as docs/smarthost.md says.

It is installed into a tree and runs in a box (lab/effects), in a network namespace that is given;
this machine has nothing of it. Run as a script, this module is the box: it keeps the system's log.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys

import wait

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "lab"))
from effects import box, images, programs  # noqa: E402

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/smarthost.md"
MANNERS = {"line": "By the line, on port 25", "account": "By an account, on port 587"}
TITLES = {"postfix": "Postfix", "exim": "Exim", "opensmtpd": "OpenSMTPD", "sendmail": "sendmail"}
STEP = re.compile(r"^(?:(New file|In) `(/\S+)`([^\n]*):\n\n)?```(\w*)\n(.*?)^```$", re.M | re.S)
MAIL = "From: {0}\nTo: {1}\nSubject: {2}\n\nHello.\n"
MORE = {"postfix": ["libsasl2-modules"], "sendmail": ["libsasl2-modules"]}
QUEUES = {"postfix": ["mailq"], "exim": ["exim4", "-bp"], "opensmtpd": ["smtpctl", "show", "queue"],
          "sendmail": ["mailq"]}
NEVER_STOPPED = ("opensmtpd",)  # Debian's script can't, where there is no systemd
CACHE = pathlib.Path(os.environ.get("OP25B_BUILD_DIR", "build/debug")).parent / "effects"


def section(text, level, title):
    """What stands beneath a heading, up to the next of its level or above."""
    found = re.search(rf"^{'#' * level} {re.escape(title)}\n(.*?)(?=^#{{1,{level}}} |\Z)", text,
                      re.M | re.S)
    assert found, f"{PAGE.name} has no section {title}"
    return found[1]


def steps(program, manner):
    """What the page tells its reader to do: (do, path, where, language, text) of each step."""
    text = section(PAGE.read_text(encoding="utf-8"), 2, TITLES[program])
    found = STEP.findall(section(text, 3, MANNERS[manner]))
    assert found, f"{program}, {manner}: no step"
    return found


def domain(program):
    """Each has its own; that of the box where the others' installers do not ask."""
    return box.DOMAIN if program == "sendmail" else f"{program}.{box.DOMAIN}"


def package(program):
    """The programs' packages and what the page has its reader install besides; what is answered."""
    known = programs.named(program)
    return known.packages + MORE.get(program, []), known.answers.replace(
        box.DOMAIN, domain(program))


def tree(program, folder):
    """Its tree, in a folder in memory."""
    os.makedirs(CACHE, exist_ok=True)
    return images.build(f"home-{program}", *package(program), str(CACHE), folder)


class Home:
    """A server in a box. yours: what the page leaves to its reader -> what it is here.

    folder: an empty one; netns: a path; authority: the text of a certificate that it trusts too."""

    def __init__(self, program, tree_path, folder, netns, authority, resolver, yours):
        self.program, self.yours = program, yours
        self.process = subprocess.Popen(
            box.command(netns, "/usr/bin/python3", __file__), stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, cwd=box.LAB, text=True)
        self.process.stdin.write(json.dumps({
            "tree": tree_path, "scratch": str(folder), "authority": authority,
            "resolver": resolver, "host": yours["home.example.org"]}) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ready\n", "the box did not come up"
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        self.inside = pathlib.Path(children).read_text(encoding="ascii").split()[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def run(self, *words, check=True, given=None):
        """A command in the box, as root. Returns what it said."""
        done = subprocess.run(
            ["nsenter", "-t", self.inside, "-m", "-u", "-i", "-n", "-p", *words], check=False,
            stdin=None if given else subprocess.DEVNULL, input=given, text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert not check or done.returncode == 0, f"{words}: {done.returncode}: {done.stdout}"
        return done.stdout

    def path(self, name):
        """A file of the box, from outside."""
        return pathlib.Path(f"/proc/{self.inside}/root{name}")

    def fill(self, text):
        for name, value in self.yours.items():
            text = text.replace(name, value)
        return text

    def follow(self, manner):
        """Starts it as the package has it, does what the page says, step by step, and waits until
        it takes mail."""
        if self.program not in NEVER_STOPPED:
            self.run("service", programs.named(self.program).init, "start")
        for what, path, where, language, text in steps(self.program, manner):
            if language == "sh":
                self.run("sh", "-ec", self.fill(text))
            elif what:
                self.edit(what, self.path(path), where, self.fill(text))
        wait.until(f"{self.program} listens", self.listens)

    def listens(self):
        return ":0019 " in self.run("grep", "-h", " 0A ", "/proc/net/tcp", "/proc/net/tcp6",
                                    check=False)

    def edit(self, what, path, where, text):
        """A file that the page shows, as the words before it say."""
        if what == "New file":
            path.write_text(text, encoding="utf-8")
            return
        old = path.read_text(encoding="utf-8")
        before = re.search(r"before the line `([^`]+)`", where)
        if before:
            assert old.count(before[1]) == 1, f"{path}: {before[1]}"
            path.write_text(old.replace(before[1], text + before[1]), encoding="utf-8")
        elif "lines of the same names" in where:
            for line in text.splitlines():
                name = line.partition("=")[0]
                old, found = re.subn(rf"^{re.escape(name)}=.*$", lambda _: line, old, flags=re.M)
                assert found == 1, f"{path} has {found} lines {name}="
            path.write_text(old, encoding="utf-8")
        else:
            assert "at its end" in where, f"{PAGE.name}: what is meant by '{where}'?"
            path.write_text(old + text, encoding="utf-8")

    def send(self, sender, recipients, token):
        """A mail as a program of the machine hands it over."""
        self.run("/usr/sbin/sendmail", "-f", sender, *recipients,
                 given=MAIL.format(sender, ", ".join(recipients), token))

    def mailbox(self):
        """All that came for the person, mbox or Maildir."""
        text = ""
        for path in (self.path(f"/var/mail/{box.PERSON}"),
                     self.path(f"/home/{box.PERSON}/Maildir/new")):
            files = path.iterdir() if path.is_dir() else [path] if path.exists() else []
            text += "".join(file.read_text(encoding="utf-8", errors="replace") for file in files)
        return text

    def log(self):
        """What the program logged."""
        names = ("/var/log/mail.log", programs.named(self.program).log)
        return "".join(self.path(name).read_text(encoding="utf-8", errors="replace")
                       for name in names if name and self.path(name).exists())

    def queue(self):
        return self.run(*QUEUES[self.program], check=False)

    def waits(self):
        """Whether anything is in the queue."""
        return "@" in self.queue()

    def retry(self):
        """What the page says for trying again at once."""
        found = re.search(rf"^\| {TITLES[self.program]} \|.*\| `([^`]+)` \|$",
                          PAGE.read_text(encoding="utf-8"), re.M)
        self.run("sh", "-ec", found[1], check=False)


def main():
    """In the box, until it is killed."""
    order = json.loads(sys.stdin.readline())
    box.enter([order["tree"]], order["scratch"])
    box.name_machine(order["host"], order["resolver"])
    home = pathlib.Path("/home", box.PERSON)
    home.mkdir()
    os.chown(home, box.PERSON_ID, box.PERSON_ID)
    trusted = pathlib.Path("/usr/local/share/ca-certificates")
    trusted.mkdir(parents=True, exist_ok=True)
    (trusted / "test.crt").write_text(order["authority"], encoding="ascii")
    subprocess.run(["update-ca-certificates", "--hooksdir", "/nonexistent"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log, \
            open("/var/log/mail.log", "ab", buffering=0) as kept:
        log.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
        print("ready", flush=True)
        while True:
            kept.write(log.recv(65536).strip(b"\0\n") + b"\n")


if __name__ == "__main__":
    main()
