# SPDX-License-Identifier: BSD-2-Clause
"""Mail programs as customers have them, each told what its user types in.

    send(place, program, mail)   returns (taken, what the program said)
    fetch(place, program, who)   the same of fetching mail, by POP3 or IMAP over TLS
"""
import dataclasses
import smtplib
import urllib.parse

SERVER = "mail.isp.example"
CA = "/etc/ssl/certs/ca-certificates.crt"
PROGRAMS = ("curl", "msmtp", "s-nail", "mutt", "swaks", "smtplib")
FETCHERS = ("fetchmail", "curl pop3s", "curl imaps", "curl pop3 stls")


@dataclasses.dataclass
class Mail:
    """A mail, and by which port; login is (name, password), or None: nobody logs in."""
    sender: str
    recipient: str
    token: str
    port: int = 587
    login: tuple = None

    @property
    def starttls(self):
        """Whether the program is told to use it."""
        return self.port == 587 or self.port == 25 and self.login is not None

    @property
    def text(self):
        return (f"From: <{self.sender}>\nTo: <{self.recipient}>\nSubject: {self.token}\n\n"
                "Good morning.\n")


def curl(mail):
    url = f"{'smtps' if mail.port == 465 else 'smtp'}://{SERVER}:{mail.port}/client.example"
    return ["curl", "-sSv", url, *(["--ssl-reqd"] if mail.starttls else []),
            "--mail-from", mail.sender, "--mail-rcpt", mail.recipient, "--upload-file", "-",
            *(["--user", ":".join(mail.login)] if mail.login else [])]


def msmtp(mail):
    return ["msmtp", "--file=/dev/null", f"--host={SERVER}", f"--port={mail.port}",
            f"--tls={'on' if mail.starttls or mail.port == 465 else 'off'}",
            f"--tls-trust-file={CA}",
            f"--tls-starttls={'off' if mail.port == 465 else 'on'}", f"--from={mail.sender}",
            *(["--auth=plain", f"--user={mail.login[0]}", f"--passwordeval=echo {mail.login[1]}"]
              if mail.login else ["--auth=off"]), mail.recipient]


def quoted_login(mail):
    return ":".join(urllib.parse.quote(word, safe="") for word in mail.login) + "@" \
        if mail.login else ""


def s_nail(mail):
    scheme = "smtps" if mail.port == 465 else "smtp"
    return ["s-nail", "-:/", "-Sv15-compat", "-Ssendwait", f"-Sfrom={mail.sender}",
            f"-Smta={scheme}://{quoted_login(mail)}{SERVER}:{mail.port}", f"-Stls-ca-file={CA}",
            "-Stls-verify=strict", f"-Ssmtp-auth={'plain' if mail.login else 'none'}",
            *(["-Ssmtp-use-starttls"] if mail.starttls else []), "-s", mail.token,
            mail.recipient]


def mutt(mail):
    scheme = "smtps" if mail.port == 465 else "smtp"
    settings = {"smtp_url": f"{scheme}://{quoted_login(mail)}{SERVER}:{mail.port}",
                "ssl_starttls": "yes" if mail.starttls else "no", "ssl_ca_certificates_file": CA,
                "smtp_authenticators": "plain", "from": mail.sender, "use_envelope_from": "yes",
                "copy": "no", "hostname": "client.example"}
    return ["mutt", "-n", "-F", "/dev/null",
            *(word for name, value in settings.items() for word in ("-e", f'set {name}="{value}"')),
            "-s", mail.token, "--", mail.recipient]


def swaks(mail):
    return ["swaks", "--server", SERVER, "--port", mail.port, "--from", mail.sender, "--to",
            mail.recipient, "--ehlo", "client.example", "--header", f"Subject: {mail.token}",
            *(["--tls"] if mail.starttls else []),
            *(["--tls-on-connect"] if mail.port == 465 else []),
            *(["--auth", "PLAIN", "--auth-user", mail.login[0], "--auth-password", mail.login[1]]
              if mail.login else [])]


def by_smtplib(place, mail, v6):
    """Python's own."""
    with place.smtp(mail.port, v6=v6) as client:
        try:
            if mail.starttls:
                client.starttls()
            if mail.login:
                client.login(*mail.login)
            client.sendmail(mail.sender, [mail.recipient], mail.text.replace("\n", "\r\n"))
        except smtplib.SMTPResponseException as error:
            return False, f"{error.smtp_code} {error.smtp_error.decode()}"
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            return False, f"{code} {text.decode()}"
    return True, ""


def tried(place, words, text):
    """Whether a program was content, and what it said."""
    try:
        return True, place.run(*words, input=text)
    except AssertionError as fault:
        return False, str(fault)


COMMANDS = {"curl": curl, "msmtp": msmtp, "s-nail": s_nail, "mutt": mutt, "swaks": swaks}


def send(place, program, mail, v6=False):
    """v6 is for smtplib, which is given an address; for others see family()."""
    if program == "smtplib":
        return by_smtplib(place, mail, v6)
    return tried(place, COMMANDS[program](mail),
                 "Good morning.\n" if program in ("s-nail", "mutt") else mail.text)


def fetch(place, program, login):
    """All there is, left where it is."""
    name, password = login
    if program == "fetchmail":
        return tried(place, ["fetchmail", "--verbose", "--fetchmailrc", "-",
                             "--pidfile", "/run/fetchmail.pid"],
                     f"poll {SERVER} protocol pop3 port 995 user {name} password {password} ssl "
                     f"sslcertck sslcertfile {CA} keep fetchall mda cat\n")
    url = {"curl pop3s": f"pop3s://{SERVER}/", "curl imaps": f"imaps://{SERVER}/",
           "curl pop3 stls": f"pop3://{SERVER}/"}[program]
    return tried(place, ["curl", "-sSv", "--ssl-reqd", "--user", f"{name}:{password}", url], "")


def family(isp, v6):
    """From now on the server's name has the address of this family only."""
    address = isp.addresses["relay", v6]
    isp.write("/etc/hosts", f"127.0.0.1 localhost\n::1 localhost\n{address} {SERVER}\n")
