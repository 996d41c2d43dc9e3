# SPDX-License-Identifier: BSD-2-Clause
"""One program on one line: sends one mail as a person would, and notes what she could see.

Runs in a box of its own. Reads an order as one line of JSON, says {"say": "ready"}, waits for the
line "go", sends, says {"say": "seen"} at the first sign of what becomes of the mail, and at the
end {"say": "result", ...}. It ends when the mail bounced, the client ended, the order's window is
over, or the line "delivered" comes. Times are seconds since it sent.
"""
import json
import os
import pathlib
import re
import selectors
import socket
import subprocess
import sys
import time

from effects import bed, box, programs

HOME = pathlib.Path("/home", box.PERSON)
MAILBOXES = (pathlib.Path("/var/mail", box.PERSON), HOME / "Maildir/new")
SYSLOG_LINE = re.compile(r"^<\d+>(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?")
MBOX = r"^(?=From \S+ +[A-Z][a-z]{2} [A-Z][a-z]{2} )"
SETTLE = 2  # seconds for what follows an end: the queue's and the log's last lines


def say(what, **more):
    print(json.dumps({"say": what, **more}), flush=True)


def own(path, mode):
    os.chown(path, box.PERSON_ID, box.PERSON_ID)
    os.chmod(path, mode)


def make_home(program, domain):
    """The person's home, with her settings of a client."""
    for path in (HOME, HOME / "Maildir", *(HOME / "Maildir" / name for name in
                                           ("new", "cur", "tmp"))):
        path.mkdir()
        own(path, 0o700)
    if program.files:
        name, text = program.files(domain)
        (HOME / name).write_text(text, encoding="utf-8")
        own(HOME / name, 0o600)


class Watch:
    """Everything that could tell a person something, by when it came. count: mails that go."""

    def __init__(self, program, count):
        self.program, self.count = program, count
        self.begin = None
        self.lines = []  # (seconds, text) of the log
        self.mails = []  # (seconds, text) of what came for the person: bounces
        self.output, self.output_at, self.exit, self.ended = b"", None, None, None
        self.selector = selectors.DefaultSelector()
        self.syslog = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.syslog.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
        self.selector.register(self.syslog, selectors.EVENT_READ, self.read_syslog)
        self.log_at = 0
        if program.is_server:  # a machine has few of these descriptors
            self.inotify = box.watch_folders("/var/mail", MAILBOXES[1],
                                             os.path.dirname(program.log))
            self.selector.register(self.inotify, selectors.EVENT_READ, self.read_files)
        os.set_blocking(sys.stdin.fileno(), False)
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self.read_order)
        self.orders = b""

    def now(self):
        return round(time.monotonic() - self.begin, 2) if self.begin else None

    def read_syslog(self):
        text = self.syslog.recv(65536).decode("utf-8", "replace")
        self.add_line(SYSLOG_LINE.sub("", text).strip("\0\n"))

    def add_line(self, text):
        self.lines.append((self.now(), text))

    def read_files(self):
        os.read(self.inotify, 65536)
        self.read_log()
        self.read_mail()

    def read_log(self):
        if not self.program.log or not os.path.exists(self.program.log):
            return
        with open(self.program.log, encoding="utf-8", errors="replace") as log:
            log.seek(self.log_at)
            for line in log:
                self.add_line(line.rstrip("\n"))
            self.log_at = log.tell()

    def read_mail(self):
        """What came for the person, mbox or Maildir; the last may still be growing."""
        found = []
        for path in MAILBOXES:
            files = sorted(path.iterdir()) if path.is_dir() else [path] if path.exists() else []
            for file in files:
                text = file.read_text(encoding="utf-8", errors="replace")
                found += [mail for mail in re.split(MBOX, text, flags=re.M)
                          if "\n\n" in mail]
        for number, mail in enumerate(found):
            when = self.mails[number][0] if number < len(self.mails) else self.now()
            self.mails[number:number + 1] = [(when, mail)]

    def read_order(self):
        data = os.read(sys.stdin.fileno(), 4096)
        if not data:
            sys.exit(1)
        self.orders += data

    def read_output(self, stream):
        data = os.read(stream.fileno(), 65536)
        if data:
            self.output += data
            self.output_at = self.output_at or self.now()
        else:
            self.selector.unregister(stream)

    def read_end(self, child, handle):
        self.selector.unregister(handle)
        os.close(handle)
        self.exit, self.ended = child.wait(), self.now()

    def turn(self, seconds):
        """Takes what comes within that time, once."""
        for key, _ in self.selector.select(max(0, seconds)):
            key.data()

    def open(self, words):
        """Starts the person's command."""
        self.ended = None
        child = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            user=box.PERSON_ID, group=box.PERSON_ID, extra_groups=[], cwd=HOME,
            env={"HOME": str(HOME), "USER": box.PERSON, "LOGNAME": box.PERSON, "LANG": "C.UTF-8",
                 "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "TERM": "dumb",
                 "PYTHONPATH": box.LAB_THERE})
        self.selector.register(child.stdout, selectors.EVENT_READ,
                               lambda: self.read_output(child.stdout))
        handle = os.pidfd_open(child.pid)
        self.selector.register(handle, selectors.EVENT_READ,
                               lambda: self.read_end(child, handle))
        return child

    def until_output(self, text):
        """Waits for a command to say this, which is then no part of what it said."""
        while text not in self.output and self.ended is None:
            self.turn(60)
        if self.ended is not None:
            raise SystemExit(f"it ended before it was ready: {self.output}")
        self.output, self.output_at = b"", None

    def type(self, child, text):
        """The mail, into the command's input."""
        try:
            child.stdin.write(text.encode())
            child.stdin.close()
        except BrokenPipeError:
            pass

    def signs(self):
        return [line for line in self.lines if line[0] is not None and
                self.program.sign(line[1])]

    def outcome(self):
        """What is known of the mail's end so far, or None."""
        if self.orders.count(b"delivered\n") == self.count:
            return "delivered"
        if not self.program.is_server:
            return ("accepted" if self.exit == 0 else "failed") if self.ended else None
        return "bounced" if len(self.mails) + self.orders.count(b"delivered\n") >= self.count \
            else None


def mail_text(program, to, token):
    if not program.reads_mail:
        return "Hello Bob.\n"
    return programs.MAIL.format(sender=programs.SENDER, to=to, token=token)


def queue_of(program):
    return subprocess.run(program.queue, capture_output=True, text=True, check=False).stdout \
        if program.queue else ""


def observe(watch, order):
    """Until the end. Returns the queue's text of when the first sign came."""
    end = watch.begin + order["window"]
    queue, seen = "", False
    while not watch.outcome() and time.monotonic() < end:
        watch.turn(end - time.monotonic())
        if not seen and (watch.signs() or watch.outcome()):
            seen = True
            say("seen")
            queue = queue_of(watch.program)
        deferred = [1 for line in watch.signs() if re.search(watch.program.deferred, line[1])]
        if order["quick"] and watch.program.is_server and deferred:
            end = min(end, time.monotonic() + SETTLE)
    watch.last = watch.now()
    settled = time.monotonic() + SETTLE
    while time.monotonic() < settled:
        watch.turn(settled - time.monotonic())
    return queue or queue_of(watch.program)


def try_program(order):
    program = programs.named(order["program"])
    domain = bed.DOMAINS[order["kind"]]
    watch = Watch(program, order["mails"])
    make_home(program, domain)
    if program.prepare:
        program.prepare(domain)
    if program.init:
        subprocess.run([f"/etc/init.d/{program.init}", "start"], check=True,
                       stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr)
    child = watch.open(program.command(domain, f"{order['token']}-0")) if program.driven else None
    if child:
        watch.until_output(b"ready\n")
    say("ready")
    while b"go\n" not in watch.orders:
        watch.turn(3600)
    watch.begin = time.monotonic()
    watch.lines.clear()
    for number in range(order["mails"]):
        to, token = f"{programs.TO}@{domain}", f"{order['token']}-{number}"
        words = ["/usr/sbin/sendmail", to] if program.is_server else program.command(domain, token)
        watch.type(child or watch.open(words), mail_text(program, to, token))
        while watch.ended is None and program.is_server:
            watch.turn(60)
    queue = observe(watch, order)
    say("result", mails_sent=order["mails"], outcome=watch.outcome() or "waiting",
        window=watch.last, begin=watch.begin, exit=watch.exit, ended=watch.ended,
        output=watch.output.decode("utf-8", "replace"), output_at=watch.output_at,
        log=watch.lines, signs=watch.signs(),
        queue=queue, queue_after=queue_of(program), mails=watch.mails,
        keeps=program.keeps() if program.keeps else "")


def main():
    """In the box of a cell."""
    order = json.loads(sys.stdin.readline())
    box.enter([order["tree"]], order["scratch"])
    box.name_machine(resolver=bed.RESOLVER)
    with open("/etc/ssl/certs/ca-certificates.crt", "a", encoding="ascii") as trusted:
        trusted.write(order["certificate"])
    try_program(order)


if __name__ == "__main__":
    main()
