"""Two one-bit PNG files of one height beside each other: a b out."""
import struct
import sys
import zlib


def rows(path):
    data = open(path, "rb").read()
    at, idat = 8, b""
    while at < len(data):
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + n]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 1 and colour == 0
        if kind == b"IDAT":
            idat += body
        at += 12 + n
    raw, size = zlib.decompress(idat), (width + 7) // 8 + 1
    bits = []
    for y in range(height):
        row = raw[y * size:(y + 1) * size]
        assert row[0] == 0
        bits.append([255 * (row[1 + x // 8] >> 7 - x % 8 & 1)
                     for x in range(width)])
    return bits


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + \
        struct.pack(">I", zlib.crc32(kind + body))


a, b = rows(sys.argv[1]), rows(sys.argv[2])
both = [x + y for x, y in zip(a, b)]
with open(sys.argv[3], "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
        ">IIBBBBB", len(both[0]), len(both), 8, 0, 0, 0, 0)) +
        chunk(b"IDAT", zlib.compress(b"".join(
            b"\0" + bytes(r) for r in both))) + chunk(b"IEND", b""))
