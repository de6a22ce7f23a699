"""Dockerfile and .dockerignore: sources exist and reach the builder, and what the program is linked with is installed."""

import fnmatch
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from deployed import (LIVENESS, SOURCE, WHISPRD, main, port_of, read, setting_of, unknown)

LINES = re.sub(r"\\\n", " ", re.sub(r"^#.*\n", "", read("Dockerfile"), flags=re.MULTILINE)).splitlines()
STEPS = [line.split(None, 1) for line in LINES if line.strip()]
START = max(number for number, step in enumerate(STEPS) if step[0] == "FROM")
BUILD, RUNTIME = STEPS[:START], STEPS[START:]


def given(steps, instruction):
    return [rest for name, rest in steps if name == instruction]


def environment():
    return dict(pair.split("=", 1) for text in given(RUNTIME, "ENV") for pair in text.split())


def sent_to_the_builder(path):
    """Whether .dockerignore lets it through: the last pattern that matches the path or a folder above it decides."""
    parts = path.rstrip("/").split("/")
    above = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    sent = True
    for pattern in (SOURCE / ".dockerignore").read_text().splitlines():
        if not pattern or pattern.startswith("#"):
            continue
        bare = pattern.lstrip("!")
        names = [bare, bare.removeprefix("**/")] if bare.startswith("**/") else [bare]
        if any(one == name or (name == "*" and "/" not in one) or (bare.startswith("**/") and one.endswith("/" + names[1]))
               for one in above for name in names):
            sent = pattern.startswith("!")
    return sent


def installed_packages():
    command = next(run for run in given(RUNTIME, "RUN") if "apt-get install" in run)
    words = re.search(r"apt-get install (.*?) &&", command).group(1).split()
    return {word for word in words if not word.startswith("-")}


class Sources(unittest.TestCase):
    def test_every_source_exists_and_reaches_the_builder(self):
        for text in given(BUILD, "COPY"):
            for source in text.split()[:-1]:
                self.assertTrue((SOURCE / source).exists(), source)
                self.assertTrue(sent_to_the_builder(source), source)

    def test_nothing_built_downloaded_or_secret_reaches_the_builder(self):
        for path in ("build/release/bin/whisprd", "data/dev-key.pem", ".git/config", "hosts/whisprd/page/node_modules/esbuild",
                     "hosts/whisprd/deploy/secrets/whisprd.toml", "hosts/whisprd/deploy/.env"):
            self.assertFalse(sent_to_the_builder(path), path)

    def test_the_build_uses_the_scripts_of_this_tree(self):
        runs = " ".join(given(BUILD, "RUN"))
        for needed in ("scripts/setup", "--preset release", "scripts/build release whisprd", "--component whisprd"):
            self.assertIn(needed, runs)
        for option in re.findall(r"-D (\w+)=", runs):
            self.assertIn(f"option({option} ", (SOURCE / "CMakeLists.txt").read_text())
        # The folders that the build is configured from are copied.
        copied = {word for text in given(BUILD, "COPY") for word in text.split()[:-1]}
        self.assertLessEqual({"CMakeLists.txt", "CMakePresets.json", "libwhispr", "hosts", "proto", "schema", "scripts", "LICENSE"}, copied)

    def test_what_is_taken_over_was_installed(self):
        for text in given(RUNTIME, "COPY"):
            self.assertTrue(text.startswith("--from=build /installed/bin/whisprd "), text)


class Packages(unittest.TestCase):
    def test_every_library_of_the_program_is_installed_and_no_other_one(self):
        if not shutil.which("dpkg-shlibdeps"):
            self.skipTest("dpkg-shlibdeps is not installed, which says what the program is linked with")
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/debian")
            with open(f"{folder}/debian/control", "w") as control:
                control.write("Source: x\n\nPackage: x\nArchitecture: any\n")
            said = subprocess.run(["dpkg-shlibdeps", "-O", f"-e{WHISPRD}"], cwd=folder, check=True, capture_output=True, text=True)
        needed = set(re.findall(r"(?:=|, )([a-z0-9.+-]+)", said.stdout.strip()))
        self.assertIn("libssl3", needed)
        # The base image has these.
        needed -= {"libc6", "libgcc-s1", "libstdc++6"}
        packages = installed_packages() - {"ca-certificates", "curl"}
        provided = {}
        for package in packages:
            query = subprocess.run(["dpkg-query", "-W", "-f", "${Provides}", package], capture_output=True, text=True)
            self.assertEqual(query.returncode, 0, f"{package} is no package that is installed where this program was built")
            for name in re.findall(r"[a-z0-9.+-]+", query.stdout):
                provided[name] = package
        self.assertEqual({provided.get(name, name) for name in needed}, packages)

    def test_both_stages_are_of_one_release_of_debian(self):
        stages = [text.split()[0] for text in given(STEPS, "FROM")]
        self.assertEqual(stages, ["debian:12", "debian:12-slim"])


class Running(unittest.TestCase):
    def test_the_user_is_not_root(self):
        self.assertEqual(given(RUNTIME, "USER"), ["10001:10001"])
        made = " ".join(given(RUNTIME, "RUN"))
        self.assertIn("--uid 10001", made)
        self.assertIn("--gid 10001", made)

    def test_settings_are_the_servers_and_none_is_secret(self):
        self.assertEqual(unknown(map(setting_of, environment())), set())
        for name in environment():
            self.assertFalse(fnmatch.fnmatch(name, "*TOKEN*") or fnmatch.fnmatch(name, "*STORE*"), name)
        self.assertEqual(given(STEPS, "ARG"), [])

    def test_the_ports_are_those_that_are_listened_on(self):
        listened = [port_of(environment()["WHISPR_LISTEN"]), port_of(environment()["WHISPR_ADMIN_LISTEN"]), port_of(environment()["WHISPR_GRPC"])]
        self.assertEqual([int(port) for port in given(RUNTIME, "EXPOSE")[0].split()], listened)

    def test_the_health_check_asks_whether_it_is_alive(self):
        check = given(RUNTIME, "HEALTHCHECK")[0]
        command = json.loads(check.split("CMD", 1)[1])
        self.assertEqual(command[0], "curl")
        self.assertEqual(command[-1], f"http://127.0.0.1:{port_of(environment()['WHISPR_LISTEN'])}{LIVENESS}")

    def test_it_is_stopped_by_the_signal_that_the_server_waits_for(self):
        self.assertEqual(given(RUNTIME, "STOPSIGNAL"), ["SIGTERM"])
        # Signals reach the server itself: no shell stands before it.
        self.assertEqual(json.loads(given(RUNTIME, "ENTRYPOINT")[0]), ["whisprd"])


if __name__ == "__main__":
    main()
