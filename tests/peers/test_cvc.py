#!/usr/bin/python3
"""Card-verifiable certificates: ours judged by OpenPACE's cvc-print, and by
python3-cryptography over the bodies; cvc-create's certificates judged by
`perso pki cvc show`; requests of ours signed by cvc-create."""

import datetime
import json
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True

from cryptography.hazmat.primitives.asymmetric import (  # noqa: E402
    padding)

import cv_peer  # noqa: E402
import peers  # noqa: E402
from peers import PERSO, WORK, check, only, read, run, tlv, write  # noqa: E402

# name, options of `perso pki cvca`, cvc-create's scheme
ROWS = [
    ("P-256", ["--curve", "P-256"], "ECDSA_SHA_256"),
    ("P-256, SHA-512", ["--curve", "P-256", "--hash", "SHA-512"],
     "ECDSA_SHA_512"),
    ("P-384", ["--curve", "P-384"], "ECDSA_SHA_384"),
    ("P-521", ["--curve", "P-521"], "ECDSA_SHA_512"),
    ("brainpoolP256r1", ["--curve", "brainpoolP256r1"], "ECDSA_SHA_256"),
    ("brainpoolP320r1", ["--curve", "brainpoolP320r1"], "ECDSA_SHA_256"),
    ("brainpoolP384r1", ["--curve", "brainpoolP384r1"], "ECDSA_SHA_384"),
    ("brainpoolP512r1", ["--curve", "brainpoolP512r1"], "ECDSA_SHA_512"),
    ("RSA-2048 PSS", ["--rsa", "2048"], "RSA_PSS_SHA_256"),
    ("RSA-3072 PSS, SHA-512", ["--rsa", "3072", "--hash", "SHA-512"],
     "RSA_PSS_SHA_512"),
    ("RSA-2048 PKCS#1", ["--rsa", "2048", "--pkcs1"], "RSA_v1_5_SHA_256"),
]
RIGHTS = {"Read fingerprint": "read-dg3", "Read iris": "read-dg4"}
ROLES = {"CVCA certificate": ("CVCA", "CVCA link"),
         "DV certificate": ("domestic DV", "foreign DV"),
         "Terminal certificate": ("terminal",)}


class Folder:
    """Certificates as the commands write them, and DIR, where cvc-print
    finds the issuers: files named by CHR."""

    def __init__(self, name):
        self.name = name
        self.dir = os.path.join(WORK, name.replace(" ", "-").replace(
            "#", "").replace(",", ""))
        self.known = os.path.join(self.dir, "known")
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.known)
        self.seen = 0

    def path(self, name):
        return os.path.join(self.dir, name)

    def pki(self, what, *args):
        return run(PERSO, "pki", what, "--out", self.dir, "--quiet", *args)

    def ca(self, chr_):
        return ["--ca-key", self.path(chr_ + ".key"), "--ca-cert",
                self.path(chr_ + ".cvcert")]

    def know(self, chr_, path=None):
        shutil.copy(path or self.path(chr_ + ".cvcert"),
                    os.path.join(self.known, chr_))

    def printed(self, path, option="--cvc", ok=True):
        """cvc-print's judgement, which is its last line (the exit status is
        0 for a wrong signature as well); what it prints."""
        r = subprocess.run(["cvc-print", option + "=" + path, "--cvc-dir=" +
                            self.known], capture_output=True,
                           timeout=peers.LIMIT)
        text = r.stdout.decode()
        said = (text.splitlines() or [""])[-1].strip()
        word = "certificate request" if option == "--csr" else "certificate"
        good = said == word + " verified"
        check(good if ok else not good and said != "",
              "%s: cvc-print says\n%s%s" % (path, text, r.stderr.decode()))
        self.seen += 1
        return text

    def judge(self, path):
        """cvc-print reads the same as we do, and verifies."""
        text = self.printed(path)
        ours = json.loads(run(PERSO, "pki", "cvc", "--json", "show",
                              path).stdout)
        lines = [l.strip() for l in text.splitlines()]
        fields = dict(l.split(": ", 1) for l in lines if ": " in l)
        check(fields["CAR"] == ours["car"], "CAR")
        check(fields["CHR"] == ours["chr"], "CHR")
        check(fields["Effective Date"] == ours["effective"], "effective")
        check(fields["Expiration Date"] == ours["expires"], "expires")
        check("Inspection system" in lines, "type")
        check([RIGHTS[l] for l in lines if l in RIGHTS] == ours["rights"],
              "rights")
        role = [ROLES[l] for l in lines if l in ROLES]
        check(len(role) == 1 and ours["role"] in role[0], "role")

    def judge_changed(self, path):
        """A changed bit in signature, key and dates: refused."""
        good = read(path)
        body, _ = cv_peer.split(good)
        for name, at in (("signature", len(good) - 5),
                         ("body", good.index(body) + len(body) - 1)):
            bad = bytearray(good)
            bad[at] ^= 1
            self.printed(write(self.path("changed"), bytes(bad)), ok=False)
            os.unlink(self.path("changed"))


def by_cryptography(path, issuer, domain=None):
    """The signature over the body with the issuer's key."""
    key, scheme = cv_peer.key_of(read(issuer), domain)
    body, signature = cv_peer.split(read(path))
    cv_peer.verify(key, scheme, body, signature)
    try:
        cv_peer.verify(key, scheme, body[:-1] + bytes([body[-1] ^ 1]),
                       signature)
    except cv_peer.InvalidSignature:
        return
    raise peers.Failed("the judge accepts everything")


def authenticated(f, root):
    """Tag 67: cvc-print reads the request inside; the outer signature is
    judged over the inner certificate and the outer CAR."""
    outer = read(f.path("UTDV00004.cvreq"))
    value = only(outer, 0x67)
    tag, _, end = tlv(value)
    check(tag == 0x7F21, "inner tag %X" % tag)
    f.printed(write(f.path("inner.cvreq"), value[:end]), "--csr")
    tag, car, at = tlv(value, end)
    check(tag == 0x42 and car == b"UTDV00001", "outer CAR")
    signed = value[:at]
    tag, signature, at = tlv(value, at)
    check(tag == 0x5F37 and at == len(value), "outer signature")
    key, scheme = cv_peer.key_of(read(f.path("UTDV00001.cvcert")),
                                 read(root))
    cv_peer.verify(key, scheme, signed, signature)
    r = run("cvc-print", "--csr=" + f.path("UTDV00004.cvreq"), ok=False)
    check(b"could not parse" in r.stdout + r.stderr, "cvc-print now reads "
          "tag 67: %r" % r.stdout[:200])


def ours(row):
    """CVCA, link, DV, IS and requests of ours."""
    name, options, _ = row
    f = Folder(name)
    f.pki("cvca", "--chr", "UTCVCA00001", *options)
    ca = f.path("UTCVCA00001.cvcert")
    f.know("UTCVCA00001")
    f.pki("dv", "--chr", "UTDV00001", *f.ca("UTCVCA00001"))
    f.know("UTDV00001")
    f.pki("is", "--chr", "UTIS00001", *f.ca("UTDV00001"), "--rights",
          "read-dg3")
    f.pki("is", "--chr", "UTIS00002", *f.ca("UTDV00001"), "--rights", "none")
    f.pki("dv", "--chr", "DEDV00003", *f.ca("UTCVCA00001"), "--foreign")
    f.pki("cvca", "--chr", "UTCVCA00002", *options, "--link-key",
          f.path("UTCVCA00001.key"), "--link-cert", ca)
    for c in ("UTCVCA00001", "UTDV00001", "UTIS00001", "UTIS00002",
              "DEDV00003", "UTCVCA00002-link"):
        f.judge(f.path(c + ".cvcert"))
    for c in ("UTCVCA00001", "UTDV00001", "UTCVCA00002-link"):
        f.judge_changed(f.path(c + ".cvcert"))
    f.know("UTCVCA00002")
    f.judge(f.path("UTCVCA00002.cvcert"))
    known = "320" not in name  # python3-cryptography has no such curve
    for c, issuer in (("UTCVCA00001", "UTCVCA00001"),
                      ("UTDV00001", "UTCVCA00001"),
                      ("UTIS00001", "UTDV00001"),
                      ("UTCVCA00002-link", "UTCVCA00001")) if known else ():
        by_cryptography(f.path(c + ".cvcert"), f.path(issuer + ".cvcert"),
                        read(ca))
    # requests: initial, then authenticated by the first DV key
    f.pki("dv", "--chr", "UTDV00003", "--ca-cert", ca)
    text = f.printed(f.path("UTDV00003.cvreq"), "--csr")
    check("CHR: UTDV00003" in text and "CAR: UTCVCA00001" in text, "request")
    bad = bytearray(read(f.path("UTDV00003.cvreq")))
    bad[-5] ^= 1
    f.printed(write(f.path("bad.cvreq"), bytes(bad)), "--csr", ok=False)
    f.pki("dv", "--chr", "UTDV00004", "--ca-cert", ca, "--old-key",
          f.path("UTDV00001.key"), "--old-cert", f.path("UTDV00001.cvcert"))
    if known:
        authenticated(f, ca)
    return "%d judgements" % f.seen


def create(out, name, *args):
    """cvc-create. It drops leading zeros of r and s (TR-03111 wants
    both as long as the order), for P-521 one time in four: once more then.
    A signature with RSA-PSS has a salt as long as fits: see pss()."""
    for _ in range(60):
        run("cvc-create", *args, "--out-cert=" + out)
        n = (int(re.search("[0-9]{3,}", name).group()) + 7) // 8
        if len(cv_peer.split(read(out))[1]) == (n if "RSA" in name else 2 * n):
            return
    raise peers.Failed("cvc-create only makes short signatures")


def their_ca(f, options, make):
    """A CVCA of cvc-create; files of its key and its certificate."""
    key, ca = f.path("ca.p8"), f.path("ca.cvcert")
    # A key of this kind is all that is taken of ours.
    f.pki("cvca", "--chr", "UTCVCA00009", *options)
    run("openssl", "pkey", "-in", f.path("UTCVCA00009.key"), "-outform",
        "DER", "-out", key)
    create(ca, f.name, *make, "--role=cvca",
           "--read-iris", "--chr=UTPEER00001", "--sign-with=" + key)
    f.know("UTPEER00001", ca)
    return key, ca


SHOW = [PERSO, "pki", "cvc", "--json", "--chain", "show"]


def they_sign(f, make, key, ca):
    """Our request, signed by their CVCA; our terminal below it."""
    dv = f.path("dv.cvcert")
    f.pki("dv", "--chr", "UTDV00001", "--ca-cert", ca)
    create(dv, f.name, *make, "--role=dv_domestic", "--csr=" +
           f.path("UTDV00001.cvreq"), "--sign-with=" + key)
    f.pki("is", "--chr", "UTIS00001", "--ca-key", f.path("UTDV00001.key"),
          "--ca-cert", dv)
    r = run(*SHOW, ca, dv, f.path("UTIS00001.cvcert"))
    said = json.loads(r.stdout.decode().splitlines()[-1])
    check(said["chain"] == "right", "chain: %s" % said)
    check(said["effective_rights"] == ["read-dg3"], "rights")
    run(*SHOW, ca, f.path("UTIS00001.cvcert"), ok=False)
    f.know("UTDV00001", dv)
    f.judge(f.path("UTIS00001.cvcert"))


def long_salt(ca, dv, term):
    """The salt is to be as long as the hash (TR-03110-3);
    cvc-create's is as long as the modulus allows, ours refuses it."""
    key, (_, digest) = cv_peer.key_of(read(ca))
    body, signature = cv_peer.split(read(ca))
    key.verify(signature, body, padding.PSS(
        padding.MGF1(digest()), padding.PSS.MAX_LENGTH), digest())
    r = run(*SHOW, ca, dv, term, ok=False)
    check(b"does not verify" in r.stdout, "another reason: %r" % r.stdout)
    return "salt of the greatest length, refused"


def theirs(row):
    """Chains of cvc-create, and mixed ones, judged by ours."""
    name, options, scheme = row
    f = Folder("theirs " + name)
    until = datetime.date.today() + datetime.timedelta(days=20)
    make = ["--type=is", "--read-finger", "--scheme=" + scheme,
            "--expires=" + until.strftime("%y%m%d")]
    key, ca = their_ca(f, options, make)
    ecdsa = "RSA" not in name
    if ecdsa:
        they_sign(f, make, key, ca)
    dv, term = f.path("dv.cvcert"), f.path("is.cvcert")
    create(dv, f.name, *make, "--role=dv_domestic", "--chr=UTPEERD0001",
           "--sign-with=" + key, "--sign-as=" + ca,
           "--out-key=" + f.path("dv.p8"))
    create(term, f.name, *make, "--role=terminal", "--chr=UTPEERT0001",
           "--sign-with=" + f.path("dv.p8"), "--sign-as=" + dv,
           "--out-key=" + f.path("is.p8"))
    if "PSS" in name:
        return long_salt(ca, dv, term)
    run(*SHOW, ca, dv, term)
    bad = bytearray(read(dv))
    bad[-5] ^= 1
    run(*SHOW, ca, write(f.path("bad.cvcert"), bytes(bad)), term, ok=False)
    return "two chains" if ecdsa else "one chain"


def tests():
    out = []
    for f in (ours, theirs):
        for row in ROWS:
            def t(f=f, row=row):
                return f(row)
            t.__name__ = "%s %s" % (f.__name__, row[0])
            out.append(t)
    return out


peers.main(*tests())
