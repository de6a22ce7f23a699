"""The systemd unit and the configuration of the package: they agree, and systemd takes the unit as it is meant."""

import configparser
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import unittest
import urllib.request

from deployed import WHISPRD, effective, main, read, seconds, setting_of, settings, toml_names, unknown

CONFIG = read("debian/whisprd.toml")
UNIT = configparser.ConfigParser(strict=False, interpolation=None)
UNIT.optionxform = str
UNIT.read_string(read("debian/whisprd.service"))
SERVICE = UNIT["Service"]
SECRETS = re.findall(r"^#?(\w+)=", read("debian/whisprd.env"), re.MULTILINE)


def analyze(unit, *words):
    if not shutil.which("systemd-analyze"):
        raise unittest.SkipTest("systemd-analyze is not installed, which checks the unit")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "whisprd.service"
        path.write_text(unit)
        done = subprocess.run(["systemd-analyze", *words, str(path)], capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr


def calls_of(groups):
    """The names of all calls in groups such as @system-service."""
    names, waiting = set(), list(groups)
    while waiting:
        group = waiting.pop()
        text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", group],
                              check=True, capture_output=True, text=True).stdout
        listed = [line.strip() for line in text.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
        waiting += [name for name in listed if name.startswith("@")]
        names.update(name for name in listed if not name.startswith("@"))
    return names


def traced_calls():
    """What a server calls from its start over some requests to its end, and memory that it may write and run."""
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace"
        server = subprocess.Popen(
            ["strace", "-f", "-qq", "-o", trace, WHISPRD, "serve", "--dev", "--data-dir", folder, "--listen", "127.0.0.1:0",
             "--admin-listen", "off"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            said = ""
            while "listening on" not in said:
                line = server.stdout.readline()
                if not line:
                    raise unittest.SkipTest("strace cannot follow a program here")
                said += line
            address = re.search(r"http://\S+", said).group()
            for path in ("/ready", "/messaging/api/v1/health/detailed"):
                urllib.request.urlopen(address + path, timeout=60).close()
            traced = re.match(r"\d+", trace.read_text()).group()
            os.kill(int(traced), signal.SIGTERM)
            server.wait(120)
        finally:
            server.kill()
            server.stdout.close()
        text = trace.read_text()
    return set(re.findall(r"^\d+ +(\w+)\(", text, re.MULTILINE)), re.findall(r".*PROT_WRITE\|PROT_EXEC.*", text)


class Unit(unittest.TestCase):
    def test_systemd_finds_nothing_wrong(self):
        unit = read("debian/whisprd.service").replace("/usr/bin/whisprd", WHISPRD)
        code, said = analyze(unit, "verify", "--man=no")
        self.assertEqual((code, [line for line in said.splitlines() if "whisprd" in line]), (0, []))

    def test_little_is_exposed(self):
        code, said = analyze(read("debian/whisprd.service"), "security", "--offline=true", "--threshold=20")
        if "unrecognized option" in said:
            self.skipTest("this systemd-analyze does not judge units that are not installed")
        self.assertEqual(code, 0, said[-300:])

    def test_it_starts_what_the_package_installs(self):
        program, *arguments = SERVICE["ExecStart"].split()
        self.assertEqual(program, "/usr/bin/whisprd")
        self.assertEqual(arguments, ["serve", "--config", "/etc/whispr/whisprd.toml"])
        self.assertEqual(SERVICE["EnvironmentFile"], "-/etc/whispr/whisprd.env")
        installed = read("debian/conffiles").split()
        self.assertEqual(installed, ["/etc/whispr/whisprd.toml", "/etc/whispr/whisprd.env"])

    def test_it_waits_for_the_server_to_end(self):
        result = effective({"WHISPR_JWKS": "https://id.example/jwks.json"}, self.config_file())
        takes = seconds(result["shutdown_delay"]) + seconds(result["shutdown_grace"])
        self.assertGreaterEqual(seconds(SERVICE["TimeoutStopSec"]), takes + 10)

    def test_there_is_a_descriptor_for_every_connection(self):
        self.assertGreater(int(SERVICE["LimitNOFILE"]), int(settings()["max_connections"]) + 1000)

    def test_data_is_where_the_unit_may_write(self):
        self.assertIn(f'data_dir = "/var/lib/{SERVICE["StateDirectory"]}"', CONFIG)
        self.assertEqual(SERVICE["ProtectSystem"], "strict")

    def test_the_unit_allows_the_system_calls_of_the_server(self):
        if not shutil.which("strace") or not shutil.which("systemd-analyze"):
            self.skipTest("strace and systemd-analyze are not installed, which say what the server calls and may call")
        allowed, forbidden = re.findall(r"^SystemCallFilter=~?(.*)$", read("debian/whisprd.service"), re.MULTILINE)
        may = calls_of(allowed.split()) - calls_of(forbidden.split())
        calls, writable_code = traced_calls()
        self.assertGreater(len(calls), 40)
        # Asked of root alone, by SQLite, and by what starts a program.
        self.assertEqual(calls - may - {"fchown", "execve"}, set())
        self.assertEqual(writable_code, [], "MemoryDenyWriteExecute")

    def config_file(self):
        file = tempfile.NamedTemporaryFile("w", suffix=".toml")
        self.addCleanup(file.close)
        file.write(CONFIG)
        file.flush()
        return file.name


class Configuration(unittest.TestCase):
    def test_every_name_is_a_setting(self):
        self.assertEqual(unknown(toml_names(CONFIG)), set())
        self.assertEqual(unknown(map(setting_of, SECRETS)), set())

    def test_the_server_does_not_start_before_it_is_told_whose_tokens_are_believed(self):
        with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
            file.write(CONFIG)
            file.flush()
            done = subprocess.run([WHISPRD, "serve", "--config", file.name], capture_output=True, text=True, env={})
        self.assertEqual(done.returncode, 2, "the unit is not started again after this code")
        self.assertIn("no keys to check tokens with", done.stderr)
        self.assertEqual(SERVICE["RestartPreventExitStatus"], "2")


if __name__ == "__main__":
    main()
