#!/bin/bash
# Trainings over ranks: builds mdlstm with MPI (make mpi's trait) and checks that 1, 2 and 4 ranks end with the same bytes, also
# when some go on from what others left; that a rank that stops is named in time; that a killed one ends all and that what it left is
# removed; that ranks which do not know of each other are refused, those of another MPI's launcher too; and that a training which is
# killed is repeated until it is done. Scripts/mpi.sh says which MPI and which launcher are taken.
set -euo pipefail
cd "$(dirname "$0")/.."
. Scripts/mpi.sh
export TMPDIR=$WORK/tmp
mkdir "$TMPDIR"
cd "$WORK"
# train RANKS OUT MORE..: a small training of the published task.
train() {
  local ranks=$1 out=$2
  shift 2
  timeout 120 $MPIRUN -np "$ranks" "$MDLSTM" train diagonal --size 8 --hidden 8 --batch 12 --shards 4 --out "$out" "$@"
}

"$MDLSTM" --version | grep -q "^MPI: " || fail "--version names the MPI"
for ranks in 1 2 4; do train "$ranks" "d$ranks" --steps 24 > /dev/null 2>&1 || fail "$ranks ranks"; done
cmp d1/model.safetensors d2/model.safetensors && cmp d1/model.safetensors d4/model.safetensors ||
  fail "1, 2 and 4 ranks have different models"
pass "1, 2 and 4 ranks, the same model"

head -c 6000 "$ROOT/README.md" > text.txt
for ranks in 1 2 4; do
  timeout 120 $MPIRUN -np "$ranks" "$MDLSTM" train text.txt --batch 8 --sequence 16 --steps 12 --shards 4 --out "t$ranks" \
    > /dev/null 2>&1 || fail "text on $ranks ranks"
done
cmp t1/model.safetensors t2/model.safetensors && cmp t1/model.safetensors t4/model.safetensors ||
  fail "models of text differ"
pass "text on 1, 2 and 4 ranks, the same model"

train 3 d3 --steps 24 > /dev/null 2> d3.log || fail "3 ranks"
cmp d1/model.safetensors d3/model.safetensors || fail "3 ranks have another model"
[ "$(grep -c "no power of two" d3.log)" -eq 1 ] || fail "3 ranks are noted once: $(cat d3.log)"
pass "3 ranks, the same model, and a note"

train 4 e --steps 12 --checkpoint-every 12 > /dev/null 2>&1 || fail "4 ranks, 12 steps"
train 2 e --steps 24 --resume auto > /dev/null 2> e.log || fail "2 ranks go on from 4"
grep -q "^resumed: e/checkpoint-0000000012" e.log || fail "2 ranks do not go on from step 12: $(cat e.log)"
cmp d1/model.safetensors e/model.safetensors || fail "2 ranks that go on from 4 have another model"
pass "2 ranks go on from what 4 left"

# Two thirds and three quarters of the list, twice, in as few messages as there are other ranks.
for form in "3 4 4000000" "4 6 4500000"; do
  read -r ranks messages bytes <<< "$form"
  timeout 120 $MPIRUN -np "$ranks" "$MDLSTM" exchange --megabytes 3 --rounds 2 --json > exchange.json 2> exchange.log ||
    fail "exchange on $ranks ranks: $(cat exchange.log)"
  [ "$(grep -o "\"messages\":$messages,\"bytes\":$bytes" exchange.json | wc -l)" -eq "$ranks" ] ||
    fail "$ranks ranks send other than $messages messages with $bytes bytes: $(cat exchange.json)"
done
pass "a sum over 3 and 4 ranks sends no more than a ring"

# Published tasks and colours, begun by 4 ranks and gone on with by 2 without --shards: as one rank alone ends with 4.
# shared NAME FILES COMMAND..: NAME-1 and NAME-4 get the same FILES. The command gets --out and what FIRST and ALL say.
shared() {
  local name=$1 files=$2
  shift 2
  timeout 120 "$MDLSTM" "$@" $ALL --shards 4 --out "$name-1" > "$name.log" 2>&1 || fail "$name: $(cat "$name.log")"
  timeout 120 $MPIRUN -np 4 "$MDLSTM" "$@" $FIRST --out "$name-4" > "$name.log" 2>&1 || fail "$name on 4 ranks: $(cat "$name.log")"
  timeout 120 $MPIRUN -np 2 "$MDLSTM" "$@" $ALL --resume auto --out "$name-4" > "$name.log" 2>&1 ||
    fail "2 ranks go on with $name: $(cat "$name.log")"
  for file in $files; do cmp "$name-1/$file" "$name-4/$file" || fail "$name: 1 rank and 4, then 2, have another $file"; done
  pass "$name: 4 ranks, then 2, as one"
}
SMALL="--layers 2 --hidden 3 --batch 8"
FIRST="--steps 20 --checkpoint-every 20" ALL="--steps 30" \
  shared parity "grid.safetensors feedForward.safetensors" train parity --bits 5 $SMALL
FIRST="" ALL="--seeds 2" shared addition \
  "grid-seed1/model.safetensors grid-seed2/model.safetensors" \
  train addition --digits 1 --examples 160 $SMALL
# An array of pictures without a program to draw them: bytes of a text.
pictures() {
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "{'descr': '|u1', 'fortran_order': False, 'shape': ($1), }"
  head -c "$2" "$ROOT/README.md"
}
mkdir colors
pictures "4, 12, 14, 3" 2016 > colors/a.npy
pictures "3, 10, 9, 3" 810 > colors/b.npy
cat > colors.json << 'END'
{"version": 1, "model": {"layers": [{"type": "recurrent", "cell": "spatial", "hiddenSize": 3, "directions": ["++"]}]},
 "task": {"kind": "density", "neighbourhood": 3, "patch": [7, 5], "border": "inside", "color": "ycc",
   "head": {"components": 3, "scales": 2, "features": 4}},
 "training": {"batch": 6, "learningRate": {"base": 0.01, "decay": "constant"}}}
END
FIRST="--steps 2" ALL="--steps 4" \
  shared colors "model.safetensors luma/model.safetensors chroma/model.safetensors" train colors --config colors.json

# Files shared out: what is printed and written does not depend on the number of ranks.
for class in 0 1; do
  "$MDLSTM" data dead-leaves --count 7 --size "9x1$class" --radius "$((2 + class))..4" --out "classes/$class" > /dev/null 2>&1
done
for file in classes/*/*; do mv "$file" "${file%/*}/${file//\//-}"; done
cat > classes.json << 'END'
{"version": 1, "model": {"layers": [{"type": "recurrent", "cell": "leaky", "hiddenSize": 4, "directions": "all"},
   {"type": "pool", "by": "mean"}, {"type": "dense", "outputSize": "auto"}]},
 "task": {"kind": "classify"}, "training": {"epochs": 2, "batch": 3}}
END
"$MDLSTM" train classes --config classes.json --out classes-run > /dev/null 2>&1
# Pictures of several sizes, changed in every epoch, with masks.
sed 's/{"type": "pool"/{"type": "dropout", "rate": 0.2}, &/; s/"task"/"data": {"augment": {"shift": 1, "flip": true, "contrast": 0.2}}, &/' \
  classes.json > ragged.json
for ranks in 1 2 4; do
  timeout 120 $MPIRUN -np $ranks "$MDLSTM" train classes --config ragged.json --shards 4 --out "ragged$ranks" > ragged.log 2>&1 ||
    fail "ragged pictures on $ranks ranks: $(cat ragged.log)"
done
cmp ragged1/model.safetensors ragged2/model.safetensors && cmp ragged1/model.safetensors ragged4/model.safetensors ||
  fail "models of ragged pictures differ"
pass "ragged pictures with augmentation and dropout on 1, 2 and 4 ranks, the same model"
# shares FOLDER COMMAND..: stdout without times, and what is written to FOLDER, are those of one rank.
shares() {
  local folder=$1
  shift
  for ranks in 1 3; do
    timeout 120 $MPIRUN -np $ranks "$MDLSTM" "$@" 2> said.log | sed 's/,"seconds":[^}]*//' > "told$ranks" || fail "$*: $(cat said.log)"
    rm -rf "wrote$ranks"
    [ ! -e "$folder" ] || mv "$folder" "wrote$ranks"
  done
  cmp told1 told3 || fail "3 ranks tell something else: $*"
  [ ! -e wrote1 ] || diff -r wrote1 wrote3 || fail "3 ranks write something else: $*"
  [ -s told1 ] || fail "nothing is told: $*"
}
shares wrote evaluate classes-run classes --json --predictions wrote
shares wrote predict classes-run classes/0 classes/1 --out wrote --probabilities --json
shares wrote evaluate colors-1 colors --ensemble
shares wrote predict colors-1 colors --out wrote
shares wrote evaluate t1 text.txt --json
pass "evaluate and predict over 1 and 3 ranks tell and write the same"

# refused CODE WORDS COMMAND..: ends with the code and says the words, once.
refused() {
  local code=$1 words=$2
  shift 2
  CODE=0
  timeout 120 "$@" > refused.log 2>&1 || CODE=$?
  local said
  said=$(grep -c "$words" refused.log || true)
  # MPICH's launcher leaves other ranks the time to say it too.
  [ "$MPI" = openmpi ] || [ "$said" -le 1 ] || said=1
  ends "$CODE" "$code" && [ "$said" -eq 1 ] || fail "expected $code and '$words', found $CODE: $(cat refused.log)"
}
refused 65 "the command of rank 0 and rank 1 differ" $MPIRUN -np 1 "$MDLSTM" predict classes-run classes/1 --out none : \
  -np 1 "$MDLSTM" predict classes-run classes/0 --out none
refused 64 "has shards 4, this one 2" $MPIRUN -np 2 "$MDLSTM" train parity --bits 5 $SMALL --steps 40 --shards 2 --resume auto --out parity-4
refused 64 "only 'train', 'evaluate', 'predict' and 'exchange' share" $MPIRUN -np 2 "$MDLSTM" cells
refused 64 "Unknown option '--shards'" $MPIRUN -np 2 "$MDLSTM" predict classes-run classes/0 classes/1 --out none --shards 2
refused 66 "nowhere" $MPIRUN -np 2 "$MDLSTM" evaluate classes-run nowhere
[ ! -e none ] || fail "something was written"
pass "what ranks cannot share is refused, once"

# A long training whose last rank gets a signal; the seconds until all have ended are in ENDED, the code in CODE.
signalled() {
  local signal=$1 out=$2
  shift 2
  train 4 "$out" --steps 400000 "$@" > "$out.log" 2>&1 &
  local launcher=$!
  local tries=0
  until [ "$(ranks "$out" | wc -l)" -ge 4 ] || [ $tries -ge 100 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  sleep 3
  local begin=$SECONDS
  kill "-$signal" "$(ranks "$out" | tail -n 1)" || {
    kill $launcher || true
    fail "no rank is left to get $signal: $(cat "$out.log")"
  }
  CODE=0
  wait $launcher || CODE=$?
  ENDED=$((SECONDS - begin))
}
signalled KILL killed
[ "$CODE" -ne 0 ] && [ "$ENDED" -le 5 ] || fail "a killed rank: $ENDED s, exit $CODE"
pass "a killed rank ends all in $ENDED s"
ls -d "$TMPDIR"/mdlstm-rank-* > /dev/null 2>&1 || fail "a killed rank leaves no folder: the next check would show nothing"
train 2 after --steps 2 > /dev/null 2>&1 || fail "2 ranks after a killed one"
! ls -d "$TMPDIR"/mdlstm-rank-* 2> /dev/null || fail "folders of killed ranks are left"
pass "what killed ranks leave is removed by later ones"
signalled STOP stopped --exchange-timeout 4
grep -q "which does not answer" stopped.log && ends "$CODE" 75 && [ "$ENDED" -le 7 ] ||
  fail "a stopped rank: $ENDED s, exit $CODE: $(cat stopped.log)"
pass "a stopped rank is named after $ENDED s"

# apart NAME LAUNCHER COMMAND..: a training that the command starts ends with 69 and writes nothing to the folder `none`.
apart() {
  local name=$1 launcher=$2
  shift 2
  CODE=0
  timeout 60 "$@" "$MDLSTM" train diagonal --steps 2 --out none > apart.log 2>&1 || CODE=$?
  ends "$CODE" 69 "$launcher" && grep -q "started as one of 4 ranks" apart.log && [ ! -e none ] || fail "$name: exit $CODE: $(cat apart.log)"
  pass "$name are refused"
}
apart "ranks that do not know of each other" openmpi env OMPI_COMM_WORLD_SIZE=4
if [ -n "$OTHER_MPIRUN" ]; then
  apart "ranks of another MPI's launcher" "$OTHER_MPI" $OTHER_MPIRUN -np 4
else
  echo "left out: ranks of another MPI's launcher, which is not installed"
fi

train 1 whole --steps 400 > /dev/null 2>&1 || fail "a training that is left alone"
timeout 300 "$ROOT/Scripts/train-until-done" -n 5 -p 2 $MPIRUN -np 4 "$MDLSTM" train diagonal --size 8 --hidden 8 --batch 12 \
  --shards 4 --steps 400 --checkpoint-every 10 --out repeated > repeated.log 2>&1 &
REPEATS=$!
newest() { find repeated -name 'checkpoint-*' 2> /dev/null | sort | tail -n 1; }
BEFORE=
for kills in 1 2; do
  # At a checkpoint that was not there before: then the next try, which comes after a pause.
  for ((tries = 0; tries < 600; tries++)); do
    [[ ! $(newest) > $BEFORE ]] || break
    sleep 0.1
  done
  kill -KILL "$(ranks repeated | tail -n 1)" || fail "no rank is left for kill $kills: $(cat repeated.log)"
  while [ -n "$(ranks repeated)" ]; do sleep 0.1; done
  BEFORE=$(newest)
done
wait $REPEATS || fail "a training that is repeated: exit $?: $(cat repeated.log)"
[ "$(grep -c "^train-until-done: try" repeated.log)" -eq 2 ] || fail "a training has not been killed twice: $(cat repeated.log)"
cmp whole/model.safetensors repeated/model.safetensors || fail "a training that was killed twice has another model"
pass "a training that is killed twice is repeated until it is done, the same model"
echo "$PASSED passed, 0 failed"
