import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// dL/dx, `[sites, I]`, after ``weightGradients(x:into:)``.
    package func inputGradient(parameters: Buffer<Element>, into dx: Buffer<Element>) throws {
        if let entrance { return try entrance.inputGradient(parameters: parameters, into: dx) }
        try library.inputGradient(
            sites: schedule.host.grid.siteCount, sets: configuration.setCount, inputSize: configuration.inputSize,
            hiddenSize: configuration.hiddenSize, padded: padded, gates: cell.gates, stride: cell.gradientStride,
            zeroRow: schedule.host.zeroRow, weightOffset: slots.offset("weight_ih"),
            rowsOfSites: schedule.rowsOfSites(), parameters: parameters, da: da, into: dx)
    }
}

extension KernelLibrary {
    /// `dx_p = sum_s sum_y W_s,y^T da_s,y` for a recurrent or, with one set and one gate, a dense layer.
    func inputGradient<Element: Scalar>(
        sites: Int, sets: Int, inputSize: Int, hiddenSize: Int, padded: Int, gates: Int, stride: Int, zeroRow: Int,
        weightOffset: Int, rowsOfSites: Buffer<Int32>, parameters: Buffer<Element>, da: Buffer<Element>,
        into dx: Buffer<Element>
    ) throws {
        // Sites a work-item computes side by side.
        let rows = 8
        let lanes = traits.vectorWidth(dividing: inputSize, Element.precision)
        try tileKernel("input_gradient", Element.self, lanes: lanes, ["ROWS": rows]).launch(
            items: inputSize / lanes * ((sites + rows - 1) / rows),
            [
                .int(sites), .int(sets), .int(inputSize), .int(hiddenSize), .int(padded), .int(gates), .int(stride),
                .int(zeroRow), .int(weightOffset), .buffer(rowsOfSites), .buffer(parameters), .buffer(da), .buffer(dx),
            ])
    }
}
