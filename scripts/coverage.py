"""Line coverage per folder, from the counters of a coverage build: coverage.py ROOT BUILD

Fails when one of the folders that must be well covered is not.
"""

import collections
import json
import subprocess
import sys

REQUIRED = {"libwhispr/src": 80.0, "hosts/edge": 80.0}
SHOWN = ("libwhispr/", "hosts/")


def measure(root, build):
    report = subprocess.run(
        ["gcovr", "--root", root, "--object-directory", build, "--json-summary", "-", "-j", "2",
         "--exclude-directories", ".*/CMakeFiles/[0-9.]+/.*",
         *(part for folder in SHOWN for part in ("--filter", f"{root}/{folder}"))],
        check=True, stdout=subprocess.PIPE, cwd=root)
    return json.loads(report.stdout)["files"]


def main():
    root, build = sys.argv[1:3]
    lines = collections.defaultdict(lambda: [0, 0])
    for file in measure(root, build):
        parts = file["filename"].split("/")[:-1]
        # Every folder sums up what is below it.
        for depth in range(2, len(parts) + 1):
            total = lines["/".join(parts[:depth])]
            total[0] += file["line_covered"]
            total[1] += file["line_total"]
    print("\nline coverage")
    for folder in sorted(lines):
        covered, total = lines[folder]
        if total:
            print(f"  {100 * covered / total:5.1f} %  {covered:6d} of {total:6d}  {folder}")
    missed = False
    for folder, least in REQUIRED.items():
        covered, total = lines[folder]
        percent = 100 * covered / total if total else 0.0
        if percent <= least:
            missed = True
            print(f"coverage of {folder} is {percent:.1f} %, it must be above {least:.0f} %")
    sys.exit(1 if missed else 0)


main()
