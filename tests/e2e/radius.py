# SPDX-License-Identifier: BSD-2-Clause
"""Accounting packets made at random, from the RFC's words: bytes for a socket, text for radclient.

Every packet is a list of (type, value). Some values are malformed on purpose; what becomes of the
packet as a whole is the faults' business, at the end.
"""
import hashlib
import ipaddress
import os
import random
import struct
import sys

sys.path.append(os.path.join(os.environ["OP25B_SOURCE_DIR"], "lab"))
import bng  # noqa: E402
from bng import SIGNATURE, u32  # noqa: E402

EAP_MESSAGE = 79  # FreeRADIUS refuses it without Message-Authenticator; no matter of accounting
NOKIA, JUNIPER = 6527, 4874


def vendor(number, kind, value):
    """The value of a Vendor-Specific that holds one attribute."""
    return u32(number) + bytes([kind, len(value) + 2]) + value


def packed(address):
    """The octets of an address."""
    return ipaddress.ip_address(address).packed


class Maker:
    """Packets from one seed."""

    def __init__(self, seed, secret):
        self.random = random.Random(seed)
        self.secret = secret
        self.count = 0

    def v6(self):
        """An address of the documentation prefix."""
        return f"2001:db8:{self.random.randrange(8):x}:{self.random.randrange(3):x}::" \
               f"{self.random.randrange(3):x}"

    def text(self, longest=40):
        """Text, now and then of odd characters."""
        pick = self.random
        odd = pick.random() < 0.2
        letters = "ab@.\\\"'%\t\n\x00é日" if odd else "abcxyz0189@.-_ %\\\"'"
        value = "".join(pick.choice(letters) for _ in range(pick.randrange(1, longest)))
        return value.encode()[:253]

    def attribute(self):
        """One attribute that has a meaning for us, mostly well-formed."""
        pick = self.random
        kind = pick.choice([1, 4, 8, 9, 11, 25, 26, 26, 32, 33, 40, 41, 44, 55, 88, 95, 97, 97,
                            99, 100, 123, 123, 168])
        if pick.random() < 0.1:
            return kind, pick.randbytes(pick.choice([0, 1, 2, 3, 4, 5, 15, 16, 17, 18, 19, 253]))
        if kind in (4, 8):
            return kind, packed(f"203.0.113.{pick.randrange(8)}")
        if kind == 9:
            return kind, u32(pick.choice([0xffffffff, 0xfffffff8, 0xffffff00, 0xff00ff00]))
        if kind == 26:
            return kind, pick.choice([vendor(NOKIA, 99, packed(self.v6())),
                                      vendor(JUNIPER, 164, u32(1)),
                                      vendor(9, 1, b"ip:inacl=x")])
        if kind in (40, 41):
            return kind, u32(pick.choice([0, 1, 2, 3, 7, 8, 9, 15, 600]))
        if kind == 55:
            return kind, u32(pick.randrange(0x6b000000, 0x6c000000))
        if kind in (95, 168):
            return kind, packed(self.v6())
        if kind in (97, 123):
            length = pick.choice([48, 56, 60, 64, 128])
            return kind, bng.prefix(f"{self.v6()}/{length}", pick.choice([16, (length + 7) // 8]))
        if kind == 99:
            return kind, f"{self.v6()}/{pick.choice([48, 56])} :: 1 type pd-host".encode()
        return kind, self.text()

    def noise(self):
        """An attribute that has none."""
        pick = self.random
        kind = pick.choice([5, 6, 42, 43, 46, 61, 87, 31, 30, 190, 224, 255])
        return kind, pick.randbytes(4) if kind in (5, 6, 42, 43, 46, 61) else self.text()

    def attributes(self):
        """Those of one packet: a status and a session, mostly, in any order."""
        pick = self.random
        self.count += 1
        found = [self.attribute() if pick.random() < 0.7 else self.noise()
                 for _ in range(pick.randrange(1, 20))]
        if pick.random() < 0.95:
            found.append((44, f"s-{self.count}".encode()))
        if pick.random() < 0.95:
            found.append((40, u32(pick.choice([1, 1, 2, 3, 3, 3, 7, 8, 15]))))
        if pick.random() < 0.3:
            found.append((SIGNATURE, bytes(16)))
        pick.shuffle(found)
        return found

    def seal(self, identifier, attributes, code=bng.REQUEST):
        """The octets of a genuine packet."""
        return bng.seal(identifier, attributes, self.secret, code)

    def fault(self, packet):
        """The packet with something wrong, or merely odd; the name of it."""
        pick = self.random
        octets = bytearray(packet)
        kind = pick.choice(["flip", "cut", "pad", "zero", "length", "resign"])
        if kind == "flip":
            octets[pick.randrange(1, len(octets))] ^= 1 << pick.randrange(8)
        elif kind == "cut":
            del octets[pick.randrange(len(octets)):]
        elif kind == "pad":
            octets += pick.randbytes(pick.randrange(1, 400))
        elif kind == "zero":
            octets[4:20] = bytes(16)
        elif kind == "length":
            octets[2:4] = struct.pack("!H", pick.randrange(len(octets) + 40))
        else:
            # The attributes broken, the authenticator right.
            at = pick.randrange(20, len(octets)) if len(octets) > 20 else 1
            octets[at] ^= pick.randrange(1, 256)
            octets[at] += octets[at] == EAP_MESSAGE
            octets[4:20] = bytes(16)
            octets[4:20] = hashlib.md5(bytes(octets) + self.secret).digest()
        return bytes(octets), kind
