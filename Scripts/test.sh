#!/bin/bash
# Builds and runs all tests; the last line tells how many passed and failed. Fails without an OpenCL device.
set -euo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build --build-tests
status=0
swift test --skip-build 2>&1 | tee "$log" || status=$?
ran=$(sed -n 's/.*Test run with \([0-9]*\) test.*/\1/p' "$log" | tail -n 1)
failed=$(grep -cE '^✘ Test .* failed after' "$log" || true)
if [ -z "$ran" ] || [ "$ran" -eq 0 ]; then
  echo "error: no test ran" >&2
  exit 1
fi
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$((ran - failed)) passed, $failed failed"
exit "$status"
