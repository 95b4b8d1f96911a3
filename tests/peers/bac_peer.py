"""A BAC terminal written from Doc 9303-11 alone (4.3, 9.8, appendix D), with
a vpcd reader of its own: it listens on a loopback port, `perso sim serve`
connects as the chip. None of our code is used, and not the in-process link."""

import hashlib
import os
import socket
import struct
import subprocess

from cryptography.hazmat.primitives.ciphers import (Cipher, algorithms,
                                                    modes)

from peers import Failed, PERSO, check

POWER_OFF, POWER_ON, RESET, GET_ATR = 0, 1, 2, 4
AID = bytes.fromhex("A0000002471001")


class Reader:
    """The reader's side of vpcd's protocol: two bytes of length, then as
    many bytes; one byte is for the power, anything else a command."""

    def __init__(self, *serve):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(20)
        port = self.listener.getsockname()[1]
        self.chip = subprocess.Popen(
            [PERSO, *serve, "--port", str(port)], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            self.wire, _ = self.listener.accept()
        except OSError as e:
            self.close()
            raise Failed("no chip connects: %s" % e)
        self.wire.settimeout(20)
        self.send(bytes([POWER_ON]))
        self.send(bytes([GET_ATR]))
        self.atr = self.receive()

    def close(self):
        if getattr(self, "wire", None):
            self.wire.close()
        self.listener.close()
        self.chip.terminate()
        try:
            self.chip.wait(10)
        except subprocess.TimeoutExpired:
            self.chip.kill()
            self.chip.wait(10)
            raise Failed("the chip does not end")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, message):
        self.wire.sendall(struct.pack(">H", len(message)) + message)

    def exactly(self, n):
        out = b""
        while len(out) < n:
            part = self.wire.recv(n - len(out))
            if not part:
                raise Failed("the chip has gone")
            out += part
        return out

    def receive(self):
        return self.exactly(struct.unpack(">H", self.exactly(2))[0])

    def transmit(self, command):
        """(data, SW) of a command."""
        self.send(command)
        answer = self.receive()
        check(len(answer) >= 2, "answer of %d bytes" % len(answer))
        return answer[:-2], struct.unpack(">H", answer[-2:])[0]

    def reset(self):
        self.send(bytes([RESET]))


def des3(key, data, decrypt=False):
    c = Cipher(algorithms.TripleDES(key), modes.CBC(bytes(8)))
    c = c.decryptor() if decrypt else c.encryptor()
    return c.update(data) + c.finalize()


def des(key, block, decrypt=False):
    """Single DES of one block: three times the same key."""
    return des3(key * 3, block, decrypt)


def pad(data):
    data += b"\x80"
    return data + bytes(-len(data) % 8)


def unpad(data):
    at = data.rindex(b"\x80")
    check(not any(data[at + 1:]), "padding")
    return data[:at]


def mac3(key, data):
    """ISO/IEC 9797-1 algorithm 3, padding method 2 done by the caller."""
    h = bytes(8)
    for i in range(0, len(data), 8):
        h = des(key[:8], bytes(a ^ b for a, b in zip(h, data[i:i + 8])))
    return des(key[:8], des(key[8:], h, decrypt=True))


def kdf(seed, counter):
    """9.7.1.2, with the parity of DES keys."""
    h = hashlib.sha1(seed + struct.pack(">I", counter)).digest()[:16]
    return bytes(b & 0xFE | (bin(b >> 1).count("1") & 1 ^ 1) for b in h)


def digit(text):
    value = sum((0 if c == "<" else int(c, 36)) * (7, 3, 1)[i % 3]
                for i, c in enumerate(text))
    return str(value % 10)


def seed(number, birth, expiry):
    """From the MRZ's fields; check digits are computed here."""
    number = number.ljust(9, "<")
    info = "".join(f + digit(f) for f in (number, birth, expiry))
    return hashlib.sha1(info.encode("ascii")).digest()[:16]


class Terminal:
    def __init__(self, reader):
        self.reader = reader
        self.ssc = None

    # ------------------------------------------------------- in the clear
    def plain(self, hex_command):
        return self.reader.transmit(bytes.fromhex(hex_command))

    def select_application(self):
        data, sw = self.reader.transmit(
            b"\x00\xA4\x04\x0C\x07" + AID)
        check(sw == 0x9000 and not data, "SELECT: %04X" % sw)

    def bac(self, k_seed):
        """4.3.4; the keys and SSC stay here. Returns the SW."""
        rnd_ic, sw = self.plain("0084000008")
        check(sw == 0x9000 and len(rnd_ic) == 8, "GET CHALLENGE: %04X" % sw)
        enc, mac = kdf(k_seed, 1), kdf(k_seed, 2)
        rnd_ifd, k_ifd = os.urandom(8), os.urandom(16)
        e = des3(enc, rnd_ifd + rnd_ic + k_ifd)
        data, sw = self.reader.transmit(
            b"\x00\x82\x00\x00\x28" + e + mac3(mac, pad(e)) + b"\x28")
        if sw != 0x9000:
            return sw
        check(len(data) == 40, "MUTUAL AUTHENTICATE: %d bytes" % len(data))
        check(mac3(mac, pad(data[:32])) == data[32:], "the chip's checksum")
        r = des3(enc, data[:32], decrypt=True)
        check(r[:8] == rnd_ic and r[8:16] == rnd_ifd, "the chip's answer")
        session = bytes(a ^ b for a, b in zip(k_ifd, r[16:]))
        self.enc, self.mac = kdf(session, 1), kdf(session, 2)
        self.ssc = int.from_bytes(rnd_ic[4:] + rnd_ifd[4:], "big")
        return sw

    # --------------------------------------------------- secure messaging
    def count(self):
        self.ssc = (self.ssc + 1) % (1 << 64)
        return self.ssc.to_bytes(8, "big")

    def protect(self, ins, p1, p2, data=b"", le=None, extended=False):
        """9.8.4: DO87, DO97, DO8E"""
        header = bytes([0x0C, ins, p1, p2])
        objects = b""
        if data:
            c = b"\x01" + des3(self.enc, pad(data))
            objects += b"\x87" + length(len(c)) + c
        if le is not None:
            value = (struct.pack(">H", le % 65536) if extended
                     else bytes([le % 256]))
            objects += b"\x97" + bytes([len(value)]) + value
        mac = mac3(self.mac, pad(self.count() + pad(header) + objects))
        objects += b"\x8E\x08" + mac
        if extended:
            return (header + b"\x00" + struct.pack(">H", len(objects)) +
                    objects + b"\x00\x00")
        check(len(objects) < 256, "too long")
        return header + bytes([len(objects)]) + objects + b"\x00"

    def open(self, answer, sw):
        """Checks and decrypts; the SW outside must be that inside."""
        ssc = self.count()
        at, covered, plain, inside = 0, b"", b"", None
        mac = None
        while at < len(answer):
            start = at
            tag, value, at = object_at(answer, at)
            if tag == 0x8E:
                check(at == len(answer), "objects after DO8E")
                mac = value
            else:
                covered += answer[start:at]
            if tag == 0x87:
                check(value[0] == 1, "padding indicator")
                plain = unpad(des3(self.enc, value[1:], decrypt=True))
            elif tag == 0x99:
                inside = int.from_bytes(value, "big")
            else:
                check(tag == 0x8E, "object %02X" % tag)
        check(mac == mac3(self.mac, pad(ssc + covered)), "answer's checksum")
        check(inside == sw, "DO99 %s, SW %04X" % (inside, sw))
        return plain

    def secure(self, *args, **kw):
        answer, sw = self.reader.transmit(self.protect(*args, **kw))
        if not answer:
            return b"", sw
        return self.open(answer, sw), sw

    def select(self, fid):
        return self.secure(0xA4, 0x02, 0x0C, struct.pack(">H", fid))[1]

    def read_ef(self, fid):
        """By B0 in pieces that fit short answers, to the object's end."""
        sw = self.select(fid)
        check(sw == 0x9000, "SELECT %04X: %04X" % (fid, sw))
        out, total = b"", None
        while total is None or len(out) < total:
            want = 0xDF if total is None else min(0xDF, total - len(out))
            at = len(out)
            part, sw = self.secure(0xB0, at >> 8, at & 0xFF, le=want)
            check(sw == 0x9000 and part, "READ BINARY: %04X" % sw)
            out += part
            if total is None:
                total = whole(out)
        check(len(out) == total or total < 0xDF, "more than the file")
        return out[:total]

    def internal_authenticate(self, challenge, extended=False):
        return self.secure(0x88, 0, 0, challenge,
                           le=0 if extended else 256, extended=extended)


def length(n):
    if n < 0x80:
        return bytes([n])
    return bytes([0x81, n]) if n < 256 else b"\x82" + struct.pack(">H", n)


def object_at(data, at):
    tag, n = data[at], data[at + 1]
    at += 2
    if n & 0x80:
        size = n & 0x7F
        n = int.from_bytes(data[at:at + size], "big")
        at += size
    check(at + n <= len(data), "object ends outside")
    return tag, data[at:at + n], at + n


def whole(head):
    """Length of the file from its first bytes (one byte of tag)."""
    n = head[1]
    if n < 0x80:
        return 2 + n
    return 2 + (n & 0x7F) + int.from_bytes(head[2:2 + (n & 0x7F)], "big")
