# SPDX-License-Identifier: BSD-2-Clause
"""What is seen of a packet: design section 4, "What is seen of a packet", sentence by sentence."""

import unittest

from hand import (FROM25, LINE4, LINE6, PEER4, PEER6, TCP25, address, ah, chain, eth, ext,
                  fragment, ip4, ip6, pppoe, tags)
from packet import Eye, Seen

AFTR, RELAY4 = "2001:db8:af::1", "192.0.2.61"
NAMED = {("4in6", address(AFTR)), ("6in6", address(AFTR)),
         ("6in4", address(RELAY4)), ("4in4", address(RELAY4))}
TO25 = Seen(None, address(LINE4), address(PEER4), 40000)
TO25_6 = Seen(None, address(LINE6), address(PEER6), 40000)
HIDDEN_6 = TO25_6._replace(hides="hidden-transport", port=None)


class Case(unittest.TestCase):
    def see(self, frame, expected, hook="xdp", side="subscriber"):
        self.assertEqual(Eye(NAMED, hook, side).see(frame), expected, frame.hex())


class Link(Case):
    def test_plain(self):
        """port 25 over IPv4 and over IPv6 is seen"""
        self.see(eth(ip4()), TO25)
        self.see(eth(ip6()), TO25_6)

    def test_tags(self):
        """up to three tags of the three ethertypes are seen through, a fourth is not"""
        self.see(tags(ip4(), 0x8100), TO25)
        self.see(tags(ip4(), 0x88A8, 0x8100), TO25)
        self.see(tags(ip4(), 0x9100, 0x88A8, 0x8100), TO25)
        self.see(tags(ip4(), 0x8100, 0x8100, 0x8100, 0x8100), "other-port")
        self.see(tags(ip4(), 0x9200), "other-port")

    def test_pppoe(self):
        """PPPoE sessions carry IPv4 and IPv6; other PPP protocols and short ones are not seen"""
        self.see(pppoe(ip4()), TO25)
        self.see(pppoe(ip6(), 0x0057), TO25_6)
        self.see(pppoe(ip4(), 0xC021), "other-port")
        self.see(pppoe(ip4(), 0x2145), "other-port")
        self.see(pppoe(ip4(), 0x0057), "malformed")

    def test_not_ip(self):
        """frames too short for Ethernet, 802.3 lengths and ARP are other-port"""
        for frame in (b"", bytes(13), eth(ip4(), 46), eth(ip4(), 0x0806), tags(ip4(), 0x8100)[:16]):
            self.see(frame, "other-port")


class Ipv4(Case):
    def test_ports(self):
        """the side decides which port counts"""
        self.see(eth(ip4(FROM25)), "other-port")
        self.see(eth(ip4(FROM25, PEER4, LINE4)), TO25, side="upstream")
        self.see(eth(ip4(TCP25, PEER4, LINE4)), "other-port", side="upstream")

    def test_transports(self):
        """other transports to port 25 are other-port, fragments of them too"""
        self.see(eth(ip4(protocol=17)), "other-port")
        self.see(eth(ip4(protocol=17, word=1)), "other-port")

    def test_options(self):
        """options move the ports"""
        self.see(eth(ip4(options=bytes(40))), TO25)
        self.see(eth(ip4(options=TCP25[:4], body=bytes(20))), "other-port")

    def test_malformed(self):
        """wrong version, short header length, total length too small or too large"""
        self.see(eth(ip4(first=0x65), 0x0800), "malformed")
        self.see(eth(ip4(first=0x44)), "malformed")
        self.see(eth(ip4(total=19)), "malformed")
        self.see(eth(ip4(total=41)), "malformed")
        self.see(eth(ip4()[:19]), "malformed")
        self.see(eth(ip4(options=bytes(8), total=27)), "malformed")

    def test_padding(self):
        """padding is not payload: the ports must be inside the total length"""
        self.see(eth(ip4()) + bytes(20), TO25)
        self.see(eth(ip4(total=24)), TO25)
        self.see(eth(ip4(total=23)), "malformed")

    def test_gro(self):
        """a total length of 0 is malformed on XDP and the packet's length on tc"""
        self.see(eth(ip4(total=0)), "malformed")
        self.see(eth(ip4(total=0)), TO25, hook="tc")
        self.see(eth(ip4(TCP25[:3], total=0)), "malformed", hook="tc")

    def test_fragments(self):
        """first, short first, and later fragments of TCP"""
        self.see(eth(ip4(word=0x2000)), TO25)
        self.see(eth(ip4(TCP25[:4], word=0x2000)), TO25)
        self.see(eth(ip4(TCP25[:3], word=0x2000)), TO25._replace(hides="short-fragment", port=None))
        self.see(eth(ip4(b"", word=0x2000)), TO25._replace(hides="short-fragment", port=None))
        self.see(eth(ip4(b"", word=0x2001)), "later-fragment")
        self.see(eth(ip4(word=0x1FFF)), "later-fragment")
        self.see(eth(ip4(word=0xC000)), TO25)


class Ipv6(Case):
    def test_malformed(self):
        """wrong version, payload length beyond the frame, no room for ports"""
        self.see(eth(ip6(first=0x40), 0x86DD), "malformed")
        self.see(eth(ip6(length=21)), "malformed")
        self.see(eth(ip6(length=3)), "malformed")
        self.see(eth(ip6()[:39]), "malformed")

    def test_walked(self):
        """every header of the list is walked, with its own length"""
        for kind in (0, 43, 60, 135, 139, 140):
            self.see(eth(ip6(ext(6, 1) + TCP25, following=kind)), TO25_6)
        self.see(eth(ip6(ah(6) + TCP25, following=51)), TO25_6)
        self.see(eth(ip6(ah(6, 0) + TCP25, following=51)), TO25_6)
        self.see(eth(ip6(fragment(6, reserved=255) + TCP25, following=44)), TO25_6)
        for kind in (50, 59, 17, 41, 253):
            self.see(eth(ip6(following=kind)), "other-port")

    def test_ninth(self):
        """eight headers are walked; the ninth hides the transport, whatever follows"""
        self.see(eth(ip6(chain(8) + TCP25, following=60)), TO25_6)
        self.see(eth(ip6(chain(9) + TCP25, following=60)), HIDDEN_6)
        self.see(eth(ip6(chain(9, 17) + TCP25, following=60)), HIDDEN_6)
        self.see(eth(ip6(chain(7, 44) + fragment(60) + ext(17), following=60)), HIDDEN_6)
        self.see(eth(ip6(chain(7, 44) + fragment(17) + TCP25, following=60)), "other-port")

    def test_cut_chain(self):
        """a whole packet that ends in a header is malformed, a first fragment hides"""
        self.see(eth(ip6(ext(6, 1)[:15], following=60)), "malformed")
        self.see(eth(ip6(ext(6), following=60)), "malformed")
        self.see(eth(ip6(fragment(60, more=1) + ext(6)[:7], following=44)), HIDDEN_6)
        self.see(eth(ip6(fragment(6, more=1) + TCP25[:3], following=44)), HIDDEN_6)
        self.see(eth(ip6(ext(44) + fragment(60, more=1), following=0)), HIDDEN_6)
        self.see(eth(ip6(fragment(6, more=1) + TCP25[:4], following=44)), TO25_6)

    def test_fragments(self):
        """later fragments pass whatever they carry; an atomic one is a whole packet"""
        self.see(eth(ip6(fragment(6, 1) + TCP25, following=44)), "later-fragment")
        self.see(eth(ip6(fragment(17, 8191, 1), following=44)), "later-fragment")
        self.see(eth(ip6(fragment(6) + TCP25[:3], following=44)), "malformed")
        reserved = fragment(6)[:2] + b"\0\6" + fragment(6)[4:]
        self.see(eth(ip6(reserved + TCP25, following=44)), TO25_6)


class Tunnels(Case):
    def test_kinds(self):
        """in a named tunnel the line is the outer source and the peer the inner destination"""
        inner4, inner6 = ip4(src="10.0.0.1"), ip6(src="fe80::1")
        four, six = address(LINE4), address(LINE6)
        peer4, peer6 = address(PEER4), address(PEER6)
        self.see(eth(ip6(inner4, dst=AFTR, following=4)), Seen(None, six, peer4))
        self.see(eth(ip6(inner6, dst=AFTR, following=41)), Seen(None, six, peer6))
        self.see(eth(ip4(inner4, dst=RELAY4, protocol=4)), Seen(None, four, peer4))
        self.see(eth(ip4(inner6, dst=RELAY4, protocol=41)), Seen(None, four, peer6))
        self.see(eth(ip6(ext(4) + inner4, dst=AFTR, following=60)), Seen(None, six, peer4))

    def test_upstream(self):
        """on the upstream side the outer source is the endpoint, the outer destination the line"""
        inner = ip4(FROM25, PEER4, "10.0.0.1")
        frame = eth(ip6(inner, AFTR, LINE6, following=4))
        self.see(frame, Seen(None, address(LINE6), address(PEER4)), side="upstream")
        self.see(frame, "other-port")

    def test_others(self):
        """unnamed endpoints, second levels and fragmented outer IPv4 are other-port"""
        self.see(eth(ip6(ip4(), dst=PEER6, following=4)), "other-port")
        twice = ip6(ip4(), dst=AFTR, following=4)
        self.see(eth(ip6(twice, dst=AFTR, following=41)), "other-port")
        self.see(eth(ip4(ip4(), dst=RELAY4, protocol=4, word=0x2000)), "other-port")
        self.see(eth(ip4(ip4(), dst=RELAY4, protocol=4, word=1)), "other-port")

    def test_inner(self):
        """the inner packet is judged by its own lengths, inside the outer ones"""
        self.see(eth(ip6(ip4(total=41), dst=AFTR, following=4) + bytes(9)), "malformed")
        self.see(eth(ip6(ip6(), dst=AFTR, following=4)), "malformed")
        hidden = Seen("short-fragment", address(LINE6), address(PEER4))
        self.see(eth(ip6(ip4(b"", word=0x2000), dst=AFTR, following=4)), hidden)
        hidden = Seen("hidden-transport", address(LINE6), address(PEER6))
        self.see(eth(ip6(ip6(chain(9), following=60), dst=AFTR, following=41)), hidden)
        deep = ip6(chain(8) + TCP25, following=60)
        seen = TO25_6._replace(port=None)
        self.see(eth(ip6(chain(8, 41) + deep, dst=AFTR, following=60)), seen)

    def test_outer_fragments(self):
        """an outer first fragment shows its inner packet only if all of it is there"""
        outer = dict(dst=AFTR, following=44)
        self.see(eth(ip6(fragment(4, 3) + ip4(), **outer)), "later-fragment")
        seen = Seen(None, address(LINE6), address(PEER4))
        self.see(eth(ip6(fragment(4, more=1) + ip4(), **outer)), seen)
        self.see(eth(ip6(fragment(4, more=1) + ip4(total=60), **outer)), "malformed")
        hidden = Seen("hidden-transport", address(LINE6), None)
        self.see(eth(ip6(fragment(4, more=1) + ip4()[:19], **outer)), hidden)
        back = dict(src=AFTR, dst=LINE6, following=44)
        self.see(eth(ip6(fragment(4, more=1) + ip4()[:15], **back)), hidden, side="upstream")
        hidden = hidden._replace(peer=address(LINE4))
        self.see(eth(ip6(fragment(4, more=1) + ip4()[:16], **back)), hidden, side="upstream")
