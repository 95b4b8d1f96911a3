"""Extended Access Control version 1 as a terminal, from Doc 9303-11 alone:
PACE with Generic Mapping over ECDH (4.4), Chip Authentication (6.2),
Terminal Authentication (7.1), secure messaging with 3DES and AES (9.8). BAC
and the reader are bac_peer's."""

import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import (Cipher, algorithms,
                                                    modes)
from cryptography.hazmat.primitives.cmac import CMAC

import bac_peer
import cv_peer
from bac_peer import des3, length, mac3, object_at
from peers import check, only, tlvs
from scp03_peer import apdu, pad, tlv

ID_PACE = bytes.fromhex("04007F0007020204")
ID_CA = bytes.fromhex("04007F0007020203")
CIPHERS = {"3DES": 1, "AES-128": 2, "AES-192": 3, "AES-256": 4}


class Suite:
    """A cipher with its keys from a shared secret: 9.7.1, 9.8."""

    def __init__(self, name, secret):
        self.name = name
        self.size = {"3DES": 16, "AES-128": 16, "AES-192": 24,
                     "AES-256": 32}[name]
        self.block = 8 if name == "3DES" else 16
        self.enc, self.mac_key = self.kdf(secret, 1), self.kdf(secret, 2)

    def kdf(self, secret, counter):
        if self.name == "3DES":
            return bac_peer.kdf(secret, counter)
        h = hashlib.sha256 if self.size > 16 else hashlib.sha1
        return h(secret + struct.pack(">I", counter)).digest()[:self.size]

    def cbc(self, key, data, decrypt=False, ssc=None):
        """IV 0, or for AES the encrypted counter."""
        if self.name == "3DES":
            return des3(key, data, decrypt)
        iv = bytes(16)
        if ssc is not None:
            ecb = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
            iv = ecb.update(ssc) + ecb.finalize()
        c = Cipher(algorithms.AES(key), modes.CBC(iv))
        c = c.decryptor() if decrypt else c.encryptor()
        return c.update(data) + c.finalize()

    def pad(self, data):
        return pad(data, self.block)

    def mac(self, data):
        """Padded by the caller for 3DES's sake; 8 bytes."""
        if self.name == "3DES":
            return mac3(self.mac_key, data)
        c = CMAC(algorithms.AES(self.mac_key))
        c.update(data)
        return c.finalize()[:8]

    def token(self, data):
        """Of PACE: CMAC pads itself."""
        return self.mac(self.pad(data) if self.name == "3DES" else data)


# ------------------------------------------------------ groups in integers

class Curve:
    """y^2 = x^3 + ax + b over p; None is the neutral element."""
    kind = 2

    def __init__(self, p, a, b, g, n):
        self.p, self.a, self.b, self.g, self.n = p, a, b, g, n
        self.size = (p.bit_length() + 7) // 8

    def add(self, s, t):
        if s is None or t is None:
            return t if s is None else s
        if s[0] == t[0]:
            if (s[1] + t[1]) % self.p == 0:
                return None
            m = (3 * s[0] ** 2 + self.a) * pow(2 * s[1], -1, self.p)
        else:
            m = (t[1] - s[1]) * pow(t[0] - s[0], -1, self.p)
        x = (m * m - s[0] - t[0]) % self.p
        return x, (m * (s[0] - x) - s[1]) % self.p

    def mul(self, k, s):
        out = None
        while k:
            if k & 1:
                out = self.add(out, s)
            s, k = self.add(s, s), k >> 1
        return out

    def encode(self, s):
        return b"\x04" + b"".join(c.to_bytes(self.size, "big") for c in s)

    def decode(self, data):
        check(len(data) == 1 + 2 * self.size and data[0] == 4, "a point")
        x, y = (int.from_bytes(data[1 + i * self.size:][:self.size], "big")
                for i in (0, 1))
        check((y * y - x ** 3 - self.a * x - self.b) % self.p == 0,
              "not on the curve")
        return x, y

    def secret(self, s):
        return s[0].to_bytes(self.size, "big")

    def comp(self, s):
        """Comp(), 7.1.2"""
        return self.secret(s)


class Group:
    """DH: exponents modulo q."""
    kind = 1

    def __init__(self, p, g, q):
        self.p, self.g, self.n = p, g, q
        self.size = (p.bit_length() + 7) // 8

    def mul(self, k, s):
        return pow(s, k, self.p)

    def encode(self, s):
        """An unsigned integer: no leading zeros."""
        return s.to_bytes((s.bit_length() + 7) // 8, "big")

    def secret(self, s):
        return s.to_bytes(self.size, "big")

    def comp(self, s):
        return hashlib.sha1(self.encode(s)).digest()


def h(text):
    return int(text.replace(" ", ""), 16)


P256 = Curve(
    h("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"), -3,
    h("5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"),
    (h("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"),
     h("4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5")),
    h("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"))
BP256 = Curve(
    h("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377"),
    h("7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9"),
    h("26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6"),
    (h("8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262"),
     h("547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997")),
    h("A9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7"))
BP384 = Curve(
    h("8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123"
      "ACD3A729901D1A71874700133107EC53"),
    h("7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F"
      "8AA5814A503AD4EB04A8C7DD22CE2826"),
    h("04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D5"
      "7CB4390295DBC9943AB78696FA504C11"),
    (h("1D1C64F068CF45FFA2A63A81B7C13F6B8847A3E77EF14FE3DB7FCAFE0CBD10E8"
       "E826E03436D646AAEF87B2E247D4AF1E"),
     h("8ABE1D7520F9C2A45CB1EB8E95CFD55262B70B29FEEC5864E19C054FF9912928"
       "0E4646217791811142820341263C5315")),
    h("8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B31F166E6CAC0425A7"
      "CF3AB6AF6B7FC3103B883202E9046565"))
# By parameterId, 9.5.1
CURVES = {12: P256, 13: BP256, 16: BP384}


def key_pair(group, base=None, short=False):
    """(private, public); base: another generator, PACE's mapping. short: a
    DH value that is shorter than p."""
    while True:
        k = int.from_bytes(os.urandom(group.size + 8), "big") % group.n
        if k:
            public = group.mul(k, group.g if base is None else base)
            if (len(group.encode(public)) < group.size) == short:
                return k, public


class Terminal(bac_peer.Terminal):
    def __init__(self, reader):
        super().__init__(reader)
        self.suite = None
        self.cars, self.id_ic, self.comp = [], None, None

    # --------------------------------------------------- secure messaging
    def start(self, suite, ssc=0):
        self.suite, self.ssc = suite, ssc

    def bac(self, k_seed):
        sw = super().bac(k_seed)
        if sw == 0x9000:
            suite = Suite("3DES", b"")
            suite.enc, suite.mac_key = self.enc, self.mac
            self.start(suite, self.ssc)
        return sw

    def count(self):
        self.ssc = (self.ssc + 1) % (1 << 8 * self.suite.block)
        return self.ssc.to_bytes(self.suite.block, "big")

    def protect(self, ins, p1, p2, data=b"", le=None, extended=False):
        s, ssc = self.suite, self.count()
        header = bytes([0x0C, ins, p1, p2])
        objects = b""
        if data:
            c = b"\x01" + s.cbc(s.enc, s.pad(data), ssc=ssc)
            objects += b"\x87" + length(len(c)) + c
        if le is not None:
            objects += tlv(0x97, bytes([le % 256]) if le <= 256 else
                           struct.pack(">H", le % 65536))
        text = ssc + s.pad(header)
        objects += tlv(0x8E, s.mac(s.pad(text + objects) if objects
                                   else text))
        big = extended or len(objects) > 255
        return apdu(*header, objects, 65536 if big else 256)

    def open(self, answer, sw):
        s, ssc = self.suite, self.count()
        at, covered, plain, inside, mac = 0, b"", b"", None, None
        while at < len(answer):
            start = at
            tag, value, at = object_at(answer, at)
            if tag == 0x8E:
                check(at == len(answer), "objects after DO8E")
                mac = value
                continue
            covered += answer[start:at]
            if tag == 0x87:
                check(value[0] == 1, "padding indicator")
                plain = bac_peer.unpad(s.cbc(s.enc, value[1:], True, ssc))
            elif tag == 0x99:
                inside = int.from_bytes(value, "big")
            else:
                check(False, "object %02X" % tag)
        check(mac == s.mac(s.pad(ssc + covered)), "answer's checksum")
        check(inside == sw, "DO99 %s, SW %04X" % (inside, sw))
        return plain

    def command(self, ins, p1, p2, data=b"", le=None, cla=0):
        """(data, SW), protected where there is a session."""
        if self.suite is not None:
            return self.secure(ins, p1, p2, data, le)
        return self.reader.transmit(apdu(cla, ins, p1, p2, data, le))

    # --------------------------------------------------------------- PACE
    def general(self, tag, value, answer, last=False):
        data, sw = self.reader.transmit(apdu(
            0 if last else 0x10, 0x86, 0, 0,
            tlv(0x7C, tlv(tag, value) if tag else b""), 256))
        check(sw == 0x9000, "GENERAL AUTHENTICATE %02X: %04X" % (tag, sw))
        objects = dict(tlvs(only(data, 0x7C)))
        return objects if last else objects[answer]

    def pace(self, cipher, parameter, password, k, mapping=2):
        """ECDH with Generic (2) or Chip Authentication Mapping (6): 4.4. k:
        the password's K"""
        g = CURVES[parameter]
        oid = ID_PACE + bytes([mapping, CIPHERS[cipher]])
        _, sw = self.reader.transmit(apdu(0, 0x22, 0xC1, 0xA4, tlv(
            0x80, oid) + tlv(0x83, bytes([password]))))
        check(sw == 0x9000, "MSE:Set AT: %04X" % sw)
        suite = Suite(cipher, b"")
        z = self.general(0, b"", 0x80)
        nonce = int.from_bytes(suite.cbc(suite.kdf(k, 3), z, True), "big")
        own, public = key_pair(g)
        theirs = g.decode(self.general(0x81, g.encode(public), 0x82))
        self.mapping_key = theirs
        mapped = g.add(g.mul(nonce, g.g), g.mul(own, theirs))
        own, public = key_pair(g, mapped)
        theirs = g.decode(self.general(0x83, g.encode(public), 0x84))
        check(theirs != public, "the chip's key is ours")
        suite = Suite(cipher, g.secret(g.mul(own, theirs)))

        def token(point):
            return suite.token(tlv(0x7F49, tlv(0x06, oid),
                                   tlv(0x86, g.encode(point))))
        last = self.general(0x85, token(theirs), 0, last=True)
        check(last.get(0x86) == token(public), "the chip's token")
        self.cars = [last[t] for t in (0x87, 0x88) if t in last]
        self.id_ic = g.comp(theirs)
        self.start(suite)
        if mapping == 6:
            self.comp = g.comp(public)
            iv = b"\xFF" * 16
            value = bac_peer.unpad(suite.cbc(suite.enc, last[0x8A], True, iv))
            check(len(value) == g.size, "CA_IC of %d bytes" % len(value))
            self.ca_ic = int.from_bytes(value, "big")

    def mapped_by(self, g, point):
        """4.4.3.5.2: PK_map,IC = CA_IC * PK_IC"""
        return g.mul(self.ca_ic, point) == self.mapping_key

    # -------------------------------------------------------------- chip
    def authenticate_chip(self, cipher, group, public, key_id=None,
                          kat=False, short=False):
        """6.2; the new session's first command is the proof. Returns SW."""
        own, ours = key_pair(group, short=short)
        sent = group.encode(ours)
        named = b"" if key_id is None else tlv(0x84, bytes([key_id]))
        if kat:
            data, sw = self.secure(0x22, 0x41, 0xA6, tlv(0x91, sent) + named)
        else:
            oid = ID_CA + bytes([group.kind, CIPHERS[cipher]])
            data, sw = self.secure(0x22, 0x41, 0xA4, tlv(0x80, oid) + named)
            if sw == 0x9000:
                data, sw = self.secure(
                    0x86, 0, 0, tlv(0x7C, tlv(0x80, sent)), le=256)
                check(sw != 0x9000 or data == b"\x7C\x00", "answer of CA")
        if sw == 0x9000:
            secret = group.secret(group.mul(own, public))
            self.start(Suite(cipher, secret))
            self.comp = group.comp(ours)
        return sw

    # ---------------------------------------------------------- terminal
    def show(self, certificate, car=None):
        """MSE:Set DST and PSO: VERIFY CERTIFICATE; SW of the latter, or of
        the former where that fails."""
        car = car or cv_peer.objects(certificate)[0x42]
        _, sw = self.secure(0x22, 0x81, 0xB6, tlv(0x83, car))
        if sw != 0x9000:
            return sw
        return self.secure(0x2A, 0, 0xBE, only(certificate, 0x7F21))[1]

    def authenticate_terminal(self, certificate, key, scheme, spoil=False):
        """After the chain; SW of EXTERNAL AUTHENTICATE."""
        chr_ = cv_peer.objects(certificate)[0x5F20]
        _, sw = self.secure(0x22, 0x81, 0xA4, tlv(0x83, chr_))
        if sw != 0x9000:
            return sw
        nonce, sw = self.secure(0x84, 0, 0, le=8)
        check(sw == 0x9000 and len(nonce) == 8, "GET CHALLENGE: %04X" % sw)
        signature = cv_peer.sign(key, scheme, self.id_ic + nonce +
                                 (b"" if spoil else self.comp))
        return self.secure(0x82, 0, 0, signature)[1]
