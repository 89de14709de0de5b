"""What the program prints, asked for once; the test's arguments begin with PROGRAM SOURCE_DIR."""
import functools
import json
import os
import pathlib
import subprocess
import sys

program, source = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
environment = {**os.environ, "RIDGELINE_DATA": str(source / "data")}
failures = []


def fail(where, what):
    failures.append(f"{where}: {what}")


def printed_anew(command):
    done = subprocess.run([program, *command], capture_output=True, text=True, env=environment, check=False)
    if done.returncode > 1:  # 1: a threshold breaks
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done.stdout


printed = functools.lru_cache(maxsize=None)(printed_anew)


def ask(*command):
    """The document of a command, words or one string."""
    words = command[0].split() if len(command) == 1 and isinstance(command[0], str) else command
    words = tuple(words)
    return json.loads(printed(words if "--json" in words else (*words, "--json")))


def at(document, pointer):
    """What a JSON pointer leads to; None where it leads nowhere."""
    for key in pointer.split("/")[1:]:
        key = key.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list):
            document = document[int(key)] if int(key) < len(document) else None
        else:
            document = (document or {}).get(key)
    return document
