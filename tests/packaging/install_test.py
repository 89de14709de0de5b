#!/usr/bin/env python3
"""The installed tree: everything in its place, found from the program after a move, usable by a C++ program, and
removed without a trace.

    install_test.py SOURCE_DIR BUILD_DIR
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

source, build = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
failures = []
# Neither the checkout's data nor this user's are to help.
clean = {key: value for key, value in os.environ.items() if not key.startswith(("RIDGELINE_", "XDG_", "DESTDIR"))}


def run(*words, **more):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=280,
                          env={**clean, **more.pop("env", {})}, **more)


def must(done, what):
    if done.returncode:
        sys.exit(f"{what}: exit {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    first, moved = folder / "first", folder / "elsewhere" / "ridgeline"
    listed = build / "install_manifest.txt"
    users = listed.read_text() if listed.exists() else None  # of a `make install` from here, which this must not spoil
    try:
        must(run("cmake", "--install", build, "--prefix", first), "cmake --install")
        shutil.copy(listed, folder / "manifest.txt")
    finally:
        if users is not None:
            listed.write_text(users)
        else:
            listed.unlink(missing_ok=True)
    manifest = (folder / "manifest.txt").read_text().split("\n")
    for name in ("bin/ridgeline", "share/ridgeline/hardware/l4.yaml", "share/man/man1/ridgeline.1",
                 "share/man/man1/ridgeline-predict.1", "share/bash-completion/completions/ridgeline",
                 "share/zsh/site-functions/_ridgeline", "share/fish/vendor_completions.d/ridgeline.fish",
                 "share/doc/ridgeline/LICENSE", "share/doc/ridgeline/docs/install.md", "include/ridgeline/engine.h"):
        if not (first / name).is_file():
            failures.append(f"{name} is not installed")
        elif str(first / name) not in manifest:
            failures.append(f"{name} is not in the manifest, so `make uninstall` leaves it")

    moved.parent.mkdir()
    shutil.move(first, moved)
    program = moved / "bin" / "ridgeline"
    home = {"HOME": str(folder / "home")}
    predicted = must(run(program, "predict", "llama-3-8b", "l4", "--calibration", "ideal", "--json", cwd=folder, env=home),
                     "predict in the moved tree")
    seconds = json.loads(predicted)["latency_seconds"]
    diagnosis = json.loads(must(run(program, "doctor", "--json", cwd=folder, env=home), "doctor in the moved tree"))
    found = {f["name"]: f["found"] for f in diagnosis["findings"]}
    if str(moved / "share" / "ridgeline") not in found["catalog"]:
        failures.append(f"doctor: the moved tree's catalog is not the one that is used: {found['catalog']}")
    (folder / "bin").mkdir()
    (folder / "bin" / "rl").symlink_to(program)  # as /usr/local/bin often is
    must(run(folder / "bin" / "rl", "catalog", "show", "l4", cwd=folder, env=home), "by a link to the program")
    must(run("bash", "-c", f"source {moved}/share/bash-completion/completions/ridgeline; "
             "COMP_WORDS=(ridgeline pre); COMP_CWORD=1; _ridgeline; [[ $COMPREPLY = predict ]]"), "bash completion")

    consumer = folder / "consumer"
    must(run("cmake", "-S", source / "tests/packaging/consumer", "-B", consumer, f"-DCMAKE_PREFIX_PATH={moved}",
             "-DCMAKE_BUILD_TYPE=Release"), "find_package(Ridgeline)")
    must(run("cmake", "--build", consumer), "building the consumer")
    printed = float(must(run(consumer / "consumer", moved / "share/ridgeline", "llama-3-8b", "l4"), "the consumer"))
    if printed != seconds:
        failures.append(f"the consumer says {printed}, the command line {seconds}")

    # From where it was installed to, all of it goes.
    first.parent.mkdir(exist_ok=True)
    shutil.move(moved, first)
    must(run("sh", source / "tools/uninstall.sh", folder / "manifest.txt"), "uninstall")
    left = [str(path.relative_to(first)) for path in first.rglob("*") if not path.is_dir() or "ridgeline" in path.name.lower()]
    if left:
        failures.append(f"left after uninstall: {left[:10]}")

print("\n".join(failures) if failures else "installed, moved, used and removed")
sys.exit(1 if failures else 0)
