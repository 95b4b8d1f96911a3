"""Chips for EAC: made by scp03_peer.py in the reader of bac_peer.py, with
what Doc 9303-10 and -11 want in them, and CV certificates of `perso pki`."""

import hashlib
import os

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

import bac_peer
import cv_peer
import eac_peer
import peers
import scp03_peer
from peers import PERSO, WORK, check, only, read, run, tlvs, write
from scp03_peer import tlv

MRZ = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
       "L898902C36UTO7408122F1204159ZE184226B<<<<<10")
NUMBER, BIRTH, EXPIRY = "L898902C3", "740812", "120415"
INFO = "L898902C3" "6" "740812" "2" "120415" "9"
CAN = b"314159"
KEYS = [bytes([i] * 16) for i in (0x41, 0x52, 0x63)]
EC = {"P-256": (ec.SECP256R1(), eac_peer.P256),
      "brainpoolP256r1": (ec.BrainpoolP256R1(), eac_peer.BP256),
      "brainpoolP384r1": (ec.BrainpoolP384R1(), eac_peer.BP384)}
OID = {"pk": bytes.fromhex("04007F0007020201"), "sha256": bytes.fromhex(
    "608648016503040201"), "ta": bytes.fromhex("04007F0007020202")}
DG = {1: 0x0101, 3: 0x0103, 4: 0x0104, 14: 0x010E}
SOD = 0x011D


def integer(v):
    return tlv(0x02, v.to_bytes(v.bit_length() // 8 + 1, "big"))


class CaKey:
    """A key for Chip Authentication: a curve, or DH of RFC 5114."""

    def __init__(self, kind, cipher, key_id=None):
        self.cipher, self.key_id = cipher, key_id
        if kind in EC:
            curve, self.group = EC[kind]
            key = ec.generate_private_key(curve)
            self.pkcs8 = key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption())
            self.spki = key.public_key().public_bytes(
                serialization.Encoding.DER,
                serialization.PublicFormat.SubjectPublicKeyInfo)
        else:
            self.pkcs8 = run("openssl", "genpkey", "-algorithm", "DHX",
                             "-pkeyopt", "dh_rfc5114:" + kind[-1], "-outform",
                             "DER").stdout
            self.spki = run("openssl", "pkey", "-inform", "DER", "-pubout",
                            "-outform", "DER", stdin=self.pkcs8).stdout
            algorithm = tlvs(only(self.spki, 0x30))[0][1]
            p, g, q = [int.from_bytes(v, "big") for _, v in
                       tlvs(tlvs(algorithm)[1][1])][:3]
            self.group = eac_peer.Group(p, g, q)

    def infos(self):
        """ChipAuthenticationInfo, ChipAuthenticationPublicKeyInfo: 9.2.5"""
        kind = self.group.kind
        named = b"" if self.key_id is None else integer(self.key_id)
        oid = eac_peer.ID_CA + bytes([kind, eac_peer.CIPHERS[self.cipher]])
        return [tlv(0x30, tlv(0x06, oid), integer(1), named),
                tlv(0x30, tlv(0x06, OID["pk"] + bytes([kind])), self.spki,
                    named)]


class Pki:
    """CV certificates of one kind, in a folder."""

    def __init__(self, name, *options):
        self.dir = os.path.join(WORK, name)
        self.options = options
        self.make("cvca", "UTCVCA00001", 0, 1000, *options)

    def make(self, what, chr_, start, days, *more):
        """start: days after 2026-01-01, at most a month"""
        run(PERSO, "pki", what, "--out", self.dir, "--quiet", "--chr", chr_,
            "--from", "2026-%02d-%02d" % (1 + start // 28, 1 + start % 28),
            "--days", days, *more)

    def below(self, what, chr_, ca, start, days, *more):
        self.make(what, chr_, start, days, "--ca-key", self.path(ca, "key"),
                  "--ca-cert", self.path(ca, "cvcert"), *more)
        return self.cert(chr_)

    def path(self, chr_, suffix):
        return os.path.join(self.dir, "%s.%s" % (chr_, suffix))

    def cert(self, name):
        return read(self.path(name, "cvcert"))

    def key(self, chr_):
        return serialization.load_pem_private_key(
            read(self.path(chr_, "key")), None)


class Chip:
    """A chip in the reader, made with nothing of ours."""

    def __init__(self, name, access, ca_keys, trust, pace=None):
        self.dir = os.path.join(WORK, "chip-" + name.replace(" ", "-"))
        os.makedirs(self.dir)
        self.access, self.pace = access, pace
        keys = os.path.join(self.dir, "keys.txt")
        write(keys, b"kvn = 48\n" + b"".join(
            b"%s = %s\n" % (n, k.hex().encode())
            for n, k in zip((b"enc", b"mac", b"dek"), KEYS)))
        os.chmod(keys, 0o600)
        self.config = os.path.join(self.dir, "perso.yaml")
        run(PERSO, "init", self.dir, "--profiles",
            os.path.join(peers.TOP, "profiles"))
        run(PERSO, "--config", self.config, "sim", "make", "--keys", keys,
            self.dir)
        self.reader = bac_peer.Reader(
            "--config", self.config, "sim", "serve",
            os.path.join(self.dir, "chip-000001.chip"))
        self.files = self.contents(ca_keys)
        self.personalise(ca_keys, trust)

    def contents(self, ca_keys):
        infos = [i for k in ca_keys for i in k.infos()]
        infos.append(tlv(0x30, tlv(0x06, OID["ta"]), integer(1)))
        files = {1: tlv(0x61, tlv(0x5F1F, MRZ.encode())),
                 3: tlv(0x63, os.urandom(700)), 4: tlv(0x76, os.urandom(300)),
                 14: tlv(0x6E, tlv(0x31, *sorted(infos)))}
        hashes = [tlv(0x30, integer(n), tlv(
            0x04, hashlib.sha256(d).digest())) for n, d in files.items()]
        lds = tlv(0x30, integer(0), tlv(0x30, tlv(0x06, OID["sha256"])),
                  tlv(0x30, *hashes))
        key, cert = (os.path.join(self.dir, f) for f in ("ds.key", "ds.pem"))
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", cert,
            "-subj", "/C=UT/CN=peer", "-days", "30")
        files[0] = tlv(0x77, run(
            "openssl", "cms", "-sign", "-binary", "-nodetach", "-md",
            "sha256", "-econtent_type", "2.23.136.1.1.1", "-signer", cert,
            "-inkey", key, "-outform", "DER", stdin=lds).stdout)
        return files

    def personalise(self, ca_keys, trust):
        host = scp03_peer.Host(self.reader, 48, *KEYS)
        if self.pace:
            oid = eac_peer.ID_PACE + bytes(
                [2, eac_peer.CIPHERS[self.pace[0]]])
            host.write(0x011C, 0x1C, tlv(0x31, tlv(
                0x30, tlv(0x06, oid), integer(2), integer(self.pace[1]))))
            host.put_key(scp03_peer.CAN, CAN)
            host.put_key(scp03_peer.MRZ, hashlib.sha1(
                INFO.encode()).digest())
        host.select_app()
        for n, data in self.files.items():
            fid, sfi = (DG[n], n) if n else (SOD, 0x1D)
            host.write(fid, sfi, data)
        names = b"".join(tlv(0x42, cv_peer.objects(c)[0x5F20])
                         for c in reversed(trust))
        host.write(0x011C, 0x1C, names + bytes(36 - len(names)))
        if self.access == "bac":
            host.put_key(scp03_peer.BAC,
                         bac_peer.seed(NUMBER, BIRTH, EXPIRY))
        for i, k in enumerate(ca_keys):
            host.put_key(scp03_peer.CA + i, k.pkcs8, k.key_id)
        for certificate in trust:
            host.put_trust_point(certificate)
        host.lock()

    # ---------------------------------------------------------- inspection
    def enter(self):
        """A new session; the terminal."""
        self.reader.reset()
        t = eac_peer.Terminal(self.reader)
        if self.access == "bac":
            t.select_application()
            check(t.bac(bac_peer.seed(NUMBER, BIRTH, EXPIRY)) == 0x9000,
                  "BAC")
            t.id_ic = (NUMBER + bac_peer.digit(NUMBER)).encode()
            return t
        k = CAN if self.access == "can" else hashlib.sha1(
            INFO.encode()).digest()
        t.pace(*self.pace, 2 if self.access == "can" else 1, k)
        _, sw = t.secure(0xA4, 4, 0x0C, bac_peer.AID)
        check(sw == 0x9000, "SELECT application: %04X" % sw)
        return t

    def file(self, t, n):
        data = t.read_ef(DG[n] if n else SOD)
        check(data == self.files[n], "DG%d differs" % n)
        return data

    def ef_cvca(self, t):
        """The names in EF.CVCA; zeros to its end, 36 bytes."""
        check(t.select(0x011C) == 0x9000, "SELECT EF.CVCA")
        data, sw = t.secure(0xB0, 0, 0, le=0xDF)
        check(sw == 0x9000 and len(data) == 36, "EF.CVCA of %d bytes" %
              len(data))
        names = data.rstrip(b"\0")
        check(all(tag == 0x42 for tag, _ in tlvs(names)), "EF.CVCA's tags")
        return [v for _, v in tlvs(names)]

    def passive(self, t):
        """EF.SOD's signature, the hash of DG14; the CA infos inside."""
        sod = only(self.file(t, 0), 0x77)
        lds = run("openssl", "cms", "-verify", "-inform", "DER", "-CAfile",
                  os.path.join(self.dir, "ds.pem"), "-purpose", "any",
                  stdin=sod).stdout
        hashes = {tlvs(v)[0][1]: tlvs(v)[1][1]
                  for _, v in tlvs(tlvs(only(lds, 0x30))[2][1])}
        dg14 = self.file(t, 14)
        check(hashes[b"\x0E"] == hashlib.sha256(dg14).digest(), "DG14")
        return dict((tlvs(v)[0][1], tlvs(v))
                    for _, v in tlvs(only(only(dg14, 0x6E), 0x31)))

    def chip(self, t, key, **kw):
        """Chip Authentication with the public key that DG14 has."""
        infos = self.passive(t)
        spki = infos[OID["pk"] + bytes([key.group.kind])][1][1]
        bits = tlvs(spki)[1][1]
        check(bits[0] == 0, "unused bits")
        public = (key.group.decode(bits[1:]) if key.group.kind == 2 else
                  int.from_bytes(only(bits[1:], 0x02), "big"))
        sw = t.authenticate_chip(key.cipher, key.group, public, **kw)
        check(sw == 0x9000, "Chip Authentication: %04X" % sw)


def closed(t, n, when):
    for args in ((0xA4, 2, 0x0C, DG[n].to_bytes(2, "big")),
                 (0xB0, 0x80 | n, 0)):
        data, sw = t.command(*args, le=None if args[0] == 0xA4 else 4)
        check(sw == 0x6982 and not data, "DG%d %s: %04X" % (n, when, sw))


def chain(t, pki, *names):
    for name in names:
        sw = t.show(pki.cert(name))
        check(sw == 0x9000, "certificate %s: %04X" % (name, sw))


def terminal(t, pki, name):
    key = pki.key(name)
    _, scheme = cv_peer.key_of(pki.cert(name), pki.cert("UTCVCA00001"))
    return t.authenticate_terminal(pki.cert(name), key, scheme)
