#!/bin/bash
# Trainings over ranks of which one is killed at a random moment, resumed by as many ranks or by others, end as one that was left
# alone: the last line is `20 of 20, killed N times`, or tells what differs.
#
# The argument is the number of trainings, 20 unless given; SEED=2 draws other moments. Scripts/mpi.sh says which program and which
# launcher are taken.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/mpi.sh
export MDLSTM_EXECUTABLE=$MDLSTM MPIRUN
python3 Scripts/kill_ranks.py "${1:-20}"
