# What scripts that start ranks share, to be sourced from the package's folder: the program with MPI, the launcher of its MPI, a folder
# to work in, and how results are told.
#
# MDLSTM_EXECUTABLE names a program that is built already; MDLSTM_MPI_PKG=mpich builds one with MPICH, in a folder of its own; CONFIGURATION=release
# an optimised one.
# MPIRUN, the launcher with its flags, follows from the MPI that the program names unless it is set. OTHER_MPIRUN is that of the
# other MPI, empty where only one is installed.
ROOT=$PWD
CONFIGURATION=${CONFIGURATION:-debug}
MDLSTM=${MDLSTM_EXECUTABLE:-$ROOT/.build-${MDLSTM_MPI_PKG:-mpi}/$CONFIGURATION/mdlstm}
[ -n "${MDLSTM_EXECUTABLE:-}" ] ||
  swift build -c "$CONFIGURATION" --traits MPI --product mdlstm --scratch-path ".build-${MDLSTM_MPI_PKG:-mpi}"
MDLSTM=$(realpath "$MDLSTM")
PASSED=0

fail() {
  echo "failed: $1"
  exit 1
}
pass() {
  echo "passed: $1"
  PASSED=$((PASSED + 1))
}

# launcher openmpi|mpich: the program that starts ranks of that MPI, with the flags for more ranks than cores; nothing where there is none.
launcher() {
  local name
  for name in "mpirun.$1" mpirun; do
    command -v "$name" > /dev/null || continue
    # Not into a pipe that is left early, which the launcher would fail by.
    if [[ $("$name" --version 2>&1) == *"Open MPI"* ]]; then
      [ "$1" = mpich ] || { echo "$name --oversubscribe --bind-to none"; return; }
    else
      [ "$1" = openmpi ] || { echo "$name"; return; }
    fi
  done
}

case $("$MDLSTM" --version) in
  *"MPI: Open MPI"*) MPI=openmpi OTHER_MPI=mpich ;;
  *"MPI: MPICH"*) MPI=mpich OTHER_MPI=openmpi ;;
  *) fail "$MDLSTM has no MPI: build it by 'make mpi'" ;;
esac
MPIRUN=${MPIRUN:-$(launcher "$MPI")}
[ -n "$MPIRUN" ] || fail "no mpirun of $MPI found, the MPI of $MDLSTM; name it by MPIRUN"
OTHER_MPIRUN=$(launcher "$OTHER_MPI")
# Open MPI wants to be told twice that root may.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

# over HOSTS RANKS: the launcher over the first of the hosts of Scripts/hosts, each with as many ranks.
over() {
  local addresses list
  read -ra addresses <<< "$HOSTS_ADDRESSES"
  list=$(printf ",%s:$2" "${addresses[@]:0:$1}")
  local network=${addresses[0]%.*}.0/24
  # Waiting ranks leave the cores of the one machine to each other, which Open MPI does by itself on one host alone.
  if [ "$MPI" = openmpi ]; then
    echo "$MPIRUN --mca plm_rsh_agent $HOSTS_AGENT --mca oob_tcp_if_include $network --mca btl_tcp_if_include $network" \
      "--mca pml ob1 --mca btl self,vader,tcp --mca mpi_yield_when_idle 1 --host ${list#,} -np $(($1 * $2))"
  else
    echo "$MPIRUN -launcher rsh -launcher-exec $HOSTS_AGENT -hosts ${list#,} -np $(($1 * $2))"
  fi
}

# ends CODE EXPECTED [openmpi|mpich]: whether a launcher ends with the code of its ranks; MPICH's may end with the signal by which it has
# killed others of them.
ends() {
  [ "$1" -eq "$2" ] || { [ "${3:-$MPI}" = mpich ] && [[ " 1 6 9 15 " == *" $1 "* ]]; }
}

# ranks FOLDER: the processes of the program that train to a folder, in order.
ranks() {
  local file process
  { grep -lzxF -e "$1" /proc/[0-9]*/cmdline 2> /dev/null || true; } | while read -r file; do
    process=${file%/cmdline}
    [ "$(readlink "$process/exe" || true)" != "$MDLSTM" ] || echo "${process#/proc/}"
  done | sort -n
}

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
