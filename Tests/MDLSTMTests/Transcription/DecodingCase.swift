import Testing

/// Lines with their most probable texts, found by summing over all paths; the blank is of every class.
struct DecodingCase: CustomTestStringConvertible {
    let name: String
    let classes: Int, blank: Int
    /// `[T, C]`.
    let logits: [Double]
    let bestPath: [Int], bestPathLogProbability: Double
    let best: [(labels: [Int], logProbability: Double)]

    var testDescription: String { name }

    static let all = [
        DecodingCase(
            name: "decode-0", classes: 3, blank: 2,
            logits: [
                -0.5573, 0.0606, 0.8235,
                -2.1081, 2.0213, -0.5494,
                -0.7157, -1.2564, 1.1182,
                0.81, 1.4933, 1.0717,
                0.3156, 0.3942, 1.1223,
                -1.0531, -0.0551, 0.4582,
            ],
            bestPath: [1, 1], bestPathLogProbability: -1.4269261504655062,
            best: [
                ([1, 1], -1.4269261504655062),
                ([1, 0], -1.903220482731885),
                ([1, 0, 1], -1.9358223750725865),
            ]),
        DecodingCase(
            name: "decode-1", classes: 2, blank: 0,
            logits: [
                2.4436, 2.2168,
                1.1726, 0.6516,
                0.6043, -1.1581,
                -1.5065, 0.4017,
            ],
            bestPath: [1], bestPathLogProbability: -0.8278903974104215,
            best: [
                ([1, 1], -0.6452391217858067),
                ([1], -0.8278903974104215),
                ([], -3.257285285821771),
            ]),
        DecodingCase(
            name: "decode-2", classes: 2, blank: 0,
            logits: [
                -0.9321, -0.0964,
                -0.087, 0.2271,
                -0.8875, 0.0208,
                -1.4872, 1.4722,
                1.823, -1.3253,
                0.5128, -0.2652,
            ],
            bestPath: [1], bestPathLogProbability: -0.9593698077331416,
            best: [
                ([1, 1], -0.7339639138047082),
                ([1], -0.9593698077331416),
                ([1, 1, 1], -1.9974924290794607),
            ]),
        DecodingCase(
            name: "decode-3", classes: 4, blank: 1,
            logits: [
                1.4317, 0.6639, -1.0422, 0.0962,
                -0.0211, -0.9579, 0.2452, -0.0273,
                1.6311, -0.2254, 0.5292, -2.6974,
                -2.0131, 0.3927, 0.1549, 1.0906,
            ],
            bestPath: [0, 2, 0, 3], bestPathLogProbability: -2.7001804208308298,
            best: [
                ([0, 3], -2.2392480730075586),
                ([0, 2], -2.381179344435373),
                ([0, 2, 0, 3], -2.7001804208308298),
            ]),
        DecodingCase(
            name: "decode-4", classes: 2, blank: 0,
            logits: [
                -0.3418, -2.9909,
                -1.0039, -0.52,
                -0.1163, -0.6657,
                1.1449, -1.7374,
            ],
            bestPath: [1], bestPathLogProbability: -0.2806236289651006,
            best: [
                ([1], -0.2806236289651006),
                ([], -1.542618095868114),
                ([1, 1], -3.4780716765542374),
            ]),
        DecodingCase(
            name: "decode-5", classes: 3, blank: 2,
            logits: [
                -0.4549, 1.6039, 0.8269,
                0.3992, -2.0569, -0.7411,
                0.3216, -0.7726, 0.3386,
                0.3591, -0.9975, -1.3365,
            ],
            bestPath: [1, 0, 0], bestPathLogProbability: -2.0060785729883683,
            best: [
                ([1, 0], -1.1309236963853098),
                ([0], -1.8956420465549755),
                ([1, 0, 0], -2.0060785729883683),
            ]),
    ]
}
