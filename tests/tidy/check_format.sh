#!/bin/sh
# Holds every C++ file against .clang-format: check_format.sh ROOT
cd "$1" || exit 1
format=$(command -v clang-format-14) || {
    echo "clang-format-14 is not installed: run scripts/setup --tests"
    exit 77
}
find . \( -name 'build*' -o -name node_modules -o -name '.?*' -o -path ./data \) -prune -o -type f \
    \( -name '*.cpp' -o -name '*.hpp' -o -name '*.h' -o -name '*.c' \) -print0 |
    xargs -0 -P 2 -n 16 "$format" --dry-run -Werror --style=file
