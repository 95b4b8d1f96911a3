#!/usr/bin/python3
"""Documents with PACE, Chip or Terminal Authentication that `perso run` has
personalised, read by eac_peer.py: PACE by Generic and by Chip Authentication
Mapping or BAC, EF.CardSecurity, all groups, Passive, Chip and Terminal
Authentication, DG3."""

import hashlib
import json
import os
import sys

sys.dont_write_bytecode = True

from cryptography.hazmat.primitives import serialization  # noqa: E402

import bac_peer  # noqa: E402
import cv_peer  # noqa: E402
import eac_peer  # noqa: E402
import peers  # noqa: E402
from eac_chips import OID, SOD, closed  # noqa: E402
from peers import check, only, read, run, tlvs, write  # noqa: E402


PK_ECDH = OID["pk"] + bytes([2])


def infos_of(data):
    """SecurityInfos as lists of (tag, value), by protocol."""
    out = {}
    for _, v in tlvs(only(data, 0x31)):
        out.setdefault(tlvs(v)[0][1], []).append(tlvs(v))
    return out


def chip_key(info):
    """(group, public key) of a ChipAuthenticationPublicKeyInfo."""
    algorithm, bits = (v for _, v in tlvs(info[1][1]))
    point = bits[1:]
    parameters = tlvs(algorithm)[1][1]
    if info[0][1][-1] == 1:
        p, g, q = (int.from_bytes(v, "big") for _, v in tlvs(parameters)[:3])
        return (eac_peer.Group(p, g, q),
                int.from_bytes(only(point, 0x02), "big"))
    if tlvs(algorithm)[1][0] == 0x02:  # standardizedDomainParameters
        group = eac_peer.CURVES[parameters[0]]
        return group, group.decode(point)
    prime = int.from_bytes(tlvs(tlvs(parameters)[1][1])[1][1], "big")
    group = [c for c in eac_peer.CURVES.values() if c.p == prime]
    check(group, "domain parameters of the key")
    return group[0], group[0].decode(point)


class Issued:
    """A document of the line; entered with the MRZ."""

    def __init__(self, st, reader, files):
        self.st, self.reader, self.files = st, reader, files
        mrz = only(only(files["EF.DG1"], 0x61), 0x5F1F).decode()
        self.fields = ([mrz[44:53], mrz[57:63], mrz[65:71]]
                       if len(mrz) == 88 else
                       [mrz[5:14], mrz[30:36], mrz[38:44]])

    def enter(self, way):
        """A session by (mapping, cipher, parameterId), or None: BAC."""
        self.reader.reset()
        t = eac_peer.Terminal(self.reader)
        if way is None:
            t.select_application()
            check(t.bac(bac_peer.seed(*self.fields)) == 0x9000, "BAC")
            number = self.fields[0]
            t.id_ic = (number + bac_peer.digit(number)).encode()
            return t
        k = hashlib.sha1("".join(
            f + bac_peer.digit(f) for f in self.fields).encode()).digest()
        t.pace(way[1], way[2], 1, k, way[0])
        return t

    def signed(self, name, cms):
        """The signature (its path is test_sod's) and the content."""
        path = write(os.path.join(self.st.dir, name), cms)
        return run("openssl", "cms", "-verify", "-inform", "DER", "-in", path,
                   "-noverify").stdout


def announced(reader):
    """Of EF.CardAccess: [(mapping, cipher, parameterId)]."""
    t = eac_peer.Terminal(reader)
    _, sw = t.plain("00A4020C02011C")
    check(sw == 0x9000, "SELECT EF.CardAccess: %04X" % sw)
    data, sw = t.plain("00B0000000")
    check(sw == 0x9000, "READ BINARY EF.CardAccess: %04X" % sw)
    names = {v: k for k, v in eac_peer.CIPHERS.items()}
    return data, [(oid[8], names[oid[9]], i[2][1][0])
                  for oid, each in infos_of(data).items() for i in each
                  if oid[:8] == eac_peer.ID_PACE]


def master_file(doc, t, way):
    """EF.CardAccess again, EF.CardSecurity, and the proof of CAM."""
    access = doc.files["EF.CardAccess"]
    check(t.read_ef(0x011C) == access, "EF.CardAccess under PACE")
    if "EF.CardSecurity" in doc.files:
        security = doc.signed("security", t.read_ef(0x011D))
        check(all(i in tlvs(only(security, 0x31)) for i in
                  tlvs(only(access, 0x31))), "EF.CardSecurity lacks one")
    if way[0] == 6:
        mine, = [i for i in infos_of(security)[PK_ECDH] if
                 i[2][1] == bytes([way[2]])]
        check(t.mapped_by(*chip_key(mine)), "PK_map,IC of CAM")
    _, sw = t.secure(0xA4, 4, 0x0C, bac_peer.AID)
    check(sw == 0x9000, "SELECT application: %04X" % sw)


def passive(doc, t):
    """All groups but DG3; the hashes."""
    lds = doc.signed("sod", only(t.read_ef(SOD), 0x77))
    hashes = {int.from_bytes(tlvs(v)[0][1], "big"): tlvs(v)[1][1]
              for _, v in tlvs(tlvs(only(lds, 0x30))[2][1])}
    for n, want in hashes.items():
        if n == 3:
            closed(t, 3, "before CA")
            continue
        got = t.read_ef(0x0100 + n)
        check(got == doc.files["EF.DG%d" % n], "DG%d differs" % n)
        check(hashlib.sha256(got).digest() == want, "hash of DG%d" % n)
    return hashes


def chip_authentication(t):
    infos = infos_of(only(t.read_ef(0x010E), 0x6E))
    (oid, info), = [(o, i[0]) for o, i in infos.items()
                    if o[:8] == eac_peer.ID_CA]
    group, public = chip_key(infos[OID["pk"] + bytes([oid[8]])][0])
    cipher, = [n for n, c in eac_peer.CIPHERS.items() if c == oid[9]]
    key_id = info[2][1][0] if len(info) > 2 else None
    sw = t.authenticate_chip(cipher, group, public, key_id)
    check(sw == 0x9000, "Chip Authentication: %04X" % sw)
    check(t.select(0x0101) == 0x9000, "the first command after it")


def terminal_authentication(doc, t, pki):
    for name in ("dv", "is"):
        sw = t.show(read(os.path.join(pki, name + ".cvcert")))
        check(sw == 0x9000, "certificate %s: %04X" % (name, sw))
    cert = read(os.path.join(pki, "is.cvcert"))
    key = serialization.load_pem_private_key(
        read(os.path.join(pki, "is.key")), None)
    _, scheme = cv_peer.key_of(cert, read(os.path.join(pki, "cvca.cvcert")))
    check(t.authenticate_terminal(cert, key, scheme) == 0x9000, "TA")
    got = t.read_ef(0x0103)
    check(got == doc.files["EF.DG3"], "DG3")
    return hashlib.sha256(got).digest()


def inspect(doc, way, pki):
    t = doc.enter(way)
    if way is not None:
        master_file(doc, t, way)
    hashes = passive(doc, t)
    said = ["BAC" if way is None else "PACE-%s %s" % (
        {2: "GM", 6: "CAM"}[way[0]], way[1])]
    if "EF.DG14" in doc.files and (way is None or way[0] != 6) and any(
            o[:8] == eac_peer.ID_CA for o in infos_of(
                only(doc.files["EF.DG14"], 0x6E))):
        chip_authentication(t)
        said.append("CA")
    if 3 in hashes:
        check(terminal_authentication(doc, t, pki) == hashes[3], "DG3's hash")
        said.append("TA")
    return "%s: %d groups" % (", ".join(said), len(hashes))


def made(st, *templates):
    """One chip for each; (template, chip, files)."""
    orders = [st.order(t) for t in templates]
    st.sign(*[p for p, _ in orders])
    st.perso("order", "import", *[p for p, _ in orders])
    chips = os.path.join(st.dir, "chips")
    serials = st.perso("sim", "make", chips, "--count",
                       len(orders)).stdout.decode().split()
    for i, serial in enumerate(serials):
        st.perso("stock", "receive", "--product", "perso-sim", "--number",
                 NUMBERS[templates[i]] % i, serial)
    lds, out = (os.path.join(st.dir, n) for n in ("lds", "out.jsonl"))
    st.perso("run", "--sim", chips, "--lds-dir", lds, "--output", out)
    blanks = {json.loads(r)["order"]: json.loads(r)["blank"]
              for r in read(out).decode().splitlines()}
    for template, (_, number) in zip(templates, orders):
        n = serials.index(blanks[number]) + 1
        yield (template, os.path.join(chips, "chip-%06d.chip" % n),
               peers.load_files(os.path.join(lds, number)))


def judge(st, chip, files, want):
    """By every way that eac_peer has; want: which those are."""
    pki = os.path.join(st.pki, "uto" if "UTO" in only(only(
        files["EF.DG1"], 0x61), 0x5F1F).decode()[:5] else "lva")
    with bac_peer.Reader("--config", os.path.join(st.dir, "perso.yaml"),
                         "sim", "serve", chip) as reader:
        doc = Issued(st, reader, files)
        ways = [None]
        if "EF.CardAccess" in files:
            data, ways = announced(reader)
            check(data == files["EF.CardAccess"], "EF.CardAccess")
            # no Integrated Mapping here
            ways = [w for w in ways if w[0] in (2, 6)] or [None]
        check(sorted(w[0] if w else 0 for w in ways) == want,
              "ways: %s" % ways)
        return "; ".join(inspect(doc, way, pki) for way in ways)


NUMBERS = {"lv-passport-eac": "LV400000%d", "lv-eid-pace": "PA400000%d",
           "uto-passport-dh": "LV500000%d"}
WAYS = {"lv-passport-eac": [2, 6], "lv-eid-pace": [2], "uto-passport-dh": [0]}


def tests():
    out = []
    for template in WAYS:
        def t(template=template):
            st = peers.Station(template)
            (_, chip, files), = made(st, template)
            return judge(st, chip, files, WAYS[template])
        t.__name__ = template
        out.append(t)
    return out


peers.main(*tests())
