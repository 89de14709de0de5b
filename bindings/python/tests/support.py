"""What the tests share."""
import json
import os
import pathlib
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ.get("RIDGELINE_SOURCE", pathlib.Path(__file__).resolve().parents[3]))
PROGRAM = os.environ.get("RIDGELINE_PROGRAM", "")
DATA = SOURCE / "data"


def program(*words, code=(0,)):
    """What the command line prints; skips where there is none, as where a wheel is tested."""
    if not PROGRAM:
        raise unittest.SkipTest("no program to compare with: set RIDGELINE_PROGRAM")
    done = subprocess.run([PROGRAM, *words], env={**os.environ, "RIDGELINE_DATA": str(DATA)}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120)
    assert done.returncode in code, done.stderr.decode()
    return done.stdout.decode()


def without_files(document):
    """A document but for what its files hash to: an installed package has its own copy of the data."""
    parsed = json.loads(document) if isinstance(document, str) else dict(document)
    parsed.pop("build", None)
    return parsed
