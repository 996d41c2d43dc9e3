# SPDX-License-Identifier: BSD-2-Clause
"""The ways in which people have asked a mail server to pass on a stranger's mail.

RFC 2505 2.3 and RFC 5321 4.1.2, 3.3, C; the list that abuse.net's relay test made known; and what
came with extensions. Each is a name and the bytes after MAIL FROM: or RCPT TO:.
"""
import dataclasses


@dataclasses.dataclass
class Names:
    """Whose server it is, and where the mail is to go."""
    own: str  # a domain of the server's own mailboxes
    host: str  # the server's name
    ip: str
    ip6: str
    user: str  # a mailbox there, without domain
    far: str  # somebody else's domain
    far_ip: str
    victim: str = "victim"


SENDERS = [
    ("a stranger", "<spam@stranger.example>"),
    ("an own address", "<{user}@{own}>"),
    ("an own address that is none", "<nobody-there@{own}>"),
    ("nobody", "<>"),
    ("no domain", "<spam>"),
    ("no brackets", "spam@stranger.example"),
    ("the server's name", "<spam@{host}>"),
    ("the server's address", "<spam@[{ip}]>"),
    ("the server's IPv6 address", "<spam@[IPv6:{ip6}]>"),
    ("localhost", "<spam@localhost>"),
    ("postmaster", "<postmaster@{own}>"),
    ("the victim", "<{victim}@{far}>"),
    ("a route", "<@{host}:spam@stranger.example>"),
    ("percent", "<spam%stranger.example@{own}>"),
    ("AUTH=<>", "<{user}@{own}> AUTH=<>"),
    ("AUTH=own", "<{user}@{own}> AUTH={user}@{own}"),
    ("SIZE and BODY", "<{user}@{own}> SIZE=1 BODY=8BITMIME"),
    ("RET and ENVID", "<{user}@{own}> RET=FULL ENVID=1"),
]

RECIPIENTS = [
    # plain, and written otherwise
    ("plain", "<{victim}@{far}>"),
    ("upper case", "<{victim}@{FAR}>"),
    ("a dot at the end", "<{victim}@{far}.>"),
    ("no brackets", "{victim}@{far}"),
    ("a blank before", " <{victim}@{far}>"),
    ("a tab before", "\t<{victim}@{far}>"),
    ("blanks within", "< {victim}@{far} >"),
    ("a blank before the at", "<{victim} @{far}>"),
    ("a blank after the at", "<{victim}@ {far}>"),
    ("a tab within", "<{victim}@\t{far}>"),
    ("a tab at the end", "<{victim}@{far}>\t"),
    ("a name before", "Victim <{victim}@{far}>"),
    ("a comment", "<{victim}(x)@{far}>"),
    ("a comment at the end", "<{victim}@{far}(x)>"),
    ("an own domain in a comment", "<{victim}@{far}(@{own})>"),
    ("no domain", "<{victim}>"),
    ("an empty domain", "<{victim}@>"),
    ("an own domain beneath the other", "<{victim}@{own}.{far}>"),
    ("the other beneath an own domain", "<{victim}@{far}.{own}>"),
    # quoted
    ("quoted whole", '<"{victim}@{far}">'),
    ("quoted local part", '<"{victim}"@{far}>'),
    ("quoted whole at the server", '<"{victim}@{far}"@{host}>'),
    ("quoted whole at an own domain", '<"{victim}@{far}"@{own}>'),
    ("quoted whole at the address", '<"{victim}@{far}"@[{ip}]>'),
    ("a quoted pair", "<{victim}\\@{far}>"),
    ("a quoted pair at an own domain", "<{victim}\\@{far}@{own}>"),
    ("a quoted pair in quotes", '<"{victim}\\@{far}"@{own}>'),
    # two domains
    ("two domains, the server", "<{victim}@{far}@{host}>"),
    ("two domains, an own one", "<{victim}@{far}@{own}>"),
    ("two domains, the address", "<{victim}@{far}@[{ip}]>"),
    ("two domains, localhost", "<{victim}@{far}@localhost>"),
    ("an own domain first", "<{user}@{own}@{far}>"),
    # percent
    ("percent", "<{victim}%{far}>"),
    ("percent at the server", "<{victim}%{far}@{host}>"),
    ("percent at an own domain", "<{victim}%{far}@{own}>"),
    ("percent at the address", "<{victim}%{far}@[{ip}]>"),
    ("percent at the IPv6 address", "<{victim}%{far}@[IPv6:{ip6}]>"),
    ("percent at loopback", "<{victim}%{far}@[127.0.0.1]>"),
    ("percent at localhost", "<{victim}%{far}@localhost>"),
    ("percent twice", "<{victim}%{far}%{own}@{host}>"),
    ("percent in quotes", '<"{victim}%{far}">'),
    ("percent in quotes at the server", '<"{victim}%{far}"@{host}>'),
    ("percent in quotes at an own domain", '<"{victim}%{far}"@{own}>'),
    ("a quoted percent", "<{victim}\\%{far}@{own}>"),
    # source routes
    ("a route", "<@{host}:{victim}@{far}>"),
    ("a route by an own domain", "<@{own}:{victim}@{far}>"),
    ("a route by the address", "<@[{ip}]:{victim}@{far}>"),
    ("a long route", "<@{own},@{host}:{victim}@{far}>"),
    ("a route, and percent", "<@{host}:{victim}%{far}@{own}>"),
    ("a route, and two domains", "<@{host}:{victim}@{far}@{own}>"),
    ("a route that is quoted", '<"@{host}:{victim}@{far}">'),
    ("a route by the other's", "<@{far}:nobody-there@{own}>"),
    # UUCP
    ("bang", "<{far}!{victim}>"),
    ("bang at the server", "<{far}!{victim}@{host}>"),
    ("bang at an own domain", "<{far}!{victim}@{own}>"),
    ("bang twice", "<{host}!{far}!{victim}>"),
    ("bang, then a domain", "<{own}!{victim}@{far}>"),
    ("bang and percent", "<{far}!{victim}%{own}@{host}>"),
    ("bang in quotes", '<"{far}!{victim}"@{own}>'),
    # literals
    ("an address literal", "<{victim}@[{far_ip}]>"),
    ("an address without brackets", "<{victim}@{far_ip}>"),
    ("an address as a number", "<{victim}@{far_number}>"),
    ("an IPv6 literal", "<{victim}@[IPv6:2001:db8:ffff::9]>"),
    ("a mapped literal", "<{victim}@[IPv6:::ffff:{far_ip}]>"),
    # two in one
    ("two, by a comma", "<{victim}@{far},nobody-there@{own}>"),
    ("two paths, by a comma", "<nobody-there@{own}>,<{victim}@{far}>"),
    ("two paths, by a blank", "<nobody-there@{own}> <{victim}@{far}>"),
    ("a bracket within", "<nobody-there@{own}><{victim}@{far}>"),
    ("a colon", "<{victim}@{far}:25>"),
    ("an exclamation of paths", "<{victim}@{far}!@{own}>"),
    # what no address may hold
    ("NUL", "<{victim}@{far}\0@{own}>"),
    ("CR", "<{victim}@{far}\r@{own}>"),
    ("8 bits in the local part", "<vict\xefm@{far}>"),
    ("8 bits in the domain", "<{victim}@{far}\xe9>"),
    ("a wide at", "<{victim}\xef\xbc\xa0{far}@{own}>"),
    ("a pipe", '<"|/bin/true"@{far}>'),
    ("a file", "</dev/null@{far}>"),
    # extensions
    ("ORCPT of an own address", "<{victim}@{far}> ORCPT=rfc822;{user}@{own}"),
    ("ORCPT of the other", "<nobody-there@{own}> ORCPT=rfc822;{victim}@{far}"),
    ("ORCPT and percent", "<{victim}%{far}@{own}> ORCPT=rfc822;{user}@{own}"),
    ("NOTIFY", "<{victim}@{far}> NOTIFY=NEVER"),
]


def fill(form, names):
    """The bytes of a form."""
    number = 0
    for octet in names.far_ip.split("."):
        number = number * 256 + int(octet)
    return form.format(**dataclasses.asdict(names), FAR=names.far.upper(),
                       far_number=number).encode("latin-1")
