#!/bin/sh
# Compiles an OpenCL layer of Tests/Layers: build-layer.sh NAME OUTPUT.so
set -eu
cd "$(dirname "$0")/.."
clang="$(dirname "$(readlink -f "$(command -v swift)")")/clang"
[ -x "$clang" ] || clang=clang
"$clang" -shared -fPIC -O1 -Wall -Wextra -Werror -o "$2" "Tests/Layers/$1.c"
