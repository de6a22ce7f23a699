#!/bin/sh
# Holds the core against .clang-tidy: check_clang_tidy.sh ROOT BUILD
command -v run-clang-tidy-14 >/dev/null || {
    echo "clang-tidy-14 is not installed: run scripts/setup --tests"
    exit 77
}
exec run-clang-tidy-14 -quiet -j 2 -extra-arg=-Wthread-safety -p "$2" "^$1/libwhispr/src/"
