#!/usr/bin/python3
"""Runs every console block of README.md in one shell and compares what is
printed; numbers and hex strings that differ from run to run are folded."""
import os
import re
import subprocess
import sys

top, work = os.environ["TOP"], os.environ["WORK"]
env = dict(os.environ, PATH=os.path.dirname(os.environ["PERSO"]) + ":" +
           os.environ["PATH"], LC_ALL="C.UTF-8")
env.pop("PERSO_CONFIG", None)
for name in ("profiles", "tests", "certs"):
    os.symlink(os.path.join(top, name), os.path.join(work, name))


def fold(text):
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", text)
    text = re.sub(r"\b[0-9A-F]{20}\b", "SERIAL", text)
    text = re.sub(r"\d+\.\d+( s)?", "SECONDS", text)
    text = re.sub(r"\b\d{5}\b", "BYTES", text)       # EF.SOD: DER integers
    text = re.sub(r" +", " ", text)
    return text.strip()


blocks = re.findall(r"```console\n(.*?)```", open(
    os.path.join(top, "README.md"), encoding="utf-8").read(), re.S)
steps = []
for line in "".join(blocks).splitlines():
    if line.startswith("$ "):
        steps.append((line[2:], []))
    else:
        steps[-1][1].append(line)
assert len(steps) > 10, "README.md has lost its commands"
script = "".join("printf '\\001%d\\n'\n%s\nprintf '\\002%%d\\n' $?\n" %
                 (i, cmd) for i, (cmd, _) in enumerate(steps))
out = subprocess.run(["bash", "-c", script], cwd=work, env=env, text=True,
                     stdout=subprocess.PIPE, stderr=sys.stderr,
                     timeout=120).stdout
bad = 0
for i, (cmd, want) in enumerate(steps):
    got = re.search("\001%d\n(.*?)\002(\\d+)\n" % i, out, re.S)
    if not got or got.group(2) != "0":
        print("README: this command fails: " + cmd)
        bad += 1
    elif fold(got.group(1)) != fold("\n".join(want)):
        print("README: %s\n--- README\n%s\n--- printed\n%s" %
              (cmd, fold("\n".join(want)), fold(got.group(1))))
        bad += 1
print("note: %d commands of README.md, %d wrong" % (len(steps), bad))
sys.exit(1 if bad else 0)
