#!/usr/bin/python3
"""Rendered pages: the MRZ as pdftotext reads it, each glyph's place by mutool
(MuPDF), fonts by pdffonts, the PNG's cells against OCR-B rasterised by
FreeType (ocr_cells.c), the data line by tesseract. Places are Doc 9303's."""

import hashlib
import json
import os
import re
import sys
import time
import xml.etree.ElementTree as ET

sys.dont_write_bytecode = True

import peers  # noqa: E402
from peers import PERSO, TOP, WORK, check, only, read, run, write  # noqa: E402

FONT = "/usr/share/fonts/opentype/ocr-b/OCRB.otf"
MM = 72 / 25.4
PITCH = 2.54
# Of OCR-B at ten to the inch: the middle of figures above the base line.
MIDDLE = 0.380 / 0.723 * PITCH

# Doc 9303-4, figure 3; -5, figure 6; -6 and -7 as -4: page, left edge, centre lines from below
PAGES = {"td3": ((125, 88), 6.0, (15.75, 9.40), 44, "page"),
         "td2": ((105, 74), 4.0, (15.75, 9.40), 36, "page"),
         "mrv-a": ((120, 80), 4.0, (15.75, 9.40), 44, "page"),
         "mrv-b": ((105, 74), 4.0, (15.75, 9.40), 36, "page"),
         "td1": ((85.6, 53.98), 5.0, (15.73, 11.5, 7.27), 30, "back")}
ORDERS = [("lv-passport-adult", "td3", "LV0000001"),
          ("uto-passport", "td3", None),
          ("uto-passport-unknown-birth", "td3", None),
          ("lv-eid", "td1", "PA1000001"),
          ("lv-residence-permit", "td1", "AR1000001"),
          ("lv-temporary-document", "td2", "LV0000101"),
          ("lv-visa", "mrv-a", "LV0000001"),
          ("uto-visa", "mrv-b", None)]
cells = os.path.join(WORK, "ocr_cells")
done = {}


def build():
    flags = run("pkg-config", "--cflags", "--libs", "freetype2", "libpng")
    run(os.environ.get("CC", "gcc"), "-std=c17", "-D_GNU_SOURCE", "-O2",
        "-Wall", "-Wextra", "-Werror",
        os.path.join(TOP, "tests/peers/ocr_cells.c"), "-o", cells,
        *flags.stdout.decode().split(), "-lm")


def order(station, template):
    path, number = station.order(template)
    data = json.loads(read(path))
    photo = read(os.path.join(station.orders, "portrait.jpg"))
    for image in data["images"]:
        if image["role"] == "portrait":
            image["file"] = "portrait.jpg"
            image["sha256"] = hashlib.sha256(photo).hexdigest()
    write(path, json.dumps(data, ensure_ascii=False).encode())
    return path, number


def zone(station, path, number, kind):
    """The MRZ as EF.DG1 has it; of a document without a chip, as its order
    will have it."""
    if kind not in ("td1", "td3"):
        r = station.perso("order", "mrz", path,
                          *(["--number", number] if number else []))
        return "".join(r.stdout.decode().split())
    files = os.path.join(station.dir, "files-" + os.path.basename(path))
    station.perso("lds", "build", path, "--out", files,
                  *(["--number", number] if number else []))
    dg1 = read(os.path.join(files, "EF.DG1.bin"))
    return only(only(dg1, 0x61), 0x5F1F).decode("ascii")


def pdf_text(pdf, lines):
    r = run("pdftotext", "-layout", pdf, "-")
    check(r.stderr == b"", "pdftotext complains: %r" % r.stderr)
    found = [s.strip() for s in r.stdout.decode().split("\n") if s.strip()]
    check(found[-len(lines):] == lines, "pdftotext reads another MRZ")


def pdf_fonts(pdf):
    r = run("pdffonts", pdf)
    check(r.stderr == b"", "pdffonts complains: %r" % r.stderr)
    rows = r.stdout.decode().split("\n")
    at = rows[0].index("emb")
    fonts = [row for row in rows[2:] if row.strip()]
    check(len(fonts) >= 2, "fonts: %d" % len(fonts))
    for row in fonts:
        check(row[at:at + 3] == "yes", "not embedded: " + row)
    return len(fonts)


def pdf_places(pdf, lines, page):
    (width, height), left, centres, length, _ = page
    r = run("mutool", "draw", "-F", "stext", "-o", "-", pdf)
    last = ET.fromstring(r.stdout).findall("page")[-1]
    for name, mm in (("width", width), ("height", height)):
        check(abs(float(last.get(name)) - mm * MM) < 0.02, "page " + name)
    chars = [c for c in last.iter("char")
             if float(c.get("y")) > (height - 23.2) * MM and
             c.get("c") != " "]
    check(len(chars) == len(lines) * length, "%d glyphs" % len(chars))
    worst = 0
    for c in chars:
        x, y = float(c.get("x")) / MM, float(c.get("y")) / MM
        row = min(range(len(lines)), key=lambda i: abs(
            height - centres[i] + MIDDLE - y))
        col = round((x - left) / PITCH)
        check(0 <= col < length and lines[row][col] == c.get("c"),
              "line %d, column %d" % (row + 1, col + 1))
        worst = max(worst, abs(x - left - col * PITCH),
                    abs(y - (height - centres[row] + MIDDLE)))
    check(worst <= 0.1, "a glyph is %.3f mm off" % worst)
    return worst


def png_cells(png, page, left=None, crop=()):
    _, at, centres, length, _ = page
    r = run(cells, FONT, png, left if left is not None else at, len(centres),
            length, *centres, *crop)
    *lines, sums = r.stdout.decode().strip().split("\n")
    best, second, far = (float(s) for s in re.findall(r"\d+\.\d+", sums))
    return lines, best, second, far


def png_reads(png, lines, page, crop=()):
    found, best, second, far = png_cells(png, page, crop=crop)
    check(found == lines, "cells read otherwise")
    check(best > 0.9 and best - second > 0.1, "match %.3f" % best)
    check(far <= 0.1, "a glyph is %.3f mm off" % far)
    return best, far


def tesseract(crop, line, exact):
    """Its model is of English, not of OCR-B: in a number that mixes letters
    and figures it takes 0 for O now and then."""
    r = run("tesseract", crop, "-", "--psm", "7")
    text = r.stdout.decode().strip()
    check(text == line if exact else
          text.replace("O", "0") == line.replace("O", "0"),
          "tesseract reads another line")


def document(station, template, kind, number):
    page = PAGES[kind]
    path, ident = order(station, template)
    mrz = zone(station, path, number, kind)
    lines = [mrz[i:i + page[3]] for i in range(0, len(mrz), page[3])]
    out = os.path.join(station.dir, "pages")
    more = ["--out", out] + (["--number", number] if number else [])
    pdf = os.path.join(out, ident + ".pdf")
    png = os.path.join(out, "%s-%s.png" % (ident, page[4]))
    station.perso("render", path, "--format", "pdf", *more)
    station.perso("render", path, *more)
    first = read(pdf), read(png)
    pdf_text(pdf, lines)
    fonts = pdf_fonts(pdf)
    off = pdf_places(pdf, lines, page)
    crop = os.path.join(station.dir, ident + ".pgm")
    best, far = png_reads(png, lines, page, ("--crop", crop))
    if template in ("lv-passport-adult", "uto-passport"):
        tesseract(crop, lines[1], template.startswith("lv-"))
    time.sleep(1.1)
    station.perso("render", path, "--format", "pdf", *more)
    station.perso("render", path, *more)
    check((read(pdf), read(png)) == first, "other bytes the second time")
    done[template] = path, more, png, lines
    return "PDF %.3f mm off, %d fonts embedded; PNG match %.3f, %.3f mm " \
        "off" % (off, fonts, best, far)


def can_fail(station):
    """What the judges say of a page that is wrong, and 600 dpi."""
    page = PAGES["td3"]
    path, more, png, lines = done["lv-passport-adult"]
    found, _, _, far = png_cells(png, page, left=page[1] + 0.2)
    check(found == lines and far > 0.15, "0.2 mm go unnoticed")
    station.perso("render", path, "--dpi", "600", *more)
    best, far = png_reads(png, lines, page)
    lines[1] = lines[1].replace("LV0000001", "LV0000007")
    check(png_cells(png, page)[0] != lines, "another figure goes unnoticed")
    return "600 dpi: match %.3f, %.3f mm off" % (best, far)


def tests():
    build()
    station = peers.Station("render")
    out = []
    for o in ORDERS:
        def test(o=o):
            return document(station, *o)
        test.__name__ = o[0]
        out.append(test)

    def wrong_pages_are_noticed():
        return can_fail(station)
    return out + [wrong_pages_are_noticed]


peers.main(*tests())
