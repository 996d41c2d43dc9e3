# SPDX-License-Identifier: BSD-2-Clause
"""Mails that stop at every step, for tests of limits; and the limiter that one writes first."""
import re
import socketserver
import threading

import wait

PASSWORD = "correct horse"
FULL = 450


class Mail:
    """A connection from a place on which one account sends, step by step. Use as a context.

    Every step returns the code, and keeps the text of the last answer in .text."""

    def __init__(self, isp, account, place="roam", port=587):
        self.account, self.text = f"{account}@{isp.domain}", ""
        self.smtp = isp.place(place).smtp(port)
        if port != 465:
            self.smtp.starttls()
        self.smtp.login(self.account, PASSWORD)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drop()

    def ask(self, line):
        code, text = self.smtp.docmd(line)
        self.text = text.decode()
        return code

    def begin(self, recipients):
        """MAIL and RCPT: None, or 451 where op25b-maild is dead."""
        for line in (f"MAIL FROM:<{self.account}>",
                     *(f"RCPT TO:<r{i}@far.example>" for i in range(recipients))):
            if (code := self.ask(line)) != 250:
                assert code == 451, self.text
                return code
        return None

    def data(self):
        """354, or what is said instead."""
        return self.ask("DATA")

    def body(self, text="Subject: hello\r\n\r\nhello"):
        """The text and its end: 250, or what is said instead."""
        self.smtp.send((text + "\r\n.\r\n").encode())
        code, said = self.smtp.getreply()
        self.text = said.decode()
        return code

    def bdat(self, text="Subject: hello\r\n\r\nhello\r\n", last=True):
        self.smtp.send(f"BDAT {len(text)}{' LAST' if last else ''}\r\n{text}".encode())
        code, said = self.smtp.getreply()
        self.text = said.decode()
        return code

    def send(self, recipients, text="Subject: hello\r\n\r\nhello"):
        """All of it. After a refusal the connection is as good as new."""
        code = self.begin(recipients) or self.data()
        if code == 354:
            code = self.body(text)
        if code != 250:
            self.ask("RSET")
        return code

    def half(self):
        """The beginning of a text."""
        self.smtp.send(b"Subject: half\r\n\r\nhalf")

    def drop(self):
        """No QUIT: the connection is simply gone."""
        self.smtp.close()


def has_room_again(isp, account, recipients):
    """What was given back has room, in the end, and not one more; the limit is used up then."""
    with Mail(isp, account) as mail:
        def sends():
            code = mail.send(recipients)
            assert code in (250, FULL), mail.text
            return code == 250
        wait.until(f"room for {recipients} of {account}", sends)
        assert mail.send(1) == FULL, mail.text


def together(number, work, meanwhile=lambda: None):
    """What work(i) returns for each, run in as many threads; the first exception is raised."""
    found, wrong = [None] * number, []

    def run(i):
        try:
            found[i] = work(i)
        except BaseException as error:  # told to who waits
            wrong.append(error)
    threads = [threading.Thread(target=run, args=(i,)) for i in range(number)]
    for thread in threads:
        thread.start()
    try:
        meanwhile()
    finally:
        for thread in threads:
            thread.join()
    if wrong:
        raise wrong[0]
    return found


class Naive:
    """In op25b-maild's place, one that looks at DATA and counts at END-OF-MESSAGE. Use as a
    context: what it counted is in .used."""

    def __init__(self, isp, limit):
        self.isp, self.limit, self.used, self.servers = isp, limit, 0, []
        self.lock = threading.Lock()

    def __enter__(self):
        for name, handler in (("grant", self.policy), ("restrict", self.policy),
                              ("socketmap", self.socketmap)):
            path = self.isp.path(f"/run/op25b-maild/{name}")
            path.unlink(missing_ok=True)
            self.servers.append(serve(path, handler))
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.shutdown()
            server.server_close()

    def policy(self, stream):
        request = {}
        for line in stream:
            name, equals, value = line.decode().rstrip("\n").partition("=")
            if equals:
                request[name] = value
                continue
            stream.write(f"action={self.answer(request)}\n\n".encode())
            stream.flush()
            request = {}

    def answer(self, request):
        number = int(request["recipient_count"])
        with self.lock:
            if request["protocol_state"] == "DATA" and self.used + number > self.limit:
                return "450 4.7.1 too many"
            if request["protocol_state"] == "END-OF-MESSAGE":
                self.used += number
        return "DUNNO"

    @staticmethod
    def socketmap(stream):
        while size := read_until(stream, b":"):
            _, _, key = stream.read(int(size)).decode().partition(" ")
            stream.read(1)
            answer = f"OK {key}".encode()
            stream.write(b"%d:%s," % (len(answer), answer))
            stream.flush()


def read_until(stream, end):
    found = b""
    while (byte := stream.read(1)) not in (b"", end):
        found += byte
    return found


def serve(path, talk):
    """A server on a unix socket, a thread a connection."""
    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            try:
                with self.connection.makefile("rwb") as stream:
                    talk(stream)
            except (ConnectionError, ValueError):
                pass

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True
        request_queue_size = 100

    server = Server(str(path), Handler)
    path.chmod(0o666)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def times(text):
    """The clock times that a text names."""
    return re.findall(r"\b\d{1,2}:\d{2}\b", text)
