#!/usr/bin/env python3
"""The GitHub action, the example workflows and the pre-commit hooks: their YAML, and their shell as far as it runs here.

    ci_test.py PROGRAM SOURCE_DIR
"""
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import yaml

program, source = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
LIST = "criteria.txt"


def read(path):
    return yaml.safe_load((source / path).read_text())


def run(command, folder, **variables):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "RIDGELINE_", "GIT_"))}
    env |= {"PATH": f"{program.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", "GIT_CONFIG_GLOBAL": "/dev/null",
            "XDG_DATA_HOME": str(folder / "home"), **variables}
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout.decode()


def check(condition, what):
    if not condition:
        sys.exit(f"ci_test: {what}")


def check_shell(step, where):
    """Parses, and has no text of the event in it: that would be shell code."""
    if "run" not in step:
        return
    check("${{" not in step["run"], f"{where}: an expression within shell code; pass it by env")
    parsed = subprocess.run(["bash", "-n", "-c", step["run"]], capture_output=True)
    check(parsed.returncode == 0, f"{where}: {parsed.stderr.decode()}")
    for script in re.findall(r"(?:\$GITHUB_ACTION_PATH/|^)((?:tools|examples)/[\w./-]+\.sh)", step["run"], re.M):
        check(os.access(source / script, os.X_OK), f"{where}: {script} is not there to be run")


def check_action():
    action = read("action.yml")
    check(action["runs"]["using"] == "composite", "action.yml: not composite")
    steps = action["runs"]["steps"]
    text = (source / "action.yml").read_text()
    for name in set(re.findall(r"inputs\.([\w-]+)", text)) ^ set(action["inputs"]):
        check(False, f"action.yml: input {name} is used and not declared, or the other way round")
    for step in steps:
        check_shell(step, "action.yml")
        check("run" not in step or "shell" in step, "action.yml: a step without its shell")
        check("description" in action, "action.yml: no description")
    for name, output in action["outputs"].items():
        check(f"steps.check.outputs.{name}" in output["value"], f"action.yml: output {name}")
        check(name in (source / "tools/ci_check.sh").read_text(), f"tools/ci_check.sh does not set {name}")
    variables = set(steps[-1]["env"]) ^ set(re.findall(r"RIDGELINE_[A-Z_]+", (source / "tools/ci_check.sh").read_text()))
    check(variables <= {"RIDGELINE_"}, f"action.yml and tools/ci_check.sh differ in {variables}")
    return action


def check_workflows(action):
    for path in sorted((source / "examples/ci").glob("*.yml")):
        workflow = read(path)
        check(True in workflow or "on" in workflow, f"{path.name}: never runs")  # YAML 1.1 reads `on` as true
        for job in workflow["jobs"].values():
            for step in job["steps"]:
                check_shell(step, path.name)
                if "ridgeline@" in step.get("uses", ""):
                    check(set(step["with"]) <= set(action["inputs"]), f"{path.name}: inputs that the action has not")


def check_hooks():
    hooks = read(".pre-commit-hooks.yaml") + read("examples/ci/pre-commit-config.yaml")["repos"][0]["hooks"]
    for hook in hooks:
        check({"id", "name", "entry", "language", "files"} <= set(hook), f"{hook}: not a hook")
        check(re.search(hook["files"], "data/models/alexnet.yaml"), f"{hook['id']}: does not see a model")
        check(not re.search(hook["files"], "docs/catalog.md"), f"{hook['id']}: sees too much")
        word = hook["entry"].split()[0]
        check(word == "ridgeline" or os.access(source / word, os.X_OK), f"{hook['id']}: {word} is not there to be run")


def predict(folder, name, device, *more):
    code, text = run([program, "--data", source / "data", "predict", "llama-3-8b", device, "--json", *more], folder)
    check(code == 0, text)
    (folder / name).write_text(text)


def check_script(folder):
    """tools/ci_check.sh as the runner calls it."""
    predict(folder, "base.json", "h100-sxm-80gb")
    predict(folder, "head.json", "a100-sxm-80gb")
    outputs, summary = folder / "outputs", folder / "summary.md"
    given = {"GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary), "RIDGELINE_PROGRAM": str(program),
             "RIDGELINE_BASE": "base.json", "RIDGELINE_HEAD": "head.json", "RIDGELINE_COMMENT": "c.md",
             "RIDGELINE_CRITERIA": "", "RIDGELINE_STRICT": "false"}
    script = [str(source / "tools/ci_check.sh")]
    code, text = run(script, folder, **given, RIDGELINE_FAIL_IF="  latency > +5%\n\nmemory > +5%\n")
    check(code == 1, f"a slower device passed: {text}")
    check(text.startswith("::error title=ridgeline check::latency > +5%25: "), text)
    check("1 of 2 criteria failed" in text.splitlines()[-1] and "memory" not in text, text)
    check(outputs.read_text() == "passed=false\nexit-code=1\ncomment=c.md\n", outputs.read_text())
    check((folder / "c.md").read_text() == summary.read_text() != "", "the comment is not the summary")
    check(summary.read_text().startswith("### ❌ ridgeline check: failed\n"), summary.read_text())
    outputs.unlink()
    (folder / LIST).write_text("latency > +500%\n")
    code, text = run(script, folder, **given | {"RIDGELINE_CRITERIA": LIST, "RIDGELINE_STRICT": "true"})
    check(code == 0 and outputs.read_text().startswith("passed=true\nexit-code=0\n"), text)
    # Text of a pull request stays text.
    code, text = run(script, folder, **given, RIDGELINE_FAIL_IF="latency > +5%; touch stolen\n$(touch stolen)")
    check(code == 2 and not (folder / "stolen").exists(), text)
    code, text = run(script, folder, **given | {"RIDGELINE_STRICT": "maybe"}, RIDGELINE_FAIL_IF="latency > +5%")
    check(code == 2 and "strict must be" in text, text)


def check_junit(folder):
    """A reader of XML takes it, and counts what the attributes say."""
    (folder / 'odd <&">.json').write_text((folder / "base.json").read_text())
    code, text = run([program, "check", 'odd <&">.json', "head.json", "--format", "junit", "--fail-if", "latency > +5%",
                      "--fail-if", "latency > +500%", "--fail-if", "energy >= +0%"], folder)
    check(code == 1, text)
    suites = ElementTree.fromstring(text)
    suite = suites.find("testsuite")
    cases = suite.findall("testcase")
    counts = {"tests": len(cases), "failures": len(suite.findall("testcase/failure")),
              "skipped": len(suite.findall("testcase/skipped"))}
    check(all(int(suite.get(k)) == v for k, v in counts.items()) and counts["tests"] == 3, f"{counts}: {text}")
    check([c.get("name") for c in cases] == ["latency > +5%", "latency > +500%", "energy >= +0%"], text)
    check(suite.find("properties/property[@name='base']").get("value") == 'odd <&">.json', text)


def check_colour(folder):
    """On a terminal, unless it is told not to."""
    def on_terminal(**variables):
        ours, theirs = pty.openpty()
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"} | variables
        subprocess.run([program, "check", "base.json", "head.json", "--fail-if", "latency > +5%"], cwd=folder, env=env,
                       stdout=theirs, timeout=60)
        os.close(theirs)
        return os.read(ours, 100_000).decode()
    check("\x1b[31mFAILED\x1b[0m" in on_terminal(), "no colour on a terminal")
    check("\x1b" not in on_terminal(NO_COLOR="1"), "NO_COLOR was not heeded")
    check("\x1b" not in on_terminal(TERM="dumb"), "a dumb terminal was sent colours")


def check_changed(folder):
    """examples/ci/predict-changed.sh on a repository with one changed model."""
    repository = folder / "repository"
    for kind, name in (("models", "resnet-50"), ("hardware", "l4")):
        (repository / "data" / kind).mkdir(parents=True)
        (repository / "data" / kind / f"{name}.yaml").write_text((source / f"data/{kind}/{name}.yaml").read_text())
    (repository / "data/calibration").symlink_to(source / "data/calibration")
    (repository / LIST).write_text("latency > +2%  # exact\n")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "before"]):
        code, text = run([*git, *command], repository)
        check(code == 0, text)
    script = [str(source / "examples/ci/predict-changed.sh"), "HEAD", LIST]
    given = {"DEVICES": "l4", "MODELS": "resnet-50"}
    check(run(script, repository, **given) == (0, ""), "unchanged files were checked")
    device = repository / "data/hardware/l4.yaml"
    text = device.read_text()
    changed = re.sub(r"(bandwidth: *\{? *(?:value: *)?)300\b", r"\g<1>150", text)
    check(changed != text, "l4.yaml has no bandwidth of 300")
    device.write_text(changed)
    code, text = run(script, repository, **given)
    check(code == 1 and "latency > +2%" in text and text.startswith("FAILED: 1 of 1 criterion failed"), text)
    device.write_text("id: l4\n")
    code, text = run(script, repository, **given)
    check(code == 2 and "there is none now" in text, text)


check_workflows(check_action())
check_hooks()
with tempfile.TemporaryDirectory() as name:
    check_script(pathlib.Path(name))
    check_junit(pathlib.Path(name))
    check_colour(pathlib.Path(name))
    check_changed(pathlib.Path(name))
print("action, workflows and hooks: all as they should be")
