#!/usr/bin/python3
"""Approvals of orders: openssl cms and asn1crypto accept ours, `perso order
check` accepts those of `openssl cms -sign`, and both refuse changed ones."""

import os
import sys

sys.dont_write_bytecode = True

from asn1crypto import cms  # noqa: E402

import peers  # noqa: E402
from peers import check, read, run, write  # noqa: E402

TEMPLATES = ["lv-passport-adult", "lv-eid", "uto-passport"]


def stations():
    for key in ("P-256", "P-384", "brainpoolP256r1", "RSA-2048"):
        yield key, peers.Station("approver-" + key, {
            "approver_key": key,
            "approver_hash": "SHA-384" if key == "P-384" else "SHA-256"})


def approver(st):
    cer = os.path.join(st.pki, "approver/approver.cer")
    return cer, peers.pem_of(cer), os.path.join(
        st.pki, "approver/approver.key")


def ours(st):
    """`perso order sign` before openssl and asn1crypto."""
    _, pem, _ = approver(st)
    verify = ["openssl", "cms", "-verify", "-binary", "-inform", "DER",
              "-purpose", "any", "-CAfile", pem, "-out", "/dev/null"]
    for template in TEMPLATES:
        path, _ = st.order(template)
        st.sign(path)
        p7s = path[:-5] + ".p7s"
        if not os.path.exists(p7s):
            p7s = path + ".p7s"
        run(*verify, "-certfile", pem, "-in", p7s, "-content", path)
        bad = write(path + ".bad", read(path).replace(b'"F"', b'"M"') + b" ")
        run(*verify, "-certfile", pem, "-in", p7s, "-content", bad, ok=False)
        der = read(p7s)
        info = cms.ContentInfo.load(der, strict=True)
        info.native
        check(cms.ContentInfo.load(der).dump(force=True) == der,
              "asn1crypto writes it differently")
        data = info["content"]
        check(data["encap_content_info"]["content"].native is None,
              "not detached")
        names = {a["type"].native
                 for a in data["signer_infos"][0]["signed_attrs"]}
        check({"content_type", "message_digest", "signing_time"} <= names,
              "signed attributes: %s" % names)


def theirs(st, digest):
    """`openssl cms -sign` before `perso order check`."""
    _, pem, key = approver(st)
    path, _ = st.order("uto-passport")
    st.sign(path)
    p7s = path[:-5] + ".p7s"
    if not os.path.exists(p7s):
        p7s = path + ".p7s"
    sign = ["openssl", "cms", "-sign", "-binary", "-outform", "DER",
            "-signer", pem, "-inkey", key, "-md", digest, "-in", path,
            "-out", p7s]
    for extra in ([], ["-nosmimecap"], ["-keyid"]):
        os.unlink(p7s)
        run(*sign, *extra)
        st.perso("order", "check", path)
    good = read(p7s)
    for at in (len(good) - 1, len(good) // 2):
        bad = bytearray(good)
        bad[at] ^= 0x01
        write(p7s, bytes(bad))
        st.perso("order", "check", path, ok=False)
    run(*sign, "-noattr")  # without signingTime it is no approval
    st.perso("order", "check", path, ok=False)
    run(*sign, "-nodetach")  # the order itself inside
    st.perso("order", "check", path, ok=False)
    write(p7s, good)
    st.perso("order", "check", path)
    # A stranger's, with a certificate of the same name.
    stranger = os.path.join(st.dir, "stranger")
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
        "ec_paramgen_curve:P-256", "-nodes", "-keyout", stranger + ".key",
        "-out", stranger + ".pem", "-days", "30", "-subj",
        "/C=UT/CN=Development Approver")
    run("openssl", "cms", "-sign", "-binary", "-outform", "DER", "-signer",
        stranger + ".pem", "-inkey", stranger + ".key", "-md", digest,
        "-in", path, "-out", p7s)
    st.perso("order", "check", path, ok=False)


def tests():
    out = []
    for key, st in stations():
        def a(st=st):
            ours(st)

        def b(st=st, key=key):
            theirs(st, "sha384" if key == "P-384" else "sha256")
        a.__name__ = key + ", ours before openssl and asn1crypto"
        b.__name__ = key + ", openssl's before ours"
        out += [a, b]
    return out


peers.main(*tests())
