#!/usr/bin/python3
"""The other files, read by parsers written from Doc 9303 alone: check digits
of DG1, the portrait inside DG2, names and dates in DG7, DG11 and DG12,
SecurityInfos and keys in DG14 and DG15 by python3-asn1crypto."""

import json
import os
import sys

sys.dont_write_bytecode = True

from asn1crypto import core, keys  # noqa: E402

import peers  # noqa: E402
from peers import check, only, read, sha256, tlv, tlvs  # noqa: E402

TEMPLATES = ["lv-passport-adult", "lv-passport-child", "lv-eid",
             "lv-residence-permit", "uto-passport",
             "uto-passport-unknown-birth", "uto-passport-full"]
station = None


def digit(text):
    """Doc 9303-3, 4.9"""
    total = 0
    for i, c in enumerate(text):
        value = 0 if c == "<" else int(c, 36)
        total += value * (7, 3, 1)[i % 3]
    return str(total % 10)


def td3(mrz):
    """Positions of Doc 9303-4, 4.2.2.1; (number, birth, expiry)"""
    check(len(mrz) == 88, "TD3 of %d" % len(mrz))
    b = mrz[44:]
    for at, end, cd in ((0, 9, 9), (13, 19, 19), (21, 27, 27), (28, 42, 42)):
        # An empty field of optional data may have < as its check digit.
        check(b[cd] == digit(b[at:end]) or
              (at == 28 and b[cd] == "<" and not b[at:end].strip("<")),
              "check digit at %d of line 2" % cd)
    check(b[43] == digit(b[0:10] + b[13:20] + b[21:43]), "composite digit")
    return b[0:9], b[13:19], b[21:27], mrz[5:44], b[10:13], b[20]


def td1(mrz):
    """Doc 9303-5, 4.2.2"""
    check(len(mrz) == 90, "TD1 of %d" % len(mrz))
    a, b, c = mrz[:30], mrz[30:60], mrz[60:]
    check(a[14] == digit(a[5:14]), "number's check digit")
    check(b[6] == digit(b[0:6]), "birth's check digit")
    check(b[14] == digit(b[8:14]), "expiry's check digit")
    check(b[29] == digit(a[5:30] + b[0:7] + b[8:15] + b[18:29]), "composite")
    return a[5:14], b[0:6], b[8:14], c, b[15:18], b[7]


def dg1(files, order):
    mrz = only(only(files["EF.DG1"], 0x61), 0x5F1F).decode("ascii")
    number, birth, expiry, name, nationality, sex = (
        td3 if len(mrz) == 88 else td1)(mrz)
    holder = order["holder"]
    want = holder["birth-date"]
    check(birth == (want[2:4] + want[5:7] + want[8:10]).replace("X", "<"),
          "birth %s is not %s" % (birth, want))
    check(sex == holder["sex"].replace("X", "<"), "sex")
    if "nationality" in holder:
        check(nationality == holder["nationality"].ljust(3, "<"), "nation")
    data = order.get("document-data", {})
    if "expiry-date" in data:
        check(expiry == data["expiry-date"].replace("-", "")[2:], "expiry")
    if "number" in data:
        check(number == data["number"].ljust(9, "<"), "number")
    check(name.count("<<") >= 1, "names have no separator")
    return mrz, number, expiry


def u(data, at, n):
    return int.from_bytes(data[at:at + n], "big"), at + n


def face_image(record):
    """ISO/IEC 19794-5:2005, clauses 5.4 to 5.7; one image."""
    check(record[:8] == b"FAC\x00010\x00", "not a facial record")
    length, at = u(record, 8, 4)
    count, at = u(record, at, 2)
    check(length == len(record) and count == 1, "record header")
    start = at
    block, at = u(record, at, 4)
    check(start + block == length, "block length")
    points, at = u(record, at, 2)
    at = start + 20 + 8 * points
    kind, at = u(record, at, 1)
    image_type, at = u(record, at, 1)
    width, at = u(record, at, 2)
    height, at = u(record, at, 2)
    at += 6  # colour space, source, device type, quality
    check(image_type in (0, 1) and kind in (0, 1, 2), "image types")
    return record[at:], image_type, width, height


def size_of(image):
    """Width and height from the image's own header."""
    if image[:2] == b"\xff\xd8":
        at = 2
        while True:
            check(image[at] == 0xFF, "JPEG marker")
            marker, n = image[at + 1], u(image, at + 2, 2)[0]
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                return u(image, at + 7, 2)[0], u(image, at + 5, 2)[0], 0
            at += 2 + n
    at = image.find(b"\xff\x4f\xff\x51")
    check(at >= 0, "neither JPEG nor JPEG 2000")
    x, y, x0, y0 = (u(image, at + 8 + 4 * i, 4)[0] for i in range(4))
    return x - x0, y - y0, 1


def image_of(order, role):
    for i in order["images"]:
        if i["role"] == role:
            return i
    raise peers.Failed("order has no " + role)


def dg2(files, order):
    """CBEFF of Doc 9303-10, 4.7.2: 7F61 {02 01, 7F60 {A1, 5F2E}}"""
    group = tlvs(only(only(files["EF.DG2"], 0x75), 0x7F61))
    check(group[0] == (0x02, b"\x01"), "number of templates")
    check([t for t, _ in group[1:]] == [0x7F60], "templates")
    parts = dict(tlvs(group[1][1]))
    header = dict(tlvs(parts[0xA1]))
    check(header[0x87] == b"\x01\x01" and header[0x88] == b"\x00\x08",
          "CBEFF format owner and type")
    image, kind, width, height = face_image(parts[0x5F2E])
    wanted = image_of(order, "portrait")
    check(sha256(image) == wanted["sha256"], "not the order's portrait")
    source = read(os.path.join(station.orders, wanted["file"]))
    check(image == source, "portrait differs from its file")
    check((width, height, kind) == size_of(image), "declared size or type")
    return "portrait of %d bytes, %d x %d" % (len(image), width, height)


def dg7(files, order):
    count, images = tlvs(only(files["EF.DG7"], 0x67))
    check(count == (0x02, b"\x01") and images[0] == 0x5F43, "DG7")
    check(sha256(images[1]) == image_of(order, "signature")["sha256"],
          "not the order's signature")


def listed(data, outer):
    """A data group with a tag list: {tag: value}, the list is complete."""
    parts = tlvs(only(data, outer))
    check(parts[0][0] == 0x5C, "no tag list")
    tags, at = [], 0
    lst = parts[0][1]
    while at < len(lst):
        n = 2 if lst[at] & 0x1F == 0x1F else 1
        tags.append(int.from_bytes(lst[at:at + n], "big"))
        at += n
    rest = [t for t, _ in parts[1:]]
    inner = [t for tag, v in parts[1:] if tag == 0xA0
             for t, _ in tlvs(v) if t != 0x02]
    check(all(t in rest or t in inner for t in tags) and
          all(t in tags for t in rest if t != 0xA0),
          "tag list %s, objects %s" % (tags, rest))
    return dict(parts[1:])


def parted(name):
    """A name in its parts, or one that has none; spaces are fillers."""
    if isinstance(name, str):
        name = {"surname": name}
    text = name["surname"].replace(" ", "<")
    if "given-names" in name:
        text += "<<" + name["given-names"].replace(" ", "<")
    return text


def dg11(files, order):
    got = listed(files["EF.DG11"], 0x6B)
    holder = order["holder"]
    name = got[0x5F0E].decode("utf-8")
    if "native-name" in holder:
        check(name == parted(holder["native-name"]), "name is " + name)
    else:
        check("<<" in name or "given-names" not in holder, "name is " + name)
    for part in ("surname", "given-names"):
        text = holder.get(part, "").replace(" ", "<")
        check("native-name" in holder or
              text.casefold() in name.casefold() or
              text.replace("-", "<").casefold() in name.casefold(),
              "%s is not in DG11: %s" % (part, name))
    if 0x5F11 in got:
        check(got[0x5F11].decode("utf-8") == holder["birth-place"], "place")
    if 0x5F10 in got:
        check(got[0x5F10].decode() == holder["personal-number"], "number")
    if 0x5F2B in got:
        want = holder["birth-date"].replace("-", "")
        check(len(got[0x5F2B]) == 8 and
              got[0x5F2B].decode()[:4] == want[:4], "birth date")
    if 0x5F42 in got:
        check(got[0x5F42].decode("utf-8").split("<") == holder["address"],
              "address")
    if 0x5F12 in got:
        check(got[0x5F12].decode() == holder["phone"], "phone")
    return "%d objects" % len(got)


def dg11_rest(files, order):
    """The elements that only the full order has."""
    got = listed(files["EF.DG11"], 0x6B)
    holder = order["holder"]
    others = [v.decode("utf-8") for t, v in tlvs(got[0xA0]) if t == 0x5F0F]
    check(others == [parted(n) for n in holder["other-names"]], "5F0F")
    for tag, name in ((0x5F13, "profession"), (0x5F14, "title"),
                      (0x5F15, "summary"), (0x5F18, "custody")):
        check(got[tag].decode("utf-8") == holder[name], name)
    check(got[0x5F17].decode().split("<") == holder["other-documents"],
          "5F17")
    check(got[0x5F16] == image(order, "citizenship"), "5F16")


def dg12_rest(files, order):
    got = listed(files["EF.DG12"], 0x6C)
    data = order["document-data"]
    others = [v.decode("utf-8") for t, v in tlvs(got[0xA0]) if t == 0x5F1A]
    check(others == [parted(n) for n in data["other-persons"]], "5F1A")
    check(got[0x5F1C].decode("utf-8") == data["tax-exit"], "5F1C")
    check(got[0x5F1D] == image(order, "front"), "5F1D")
    check(got[0x5F1E] == image(order, "rear"), "5F1E")
    check(len(got[0x5F55]) == 14 and got[0x5F55].isdigit(), "5F55")
    check(got[0x5F56] == b"UTO-PERSO-01", "5F56")


def image(order, role):
    wanted = [i for i in order["images"] if i["role"] == role][0]
    return read(os.path.join(station.orders, wanted["file"]))


def dg13(files, order):
    check(only(files["EF.DG13"], 0x6D) ==
          bytes.fromhex(order["document-data"]["issuer-data"]), "DG13")


def dg16(files, order):
    parts = tlvs(only(files["EF.DG16"], 0x70))
    persons = order["holder"]["notify"]
    check(parts[0] == (0x02, bytes([len(persons)])), "number of persons")
    check([t for t, _ in parts[1:]] ==
          [0xA1 + i for i in range(len(persons))], "tags of persons")
    for (_, value), person in zip(parts[1:], persons):
        got = dict(tlvs(value))
        check(got[0x5F51].decode("utf-8") == parted(person), "5F51")
        check(len(got[0x5F50]) == 8 and got[0x5F50].isdigit(), "5F50")
        check(got.get(0x5F52, b"").decode() == person.get("phone", ""),
              "5F52")
        check(got.get(0x5F53, b"").decode("utf-8") ==
              "<".join(person.get("address", [])), "5F53")


def dg12(files, order):
    got = listed(files["EF.DG12"], 0x6C)
    check(0x5F19 in got and got[0x5F19].decode("utf-8"), "authority")
    if 0x5F26 in got:
        check(len(got[0x5F26]) == 8 and got[0x5F26].decode().isdigit(),
              "date of issue")
    data = order.get("document-data", {})
    if 0x5F1B in got:
        check(got[0x5F1B].decode("utf-8") == data["remarks"], "remarks")


class SecurityInfo(core.Sequence):
    _fields = [("protocol", core.ObjectIdentifier), ("required", core.Any),
               ("optional", core.Any, {"optional": True})]


class SecurityInfos(core.SetOf):
    _child_spec = SecurityInfo


def dg14(files):
    der = only(files["EF.DG14"], 0x6E)
    infos = SecurityInfos.load(der, strict=True)
    check(infos.dump(force=True) == der, "SecurityInfos are not DER")
    found = {}
    for i in infos:
        found[i["protocol"].dotted] = i
    # Active Authentication with EC keys: Doc 9303-11, 9.2.7
    aa = found["2.23.136.1.1.5"]
    check(aa["required"].parse(core.Integer).native == 1, "version")
    check(aa["optional"].parse(core.ObjectIdentifier).dotted ==
          "0.4.0.127.0.7.1.1.4.1.3", "not ecdsa-plain-SHA256")


def dg15(files, order):
    der = only(files["EF.DG15"], 0x6F)
    info = keys.PublicKeyInfo.load(der, strict=True)
    info.native
    check(info.dump(force=True) == der, "SubjectPublicKeyInfo is not DER")
    want = "rsa" if order["document"].startswith("uto") else "ec"
    check(info.algorithm == want, "key is " + info.algorithm)
    return info.algorithm


def mf_files(files):
    """EF.ATR/INFO and EF.DIR: interindustry objects, Doc 9303-10, 3.11"""
    tags = [t for t, _ in tlvs(files["EF.ATR/INFO"])]
    check(0x47 in tags and 0x7F66 in tags, "EF.ATR/INFO")
    if "EF.DIR" in files:
        template = dict(tlvs(only(files["EF.DIR"], 0x61)))
        check(template[0x4F] == bytes.fromhex("A0000002471001"), "EF.DIR")


def judge(template):
    files, path = station.build(template)
    order = json.loads(read(path))
    mrz, _, _ = dg1(files, order)
    out = ["%d characters" % len(mrz), dg2(files, order),
           dg15(files, order)]
    for name, f in (("EF.DG7", dg7), ("EF.DG11", dg11), ("EF.DG12", dg12)):
        if name in files:
            f(files, order)
            out.append(name[3:])
    if template == "uto-passport-full":
        dg11_rest(files, order)
        dg12_rest(files, order)
        dg13(files, order)
        dg16(files, order)
        out.append("DG13, DG16, every element")
    elif "EF.DG14" in files:
        dg14(files)
        out.append("DG14")
    mf_files(files)
    com = tlvs(only(files["EF.COM"], 0x60))
    check([t for t, _ in com] == [0x5F01, 0x5F36, 0x5C], "EF.COM")
    check(com[0][1] in (b"0107", b"0108") and com[1][1] == b"040000",
          "versions in EF.COM")
    for name, data in files.items():
        if name != "EF.ATR/INFO":
            _, _, end = tlv(data)
            check(end == len(data), name + " is not one object")
    return ", ".join(out)


def tests():
    out = []
    for template in TEMPLATES:
        def t(template=template):
            return judge(template)
        t.__name__ = template
        out.append(t)
    return out


station = peers.Station("files")
peers.main(*tests())
