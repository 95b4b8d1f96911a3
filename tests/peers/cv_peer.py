"""Card-verifiable certificates from Doc 9303-11, 7.1.3 and TR-03110-3, C and
D: taken apart, keys made for python3-cryptography, signatures verified and
made. None of our code is used."""

from cryptography.exceptions import InvalidSignature  # noqa: F401
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature, encode_dss_signature)

from peers import check, only, tlv, tlvs

# After id-TA, 0.4.0.127.0.7.2.2.2: RSA 1, ECDSA 2, then the scheme.
SCHEMES = {
    b"\x01\x01": ("pkcs1", hashes.SHA1), b"\x01\x02": ("pkcs1", hashes.SHA256),
    b"\x01\x03": ("pss", hashes.SHA1), b"\x01\x04": ("pss", hashes.SHA256),
    b"\x01\x05": ("pkcs1", hashes.SHA512),
    b"\x01\x06": ("pss", hashes.SHA512),
    b"\x02\x01": ("ecdsa", hashes.SHA1), b"\x02\x02": ("ecdsa",
                                                       hashes.SHA224),
    b"\x02\x03": ("ecdsa", hashes.SHA256), b"\x02\x04": ("ecdsa",
                                                         hashes.SHA384),
    b"\x02\x05": ("ecdsa", hashes.SHA512),
}

# By the prime of the field.
CURVES = {
    2**192 - 2**64 - 1: ec.SECP192R1(),
    2**224 - 2**96 + 1: ec.SECP224R1(),
    2**256 - 2**224 + 2**192 + 2**96 - 1: ec.SECP256R1(),
    2**384 - 2**128 - 2**96 + 2**32 - 1: ec.SECP384R1(),
    2**521 - 1: ec.SECP521R1(),
    int("A9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377",
        16): ec.BrainpoolP256R1(),
    int("8CB91E82A3386D280F5D6F7E50E641DF152F7109ED5456B412B1DA197FB71123"
        "ACD3A729901D1A71874700133107EC53", 16): ec.BrainpoolP384R1(),
    int("AADD9DB8DBE9C48B3FD4E6AE33C9FC07CB308DB3B3C9D20ED6639CCA70330871"
        "7D4D9B009BC66842AECDA12AE6A380E62881FF2F2D82C68528AA6056583A48F3",
        16): ec.BrainpoolP512R1(),
}


def split(der):
    """(body with its tag, signature) of a certificate."""
    value = only(der, 0x7F21)
    tag, _, end = tlv(value)
    check(tag == 0x7F4E, "body's tag %X" % tag)
    return value[:end], only(value[end:], 0x5F37)


def objects(der):
    """The body's data objects by tag."""
    items = tlvs(only(split(der)[0], 0x7F4E))
    out = dict(items)
    check(len(out) == len(items), "an object is there twice")
    return out


def key_of(der, domain=None):
    """(key, scheme) of a certificate; scheme: (kind, hash). domain: the
    certificate that has the domain parameters."""
    parts = dict(tlvs(objects(der)[0x7F49]))
    oid = parts[0x06]
    check(oid[:-2] == bytes.fromhex("04007F0007020202"), "not id-TA")
    kind, digest = SCHEMES[oid[-2:]]
    number = {t: int.from_bytes(v, "big") for t, v in parts.items()}
    if kind != "ecdsa":
        return (rsa.RSAPublicNumbers(number[0x82], number[0x81])
                .public_key(), (kind, digest))
    if 0x81 not in parts:
        check(domain is not None, "no domain parameters")
        prime = dict(tlvs(objects(domain)[0x7F49]))[0x81]
    else:
        prime = parts[0x81]
    curve = CURVES[int.from_bytes(prime, "big")]
    return (ec.EllipticCurvePublicKey.from_encoded_point(
        curve, parts[0x86]), (kind, digest))


def pss(digest):
    """The salt is as long as the hash: TR-03110-3"""
    return padding.PSS(padding.MGF1(digest()), digest.digest_size)


def verify(key, scheme, message, signature):
    """InvalidSignature when wrong."""
    kind, digest = scheme
    if kind == "ecdsa":
        n = (key.curve.key_size + 7) // 8
        check(len(signature) == 2 * n, "plain signature of %d bytes" %
              len(signature))
        der = encode_dss_signature(int.from_bytes(signature[:n], "big"),
                                   int.from_bytes(signature[n:], "big"))
        key.verify(der, message, ec.ECDSA(digest()))
    else:
        pad = pss(digest) if kind == "pss" else padding.PKCS1v15()
        key.verify(signature, message, pad, digest())


def sign(key, scheme, message):
    kind, digest = scheme
    if kind == "ecdsa":
        n = (key.curve.key_size + 7) // 8
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(digest())))
        return r.to_bytes(n, "big") + s.to_bytes(n, "big")
    pad = pss(digest) if kind == "pss" else padding.PKCS1v15()
    return key.sign(message, pad, digest())
