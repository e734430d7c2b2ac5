internal import CCLBlast
internal import COpenCL
internal import Foundation

/// Parameters of CLBlast's kernels for products: by kernel (`Xgemm`, `XgemmDirect`, `GemmRoutine`), then by name.
public typealias GemmParameters = [String: [String: Int]]

extension Context {
    /// Uses `parameters` in all products of one precision on this device, instead of those of CLBlast's tables; a kernel
    /// that is not named keeps its own.
    ///
    /// CLBlast keeps them by device, for all contexts of the process.
    ///
    /// - Throws: `OpenCLError` when CLBlast does not know the kernel or wants other names.
    public func setGemmParameters(_ parameters: GemmParameters, isDouble: Bool) throws(OpenCLError) {
        let precision = isDouble ? CLBlastPrecisionDouble : CLBlastPrecisionSingle
        for (kernel, values) in parameters.sorted(by: { $0.key < $1.key }) {
            let sorted = values.sorted { $0.key < $1.key }
            let names = sorted.map { UnsafePointer<CChar>(strdup($0.key)) }
            defer { for name in names { free(UnsafeMutablePointer(mutating: name)) } }
            var pointers = names
            let status = CLBlastLock.withLock {
                CLBlastOverrideParameters(
                    device.id, kernel, precision, sorted.count, &pointers, sorted.map(\.value)
                ).rawValue
            }
            if status != CL_SUCCESS {
                throw OpenCLError(call: "CLBlastOverrideParameters", status: status, detail: "\(kernel) \(values)")
            }
        }
    }
}
