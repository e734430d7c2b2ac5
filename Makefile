# Everything a newcomer needs: `make demo` and `make test`. Both install what is missing first.
export MDLSTM_STRICT = 1

.PHONY: demo test build lint setup clean

demo: build
	.build/release/mdlstm demo --out demo

test: setup
	Scripts/test.sh

build: setup
	swift build -c release --product mdlstm

lint:
	Scripts/lint.sh

setup:
	@Scripts/setup.sh

clean:
	swift package clean
	rm -rf demo
