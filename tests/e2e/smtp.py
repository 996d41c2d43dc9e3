# SPDX-License-Identifier: BSD-2-Clause
"""SMTP byte by byte, for tests that say what no mail program would: a client that sends what it is
given and nothing else, and a mail host that keeps what came as it came.
"""
import base64
import dataclasses
import socket
import threading

TIMEOUT = 60  # seconds for any one answer; Dovecot is slow to refuse a password


class Closed(Exception):
    """The other side ended the connection where an answer was due."""


@dataclasses.dataclass
class Reply:
    """code, and the text of all lines, one a line."""
    code: int
    text: str

    @property
    def good(self):
        return 200 <= self.code < 400

    def __str__(self):
        return f"{self.code} {self.text}"


def listen(address, port=25):
    """A socket that listens in the calling thread's namespace."""
    return socket.create_server((address, port), backlog=64,
                                family=socket.AF_INET6 if ":" in address else socket.AF_INET)


class Client:
    """A conversation on a connected socket, which it owns. Use as a context: what is open ends.

    tls: an SSL context, for TLS from the first byte; name: what the certificate has to say."""

    def __init__(self, connected, tls=None, name=None):
        self.name, self.pending, self.socket = name, b"", connected
        try:
            self.socket.settimeout(TIMEOUT)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                self.wrap(tls)
            self.greeting = self.reply()
        except BaseException:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def wrap(self, context):
        """TLS from here on. What was sent in the clear and not read yet is forgotten."""
        self.pending = b""
        self.socket = context.wrap_socket(self.socket, server_hostname=self.name)

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        while b"\n" not in self.pending:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                data = b""
            if not data:
                raise Closed(self.pending.decode("latin-1"))
            self.pending += data
        line, _, self.pending = self.pending.partition(b"\n")
        return line.rstrip(b"\r").decode("latin-1")

    def reply(self):
        """The next answer, all its lines."""
        text = []
        while True:
            line = self.line()
            text.append(line[4:])
            if line[3:4] != "-":
                return Reply(int(line[:3]), "\n".join(text))

    def ask(self, command):
        """The answer to one command, which is bytes or ASCII, without its CRLF."""
        self.send((command.encode() if isinstance(command, str) else command) + b"\r\n")
        return self.reply()

    def replies(self):
        """All answers until the other side closes; to be asked for after a QUIT."""
        found = []
        try:
            while True:
                found.append(self.reply())
        except Closed:
            return found

    def hello(self, name="client.test"):
        return self.ask(f"EHLO {name}")

    def starttls(self, context, name="client.test"):
        """TLS, and EHLO under it. Returns the answer to STARTTLS or, if it was good, to EHLO."""
        reply = self.ask("STARTTLS")
        if not reply.good:
            return reply
        self.wrap(context)
        return self.hello(name)

    def auth(self, user, password):
        """AUTH PLAIN."""
        words = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        return self.ask(f"AUTH PLAIN {words}")

    def mail(self, sender, recipient, text):
        """One mail, CRLF.CRLF added. Returns the first answer that is not good, or the last."""
        for command in (f"MAIL FROM:<{sender}>", f"RCPT TO:<{recipient}>", "DATA"):
            reply = self.ask(command)
            if not reply.good:
                return reply
        self.send(text if isinstance(text, bytes) else text.replace("\n", "\r\n").encode())
        return self.ask("\r\n.")


@dataclasses.dataclass
class Arrived:
    """A mail that came: the two paths as they were given, and what stood between DATA's answer
    and CRLF.CRLF, dots as they came."""
    sender: str
    recipients: list
    data: bytes


class Sink:
    """A mail host that takes everything and keeps it. It owns the listening sockets.

    answer(command) -> bytes or None may answer otherwise."""

    def __init__(self, *listeners, answer=lambda _: None):
        self.mails, self.answer = [], answer
        self.sockets = listeners
        for listener in self.sockets:
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for listener in self.sockets:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        """One connection. Only CRLF ends a line."""
        stream = Stream(client)
        sender, recipients = "", []
        try:
            client.sendall(b"220 sink ESMTP\r\n")
            while True:
                line = stream.until(b"\r\n")
                verb = line[:4].upper()
                other = self.answer(line.decode("latin-1"))
                if other:
                    client.sendall(other)
                    continue
                if verb == b"DATA":
                    client.sendall(b"354 go on\r\n")
                    stream.pending = b"\r\n" + stream.pending  # a mail may be but a dot
                    data = stream.until(b"\r\n.\r\n")[2:]
                    self.mails.append(Arrived(sender, recipients, data))
                elif verb == b"MAIL":
                    sender, recipients = path(line), []
                elif verb == b"RCPT":
                    recipients.append(path(line))
                client.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 sink\r\n")
                if verb == b"QUIT":
                    return
        except (ConnectionError, EOFError):
            pass
        finally:
            client.close()

    def of(self, token):
        """The mails that hold these bytes."""
        return [mail for mail in list(self.mails) if token in mail.data]


def path(line):
    """What MAIL FROM or RCPT TO name."""
    return line.decode("latin-1").partition(":")[2].strip().partition("<")[2].rpartition(">")[0]


class Stream:
    """Bytes of a connection up to a mark."""

    def __init__(self, connection):
        self.connection, self.pending = connection, b""

    def until(self, mark):
        while mark not in self.pending:
            data = self.connection.recv(65536)
            if not data:
                raise EOFError
            self.pending += data
        found, _, self.pending = self.pending.partition(mark)
        return found
