"""Prints which tests of a ctest run did not run, and what each of them said about it: skipped.py JUNIT_FILE"""

import sys
import xml.etree.ElementTree as xml


def reason(case):
    said = (case.findtext("system-out") or "").strip().splitlines()
    if said:
        return said[-1].strip()
    skipped = case.find("skipped")
    return (skipped.get("message") if skipped is not None else "") or "it gave no reason"


def main():
    try:
        cases = xml.parse(sys.argv[1]).getroot().iter("testcase")
    except (OSError, xml.ParseError) as error:
        print(f"the results cannot be read: {error}")
        return
    idle = [case for case in cases if case.get("status") in ("notrun", "disabled")]
    if idle:
        print("\nNot run here:")
    for case in idle:
        print(f"  {case.get('name')}: {reason(case)}")


main()
