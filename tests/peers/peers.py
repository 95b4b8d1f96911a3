"""What the tests of this folder share: stations, commands, and readers of
TLV that know nothing of ours. Standard library only."""

import hashlib
import glob
import os
import re
import shutil
import subprocess
import sys

TOP = os.environ["TOP"]
WORK = os.environ["WORK"]
PERSO = os.environ["PERSO"]
LIMIT = 120  # seconds for any command

# File identifiers of the application, by name.
FILES = {"EF.COM": 0x011E, "EF.SOD": 0x011D, "EF.DG1": 0x0101,
         "EF.DG2": 0x0102, "EF.DG7": 0x0107, "EF.DG11": 0x010B,
         "EF.DG12": 0x010C, "EF.DG14": 0x010E, "EF.DG15": 0x010F}


class Failed(Exception):
    pass


def check(ok, what):
    if not ok:
        raise Failed(what)


def run(*args, ok=True, stdin=b""):
    """Runs a command; ok: True it must succeed, False it must fail."""
    r = subprocess.run([str(a) for a in args], input=stdin, timeout=LIMIT,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if (r.returncode == 0) != ok:
        raise Failed("%s: exit %d\n%s%s" % (
            " ".join(str(a) for a in args), r.returncode,
            r.stdout[-2000:].decode(errors="replace"),
            r.stderr[-2000:].decode(errors="replace")))
    return r


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return path


class Station:
    """A configuration, profiles and a development PKI of its own.

    conf: lines of certs/dev.conf that differ; profile: (pattern, text)
    pairs put into every document profile."""

    def __init__(self, name, conf=None, profile=()):
        self.name = name
        self.dir = os.path.join(WORK, name)
        self.pki = os.path.join(self.dir, "pki")
        self.orders = os.path.join(self.dir, "orders")
        shutil.rmtree(self.dir, ignore_errors=True)
        os.makedirs(self.orders)
        profiles = os.path.join(self.dir, "profiles")
        shutil.copytree(os.path.join(TOP, "profiles"), profiles)
        # What a document extends stands in its common file; one without a
        # chip has nothing of this.
        for path in sorted(glob.glob(profiles + "/documents/*.yaml") +
                           glob.glob(profiles + "/common/*.yaml")):
            text = read(path).decode()
            for pattern, new in profile:
                was, (text, n) = text, re.subn(pattern, new, text,
                                               flags=re.M)
                check(n > 0 or "\nextends:" in was or "\nchips:" not in was,
                      "%s has no %s" % (path, pattern))
            write(path, text.encode())
        text = read(os.path.join(TOP, "certs/dev.conf")).decode()
        for key, value in (conf or {}).items():
            text, n = re.subn("^%s = .*$" % key, "%s = %s" % (key, value),
                              text, flags=re.M)
            check(n == 1, "dev.conf has no " + key)
        conf_path = os.path.join(self.dir, "dev.conf")
        write(conf_path, text.encode())
        run(PERSO, "init", self.dir, "--profiles", profiles)
        run(PERSO, "pki", "init-dev", self.pki, "--conf", conf_path)
        data = os.path.join(TOP, "tests/data/orders")
        for image in os.listdir(data):
            if not image.endswith(".json"):
                shutil.copy(os.path.join(data, image), self.orders)
        self.count = 0

    def perso(self, *args, ok=True):
        return run(PERSO, "--config", os.path.join(self.dir, "perso.yaml"),
                   *args, ok=ok)

    def template(self, name):
        return os.path.join(TOP, "tests/data/orders", name + ".json")

    def order(self, template):
        """A fresh order of a template; its file and number."""
        self.count += 1
        number = "PEER-2026-%06d" % self.count
        path = os.path.join(self.orders, number + ".json")
        self.perso("order", "new", "--id", number, "--out", path,
                   self.template(template))
        return path, number

    def sign(self, *paths):
        self.perso("order", "sign", "--key",
                   os.path.join(self.pki, "approver/approver.key"), "--cert",
                   os.path.join(self.pki, "approver/approver.cer"), *paths)

    def build(self, template):
        """LDS files of an order, built without a chip; the order, too."""
        path, number = self.order(template)
        out = os.path.join(self.dir, "lds", number)
        extra = []
        if template in ("lv-passport-adult", "lv-passport-child",
                        "lv-residence-permit"):
            extra = ["--number", "LV%07d" % (3000000 + self.count)]
        elif template == "lv-eid":
            extra = ["--number", "PA%07d" % (3000000 + self.count)]
        self.perso("lds", "build", path, "--out", out, *extra)
        return load_files(out), path


def load_files(folder):
    files = {}
    for name in sorted(os.listdir(folder)):
        files[name[:-4].replace("ATR-INFO", "ATR/INFO")] = read(
            os.path.join(folder, name))
    return files


def pem_of(der_path):
    """A PEM copy beside a DER certificate, made by openssl."""
    pem = der_path + ".pem"
    run("openssl", "x509", "-inform", "DER", "-in", der_path, "-out", pem)
    return pem


# ---------------------------------------------------------------- BER-TLV

def tlv(data, at=0):
    """(tag, value, end) of the object at an offset; DER lengths only."""
    start = at
    tag = data[at]
    at += 1
    if tag & 0x1F == 0x1F:
        while True:
            tag = tag << 8 | data[at]
            at += 1
            if not data[at - 1] & 0x80:
                break
    n = data[at]
    at += 1
    if n & 0x80:
        size = n & 0x7F
        check(1 <= size <= 3, "length of %d bytes at %d" % (size, start))
        n = int.from_bytes(data[at:at + size], "big")
        check(n >= 0x80 and (size == 1 or n >> 8 * (size - 1)),
              "length is not the shortest at %d" % start)
        at += size
    check(at + n <= len(data), "object at %d ends outside" % start)
    return tag, data[at:at + n], at + n


def tlvs(data):
    """All objects in a row."""
    out, at = [], 0
    while at < len(data):
        tag, value, at = tlv(data, at)
        out.append((tag, value))
    return out


def only(data, tag):
    """The one object that data must be."""
    got, value, end = tlv(data)
    check(got == tag, "tag %X, not %X" % (got, tag))
    check(end == len(data), "bytes after tag %X" % tag)
    return value


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def main(*tests):
    """Runs tests, each a function; prints what they return."""
    failed = 0
    for t in tests:
        try:
            said = t()
            print("ok   %s%s" % (t.__name__, ": " + said if said else ""))
        except (Failed, subprocess.TimeoutExpired, AssertionError) as e:
            failed += 1
            print("FAIL %s: %s" % (t.__name__, e))
        sys.stdout.flush()
    print("note: %d of %d" % (len(tests) - failed, len(tests)))
    sys.exit(1 if failed else 0)
