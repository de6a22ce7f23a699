"""What the tests of the deployment files share: the files, what the whisprd under test says of itself, and an end that
tells a test that could not run from one that passed.

The environment names the source tree (WHISPR_SOURCE) and the program (WHISPRD).
"""

import functools
import os
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(os.environ["WHISPR_SOURCE"])
WHISPRD = os.environ["WHISPRD"]
DEPLOY = SOURCE / "hosts/whisprd/deploy"

# The routes that probes ask, and which of them says no while the server stops.
LIVENESS, READINESS = "/live", "/ready"


def read(path):
    return (DEPLOY / path).read_text()


def yaml_documents(path):
    import yaml

    class Strict(yaml.SafeLoader):
        """Refuses a key that is there twice, of which YAML would take the last one."""

        def construct_mapping(self, node, deep=False):
            keys = [self.construct_object(key, deep=True) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
            twice = {key for key in keys if keys.count(key) > 1}
            if twice:
                raise AssertionError(f"{path}: twice in one mapping: {twice}")
            self.flatten_mapping(node)
            return super().construct_mapping(node, deep)

    with open(DEPLOY / path) as file:
        return [document for document in yaml.load_all(file, Strict) if document is not None]


@functools.lru_cache
def settings():
    """Every setting of `whisprd serve`, as a file names it, with the default that --help prints."""
    text = subprocess.run([WHISPRD, "serve", "--help"], check=True, capture_output=True, text=True).stdout
    lines = re.findall(r"^  --([a-z-]+).*?(?:\(([^()]*)\))?$", text, re.MULTILINE)
    found = {name.replace("-", "_"): default for name, default in lines}
    assert len(found) > 30, text
    return found


def unknown(names):
    return set(names) - set(settings()) - {"config"}


def setting_of(variable):
    assert variable.startswith("WHISPR_"), variable
    return variable.removeprefix("WHISPR_").lower()


def effective(environment=None, config=None):
    """The settings that the server ends up with, or AssertionError with what it says against them."""
    given = {name: str(value) for name, value in (environment or {}).items() if name != "WHISPR_CONFIG"}
    arguments = ["--config", config] if config else []
    done = subprocess.run([WHISPRD, "serve", "--print-config", *arguments], capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **given})
    assert done.returncode == 0, done.stderr
    pairs = re.findall(r"^(\w+) = (.*?)  # ", done.stdout, re.MULTILINE)
    return {name: value.strip('"') for name, value in pairs}


def toml_names(toml):
    return re.findall(r"^#?(\w+) = ", toml, re.MULTILINE)


def seconds(text):
    """10s, 45, 2min, 500ms"""
    number, unit = re.fullmatch(r"(\d+)([a-z]*)", str(text)).groups()
    return int(number) * {"": 1, "s": 1, "ms": 0.001, "m": 60, "min": 60, "h": 3600}[unit]


def port_of(address):
    return int(str(address).rsplit(":", 1)[1])


def main():
    """Runs the tests of the calling file; 77 when one of them could not run, with the reason in the last line."""
    program = unittest.main(module="__main__", exit=False, verbosity=2)
    sys.stderr.flush()
    if not program.result.wasSuccessful():
        sys.exit(1)
    if program.result.skipped:
        print("; ".join(sorted({reason for _, reason in program.result.skipped})))
        sys.exit(77)
