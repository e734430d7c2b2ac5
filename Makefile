# Everything a newcomer needs: `make demo` and `make test`. Both install what is missing first.
export MDLSTM_STRICT = 1

.PHONY: demo mpi test test-mpi test-hosts test-faults test-devices sanitize fuzz gpu-static gpu-static-quick bench bench-sizes bench-soak learning build lint docs setup clean

demo: build
	.build/release/mdlstm demo --out demo

test: setup
	Scripts/test.sh

# Parity on every OpenCL implementation there is, then all kernels under oclgrind: half an hour. LIST=--brief for larger
# layers, LIST= for all there are (hours), ONLY=loops for some implementations.
test-devices: LIST ?= --tiny
test-devices: setup
	Scripts/test-devices.sh $(LIST)
	Scripts/interpret.sh

# The suites that Scripts/sanitize.sh lists, under the address, leak and thread sanitizers.
sanitize: setup
	Scripts/sanitize.sh

# Every OpenCL call of a short training fails once, on every way: minutes. `make test` has a part of it.
test-faults: build
	swift build --build-tests
	MDLSTM_FAULTS=all MDLSTM_EXECUTABLE=$(CURDIR)/.build/release/mdlstm swift test --skip-build --filter FaultTests

# Damaged files for every reader, SECONDS each; READERS="npy png" for some of them.
fuzz: setup
	Scripts/fuzz.sh $(or $(SECONDS),60) $(READERS)

# What compilers for GPUs make of the kernels, without a GPU, and its limits; the quick one takes three of the workloads.
gpu-static: setup
	Scripts/gpu-static.sh

gpu-static-quick: setup
	Scripts/gpu-static.sh --quick

# Our layer beside JAX, PyTorch and Keras, all in one run; Benchmarks/methodology.md explains. Parts of it, for example:
# make bench WORKLOADS="b c" PASSES=forward PEERS="jax keras" ROUNDS=5 SECONDS=1 NAME=mine; a quick look: WORKLOADS=a ROUNDS=1
bench: build
	Benchmarks/peers/run $(if $(WORKLOADS),--workloads $(WORKLOADS)) $(if $(PASSES),--passes $(PASSES)) \
		$(if $(PEERS),--peers $(PEERS)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(NAME),--name $(NAME))
	Benchmarks/peers/run text $(if $(ROUNDS),--rounds $(ROUNDS))
	Benchmarks/peers/run density $(if $(ROUNDS),--rounds $(ROUNDS))

# Every figure of learning in the documentation, some five hours; goes on where it was stopped.
learning: build
	Benchmarks/learning/run $(if $(TEXTS),--texts $(TEXTS)) $(if $(PHOTOGRAPHS),--photographs $(PHOTOGRAPHS)) $(if $(ONLY),--only $(ONLY))

# Our time per site and memory over the size of an image.
bench-sizes: build
	Benchmarks/peers/run sizes

# 200,000 small training steps: resident memory flat, OpenCL objects constant.
bench-soak: build
	Benchmarks/soak $(STEPS)

build: setup
	swift build -c release --product mdlstm

# With trainings over ranks, by the MPI that pkg-config finds; Open MPI is installed where there is none. MDLSTM_MPI_PKG=mpich
# takes MPICH, here and below; both may be installed.
mpi: setup
	Scripts/install-mpi.sh
	swift build -c release --product mdlstm --traits MPI

# Trainings over ranks; those that fail; KILLS of them, 20 unless given, of which ranks are killed at random moments.
test-mpi: setup
	Scripts/install-mpi.sh
	Scripts/test-mpi.sh
	Scripts/kill-ranks.sh $(or $(KILLS),20)

# Trainings over hosts that are made of this machine, as root, and a link that goes down.
test-hosts: setup
	Scripts/install-mpi.sh
	Scripts/test-hosts.sh

lint:
	Scripts/lint.sh

# A static site of the library's modules in docs/; a warning is an error.
docs: setup
	rm -rf docs
	swift package --allow-writing-to-directory docs generate-documentation --warnings-as-errors \
		--target MDLSTM --target MDLSTMOpenCL --target MDLSTMTasks --target MDLSTMImages --target MDLSTMData \
		--enable-experimental-combined-documentation --output-path docs

setup:
	@Scripts/setup.sh

clean:
	swift package clean
	rm -rf demo docs .build-fuzz .build-address .build-thread .build-tests .build-mpi .build-mpich
