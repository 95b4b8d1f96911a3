#!/usr/bin/python3
"""EF.SOD and its certificates before judges that are not ours: openssl cms
and x509, python3-asn1crypto, and SHA from Python; for all kinds of document
signer keys. Files come from `perso lds build`."""

import hashlib
import os
import sys

sys.dont_write_bytecode = True

from asn1crypto import cms, core, x509  # noqa: E402

import peers  # noqa: E402
from peers import check, only, read, run, write  # noqa: E402

# name, document signer's key, CSCA's key and hash, hash of EF.SOD, RSA
# padding, template
ROWS = [
    ("p256", "P-256", "P-384", "SHA-384", "SHA-256", None, "uto-passport"),
    ("p256-sha224", "P-256", "P-256", "SHA-256", "SHA-224", None, "lv-eid"),
    ("p384", "P-384", "P-384", "SHA-384", "SHA-384", None,
     "lv-passport-adult"),
    ("p521", "P-521", "P-521", "SHA-512", "SHA-512", None,
     "lv-passport-child"),
    ("bp256", "brainpoolP256r1", "brainpoolP256r1", "SHA-256", "SHA-256",
     None, "lv-residence-permit"),
    ("bp384", "brainpoolP384r1", "brainpoolP384r1", "SHA-384", "SHA-384",
     None, "uto-passport"),
    ("bp512", "brainpoolP512r1", "brainpoolP512r1", "SHA-512", "SHA-512",
     None, "lv-eid"),
    ("rsa-pkcs1", "RSA-2048", "RSA-2048", "SHA-256", "SHA-256", "pkcs1",
     "uto-passport"),
    ("rsa-pss", "RSA-2048", "RSA-3072", "SHA-256", "SHA-256", "pss",
     "lv-passport-adult"),
    ("rsa4096-pss", "RSA-4096", "RSA-2048", "SHA-256", "SHA-512", "pss",
     "lv-eid"),
]
DIGESTS = {"sha224": hashlib.sha224, "sha256": hashlib.sha256,
           "sha384": hashlib.sha384, "sha512": hashlib.sha512}
SECURITY_OBJECT = "2.23.136.1.1.1"


class DataGroupHash(core.Sequence):
    _fields = [("number", core.Integer), ("hash", core.OctetString)]


class DataGroupHashes(core.SequenceOf):
    _child_spec = DataGroupHash


class LdsVersionInfo(core.Sequence):
    _fields = [("lds", core.PrintableString),
               ("unicode", core.PrintableString)]


class LdsSecurityObject(core.Sequence):
    """Doc 9303-10, 4.6.2.2"""
    _fields = [("version", core.Integer),
               ("algorithm", cms.DigestAlgorithm),
               ("hashes", DataGroupHashes),
               ("info", LdsVersionInfo, {"optional": True})]


def reencode(obj, der, what):
    """DER has one encoding: parsed by asn1crypto to the last field and
    written anew, it must be the same bytes."""
    obj.native  # parses lazily otherwise
    check(type(obj).load(der, strict=True).dump(force=True) == der,
          "%s: asn1crypto writes it differently" % what)


def station(row, explicit):
    name, ds, csca, csca_hash, sod_hash, padding, _ = row
    profile = [(r"^(sod:\n  hash: ).*$", r"\g<1>" + sod_hash)]
    if padding:
        profile.append((r"^  rsa-padding: .*$", "  rsa-padding: " + padding))
    return peers.Station(
        name + ("-explicit" if explicit else ""),
        {"ds_key": ds, "csca_key": csca, "csca_hash": csca_hash,
         "explicit_parameters": "yes" if explicit else "no"}, profile)


def issuer(template):
    return "uto" if template.startswith("uto") else "lva"


def sod_by_openssl(st, row, sod, explicit):
    """openssl cms: accepts it, gives the content, refuses changes."""
    signed = only(sod, 0x77)
    path = write(os.path.join(st.dir, "sod.der"), signed)
    out = os.path.join(st.dir, "content.der")
    state = os.path.join(st.pki, issuer(row[-1]))
    csca = peers.pem_of(os.path.join(state, "csca.cer"))
    verify = ["openssl", "cms", "-verify", "-inform", "DER", "-binary",
              "-purpose", "any", "-out", out]
    trust = ["-noverify"] if explicit else ["-CAfile", csca]
    run(*verify, "-in", path, *trust)
    content = read(out)
    if explicit:
        # OpenSSL's own path check refuses explicit parameters.
        r = run(*verify, "-in", path, "-CAfile", csca, ok=False)
        check(b"explicit ECC parameters" in r.stderr,
              "refused for another reason: %r" % r.stderr[-300:])
    else:
        other = os.path.join(
            st.pki, "lva" if issuer(row[-1]) == "uto" else "uto")
        run(*verify, "-in", path, "-CAfile",
            peers.pem_of(os.path.join(other, "csca.cer")), ok=False)
    # One bit, in the signature and in a hash of the content.
    for at in (len(signed) - 1, signed.find(content) + len(content) // 2):
        bad = bytearray(signed)
        bad[at] ^= 1
        write(path + ".bad", bytes(bad))
        run(*verify, "-in", path + ".bad", *trust, ok=False)
    return content


def sod_by_asn1crypto(sod, content):
    """Structure by another parser; the embedded signer's certificate."""
    signed = only(sod, 0x77)
    info = cms.ContentInfo.load(signed, strict=True)
    reencode(info, signed, "EF.SOD")
    check(info["content_type"].native == "signed_data", "not SignedData")
    data = info["content"]
    check(data["version"].native == "v3", "version")
    encap = data["encap_content_info"]
    check(encap["content_type"].dotted == SECURITY_OBJECT, "content type")
    check(bytes(encap["content"]) == content, "content differs")
    signers = data["signer_infos"]
    check(len(signers) == 1, "%d signers" % len(signers))
    signer = signers[0]
    attrs = {a["type"].dotted: a["values"] for a in signer["signed_attrs"]}
    check(attrs["1.2.840.113549.1.9.3"][0].dotted == SECURITY_OBJECT,
          "contentType attribute")
    algorithm = signer["digest_algorithm"]["algorithm"].native
    check(attrs["1.2.840.113549.1.9.4"][0].native ==
          DIGESTS[algorithm](content).digest(), "messageDigest attribute")
    check(len(data["certificates"]) == 1, "certificates")
    padding = signer["signature_algorithm"]["algorithm"].native
    return data["certificates"][0].chosen, algorithm, padding


def hashes_by_python(files, content, row):
    """Every hash, over the files' bytes; EF.COM has the same groups."""
    obj = LdsSecurityObject.load(content, strict=True)
    reencode(obj, content, "LDSSecurityObject")
    algorithm = obj["algorithm"]["algorithm"].native
    seen = {}
    for h in obj["hashes"]:
        number = h["number"].native
        data = files["EF.DG%d" % number]
        check(number not in seen, "DG%d twice" % number)
        check(DIGESTS[algorithm](data).digest() == h["hash"].native,
              "hash of DG%d" % number)
        seen[number] = True
    check(list(seen) == sorted(seen), "hashes are not in order")
    check(["EF.DG%d" % n for n in seen] ==
          sorted((f for f in files if f.startswith("EF.DG")),
                 key=lambda f: int(f[5:])), "groups and hashes differ")
    tags = {0x61: 1, 0x75: 2, 0x67: 7, 0x6B: 11, 0x6C: 12, 0x6E: 14, 0x6F: 15}
    com = dict(peers.tlvs(only(files["EF.COM"], 0x60)))
    check(sorted(tags[t] for t in com[0x5C]) == sorted(seen),
          "EF.COM has other groups")
    return len(seen)


def certificate_by_peers(st, name, path, signer_path):
    """asn1crypto, openssl x509 -text, and openssl dgst over the TBS with
    the issuer's key: this works for explicit parameters, too."""
    der = read(path)
    cert = x509.Certificate.load(der, strict=True)
    reencode(cert, der, name)
    text = run("openssl", "x509", "-inform", "DER", "-in", path, "-noout",
               "-text").stdout.decode()
    check("Private Key Usage Period" in text, "%s: openssl shows no private "
          "key usage period" % name)
    key = os.path.join(st.dir, "issuer-key.pem")
    write(key, run("openssl", "x509", "-inform", "DER", "-in", signer_path,
                   "-noout", "-pubkey").stdout)
    algorithm = cert["signature_algorithm"]
    check(algorithm.dump() == cert["tbs_certificate"]["signature"].dump(),
          "%s: two signature algorithms" % name)
    tbs = write(os.path.join(st.dir, "tbs.der"),
                cert["tbs_certificate"].dump())
    sig = write(os.path.join(st.dir, "tbs.sig"),
                cert["signature_value"].native)
    extra = []
    if algorithm["algorithm"].native == "rsassa_pss":
        extra = ["-sigopt", "rsa_padding_mode:pss", "-sigopt",
                 "rsa_pss_saltlen:%d" %
                 algorithm["parameters"]["salt_length"].native]
    dgst = ["openssl", "dgst", "-" + algorithm.hash_algo, *extra, "-verify",
            key, "-signature"]
    run(*dgst, sig, tbs)
    write(tbs, cert["tbs_certificate"].dump()[:-1] + b"\x00")
    run(*dgst, sig, tbs, ok=False)
    return text


def is_explicit(cert):
    info = cert["tbs_certificate"]["subject_public_key_info"]
    parameters = info["algorithm"]["parameters"]
    return parameters.name == "specified"


def judge(row, explicit):
    st = station(row, explicit)
    files, _ = st.build(row[-1])
    content = sod_by_openssl(st, row, files["EF.SOD"], explicit)
    ds, algorithm, padding = sod_by_asn1crypto(files["EF.SOD"], content)
    want = {"pss": "rsassa_pss", None: algorithm + "_ecdsa",
            "pkcs1": ("rsassa_pkcs1v15", algorithm + "_rsa")}[row[5]]
    check(padding == want or padding in want, "signed with " + padding)
    check(algorithm == row[4].replace("-", "").lower(), "digest " + algorithm)
    groups = hashes_by_python(files, content, row)
    state = os.path.join(st.pki, issuer(row[-1]))
    ds_path = os.path.join(state, "ds.cer")
    csca_path = os.path.join(state, "csca.cer")
    check(ds.dump() == read(ds_path), "EF.SOD carries another certificate")
    certificate_by_peers(st, "CSCA", csca_path, csca_path)
    text = certificate_by_peers(st, "DS", ds_path, csca_path)
    check("2.23.136.1.1.6.2" in text or "2.23.136.1.1.6.2" in str(
        [e["extn_id"].dotted for e in ds["tbs_certificate"]["extensions"]]),
        "DS: no document type list")
    if "RSA" not in row[1]:
        check(is_explicit(ds) == explicit, "parameters of the DS's key")
        csca = x509.Certificate.load(read(csca_path))
        check(is_explicit(csca) == explicit, "parameters of the CSCA's key")
    verify = ["openssl", "verify", "-CAfile", peers.pem_of(csca_path),
              peers.pem_of(ds_path)]
    r = run(*verify, ok=not explicit)
    if explicit:
        check(b"error 94" in r.stderr, "refused, but not with error 94: %r" %
              r.stderr[-300:])
    return "%d hashes" % groups


def tests():
    out = []
    for row in ROWS:
        for explicit in (False, True):
            if explicit and ("RSA" in row[1] or "sha224" in row[0]):
                continue

            def t(row=row, explicit=explicit):
                return judge(row, explicit)
            t.__name__ = "%s %s" % (
                row[0], "explicit parameters" if explicit else "named")
            out.append(t)
    return out


peers.main(*tests())
