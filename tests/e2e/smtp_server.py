# SPDX-License-Identifier: BSD-2-Clause
"""Mail servers that behave as they are told, for who tests mail servers. Each takes every
connection of its listening socket, and keeps what was said to it."""
import socket
import ssl
import threading


def context(authority, name):
    """TLS of a server by a certificate of certificates.Authority."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(authority.folder / f"{name}.pem", authority.folder / f"{name}.key")
    return made


class Server:
    """It owns the listening socket. behave(connection, heard) has one conversation; what it appends
    to heard is kept."""

    def __init__(self, listener, behave):
        self.listener, self.behave, self.heard = listener, behave, []
        listener.settimeout(None)
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        """No more connections."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            self.behave(connection, self.heard)
        except OSError:
            pass
        finally:
            connection.close()


def lines(connection):
    """The lines that come, until the other side closes."""
    pending = b""
    while True:
        while b"\r\n" not in pending:
            data = connection.recv(4096)
            if not data:
                return
            pending += data
        line, _, pending = pending.partition(b"\r\n")
        yield line.decode("latin-1")


def until_closed(connection):
    """Nothing is said; it ends when the other side does."""
    while connection.recv(4096):
        pass


def mail_server(name, tls=None, implicit=False, auth="PLAIN LOGIN", early=False, extensions=(),
                starttls=None, greeting=None):
    """A whole one. tls: a context; early: AUTH before TLS too; starttls: what is answered to it."""
    def hello(secure):
        offers = [name, "PIPELINING", *extensions]
        if tls and not secure:
            offers.append("STARTTLS")
        if auth and (secure or early):
            offers.append(f"AUTH {auth}")
        return "".join(f"250{'-' if more else ' '}{offer}\r\n"
                       for offer, more in zip(offers, [1] * (len(offers) - 1) + [0])).encode()

    def behave(connection, heard):
        secure = implicit
        if implicit:
            connection = tls.wrap_socket(connection, server_side=True)
        connection.sendall(greeting or f"220 {name} ESMTP\r\n".encode())
        words = lines(connection)
        while (line := next(words, None)) is not None:
            heard.append(line)
            verb = line.split(" ")[0].upper()
            if verb == "QUIT":
                connection.sendall(b"221 2.0.0 bye\r\n")
                return
            if verb == "STARTTLS":
                connection.sendall(starttls or b"220 2.0.0 go on\r\n")
                if starttls:
                    continue
                connection = tls.wrap_socket(connection, server_side=True)
                words, secure = lines(connection), True
            else:
                connection.sendall(hello(secure))
    return behave


def says(*replies, then=until_closed):
    """One reply at once, and one after each line that comes; then the last word."""
    def behave(connection, heard):
        connection.sendall(replies[0])
        words = lines(connection)
        for reply in replies[1:]:
            heard.append(next(words, ""))
            connection.sendall(reply)
        for line in words if then is until_closed else ():
            heard.append(line)
        then(connection)
    return behave


def silent(connection, _):
    """It takes connections and says nothing."""
    until_closed(connection)


def hangs_up(connection, _):
    """It takes connections and ends them."""
    connection.shutdown(socket.SHUT_RDWR)


def endless(connection, _):
    """An answer to EHLO without end."""
    connection.sendall(b"220 endless.test\r\n")
    next(lines(connection), None)
    while True:
        connection.sendall(b"250-X-MORE\r\n" * 100)


def drips(connection, _):
    """A byte, and another, each well before anybody would lose patience; no line."""
    connection.sendall(b"2")
    connection.settimeout(0.2)
    while True:
        try:
            if not connection.recv(4096):
                return
        except socket.timeout:
            connection.sendall(b"2")
