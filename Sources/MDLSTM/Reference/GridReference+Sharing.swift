extension LayerConfiguration {
    /// The same layer with weights of their own for all depths.
    var untied: LayerConfiguration {
        var layer = self
        layer.options.grid.sharing = .none
        return layer
    }

    /// The parameters of ``untied`` that compute the same: those that the depths share once for each of them.
    func untied<T: Scalar>(_ parameters: ParameterTensors<T>) -> ParameterTensors<T> {
        let D = directions.count
        var all = ParameterTensors<T>()
        for shape in untied.parameterShapes {
            let (own, shared) = (parameters[shape.name], parameters[shape.name + Self.depthSuffix])
            guard let shared else {
                all[shape.name] = own
                continue
            }
            let (ownCount, count) = ((own?.count ?? 0) / setCount, shared.count / D)
            // Of the axes of a set the depth is the last.
            var values: [T] = []
            for s in 0..<setCount {
                if let own { values += own.values[(s * ownCount)..<((s + 1) * ownCount)] }
                let first = s % D * count
                values += shared.values[first..<(first + count)]
            }
            all[shape.name] = Tensor(shape: shape.shape, values: values)
        }
        return all
    }

    /// Gradients by the layer's parameters from those by the parameters of ``untied``: of shared ones the sum over the depths.
    func tied<T: Scalar>(_ gradients: ParameterTensors<T>) -> ParameterTensors<T> {
        let D = directions.count
        // In the order of the layer's own tensors.
        var result = ParameterTensors<T>(zeros: parameterShapes)
        for (name, gradient) in gradients.entries {
            guard var shared = result[name + Self.depthSuffix] else {
                result[name] = gradient
                continue
            }
            let count = shared.count / D
            let ofSet = gradient.count / setCount
            var own: [T] = []
            for s in 0..<setCount {
                let depth = (s + 1) * ofSet - count
                own += gradient.values[(s * ofSet)..<depth]
                for e in 0..<count { shared.values[s % D * count + e] += gradient.values[depth + e] }
            }
            result[name + Self.depthSuffix] = shared
            if let shape = result[name]?.shape { result[name] = Tensor(shape: shape, values: own) }
        }
        return result
    }
}
