"""A personaliser of its own: SCP03 as the host, level 33 (GlobalPlatform
Card Specification 2.3, Amendment D), and the commands of the simulated
product's manual, so that a chip can be made without our code."""

import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import (Cipher, algorithms,
                                                    modes)
from cryptography.hazmat.primitives.cmac import CMAC

from peers import check

LEVEL = 0x33
# key-ids
BAC, AA, CA, CAN, MRZ = 1, 2, 3, 0x10, 0x11


def cmac(key, data):
    c = CMAC(algorithms.AES(key))
    c.update(data)
    return c.finalize()


def aes(key, iv, data, decrypt=False):
    c = Cipher(algorithms.AES(key), modes.CBC(iv))
    c = c.decryptor() if decrypt else c.encryptor()
    return c.update(data) + c.finalize()


def pad(data, block=16):
    data += b"\x80"
    return data + bytes(-len(data) % block)


def tlv(tag, *values):
    value = b"".join(values)
    n = len(value)
    head = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    if n < 0x80:
        return head + bytes([n]) + value
    if n < 0x100:
        return head + bytes([0x81, n]) + value
    return head + b"\x82" + struct.pack(">H", n) + value


def apdu(cla, ins, p1, p2, data=b"", le=None):
    """Short where it fits."""
    head = bytes([cla, ins, p1, p2])
    if len(data) < 256 and (le is None or le <= 256):
        lc = bytes([len(data)]) if data else b""
        return head + lc + data + (b"" if le is None else bytes([le & 0xFF]))
    lc = struct.pack(">H", len(data)) if data else b""
    return (head + b"\0" + lc + data +
            (b"" if le is None else struct.pack(">H", le & 0xFFFF)))


class Host:
    def __init__(self, reader, kvn, enc, mac, dek):
        self.reader, self.dek = reader, dek
        host = os.urandom(8)
        data, sw = reader.transmit(apdu(0x80, 0x50, kvn, 0, host, 256))
        check(sw == 0x9000 and len(data) == 32, "INITIALIZE UPDATE %04X" % sw)
        check(data[10] == kvn and data[11:13] == b"\x03\x70", "not SCP03 70")
        context = host + data[13:21]
        self.enc = self.derive(enc, 4, 128, context)
        self.mac = self.derive(mac, 6, 128, context)
        self.rmac = self.derive(mac, 7, 128, context)
        check(self.derive(self.mac, 0, 64, context) == data[21:29],
              "the chip's cryptogram")
        self.chain, self.counter = bytes(16), 0
        body = self.derive(self.mac, 1, 64, context)
        head = bytes([0x84, 0x82, LEVEL, 0, 16])
        self.chain = cmac(self.mac, self.chain + head + body)
        _, sw = reader.transmit(head + body + self.chain[:8])
        check(sw == 0x9000, "EXTERNAL AUTHENTICATE %04X" % sw)

    @staticmethod
    def derive(key, constant, bits, context):
        """4.1.5: label, 00, length, counter, context"""
        label = bytes(11) + bytes([constant, 0]) + struct.pack(">H", bits)
        return cmac(key, label + b"\x01" + context)[:bits // 8]

    def send(self, ins, p1, p2, data=b"", le=None):
        """One command; its answer's data."""
        self.counter += 1
        block = self.counter.to_bytes(16, "big")
        if data:
            iv = aes(self.enc, bytes(16), block)
            data = aes(self.enc, iv, pad(data))
        n = len(data) + 8
        lc = bytes([n]) if n < 256 else b"\0" + struct.pack(">H", n)
        head = bytes([0x84, ins, p1, p2])
        self.chain = cmac(self.mac, self.chain + head + lc + data)
        answer, sw = self.reader.transmit(
            apdu(*head, data + self.chain[:8], le))
        check(sw == 0x9000, "INS %02X: %04X" % (ins, sw))
        check(len(answer) >= 8, "no R-MAC")
        answer, mac = answer[:-8], answer[-8:]
        check(cmac(self.rmac, self.chain + answer +
                   struct.pack(">H", sw))[:8] == mac, "R-MAC")
        if not answer:
            return b""
        iv = aes(self.enc, bytes(16), b"\x80" + block[1:])
        plain = aes(self.enc, iv, answer, decrypt=True)
        return plain[:plain.rindex(b"\x80")]

    # ------------------------------------------------ the product's manual
    def select_app(self):
        self.send(0xA4, 4, 0x0C, bytes.fromhex("A0000002471001"))

    def write(self, fid, sfi, data):
        fcp = tlv(0x62, tlv(0x80, struct.pack(">H", len(data))),
                  tlv(0x82, b"\x01"), tlv(0x83, struct.pack(">H", fid)),
                  tlv(0x88, bytes([sfi << 3])))
        self.send(0xE0, 0, 0, fcp)
        for at in range(0, len(data), 2048):
            self.send(0xD6, at >> 8, at & 0xFF, data[at:at + 2048])

    def put_key(self, key_id, key, name=None):
        """name: keyId of a key for Chip Authentication"""
        if key_id == BAC:
            secret, kcv = key, hashlib.sha1(key)
        else:
            secret, kcv = pad(key), hashlib.sha256(key)
        self.send(0xDB, 0x3F, 0xFF, tlv(
            0x70, tlv(0x84, bytes([key_id])),
            tlv(0x85, aes(self.dek, bytes(16), secret)),
            tlv(0x86, kcv.digest()[:3]),
            b"" if name is None else tlv(0x87, bytes([name]))))

    def put_trust_point(self, certificate):
        self.send(0xDB, 0x3F, 0xFF, certificate)

    def lock(self):
        self.send(0x44, 0, 0, b"\x3F\x00")
