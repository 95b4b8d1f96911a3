#!/usr/bin/env python3
"""Writes pace_computed.txt: whole PACE runs for all mappings, groups and
ciphers, computed from Doc 9303-11 with plain integers and none of the
project's code. Curves and DH groups are asked of the openssl program. Values
are deterministic; nothing here is published anywhere.

One run per line:
  run.<n> = OID id password secret extended rng cam-spki-or-- id_ic command answer ...
"""
import base64
import hashlib
import subprocess
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC

CURVES = {8: "prime192v1", 9: "brainpoolP192r1", 10: "secp224r1",
          11: "brainpoolP224r1", 12: "prime256v1", 13: "brainpoolP256r1",
          14: "brainpoolP320r1", 15: "secp384r1", 16: "brainpoolP384r1",
          17: "brainpoolP512r1", 18: "secp521r1"}
CIPHERS = {1: (8, 16), 2: (16, 16), 3: (16, 24), 4: (16, 32)}
KIND = {1: "GM", 2: "GM", 3: "IM", 4: "IM", 6: "CAM"}


def tlv(b, at=0):
    tag, n, at = b[at], b[at + 1], at + 2
    if n > 127:
        k = n & 127
        n, at = int.from_bytes(b[at:at + k], "big"), at + k
    return tag, b[at:at + n], at + n


def kids(b):
    out, at = [], 0
    while at < len(b):
        t, v, at = tlv(b, at)
        out.append((t, v))
    return out


def num(b):
    return int.from_bytes(b, "big")


def run(*cmd):
    return subprocess.run(cmd, check=True, capture_output=True).stdout


def do(tag, v):
    n = len(v)
    ln = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else \
        b"\x82" + n.to_bytes(2, "big")
    return bytes.fromhex(tag) + ln + v


class Curve:
    dh = False

    def __init__(self, ident):
        der = run("openssl", "ecparam", "-name", CURVES[ident],
                  "-param_enc", "explicit", "-outform", "DER")
        k = kids(tlv(der)[1])
        ab = kids(k[2][1])
        self.p = num(kids(k[1][1])[1][1])
        self.a, self.b = num(ab[0][1]), num(ab[1][1])
        self.n = num(k[4][1])
        self.len = (self.p.bit_length() + 7) // 8
        g = k[3][1][1:]
        self.g = (num(g[:self.len]), num(g[self.len:]))

    def add(self, P, Q):
        if P is None or Q is None:
            return P or Q
        p = self.p
        if P[0] == Q[0]:
            if (P[1] + Q[1]) % p == 0:
                return None
            m = (3 * P[0] * P[0] + self.a) * pow(2 * P[1], -1, p) % p
        else:
            m = (Q[1] - P[1]) * pow(Q[0] - P[0], -1, p) % p
        x = (m * m - P[0] - Q[0]) % p
        return x, (m * (P[0] - x) - P[1]) % p

    def mul(self, k, P):
        R = None
        while k:
            if k & 1:
                R = self.add(R, P)
            P, k = self.add(P, P), k >> 1
        return R

    def enc(self, P):
        return b"\x04" + P[0].to_bytes(self.len, "big") + \
            P[1].to_bytes(self.len, "big")

    def x(self, P):
        return P[0].to_bytes(self.len, "big")

    def comp(self, P):
        return self.x(P)

    def point(self, t):  # appendix B.2
        p, a, b = self.p, self.a, self.b
        al = -t * t % p
        x2 = -b * pow(a, -1, p) * (1 + pow(al + al * al, -1, p)) % p
        h2 = (x2 ** 3 + a * x2 + b) % p
        A = pow(h2, p - 1 - (p + 1) // 4, p)
        if A * A * h2 % p == 1:
            return x2, A * h2 % p
        return al * x2 % p, A * pow(t, 3, p) * h2 % p


class Dh:
    dh = True

    def __init__(self, ident):
        pem = run("openssl", "genpkey", "-genparam", "-algorithm", "DHX",
                  "-pkeyopt", "dh_rfc5114:%d" % (ident + 1))
        b64 = pem.decode().split("-----")[2]
        k = kids(tlv(base64.b64decode(b64))[1])
        self.p, self.g, self.n = num(k[0][1]), num(k[1][1]), num(k[2][1])
        self.len = (self.p.bit_length() + 7) // 8

    def add(self, P, Q):
        return P * Q % self.p

    def mul(self, k, P):
        return pow(P, k, self.p)

    def enc(self, P):
        return P.to_bytes(self.len, "big").lstrip(b"\0")

    def x(self, P):
        return P.to_bytes(self.len, "big")

    def comp(self, P):
        return hashlib.sha1(self.enc(P)).digest()

    def point(self, t):
        return pow(t, (self.p - 1) // self.n, self.p)


def block(c, key):
    if c == 1:
        return algorithms.TripleDES(key)
    return algorithms.AES(key)


def cbc(c, key, data, iv=None, back=False):
    k = Cipher(block(c, key), modes.CBC(iv or bytes(CIPHERS[c][0])))
    k = k.decryptor() if back else k.encryptor()
    return k.update(data) + k.finalize()


def mac(c, key, data):
    if c != 1:
        m = CMAC(algorithms.AES(key))
        m.update(data)
        return m.finalize()[:8]
    data += b"\x80"
    data += bytes(-len(data) % 8)
    k1 = algorithms.TripleDES(key[:8] * 3)
    k2 = algorithms.TripleDES(key[8:] * 3)
    e = Cipher(k1, modes.CBC(bytes(8))).encryptor()
    h = e.update(data)[-8:]
    h = Cipher(k2, modes.ECB()).decryptor().update(h)
    return Cipher(k1, modes.ECB()).encryptor().update(h)


def kdf(K, ctr, c):
    h = hashlib.sha256 if c > 2 else hashlib.sha1
    k = h(K + ctr.to_bytes(4, "big")).digest()[:CIPHERS[c][1]]
    if c == 1:
        k = bytes((b & 254) | (1 - bin(b >> 1).count("1") % 2) for b in k)
    return k


C0 = {16: "a668892a7c41e3ca739f40b057d85904", 32:
      "d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"}
C1 = {16: "a4e136ac725f738b01c1f60217c188ad", 32:
      "54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"}


def rp(c, s, t, p):
    l, n = len(s), CIPHERS[c][1]
    k, out = cbc(c, t, s), b""
    while 8 * len(out) < p.bit_length() + 64:
        out += cbc(c, k[:n], bytes.fromhex(C1[l]))
        k = cbc(c, k[:n], bytes.fromhex(C0[l]))
    return num(out) % p


def det(label, n):
    return hashlib.shake_256(label.encode()).digest(n)


def scalar(label, g, base):
    """Below the order; of DH no value that begins with a zero byte."""
    i = 0
    while True:
        k = num(det("%s %d" % (label, i), 80)) % (g.n - 1) + 1
        if not g.dh or len(g.enc(g.mul(k, base))) == g.len:
            return k
        i += 1


def order(g, k):
    return k.to_bytes((g.n.bit_length() + 7) // 8, "big")


def apdu(cla, ins, p1p2, data, n):
    ext = len(data) > 255 or n > 256
    head = bytes([cla, ins]) + bytes.fromhex(p1p2)
    if ext:
        return head + b"\0" + len(data).to_bytes(2, "big") + data + b"\0\0"
    return head + bytes([len(data)]) + data + (b"\0" if n else b"")


def one(x, y, ident, pw, groups):
    name = "%d.%d over %d" % (x, y, ident)
    g, kind = groups[ident], KIND[x]
    bs, ks = CIPHERS[y]
    oid = bytes.fromhex("04007F00070202") + bytes([4, x, y])
    secret = {1: "L898902C<369080619406236", 2: "500540", 3: "123456",
              4: "9876543210"}[pw].encode()
    K = hashlib.sha1(secret).digest() if pw == 1 else secret
    kpi = kdf(K, 3, y)
    l = -(-ks // bs) * bs
    s = det("s " + name, l)
    wire = [apdu(0, 0x22, "C1A4", do("80", oid) + do("83", bytes([pw])), 0),
            b""]
    wire += [apdu(16, 0x86, "0000", do("7C", b""), 16),
             do("7C", do("80", cbc(y, kpi, s)))]
    rng, spki = b"", "--"
    if kind == "IM":
        t = det("t " + name, ks)
        rng += t
        wire += [apdu(16, 0x86, "0000", do("7C", do("81", t)), 48),
                 do("7C", do("82", b""))]
        G = g.point(rp(y, s, t, g.p))
    else:
        a = scalar("map ifd " + name, g, g.g)
        b = scalar("map ic " + name, g, g.g)
        A, B = g.mul(a, g.g), g.mul(b, g.g)
        rng += order(g, a)
        wire += [apdu(16, 0x86, "0000", do("7C", do("81", g.enc(A))),
                      len(g.enc(A)) + 16), do("7C", do("82", g.enc(B)))]
        G = g.add(g.mul(num(s) % g.n, g.g), g.mul(a, B))
    a2 = scalar("ifd " + name, g, G)
    b2 = scalar("ic " + name, g, G)
    A2, B2 = g.mul(a2, G), g.mul(b2, G)
    rng += order(g, a2)
    wire += [apdu(16, 0x86, "0000", do("7C", do("83", g.enc(A2))),
                  len(g.enc(A2)) + 16), do("7C", do("84", g.enc(B2)))]
    K = g.x(g.mul(a2, B2))
    enc, mk = kdf(K, 1, y), kdf(K, 2, y)
    tag = "84" if g.dh else "86"
    def token(pk):
        return mac(y, mk, do("7F49", do("06", oid) + do(tag, g.enc(pk))))
    last = do("86", token(A2))
    if kind == "CAM":
        sk = scalar("static " + name, g, g.g)
        ca = pow(sk, -1, g.n) * b % g.n
        plain = order(g, ca) + b"\x80"
        plain += bytes(-len(plain) % 16)
        iv = Cipher(block(y, enc), modes.ECB()).encryptor() \
            .update(b"\xff" * 16)
        last += do("8A", cbc(y, enc, plain, iv))
        pk = g.enc(g.mul(sk, g.g))
        std = do("06", bytes.fromhex("04007F00070102")) + \
            do("02", bytes([ident]))
        spki = do("30", do("30", std) + do("03", b"\0" + pk)).hex().upper()
    wire += [apdu(0, 0x86, "0000", do("7C", do("85", token(B2))), 24),
             do("7C", last)]
    # the first protected command: SELECT 011E and its answer
    words = ["0.4.0.127.0.7.2.2.4.%d.%d" % (x, y), str(ident), str(pw),
             secret.decode(), str(int(g.dh and ident > 0)), rng.hex().upper(),
             spki, g.comp(B2).hex().upper()]
    for i, w in enumerate(wire):
        words.append(w.hex().upper() + ("9000" if i & 1 else ""))
    words += [w.hex().upper() for w in protected(y, enc, mk, bs)]
    return " ".join(words)


def protected(c, enc, mk, bs):
    def pad(b):
        b += b"\x80"
        return b + bytes(-len(b) % bs)
    def sm_mac(ctr, data):
        text = ctr.to_bytes(bs, "big") + data
        return mac(c, mk, text if c == 1 else pad(text))
    iv = bytes(bs)
    if c != 1:
        iv = Cipher(block(c, enc), modes.ECB()).encryptor() \
            .update((1).to_bytes(bs, "big"))
    data = do("87", b"\1" + cbc(c, enc, pad(b"\x01\x1e"), iv))
    m = sm_mac(1, pad(bytes.fromhex("0CA4020C")) + data)
    cmd = bytes.fromhex("0CA4020C") + bytes([len(data) + 10]) + data + \
        do("8E", m) + b"\0"
    sw = bytes.fromhex("99029000")
    return [cmd, sw + do("8E", sm_mac(2, sw)) + b"\x90\0"]


def main():
    groups = {i: Dh(i) for i in range(3)}
    groups.update({i: Curve(i) for i in CURVES})
    plan = []
    for n, i in enumerate(sorted(groups)):
        dh = i < 3
        plan.append((1 if dh else 2, n % 4 + 1, i))
        if i != 10:
            plan.append((3 if dh else 4, (n + 1) % 4 + 1, i))
        if not dh:
            plan.append((6, n % 3 + 2, i))
    for y in range(1, 5):
        for x, i in ((1, 0), (2, 12), (3, 0), (4, 13)):
            if (x, y, i) not in plan:
                plan.append((x, y, i))
    with open("tests/vectors/pace_computed.txt", "w") as f:
        f.write("# Computed by make_pace.py; published nowhere.\n")
        f.write("runs = %d\n" % len(plan))
        for n, (x, y, i) in enumerate(plan):
            f.write("run.%d = %s\n" % (n, one(x, y, i, n % 4 + 1, groups)))


main()
