# SPDX-License-Identifier: BSD-2-Clause
"""The programs: their packages, what a person answers the installer, how one sends, what they say.

Nothing of a program's behaviour is set: what is not named here is as Debian's package has it.
"""
import dataclasses
import re
import subprocess
import typing

from effects.box import DOMAIN, PERSON

TO = "bob"
SENDER = f"{PERSON}@{DOMAIN}"
MAIL = "From: {sender}\nTo: {to}\nSubject: {token}\n\nHello Bob.\n"


def said(*words):
    """What a command prints, in one line."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return " ".join((done.stdout + done.stderr).split())


@dataclasses.dataclass
class Program:
    """name, and the package whose version is told first. The patterns are of log lines."""
    name: str
    packages: list
    answers: str = ""
    init: str = ""  # of a server: its script in /etc/init.d, if it has one
    log: str = ""  # if it is not the system's
    queue: tuple = ()
    deferred: str = ""
    bounced: str = ""
    keeps: typing.Callable = None  # how long it keeps mail, by itself
    command: typing.Callable = None  # of a client: its words, for (domain, token)
    files: typing.Callable = None  # of a client: path from its home, and text
    driven: bool = False  # a client with a window: says "ready", sends at the first line of input
    narrates: bool = False  # a client that tells each step, not only what went wrong
    reads_mail: bool = True  # from standard input, with headers
    prepare: typing.Callable = None  # what a person configures by hand, for the domain

    @property
    def is_server(self):
        return self.command is None

    @property
    def tree(self):
        """Mail servers exclude one another; clients stand in one tree."""
        return self.name if self.is_server or self.driven else "clients"

    def sign(self, line):
        """Whether a line of the log tells of the mail's trouble."""
        return bool(re.search(f"{self.deferred}|{self.bounced}", line))


def postfix_keeps():
    names = ("maximal_queue_lifetime", "delay_warning_time")
    return ", ".join(f"{name} = {said('postconf', '-h', name)}" for name in names)


def exim_keeps():
    rule = said("exim4", "-brt", "v4.example").partition("Retry rule:")[2].strip()
    return f"retry rule {rule} {said('exim4', '-bP', 'delay_warning')}"


def manual(page, pattern):
    """A default that only the manual tells: what a pattern's group finds in its text."""
    found = re.search(pattern, said("sh", "-c", f"zcat /usr/share/man/{page}.gz"))
    return f"{found.group(1)} (manual)" if found else ""


def smtpd_keeps():
    page = "man5/smtpd.conf.5"
    ttl = manual(page, r"\.It Ic queue Cm ttl .*?default is .*?\.Pq (\w+)")
    warn = manual(page, r"Ic bounce Cm warn-interval No (\w+)")
    return f"queue ttl {ttl}, bounce warn-interval {warn}"


def sendmail_keeps():
    with open("/etc/mail/sendmail.cf", encoding="utf-8") as settings:
        found = re.findall(r"^O (Timeout\.queue(?:return|warn)=\S+)", settings.read(), re.M)
    return ", ".join(found)


def nullmailer_keeps():
    return "queuelifetime " + manual("man8/nullmailer-send.8",
                                     r"\.B queuelifetime The .*?Defaults to (.*?) \.RB")


def nullmailer_prepare(domain):
    with open("/etc/nullmailer/remotes", "w", encoding="ascii") as remotes:
        remotes.write(f"mx.{domain}\n")


INTERNET_SITE = "internet site; mail is sent and received directly using SMTP"
SERVERS = [
    Program("postfix", ["postfix"],
            "postfix postfix/main_mailer_type select Internet Site\n"
            f"postfix postfix/mailname string {DOMAIN}\n",
            init="postfix", queue=("mailq",), deferred="status=deferred|postfix/smtp.*connect to ",
            bounced="status=bounced", keeps=postfix_keeps),
    Program("exim", ["exim4-daemon-light", "exim4-config", "exim4-base"],
            f"exim4-config exim4/dc_eximconfig_configtype select {INTERNET_SITE}\n"
            f"exim4-config exim4/mailname string {DOMAIN}\n"
            f"exim4-config exim4/dc_other_hostnames string {DOMAIN}\n",
            init="exim4", log="/var/log/exim4/mainlog", queue=("mailq",),
            deferred=r" == bob@| H=\S+ .*(?:refused|timed out|unreachable|Permission)",
            bounced=r" \*\* bob@", keeps=exim_keeps),
    Program("opensmtpd", ["opensmtpd"], f"opensmtpd opensmtpd/mailname string {DOMAIN}\n",
            init="opensmtpd", queue=("smtpctl", "show", "queue"),
            deferred="result=\"?TempFail|smtp-out: .*[Ee]rror|mta error",
            bounced="result=\"?PermFail", keeps=smtpd_keeps),
    Program("sendmail", ["sendmail", "sendmail-bin", "procmail"],
            init="sendmail", queue=("mailq",), deferred="stat=Deferred",
            bounced="stat=(?!Sent|Deferred|queued)", keeps=sendmail_keeps),
    Program("dma", ["dma", "cron"], f"dma dma/mailname string {DOMAIN}\n",
            init="cron", queue=("mailq",), deferred="failed: |delivery deferred",
            bounced="delivery to .* failed after|Could not perform|, bouncing",
            keeps=lambda: "5 d (compiled in: MAX_TIMEOUT of its dma.h)"),
    Program("nullmailer", ["nullmailer"],
            f"nullmailer shared/mailname string {DOMAIN}\n",
            init="nullmailer", queue=("mailq",),
            deferred=r"Failed: |Sending failed|nullmailer: [45]\d\d[- ]",
            bounced="Permanent error", keeps=nullmailer_keeps, prepare=nullmailer_prepare),
]

SMTPLIB = """
import smtplib, sys
with smtplib.SMTP(sys.argv[1], 25) as server:
    server.sendmail(sys.argv[2], sys.argv[3], sys.stdin.read())
"""
CLIENTS = [
    Program("msmtp", ["msmtp"], command=lambda domain, _: ["msmtp", f"{TO}@{domain}"],
            files=lambda domain: (".msmtprc", f"account default\nhost mx.{domain}\nport 25\n"
                                  f"from {SENDER}\n")),
    Program("s-nail", ["s-nail"], reads_mail=False,
            command=lambda domain, token: [
                "s-nail", "-s", token, f"{TO}@{domain}"],
            files=lambda domain: (".mailrc", f"set v15-compat\nset mta=smtp://mx.{domain}:25\n"
                                  f"set smtp-auth=none\nset from={SENDER}\n")),
    Program("mutt", ["mutt"], reads_mail=False,
            command=lambda domain, token: ["mutt", "-s", token, f"{TO}@{domain}"],
            files=lambda domain: (".muttrc", f'set smtp_url="smtp://mx.{domain}:25/"\n'
                                  f'set from="{SENDER}"\nset copy=no\n')),
    Program("curl", ["curl"],
            command=lambda domain, _: [
                "curl", "-sS", f"smtp://mx.{domain}:25", "--mail-from", SENDER, "--mail-rcpt",
                f"{TO}@{domain}", "--upload-file", "-"]),
    Program("swaks", ["swaks"], narrates=True,
            command=lambda domain, _: [
                "swaks", "--server", f"mx.{domain}", "--from", SENDER, "--to", f"{TO}@{domain}",
                "--data", "-"]),
    Program("thunderbird", ["thunderbird"], driven=True, reads_mail=False,
            command=lambda domain, token: [
                "/usr/bin/python3", "-m", "effects.thunderbird", f"mx.{domain}", f"{TO}@{domain}",
                token]),
    Program("smtplib", ["python3"],
            command=lambda domain, _: [
                "/usr/bin/python3", "-c", SMTPLIB, f"mx.{domain}", SENDER, f"{TO}@{domain}"]),
]
ALL = SERVERS + CLIENTS
MX = Program("mx", ["postfix", "dnsmasq-base"], SERVERS[0].answers)


def named(name):
    """The program of that name."""
    return next(program for program in ALL + [MX] if program.name == name)
