#!/usr/bin/python3
"""Extended Access Control version 1 against the simulated chip: made by
scp03_peer.py, read by eac_peer.py, certificates from `perso pki`. The order
(PACE or BAC, Passive, Chip, Terminal Authentication, DG3) and refusals."""

import sys

sys.dont_write_bytecode = True

import cv_peer  # noqa: E402
import eac_peer  # noqa: E402
import peers  # noqa: E402
from eac_chips import (DG, CaKey, Chip, Pki, chain, closed,  # noqa: E402
                       terminal)
from peers import check, only, tlvs  # noqa: E402
from scp03_peer import tlv  # noqa: E402

# access, PACE (cipher, parameterId), CA key, cipher, MSE:Set KAT, CVCA
ROWS = [
    ("bac", None, "brainpoolP256r1", "3DES", True, ["--curve", "P-256"]),
    ("bac", None, "P-256", "AES-128", False, ["--curve", "P-384"]),
    ("bac", None, "DH 3", "3DES", True, ["--rsa", "2048"]),
    ("can", ("AES-128", 13), "brainpoolP256r1", "AES-128", False,
     ["--curve", "brainpoolP256r1"]),
    ("mrz", ("AES-256", 16), "brainpoolP384r1", "AES-256", False,
     ["--curve", "brainpoolP384r1"]),
    ("can", ("3DES", 12), "P-256", "3DES", False, ["--curve", "P-521"]),
    ("mrz", ("AES-192", 12), "DH 2", "AES-192", False,
     ["--rsa", "2048", "--pkcs1"]),
    ("can", ("AES-128", 12), "DH 1", "3DES", True, ["--rsa", "3072"]),
]


def order(row):
    """Each step opens what it opens, and nothing more."""
    access, pace, kind, cipher, kat, options = row
    name = "%s-%s-%s" % (access, kind, "".join(options).strip("-"))
    pki = Pki("pki-" + name, *options)
    pki.below("dv", "UTDV00001", "UTCVCA00001", 1, 80)
    pki.below("is", "UTIS00001", "UTDV00001", 2, 20, "--rights", "read-dg3")
    key = CaKey(kind, cipher)
    chip = Chip(name, access, [key], [pki.cert("UTCVCA00001")], pace)
    with chip.reader:
        t = eac_peer.Terminal(chip.reader)
        t.select_application()
        for n in DG:
            closed(t, n, "before access")
        t = chip.enter()
        if access != "bac":
            check(t.cars == [b"UTCVCA00001"], "CAR: %s" % t.cars)
        check(chip.ef_cvca(t) == [b"UTCVCA00001"], "EF.CVCA")
        chip.file(t, 1)
        closed(t, 3, "before CA")
        check(t.show(pki.cert("UTDV00001")) == 0x6982, "TA before CA")
        old = t.suite
        chip.chip(t, key, kat=kat)
        check(t.suite.enc != old.enc and t.ssc == 0, "new keys")
        chip.file(t, 1)
        closed(t, 3, "before TA")
        chain(t, pki, "UTDV00001", "UTIS00001")
        closed(t, 3, "before the signature")
        sw = terminal(t, pki, "UTIS00001")
        check(sw == 0x9000, "EXTERNAL AUTHENTICATE: %04X" % sw)
        chip.file(t, 3)
        closed(t, 4, "without the right")
        chip.file(t, 1)
        check(t.show(pki.cert("UTDV00001")) == 0x6985, "TA twice")
        t = chip.enter()
        closed(t, 3, "in a new session")
    return "DG3 of %d bytes" % len(chip.files[3])


def common(name):
    pki = Pki("pki-" + name, "--curve", "brainpoolP256r1")
    pki.below("dv", "UTDV00001", "UTCVCA00001", 1, 80)
    for chr_, rights in (("UTIS00001", "read-dg3"), ("UTIS00002", "read-dg4"),
                         ("UTIS00003", "none"),
                         ("UTIS00004", "read-dg3,read-dg4")):
        pki.below("is", chr_, "UTDV00001", 2, 20, "--rights", rights)
    return pki


def rights():
    """What is read follows from the effective authorisation."""
    pki = common("rights")
    pki.below("dv", "UTDV00002", "UTCVCA00001", 1, 80, "--rights",
              "read-dg4")
    pki.below("is", "UTIS00005", "UTDV00002", 2, 20)
    key = CaKey("brainpoolP256r1", "AES-128")
    chip = Chip("rights", "can", [key], [pki.cert("UTCVCA00001")],
                ("AES-128", 13))
    with chip.reader:
        for dv, name, may in (("UTDV00001", "UTIS00001", (3,)),
                              ("UTDV00001", "UTIS00002", (4,)),
                              ("UTDV00001", "UTIS00003", ()),
                              ("UTDV00001", "UTIS00004", (3, 4)),
                              ("UTDV00002", "UTIS00005", (4,))):
            t = chip.enter()
            chip.chip(t, key)
            chain(t, pki, dv, name)
            check(terminal(t, pki, name) == 0x9000, "TA of " + name)
            for n in (3, 4):
                if n in may:
                    chip.file(t, n)
                else:
                    closed(t, n, "with " + name)
        # CA again: TA is gone
        chip.chip(t, key)
        for n in (3, 4):
            closed(t, n, "after CA again")
    return "five terminals"


def refusals():
    """Signatures, keys, chains and times that are wrong."""
    pki = common("refusals")
    other = Pki("pki-other", "--curve", "brainpoolP256r1")
    other.below("dv", "UTDV00001", "UTCVCA00001", 1, 80)
    key = CaKey("brainpoolP256r1", "AES-128")
    chip = Chip("refusals", "can", [key], [pki.cert("UTCVCA00001")],
                ("AES-128", 13))

    def fresh():
        t = chip.enter()
        chip.chip(t, key)
        return t

    with chip.reader:
        t = fresh()
        _, sw = t.secure(0x2A, 0, 0xBE, only(pki.cert("UTDV00001"), 0x7F21))
        check(sw == 0x6985, "no MSE:Set DST: %04X" % sw)
        check(t.show(other.cert("UTDV00001")) == 0x6300, "another CVCA")
        check(t.show(pki.cert("UTDV00001"), b"UTCVCA00009") == 0x6A88,
              "an unknown CAR")
        check(t.show(pki.cert("UTIS00001")) == 0x6A88, "no DV before")
        check(t.show(pki.cert("UTIS00001"), b"UTCVCA00001") == 0x6300,
              "the DV left out")
        bad = bytearray(pki.cert("UTDV00001"))
        bad[-1] ^= 1
        check(t.show(bytes(bad)) == 0x6300, "a changed signature")
        bad = pki.cert("UTDV00001").replace(b"UTDV00001", b"UTDV00007")
        check(t.show(bad) == 0x6300, "a changed name")
        chain(t, pki, "UTDV00001", "UTIS00001")
        _, sw = t.secure(0x82, 0, 0, bytes(64))
        check(sw == 0x6985, "no challenge: %04X" % sw)
        cert = pki.cert("UTIS00001")
        _, scheme = cv_peer.key_of(cert, pki.cert("UTCVCA00001"))
        sw = t.authenticate_terminal(cert, pki.key("UTIS00001"), scheme,
                                     spoil=True)
        check(sw == 0x6300, "Comp left out: %04X" % sw)
        sw = t.authenticate_terminal(cert, pki.key("UTIS00002"), scheme)
        check(sw == 0x6300, "another key: %04X" % sw)
        closed(t, 3, "after wrong signatures")
        t.id_ic = bytes(len(t.id_ic))
        check(terminal(t, pki, "UTIS00001") == 0x6300, "another ID_IC")
        # a point that is none, and a broken session
        t = chip.enter()
        oid = eac_peer.ID_CA + bytes([2, 2])
        check(t.secure(0x22, 0x41, 0xA4, tlv(0x80, oid))[1] == 0x9000, "AT")
        point = b"\x04" + bytes(63) + b"\x01"
        _, sw = t.secure(0x86, 0, 0, tlv(0x7C, tlv(0x80, point)), le=256)
        check(sw == 0x6300, "a point off the curve: %04X" % sw)
        chip.file(t, 1)
    return "thirteen refusals"


def dates_and_links():
    """A DV moves the date; what has expired since is refused. A link
    certificate brings a new trust point."""
    pki = common("dates")
    pki.below("dv", "UTDV00009", "UTCVCA00001", 140, 80)
    pki.below("is", "UTIS00009", "UTDV00009", 141, 20)
    pki.make("cvca", "UTCVCA00002", 150, 900, *pki.options, "--link-key",
             pki.path("UTCVCA00001", "key"), "--link-cert",
             pki.path("UTCVCA00001", "cvcert"))
    pki.below("dv", "UTDV00010", "UTCVCA00002", 151, 80)
    pki.below("is", "UTIS00010", "UTDV00010", 152, 20)
    key = CaKey("brainpoolP256r1", "AES-128")
    chip = Chip("dates", "mrz", [key], [pki.cert("UTCVCA00001")],
                ("AES-128", 13))
    with chip.reader:
        for names in (("UTDV00001", "UTIS00001"), ("UTDV00009", "UTIS00009")):
            t = chip.enter()
            chip.chip(t, key)
            chain(t, pki, *names)
            check(terminal(t, pki, names[-1]) == 0x9000, "TA")
        t = chip.enter()
        chip.chip(t, key)
        check(t.show(pki.cert("UTDV00001")) == 0x6300, "an expired DV")
        check(t.show(pki.cert("UTDV00010")) == 0x6A88, "an unknown CVCA")
        chain(t, pki, "UTCVCA00002-link", "UTDV00010", "UTIS00010")
        check(terminal(t, pki, "UTIS00010") == 0x9000, "TA after the link")
        chip.file(t, 3)
        t = chip.enter()
        check(t.cars == [b"UTCVCA00002", b"UTCVCA00001"], "CARs: %s" %
              t.cars)
        check(chip.ef_cvca(t) == t.cars, "EF.CVCA")
    return "date and trust point"


def key_ids():
    """Two keys: named by keyId, one must be; a wrong kind is refused."""
    pki = common("ids")
    keys = [CaKey("brainpoolP256r1", "AES-128", 7), CaKey("DH 3", "AES-128",
                                                          9)]
    chip = Chip("ids", "can", keys, [pki.cert("UTCVCA00001")],
                ("AES-128", 13))
    with chip.reader:
        for key in keys:
            t = chip.enter()
            chip.chip(t, key, key_id=key.key_id)
            chip.file(t, 1)
            chain(t, pki, "UTDV00001", "UTIS00001")
            check(terminal(t, pki, "UTIS00001") == 0x9000, "TA")
            chip.file(t, 3)
        t = chip.enter()
        for key_id, want in ((None, 0x6A88), (8, 0x6A88), (9, 0x6A80)):
            sw = t.authenticate_chip("AES-128", eac_peer.BP256,
                                     eac_peer.BP256.g, key_id=key_id)
            check(sw == want, "keyId %s: %04X" % (key_id, sw))
    return "two keys"


def leading_zeros():
    """DH values are unsigned integers: those shorter than p count, too."""
    pki = common("zeros")
    key = CaKey("DH 1", "AES-128")
    chip = Chip("zeros", "bac", [key], [pki.cert("UTCVCA00001")])
    with chip.reader:
        t = chip.enter()
        chip.chip(t, key, short=True)
        chip.file(t, 1)
        chain(t, pki, "UTDV00001", "UTIS00001")
        check(terminal(t, pki, "UTIS00001") == 0x9000, "TA")
    return "a value of 127 bytes"


def tests():
    out = []
    for row in ROWS:
        def t(row=row):
            return order(row)
        t.__name__ = "%s%s, CA %s %s%s, TA %s" % (
            row[0].upper(), " " + row[1][0] if row[1] else "", row[2],
            row[3], " (KAT)" if row[4] else "", " ".join(row[5]))
        out.append(t)
    return out + [rights, refusals, dates_and_links, key_ids, leading_zeros]


peers.main(*tests())
