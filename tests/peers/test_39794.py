#!/usr/bin/python3
"""Records of ISO/IEC 39794, read by a decoder that asn1c generates from
iso39794.asn1: it must take all of them, within the constraints, and encode
them again as the same bytes."""

import glob
import os
import subprocess
import sys

sys.dont_write_bytecode = True

import peers  # noqa: E402
from peers import check, read, run, tlvs, write  # noqa: E402

DATA = os.path.join(peers.TOP, "tests/data")
SYNTHETIC = os.path.join(DATA, "synthetic/emrtd-td3")


def decoder():
    """convert(type, DER) -> DER, by asn1c's own program"""
    folder = os.path.join(peers.WORK, "asn1c")
    os.makedirs(folder)
    asn = os.path.join(peers.TOP, "tests/peers/iso39794.asn1")
    subprocess.run(["asn1c", "-fcompound-names", asn], cwd=folder,
                   check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    main = write(os.path.join(folder, "peer.c"), MAIN.encode())
    sources = [s for s in glob.glob(folder + "/*.c")
               if not s.endswith("converter-sample.c") and s != main]
    out = os.path.join(folder, "peer")
    subprocess.run(["gcc", "-O0", "-w", "-I" + folder, "-o", out, main,
                    *sources], check=True)
    return out


# Decode, check the constraints, encode again.
MAIN = r"""
#include <stdio.h>
#include <string.h>
#include "FaceData.h"
#include "FingerData.h"

static int
put(const void *p, size_t n, void *ctx)
{
	(void)ctx;
	return fwrite(p, 1, n, stdout) == n ? 0 : -1;
}

int
main(int argc, char **argv)
{
	static unsigned char in[1 << 22];
	size_t n = fread(in, 1, sizeof(in), stdin), len = 200;
	struct asn_TYPE_descriptor_s *type = argc > 1 &&
	    strcmp(argv[1], "finger") == 0 ? &asn_DEF_FingerData
					   : &asn_DEF_FaceData;
	char text[200] = "";
	void *value = NULL;
	asn_dec_rval_t d = ber_decode(NULL, type, &value, in, n);

	if (d.code != RC_OK || d.consumed != n) {
		fprintf(stderr, "decoded %zu of %zu\n", d.consumed, n);
		return 1;
	}
	if (asn_check_constraints(type, value, text, &len) != 0) {
		fprintf(stderr, "%s\n", text);
		return 2;
	}
	return der_encode(type, value, put, NULL).encoded == (ssize_t)n ? 0
									: 3;
}
"""


def templates(data):
    """(format, subtype, contents of 7F2E) of a file or group"""
    if data[0] != 0x7F:
        data = tlvs(data)[0][1]
    found = []
    for tag, value in tlvs(tlvs(data)[0][1])[1:]:
        check(tag == 0x7F60, "templates")
        parts = dict(tlvs(value))
        head = dict(tlvs(parts[0xA1]))
        check(head[0x87] == b"\1\1", "owner")
        check(0x7F2E in parts, "7F2E")
        found.append((head[0x88], head.get(0x82), parts[0x7F2E]))
    return found


def same(peer, kind, data, name):
    r = run(peer, kind, stdin=data)
    check(r.stdout == data, "%s: other bytes than ours" % name)


def converted(name, *path):
    out = os.path.join(peers.WORK, name)
    run(peers.PERSO, "bio", "convert", "--to", "39794", "--out", out,
        os.path.join(*path))
    return read(out)


def face_19794(image, points, fields):
    """ISO/IEC 19794-5 with what 39794 has a place for"""
    gender, eye, hair, properties, expression, pose, space, source = fields
    body = len(points).to_bytes(2, "big") + bytes([gender, eye, hair]) + \
        properties.to_bytes(3, "big") + expression.to_bytes(2, "big") + \
        bytes(pose) + bytes(3 * [5])
    for code, x, y in points:
        body += bytes([1, code]) + x.to_bytes(2, "big") + \
            y.to_bytes(2, "big") + b"\0\0"
    body += bytes([1, 1]) + (413).to_bytes(2, "big") + \
        (531).to_bytes(2, "big") + bytes([space, source]) + bytes(4) + image
    face = (len(body) + 4).to_bytes(4, "big") + body
    return b"FAC\0" + b"010\0" + (14 + len(face)).to_bytes(4, "big") + \
        b"\0\1" + face


def full_faces(peer):
    image = read(os.path.join(DATA, "synthetic/images/portrait_413x531.jp2"))
    points = [(0xC1, 266, 231), (0xC2, 146, 231), (0x21, 0, 0),
              (0x9F, 412, 530)]
    for i in range(8):
        fields = (i % 3, i, i, 0x3FF >> i, i, (i, 91 - i, 180 - i), i % 5, i)
        write(os.path.join(peers.WORK, "face"),
              face_19794(image, points[:i % 5], fields))
        rec = converted("face.now", peers.WORK, "face")
        check(image in rec, "the image")
        n = len(rec)
        size = bytes([0x83]) + n.to_bytes(3, "big") if n > 0xFFFF else \
            bytes([0x82]) + n.to_bytes(2, "big")
        same(peer, "face", b"\xA1" + size + rec, "face %d" % i)


def main():
    peer = decoder()
    dg2 = converted("dg2", SYNTHETIC, "EF.DG2.bin")
    (fmt, _, data), = templates(dg2)
    check(fmt == b"\0\x2a", "format")
    same(peer, "face", data, "EF.DG2")
    (_, _, data), = templates(
        read(os.path.join(SYNTHETIC, "alt/EF.DG2.39794-5.bin")))
    same(peer, "face", data, "the sample")
    for fmt, subtype, data in templates(
            converted("dg3", DATA, "orders/fingers.dg3")):
        check(fmt == b"\0\x28" and subtype in (b"\x09", b"\x0a"), "DG3")
        same(peer, "finger", data, "EF.DG3")
    full_faces(peer)
    # The peer can say no.
    run(peer, "face", stdin=data, ok=False)
    (_, _, data), = templates(dg2)
    run(peer, "face", stdin=data[:-1], ok=False)
    at = data.index(b"\x80\x01\x03\x81\x02\x07\xe3")
    run(peer, "face", stdin=data[:at + 2] + b"\2" + data[at + 3:], ok=False)
    print("note: asn1c takes and returns all records")


main()
