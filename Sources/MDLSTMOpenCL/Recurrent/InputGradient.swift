import MDLSTM
package import OpenCLRuntime

extension Recurrent {
    /// dL/dx, `[sites, I]`, after ``weightGradients(x:slots:into:)``.
    package func inputGradient(
        parameters: Buffer<Element>, slots: RecurrentSlots, into dx: Buffer<Element>
    ) throws {
        if let entrance { return try entrance.inputGradient(parameters: parameters, into: dx) }
        let lanes = library.traits.vectorWidth(dividing: configuration.inputSize, Element.precision)
        try library.inputGradient(
            kernel: tileKernel("input_gradient", lanes: lanes, ["ROWS": InputGradientTile.rows]), lanes: lanes,
            sites: schedule.host.grid.siteCount, sets: configuration.setCount, inputSize: configuration.inputSize,
            hiddenSize: configuration.hiddenSize, padded: padded, zeroRow: schedule.host.zeroRow,
            weightOffset: slots.offset("weight_ih"), rowsOfSites: schedule.rowsOfSites(), parameters: parameters,
            gates: da, into: dx)
    }
}

/// The tile of input_gradient.
enum InputGradientTile {
    /// Sites a work-item computes side by side.
    static let rows = 8
}

extension KernelLibrary {
    /// `dx_p = sum_s sum_y W_s,y^T da_s,y` for a recurrent or, with one set and one gate, a dense layer.
    func inputGradient<Element: Scalar>(
        kernel: CompiledKernel, lanes: Int, sites: Int, sets: Int, inputSize: Int, hiddenSize: Int, padded: Int,
        zeroRow: Int, weightOffset: Int, rowsOfSites: Buffer<Int32>, parameters: Buffer<Element>,
        gates: Buffer<Element>, into dx: Buffer<Element>
    ) throws {
        try kernel.launch(
            items: inputSize / lanes * ((sites + InputGradientTile.rows - 1) / InputGradientTile.rows),
            [
                .int(sites), .int(sets), .int(inputSize), .int(hiddenSize), .int(padded), .int(zeroRow),
                .int(weightOffset), .buffer(rowsOfSites), .buffer(parameters), .buffer(gates), .buffer(dx),
            ])
    }
}
