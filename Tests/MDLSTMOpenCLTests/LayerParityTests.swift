import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime
import Testing
