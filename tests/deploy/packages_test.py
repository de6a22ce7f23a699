"""The Debian packages: made by `cpack -G DEB` in the build folder, unpacked, looked at, and the server in them run."""

import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

from deployed import DEPLOY, main

BUILD = os.environ["WHISPR_BUILD"]


def output(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


@unittest.skipUnless(shutil.which("dpkg-deb") and shutil.which("dpkg-shlibdeps"), "dpkg-dev is not installed")
class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.work.name)
        done = subprocess.run(["cpack", "-G", "DEB", "-B", str(folder)], cwd=BUILD, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        cls.files = {output("dpkg-deb", "-f", file, "Package").strip(): file for file in folder.glob("*.deb")}
        cls.root = folder / "root"
        for file in cls.files.values():
            subprocess.run(["dpkg-deb", "-x", file, cls.root], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.work.cleanup()

    def field(self, package, name):
        return output("dpkg-deb", "-f", self.files[package], name).strip()

    def control(self, package):
        folder = pathlib.Path(self.work.name) / f"control-{package}"
        subprocess.run(["dpkg-deb", "-e", self.files[package], folder], check=True)
        return folder

    def listed(self, package):
        lines = output("dpkg-deb", "-c", self.files[package]).splitlines()
        return {line.split()[5].removeprefix("."): (line.split()[0], line.split()[1]) for line in lines}

    def test_there_are_four_of_them(self):
        self.assertEqual(set(self.files), {"whisprd", "whispr", "whispr-thumbnail", "libwhispr-dev"})
        for package in self.files:
            self.assertRegex(self.field(package, "Version"), r"^\d+\.\d+\.\d+-\d+$")
            self.assertIn(f"/usr/share/doc/{package}/copyright", self.listed(package))
            for path, (mode, owner) in self.listed(package).items():
                self.assertEqual(owner, "root/root", path)
                self.assertNotRegex(mode, r"^d?.{5}w|^.{8}w", path)
                # What cmake --install does not touch is where the system has it.
                self.assertRegex(path, r"^/(usr|etc)/", path)

    def test_they_depend_on_what_they_are_linked_with(self):
        for package in ("whisprd", "whispr"):
            self.assertRegex(self.field(package, "Depends"), r"libc6 \(>= .*libsqlite3-0.*libssl3")
        self.assertIn("adduser", self.field("whisprd", "Depends"))
        # The picture library is the thumbnails' alone.
        self.assertIn("libvips42", self.field("whispr-thumbnail", "Depends"))
        self.assertNotIn("libvips42", self.field("whisprd", "Depends"))
        self.assertIn("/usr/bin/whispr-thumbnail", self.listed("whispr-thumbnail"))
        needed = (self.root / "usr/lib/cmake/whispr/whisprConfig.cmake").read_text()
        for dependency, package in (("SQLite3", "libsqlite3-dev"), ("PostgreSQL", "libpq-dev"), ("utf8proc", "libutf8proc-dev")):
            self.assertIn(dependency, needed)
            self.assertIn(package, self.field("libwhispr-dev", "Depends"))

    def test_the_servers_configuration_is_kept_and_its_secrets_are_roots(self):
        control = self.control("whisprd")
        self.assertEqual((control / "conffiles").read_text(), (DEPLOY / "debian/conffiles").read_text())
        listed = self.listed("whisprd")
        self.assertEqual(listed["/etc/whispr/whisprd.env"][0], "-rw-------")
        self.assertEqual(listed["/etc/whispr/whisprd.toml"][0], "-rw-r--r--")
        self.assertIn("/usr/lib/systemd/system/whisprd.service", listed)
        for script in ("postinst", "prerm", "postrm"):
            self.assertEqual(stat.S_IMODE((control / script).stat().st_mode), 0o755, script)
            subprocess.run(["sh", "-n", control / script], check=True)

    def test_the_programs_run(self):
        version = re.sub(r"-\d+$", "", self.field("whisprd", "Version"))
        for program in ("whisprd", "whispr"):
            self.assertEqual(output(self.root / "usr/bin" / program, "--version").strip(), f"{program} {version}")
        said = output(self.root / "usr/bin/whisprd", "serve", "--config", self.root / "etc/whispr/whisprd.toml",
                      "--jwks", "https://id.example/jwks.json", "--print-config", env={})
        self.assertRegex(said, r'data_dir = "/var/lib/whispr"  # file ')

    def test_the_library_comes_with_its_headers(self):
        listed = self.listed("libwhispr-dev")
        for path in ("/usr/include/whispr/engine.hpp", "/usr/lib/libwhispr_core.a", "/usr/lib/cmake/whispr/whisprTargets.cmake"):
            self.assertIn(path, listed)

    def test_installing_by_hand_leaves_the_system_alone(self):
        prefix = pathlib.Path(self.work.name) / "prefix"
        output("cmake", "--install", BUILD, "--component", "whisprd", "--prefix", prefix)
        self.assertEqual([str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()], ["bin/whisprd"])


if __name__ == "__main__":
    main()
