"""Line coverage per folder, from the counters of a coverage build: coverage.py ROOT BUILD

Fails when one of the folders that must be well covered is not.
"""

import collections
import concurrent.futures
import glob
import json
import os
import subprocess
import sys

REQUIRED = {"libwhispr/src": 80.0, "hosts/edge": 80.0}
SHOWN = ("libwhispr/", "hosts/")


def counters_of(counted):
    """What gcov says of the source files behind one file of counters: [(path, {line: executions})]."""
    report = subprocess.run(["gcov", "--json-format", "--stdout", counted],
                            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    files = []
    for unit in report.stdout.splitlines():
        said = json.loads(unit)
        for file in said["files"]:
            path = os.path.join(said["current_working_directory"], file["file"])
            lines = collections.Counter()
            for line in file["lines"]:
                lines[line["line_number"]] += line["count"]
            files.append((os.path.normpath(path), lines))
    return files


def measure(root, build):
    """{path from the root: {line: executions}}: a line of a template or a header counts once."""
    counted = sorted(glob.glob(f"{build}/**/*.gcda", recursive=True))
    if not counted:
        sys.exit(f"no counters below {build}: nothing ran")
    found = collections.defaultdict(collections.Counter)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for files in pool.map(counters_of, counted):
            for path, lines in files:
                path = os.path.relpath(path, root)
                if path.startswith(SHOWN):
                    found[path].update(lines)
    return found


def main():
    root, build = sys.argv[1:3]
    lines = collections.defaultdict(lambda: [0, 0])
    for path, executions in measure(root, build).items():
        parts = path.split("/")[:-1]
        # Every folder sums up what is below it.
        for depth in range(2, len(parts) + 1):
            total = lines["/".join(parts[:depth])]
            total[0] += sum(count > 0 for count in executions.values())
            total[1] += len(executions)
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
