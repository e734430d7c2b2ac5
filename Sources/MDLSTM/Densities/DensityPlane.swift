/// What of a picture a density is of.
public enum DensityColor: String, CaseIterable, Sendable {
    /// Gray pictures, one channel.
    case gray
    /// Red, green and blue, as luma and then chroma given luma (``ColorTransform``).
    case ycc

    /// What has a network of its own, in the order in which one is given the other.
    public var planes: [DensityPlane] { self == .gray ? [.gray] : [.luma, .chroma] }

    /// Numbers of a pixel.
    public var channels: Int { self == .gray ? 1 : 3 }
}

/// What one network of a density is of, given what comes before it in raster order.
public enum DensityPlane: String, CaseIterable, Sendable {
    case gray, luma
    /// Both chromas, given luma before the pixel and after it.
    case chroma

    /// What the log-density lacks to that of the pixels as they are read, in nats a pixel: of chroma, that of the change of
    /// colours, so that luma and chroma add up to the density of red, green and blue.
    public var logJacobian: Double { self == .chroma ? ColorTransform.logDeterminant : 0 }

    /// Where the sites are that one of this plane is predicted from, in a window of odd size.
    ///
    /// - Throws: ``MDLSTMError`` unless `size` is odd and at least 3.
    public func neighbourhood(size: Int) throws(MDLSTMError) -> CausalNeighbourhood {
        switch self {
        case .gray: try CausalNeighbourhood(size: size)
        case .luma: try .lumaOfColors(size: size)
        case .chroma: try .chromaGivenLuma(size: size)
        }
    }
}
