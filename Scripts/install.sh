#!/bin/sh
# Installs packages by apt-get (Debian's names); without apt, lists them and fails.
set -eu

[ $# -gt 0 ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "error: this system has no apt-get. Please install these (Debian's names), then run make again:" >&2
  for package in "$@"; do echo "  $package" >&2; done
  exit 1
fi
root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "error: need root or sudo to install: $*" >&2; exit 1; }
  root=sudo
fi
echo "installing: $*"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() { $root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }
if ! { install "$@" || { $root apt-get update && install "$@"; }; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "error: apt-get could not install: $*" >&2
  exit 1
fi
