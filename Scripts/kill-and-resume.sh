#!/bin/bash
# Trainings killed at random moments and resumed end as one that was left alone: the last line is `20 of 20, killed N times`, or tells what differs.
#
# The argument is the number of trainings, 20 unless given; SEED=2 draws other moments. MDLSTM_EXECUTABLE names a program that
# is built already.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${MDLSTM_EXECUTABLE:-}" ]; then
  swift build -c release --product mdlstm
  export MDLSTM_EXECUTABLE=.build/release/mdlstm
fi
exec python3 Scripts/kill_and_resume.py "${1:-20}"
