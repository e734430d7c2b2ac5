print("mdlstm")
