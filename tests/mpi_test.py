#!/usr/bin/env python3
"""`mpirun ridgeline explore`: mpi_test.py CASE RIDGELINE MPIRUN. Exit code 77: cannot be tried here, and why."""
import contextlib
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

CASE, RIDGELINE = sys.argv[1], os.path.abspath(sys.argv[2])
MPIRUN = sys.argv[3] if len(sys.argv) > 3 else ""
# Root and more processes than cores are the test's affair, not the user's.
JOB = [MPIRUN, "--allow-run-as-root", "--oversubscribe"]
ENVIRONMENT = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # Open MPI never frees what it keeps to the end

STUDY = """model: llama-3.1-8b
space:
  hardware: [h100, l4, a100]
  precision: [fp16, fp8]
  tp: [1, 2, 3]
  replicas: [1, 2, 4]
  isl: {from: 1, to: LENGTHS, step: 1}
  max_batch: [8, 64]
  concurrency: {from: 1, to: USERS, step: 1}
conditions: [tp * replicas <= 6]
objectives: [{maximise: tokens_per_device}, {maximise: tokens_per_user}]
constraints: [ttft < 100ms, tpot < 40ms]
uncertainty: {draws: 100, sensitivity: false}
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def explore(*options):
    return [RIDGELINE, "explore", "study.yaml", "--json", *options]


def run(command):
    return subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)


def expect(condition, what, done=None):
    if condition:
        return
    print(f"FAILED: {what}")
    if done is not None:
        print(done.returncode, done.stderr, done.stdout[:2000], sep="\n")
    sys.exit(1)


def write_study(users, lengths=1):
    pathlib.Path("study.yaml").write_text(STUDY.replace("USERS", str(users)).replace("LENGTHS", str(lengths)))


def write_endless_study():
    """Hours of work."""
    write_study(500, 100000)


def alone(*options):
    done = run(explore("--journal", "alone.journal", *options))
    expect(done.returncode == 0 or options, "explore without mpirun", done)
    return done.stdout


def expect_to_go_on(done, command):
    """What was known when the job ended, and more, has the bytes of one process that was never interrupted."""
    expect(os.path.exists("study.yaml.journal"), "rank 0 has kept a journal", done)
    known = json.loads(pathlib.Path("study.yaml.journal").read_text())["explored"]
    expect(known > 0, "something was known", done)
    resumed = run([*command, *explore("--resume", "--max-points", "100000")])
    expect(resumed.stdout == alone("--max-points", str(known + 100000)), "the bytes of one process", resumed)


def ranks():
    write_study(500)
    expected = alone()
    for n in 1, 2, 4:
        done = run([*JOB, "-n", str(n), *explore("--threads", str(1 + n % 2))])
        expect(done.returncode == 0 and done.stdout == expected, f"{n} ranks have the bytes of one process", done)


def processes_of(job):
    """The pid of each rank of a job that mpirun with this pid runs, by rank."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            environment = (entry / "environ").read_bytes().split(b"\0")
            rank = [v for v in environment if v.startswith(b"OMPI_COMM_WORLD_RANK=")]
            if parent == job and rank:
                found[int(rank[0].split(b"=")[1])] = int(entry.name)
    return found


def seconds_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_and_wait(options, busy_rank, seconds):
    """A job of two, once that rank has used so much processor time; starting takes a tenth of a second of it."""
    job = subprocess.Popen([*JOB, *options, "-n", "2", *explore("--threads", "1", "--lost-after", "1s")],
                           env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while job.poll() is None:
        pid = processes_of(job.pid).get(busy_rank)
        if pid is not None and seconds_of(pid) > seconds:
            return job, pid
        time.sleep(0.01)
    skip("the study is over before a rank can be lost; this machine is too fast for it")


def ended(job):
    out, err = job.communicate(timeout=120)
    return subprocess.CompletedProcess(job.args, job.returncode, out, err)


def recovery():
    """mpirun lets the others go on: the lost rank's points are done by them."""
    write_study(120000)
    job, pid = start_and_wait(["--enable-recovery"], 1, 0.6)
    os.kill(pid, signal.SIGKILL)
    done = ended(job)
    expect("process 1 has been silent" in done.stderr, "the loss is noticed", done)
    expect(done.stdout == alone(), "the bytes of one process", done)


def lost():
    """mpirun ends the job: the journal has what was known, and --resume goes on."""
    write_endless_study()
    job, pid = start_and_wait([], 1, 2)
    os.kill(pid, signal.SIGKILL)
    done = ended(job)
    expect(done.returncode != 0, "mpirun says that a rank was lost", done)
    expect_to_go_on(done, [*JOB, "-n", "2"])


def interrupt():
    write_endless_study()
    job, _ = start_and_wait([], 0, 2)
    job.send_signal(signal.SIGINT)
    done = ended(job)
    expect(done.returncode != 0, "mpirun says that it was interrupted", done)
    expect_to_go_on(done, [])


def namespaces():
    """Two ranks that have a network between them and no shared memory. The remote one is started by an agent in
    the place of ssh."""
    if os.geteuid() != 0:
        skip("network namespaces need root")
    write_study(500)
    here, there = f"rl-a-{os.getpid()}", f"rl-b-{os.getpid()}"
    made = []

    def ip(*words):
        done = run(["ip", *words])
        if done.returncode != 0:
            skip(f"ip {' '.join(words)}: {done.stderr.strip()}")

    try:
        for name in here, there:
            ip("netns", "add", name)
            made.append(name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", here, "link", "add", "veth0", "type", "veth", "peer", "name", "veth1", "netns", there)
        for name, link, address in (here, "veth0", "10.213.7.1/24"), (there, "veth1", "10.213.7.2/24"):
            ip("-n", name, "address", "add", address, "dev", link)
            ip("-n", name, "link", "set", link, "up")
        agent = pathlib.Path("agent.sh").absolute()
        agent.write_text(f'#!/bin/sh\nshift\nexec ip netns exec {there} unshare --uts sh -c '
                         f'"hostname ridgeline-there; $*"\n')
        agent.chmod(0o755)
        done = run(["ip", "netns", "exec", here, "unshare", "--uts", "sh", "-c",
                    'hostname ridgeline-here; exec "$@"', "sh", *JOB, "--mca", "plm_rsh_agent", str(agent),
                    "--mca", "btl", "tcp,self", "--mca", "btl_tcp_if_include", "10.213.7.0/24",
                    "--mca", "oob_tcp_if_include", "10.213.7.0/24", "-H", "10.213.7.1:1,10.213.7.2:1",
                    "-n", "2", *explore("--threads", "1")])
        expect(done.returncode == 0 and done.stdout == alone(), "ranks apart have the bytes of one process", done)
    finally:
        for name in made:
            run(["ip", "netns", "del", name])


if not MPIRUN:
    skip("built without MPI (Debian: libopenmpi-dev openmpi-bin)")
if not re.search("Open MPI|OpenRTE", run([MPIRUN, "--version"]).stdout):  # mpirun and mpiexec name themselves so
    skip(f"{MPIRUN} is not of Open MPI")
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    {"ranks": ranks, "recovery": recovery, "lost": lost, "interrupt": interrupt, "namespaces": namespaces}[CASE]()
