#!/usr/bin/python3
"""A chip that `perso run` has personalised, read by bac_peer.py: access
refused without BAC, every file as it was built, Active Authentication
verified with python3-cryptography, broken secure messaging refused."""

import hashlib
import json
import os
import sys

sys.dont_write_bytecode = True

from asn1crypto import keys as spki  # noqa: E402
from cryptography.exceptions import InvalidSignature  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.asymmetric.utils import (  # noqa: E402
    encode_dss_signature)

import bac_peer  # noqa: E402
import peers  # noqa: E402
from peers import FILES, check, only, read  # noqa: E402

# By the prime of the field.
CURVES = {
    2**256 - 2**224 + 2**192 + 2**96 - 1: ec.SECP256R1,
    int("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
        16): ec.BrainpoolP256R1,
}


def personalise(st, templates):
    """One chip for each template; (template, chip, files, order)."""
    paths = []
    for t in templates:
        paths.append(st.order(t))
    st.sign(*[p for p, _ in paths])
    st.perso("order", "import", *[p for p, _ in paths])
    chips = os.path.join(st.dir, "chips")
    serials = st.perso("sim", "make", chips, "--count",
                       len(paths)).stdout.decode().split()
    for i, serial in enumerate(serials):
        st.perso("stock", "receive", "--product", "perso-sim", "--number",
                 "LV%07d" % (4000000 + i), serial)
    lds = os.path.join(st.dir, "lds")
    out = os.path.join(st.dir, "out.jsonl")
    st.perso("run", "--sim", chips, "--lds-dir", lds, "--output", out)
    blanks = {json.loads(r)["order"]: json.loads(r)["blank"]
              for r in read(out).decode().splitlines()}
    for t, (path, number) in zip(templates, paths):
        n = serials.index(blanks[number]) + 1
        yield (t, os.path.join(chips, "chip-%06d.chip" % n),
               peers.load_files(os.path.join(lds, number)),
               json.loads(read(path)))


def key_of(files):
    mrz = only(only(files["EF.DG1"], 0x61), 0x5F1F).decode()
    if len(mrz) == 88:
        return bac_peer.seed(mrz[44:53], mrz[57:63], mrz[65:71])
    return bac_peer.seed(mrz[5:14], mrz[30:36], mrz[38:44])


def refused_before(t):
    """Nothing of the application without BAC: Doc 9303-11, 4.2"""
    t.select_application()
    for fid in FILES.values():
        _, sw = t.plain("00A4020C02%04X" % fid)
        check(sw == 0x6982, "SELECT %04X before BAC: %04X" % (fid, sw))
    for p1 in (0x9E, 0x9D, 0x81, 0x82, 0x00):
        data, sw = t.plain("00B0%02X0000" % p1)
        check(sw == 0x6982 and not data, "READ BINARY before BAC: %04X" % sw)
    _, sw = t.plain("0088000008" + "00" * 8 + "00")
    check(sw == 0x6982, "INTERNAL AUTHENTICATE before BAC: %04X" % sw)
    # A wrong key: the chip notices, and the challenge is used up.
    sw = t.bac(bac_peer.seed("L898902C3", "740812", "340415"))
    check(sw == 0x6300, "a wrong key: %04X" % sw)
    _, sw = t.plain("0082000028" + "00" * 40 + "28")
    check(sw == 0x6985, "MUTUAL AUTHENTICATE without a challenge: %04X" % sw)


def all_files(t, files):
    for name, fid in FILES.items():
        if name in files:
            check(t.read_ef(fid) == files[name], name + " differs")
        else:
            sw = t.select(fid)
            check(sw == 0x6A82, "SELECT %s: %04X" % (name, sw))
    sw = t.select(0x0103)
    check(sw in (0x6A82, 0x6982), "DG3: %04X" % sw)


def authenticate_ec(t, info):
    """Doc 9303-11, 6.1: plain ECDSA over RND.IFD"""
    point = bytes(info["public_key"])
    params = info["algorithm"]["parameters"]
    check(params.name == "specified", "Doc 9303-11, 6.1: the key's domain "
          "parameters are not written out")
    curve = CURVES[params.chosen["field_id"]["parameters"].native]()
    key = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    challenge = os.urandom(8)
    answer, sw = t.internal_authenticate(challenge)
    n = (curve.key_size + 7) // 8
    check(sw == 0x9000 and len(answer) == 2 * n, "AA: %04X" % sw)
    der = encode_dss_signature(int.from_bytes(answer[:n], "big"),
                               int.from_bytes(answer[n:], "big"))
    key.verify(der, challenge, ec.ECDSA(hashes.SHA256()))
    try:
        key.verify(der, os.urandom(8), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return "ECDSA on " + curve.name
    raise peers.Failed("the judge accepts everything")


def authenticate_rsa(t, info):
    """ISO/IEC 9796-2 scheme 1 with message recovery; trailer 34CC: SHA-256
    or BC: SHA-1 (Doc 9303-11, 6.1.2.2)"""
    key = info["public_key"].parsed
    n, e = key["modulus"].native, key["public_exponent"].native
    size = (n.bit_length() + 7) // 8
    challenge = os.urandom(8)
    answer, sw = t.internal_authenticate(challenge, extended=True)
    check(sw == 0x9000 and len(answer) == size, "AA: %04X, %d bytes" % (
        sw, len(answer)))
    f = pow(int.from_bytes(answer, "big"), e, n).to_bytes(size, "big")
    check(f[0] == 0x6A, "header %02X" % f[0])
    if f[-1] == 0xBC:
        h, cut = hashlib.sha1, 1
    else:
        check(f[-2:] == b"\x34\xCC", "trailer " + f[-2:].hex())
        h, cut = hashlib.sha256, 2
    digest_size = h().digest_size
    m1 = f[1:-cut - digest_size]
    digest = f[-cut - digest_size:-cut]
    check(len(m1) == size - digest_size - 1 - cut, "length of M1")
    check(h(m1 + challenge).digest() == digest, "hash of M1 || RND.IFD")
    check(h(m1 + os.urandom(8)).digest() != digest, "hash of anything")
    return "RSA-%d, %s" % (n.bit_length(), h().name)


def authenticate(t, files):
    info = spki.PublicKeyInfo.load(only(files["EF.DG15"], 0x6F), strict=True)
    if info.algorithm == "rsa":
        return authenticate_rsa(t, info)
    return authenticate_ec(t, info)


def broken_messaging(t, reader, k_seed):
    """A bit in the checksum, an old command, a plain one: each ends the
    session."""
    def fresh():
        reader.reset()
        t.select_application()
        check(t.bac(k_seed) == 0x9000, "BAC again")
        check(t.select(0x0101) == 0x9000, "SELECT")

    fresh()
    command = bytearray(t.protect(0xB0, 0, 0, le=4))
    command[-2] ^= 1
    data, sw = reader.transmit(bytes(command))
    check(sw == 0x6988 and not data, "a broken checksum: %04X" % sw)
    t.ssc = t.ssc - 1  # as if nothing had been sent
    data, sw = reader.transmit(t.protect(0xB0, 0, 0, le=4))
    check(sw != 0x9000 and not data, "the session goes on: %04X" % sw)

    fresh()
    command = t.protect(0xB0, 0, 0, le=4)
    answer, sw = reader.transmit(command)
    check(len(t.open(answer, sw)) == 4, "READ BINARY")
    data, sw = reader.transmit(command)
    check(sw == 0x6988 and not data, "an old command: %04X" % sw)

    fresh()
    data, sw = t.plain("00B0000004")
    check(sw == 0x6982 and not data, "a plain command: %04X" % sw)
    data, sw = reader.transmit(t.protect(0xB0, 0, 0, le=4))
    check(sw != 0x9000 and not data, "the session goes on: %04X" % sw)

    fresh()
    header = b"\x0C\xB0\x00\x00"
    data, sw = reader.transmit(header + b"\x03\x97\x01\x04\x00")
    check(sw in (0x6987, 0x6988) and not data, "no checksum: %04X" % sw)


def judge(st, chip, files):
    with bac_peer.Reader("--config", os.path.join(st.dir, "perso.yaml"),
                         "sim", "serve", chip) as reader:
        check(reader.atr[0] == 0x3B, "ATR")
        t = bac_peer.Terminal(reader)
        refused_before(t)
        k_seed = key_of(files)
        t.select_application()
        check(t.bac(k_seed) == 0x9000, "BAC")
        all_files(t, files)
        said = authenticate(t, files)
        broken_messaging(t, reader, k_seed)
    return "%d files, %d bytes, AA with %s" % (
        len(files), sum(len(f) for f in files.values()), said)


def vectors():
    """bac_peer itself against Doc 9303-11, appendix D."""
    k = bac_peer.seed("L898902C", "690806", "940623")
    check(k.hex().upper() == "239AB9CB282DAF66231DC5A4DF6BFBAE", "K_seed")
    check(bac_peer.kdf(k, 1).hex().upper() ==
          "AB94FDECF2674FDFB9B391F85D7F76F2", "K_enc")
    check(bac_peer.kdf(k, 2).hex().upper() ==
          "7962D9ECE03D1ACD4C76089DCE131543", "K_mac")
    e = bac_peer.des3(bac_peer.kdf(k, 1), bytes.fromhex(
        "781723860C06C226" "4608F91988702212" "0B795240CB7049B0"
        "1C19B33E32804F0B"))
    check(e.hex().upper() == "72C29C2371CC9BDB65B779B8E8D37B29ECC154AA56A8799F"
          "AE2F498F76ED92F2", "E_IFD")
    check(bac_peer.mac3(bac_peer.kdf(k, 2), bac_peer.pad(e)).hex().upper() ==
          "5F1448EEA8AD90A7", "M_IFD")


def tests():
    out = [vectors]
    templates = ["lv-passport-adult", "lv-passport-child", "lv-eid",
                 "lv-residence-permit", "uto-passport",
                 "uto-passport-unknown-birth"]
    st = peers.Station("bac")
    for template, chip, files, _ in personalise(st, templates):
        def t(chip=chip, files=files):
            return judge(st, chip, files)
        t.__name__ = template
        out.append(t)
    return out


peers.main(*tests())
