#!/bin/bash
# Feeds damaged files to every reader for so many seconds each (60 unless given): no crash, no hang, at most 512 MB.
#
# Starts from Tests/Fuzz/Corpus; what breaks a reader is left in .build-fuzz as READER-crash-*, -timeout-* or -oom-*. Names of
# readers behind the seconds choose some.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
readers=("${@:2}")
[ ${#readers[@]} -gt 0 ] || readers=(safetensors model weights onnx configuration tuning npy npz pt pickle png jpeg idx page)

MDLSTM_FUZZ=1 swift build -c release --scratch-path .build-fuzz --sanitize fuzzer --product Fuzz
corpus=$(mktemp -d)
trap 'rm -rf "$corpus"' EXIT
status=0
for reader in "${readers[@]}"; do
  mkdir "$corpus/$reader"
  FUZZ_READER=$reader SWIFT_BACKTRACE=enable=no .build-fuzz/release/Fuzz -max_total_time="$seconds" -rss_limit_mb=512 \
    -timeout=10 -max_len=65536 -artifact_prefix=".build-fuzz/$reader-" -print_final_stats=1 \
    "$corpus/$reader" "Tests/Fuzz/Corpus/$reader" 2>"$corpus/log" || { status=1; tail -n 40 "$corpus/log"; }
  awk -v reader="$reader" '/number_of_executed_units/ { runs = $2 } /peak_rss_mb/ { peak = $2 }
    END { printf "%-13s %9d files, at most %d MB\n", reader, runs, peak }' "$corpus/log"
done
exit "$status"
