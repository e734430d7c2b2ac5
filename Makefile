# Everything a newcomer needs: `make demo` and `make test`. Both install what is missing first.
export MDLSTM_STRICT = 1

.PHONY: demo test build lint docs setup clean

demo: build
	.build/release/mdlstm demo --out demo

test: setup
	Scripts/test.sh

build: setup
	swift build -c release --product mdlstm

lint:
	Scripts/lint.sh

# A static site of the library's modules in docs/; a warning is an error.
docs: setup
	rm -rf docs
	swift package --allow-writing-to-directory docs generate-documentation --warnings-as-errors \
		--target MDLSTM --target MDLSTMOpenCL --target MDLSTMTasks \
		--enable-experimental-combined-documentation --output-path docs

setup:
	@Scripts/setup.sh

clean:
	swift package clean
	rm -rf demo docs
