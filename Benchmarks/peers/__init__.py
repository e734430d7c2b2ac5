"""The same layer in JAX, PyTorch and Keras, timed beside mdlstm; see methodology.md one folder up."""
