import Testing
import MDLSTM
import MDLSTMOpenCL
import OpenCLRuntime

func nm<T: Scalar>(_ a: [T], _ b: [Double]) -> Double {
  var n=0.0,d=0.0; for (x,y) in zip(a,b) { n += (Double(x)-y)*(Double(x)-y); d += y*y }; return d == 0 ? n : n/d }
func rnd(_ n: Int, _ s: UInt64) -> [Double] { let r = RandomStream(seed: s, stream: 9); return (0..<n).map { r.uniform($0)*2-1 } }
func smoke<T: Scalar>(_ t: T.Type, _ path: ComputePath, N: Int, H: Int, I: Int, peep: Bool, ext: [Int], samples: [[Int]]?, dirs: [Direction]) throws {
  let cfg = try LayerConfiguration(cell: .graves, inputSize: I, hiddenSize: H, directions: dirs, peepholes: peep, forgetBias: 0.5)
  let p = cfg.initialParameters(seed: 3, as: Double.self)
  let B = 2
  let shape = [B]+ext+[I]
  let x = Tensor(shape: shape, values: rnd(shape.reduce(1,*), 1))
  let oshape = [B]+ext+[cfg.outputSize]
  let dy = Tensor(shape: oshape, values: rnd(oshape.reduce(1,*), 2))
  let grid = try Grid(batch: B, extents: ext)
  var st = BoundaryState<Double>(zeros: cfg, grid: grid)
  for k in 0..<N { st.h[k].values = rnd(st.h[k].count, UInt64(10+k)); st.c[k].values = rnd(st.c[k].count, UInt64(20+k)) }
  let call = LayerCall(input: x, samples: samples, initialState: st, wantsFinalState: true, outputGradient: dy)
  let ref = try ReferenceBackend<Double>().run(cfg, parameters: p, call: call)
  let be = try OpenCLBackend<T>(path: path)
  func cv(_ s: BoundaryState<Double>) -> BoundaryState<T> { BoundaryState(h: s.h.map{$0.converted(to: T.self)}, c: s.c.map{$0.converted(to:T.self)}) }
  let r = try be.run(cfg, parameters: p.converted(to: T.self), call: LayerCall(input: x.converted(to: T.self), samples: samples, initialState: cv(st), wantsFinalState: true, outputGradient: dy.converted(to: T.self)))
  var s = "\(T.self) \(path) N\(N) H\(H) I\(I) peep \(peep) S\(dirs.count): out \(nm(r.output.values, ref.output.values))"
  let g = r.gradients!, rg = ref.gradients!
  for (n,t) in g.parameters.entries { s += " \(n) \(nm(t.values, rg.parameters[n]!.values))" }
  s += " x \(nm(g.input.values, rg.input.values))"
  for k in 0..<N { s += " fh \(nm(r.finalState!.h[k].values, ref.finalState!.h[k].values)) fc \(nm(r.finalState!.c[k].values, ref.finalState!.c[k].values)) dh \(nm(g.initialState!.h[k].values, rg.initialState!.h[k].values)) dc \(nm(g.initialState!.c[k].values, rg.initialState!.c[k].values))" }
  print(s)
}
@Test func smokeAll() throws {
  for path in [ComputePath.fused, .gemm] {
    try smoke(Float.self, path, N: 2, H: 5, I: 3, peep: true, ext: [7,11], samples: [[7,3],[5,11]], dirs: Direction.all(axes: 2))
    try smoke(Float.self, path, N: 1, H: 17, I: 1, peep: true, ext: [13], samples: nil, dirs: Direction.all(axes: 1))
    try smoke(Float.self, path, N: 3, H: 33, I: 2, peep: false, ext: [3,5,2], samples: nil, dirs: [Direction("+-+")!, Direction("-++")!])
    try smoke(Double.self, path, N: 2, H: 9, I: 16, peep: true, ext: [7,11], samples: nil, dirs: [Direction("-+")!])
  }
}
