#!/usr/bin/env python3
"""The images in this folder: ridges drawn by a formula, nobody's finger.

right-index.wsq has the segments of WSQ around data that is none: no free
encoder is packaged, and nothing here decodes it."""
import math
import os
import struct
import subprocess
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT = 64, 80


def put(name, data):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(data)


def ridges(phase):
    rows = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            d = math.hypot(x - 31 + phase, 1.3 * (y - 45))
            rows.append(int(128 + 100 * math.sin(d / 1.6)))
    return bytes(rows)


def png(samples):
    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + \
            struct.pack(">I", crc)
    rows = b"".join(b"\0" + samples[y * WIDTH:(y + 1) * WIDTH]
                    for y in range(HEIGHT))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + \
        chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def segment(code, data):
    return bytes([0xFF, code]) + struct.pack(">H", len(data) + 2) + data


def wsq(samples):
    comment = "NIST_COM 3\nPIX_WIDTH %d\nPIX_HEIGHT %d\nPPI 500\n" % (
        WIDTH, HEIGHT)
    tables = segment(0xA4, bytes([9, 7]) + bytes(6 * 9)) + \
        segment(0xA5, bytes(3 + 64 * 6))
    frame = segment(0xA2, bytes([0, 255]) +
                    struct.pack(">HH", HEIGHT, WIDTH) + bytes(9))
    out = b"\xff\xa0" + segment(0xA8, comment.encode()) + tables + frame
    for i in range(3):
        lengths = bytes([0, 2, 2] + [0] * 13)
        out += segment(0xA6, bytes([i]) + lengths + bytes([1, 2, 3, 4]))
        data = samples[i * 800:(i + 1) * 800].replace(b"\xff", b"\xff\0")
        out += segment(0xA3, bytes([i])) + data
    return out + b"\xff\xa1"


def jp2(samples, *how):
    pgm = os.path.join(HERE, "ridges.pgm")
    out = os.path.join(HERE, "ridges.jp2")
    put("ridges.pgm", b"P5\n%d %d\n255\n" % (WIDTH, HEIGHT) + samples)
    subprocess.run(["opj_compress", "-i", pgm, "-o", out, "-n", "4", *how],
                   check=True, stdout=subprocess.DEVNULL)
    with open(out, "rb") as f:
        data = f.read()
    os.remove(pgm)
    os.remove(out)
    return data


put("right-thumb.raw", ridges(0))
put("right-index.wsq", wsq(ridges(3)))
put("left-index.png", png(ridges(-4)))
put("left-thumb.jp2", jp2(ridges(7), "-r", "5", "-I"))
put("left-middle.jp2", jp2(ridges(9)))
