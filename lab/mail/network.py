# SPDX-License-Identifier: BSD-2-Clause
"""Network namespaces without names, that end with this process: the mail host's, and places."""
import ctypes
import os
import smtplib
import socket
import ssl
import subprocess
import threading

from effects.box import LIBC

CLONE_NEWNET = 0x40000000
GATEWAY, GATEWAY6 = "169.254.25.1", "fe80::25"
SECONDS = 120  # that a client waits: a busy machine is no failure


def in_thread(work):
    """What work returns, or raises, in a thread: a namespace is a thread's."""
    found = []

    def run():
        try:
            found.append((work(), None))
        except BaseException as error:  # handed on to who waits
            found.append((None, error))
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    value, error = found[0]
    if error:
        raise error
    return value


def check(result, what):
    """The C library's answer, or OSError."""
    if result:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def make_namespace():
    """A descriptor of a new network namespace."""
    def work():
        check(LIBC.unshare(CLONE_NEWNET), "unshare: a network namespace is not permitted here")
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    return in_thread(work)


class Namespace:
    """One, made or the caller's (a path)."""

    def __init__(self, path=None):
        self.handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC) if path else make_namespace()
        if not path:
            self.ip("link set lo up")

    @property
    def path(self):
        """For `nsenter --net=`, while this process lives."""
        return f"/proc/{os.getpid()}/fd/{self.handle}"

    def close(self):
        os.close(self.handle)

    def inside(self, work):
        """What work returns in this namespace."""
        def entered():
            check(LIBC.setns(self.handle, CLONE_NEWNET), "setns")
            return work()
        return in_thread(entered)

    def ip(self, *lines):
        """Lines of `ip -batch`."""
        subprocess.run(["nsenter", f"--net={self.path}", "ip", "-batch", "-"], text=True,
                       input="\n".join(lines) + "\n", check=True)

    def set(self, *words):
        """sysctl; words are name=value."""
        subprocess.run(["nsenter", f"--net={self.path}", "sysctl", "-qw", *words], check=True)


class Place:
    """Where somebody is: a namespace with an address of each family, and the mail host's box."""

    def __init__(self, host, name, namespace, v4, v6):
        self.host, self.name, self.namespace, self.v4, self.v6 = host, name, namespace, v4, v6

    @property
    def netns(self):
        return self.namespace.path

    def run(self, *words, **options):
        """A program here; as MailHost.run()."""
        return self.host.run(*words, place=self.name, **options)

    def spawn(self, *words, **options):
        """A program here that goes on; as MailHost.spawn()."""
        return self.host.spawn(*words, place=self.name, **options)

    def socket(self, address, port):
        """A connected socket of this process, from here."""
        return self.namespace.inside(
            lambda: socket.create_connection((address, port), timeout=SECONDS))

    def smtp(self, port=587, server="relay", v6=False, hello="client.example"):
        """An smtplib client, connected, from here. On 465 it speaks TLS."""
        address = self.host.addresses.get((server, v6), server)
        return client(self, address, port, hello)


def client(place, address, port, hello):
    """smtplib's, whose connection is from a place."""
    class Client(smtplib.SMTP):
        """smtplib.SMTP, or with TLS from the first byte."""

        def _get_socket(self, host, port, timeout):
            plain = place.socket(host, port)
            return place.host.tls.wrap_socket(plain, server_hostname=place.host.name) \
                if port == 465 else plain

        def starttls(self, *args, **kwargs):
            """With the test's authority, unless the caller has another idea."""
            if not args and "context" not in kwargs:
                kwargs["context"] = place.host.tls
            self._host = place.host.name
            return super().starttls(*args, **kwargs)
    return Client(address, port, local_hostname=hello, timeout=SECONDS)


def connect(host, place, number):
    """The wire between a place and the mail host, which forwards."""
    near = [f"link add p{number} type veth peer name eth0 netns {place.netns}",
            f"link set p{number} up", f"address add {GATEWAY}/32 dev p{number}",
            f"address add {GATEWAY6}/64 dev p{number} nodad",
            f"route add {place.v4}/32 dev p{number}"]
    there = ["link set eth0 up", f"address add {place.v4}/32 dev eth0",
             f"route add default via {GATEWAY} dev eth0 onlink"]
    if place.v6:
        near.append(f"route add {place.v6}/128 dev p{number}")
        there += [f"address add {place.v6}/128 dev eth0 nodad",
                  f"route add default via {GATEWAY6} dev eth0 onlink"]
    host.ip(*near)
    place.namespace.ip(*there)


def trusting(authority):
    """A TLS context that trusts an authority's certificate."""
    return ssl.create_default_context(cafile=authority)
