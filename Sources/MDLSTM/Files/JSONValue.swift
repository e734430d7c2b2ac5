/// A JSON value (RFC 8259) that keeps integers exact and object members in order.
public enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits an `Int`.
    case integer(Int)
    /// Any other number; NaN and infinity are written as `null`.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The boolean, or nil for another kind of value.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The exact integer, or nil for another kind of value; 1.0 and 1e3 are not integers.
    public var intValue: Int? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The number, integer or not, or nil for another kind of value.
    public var doubleValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The string, or nil for another kind of value.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The elements, or nil for another kind of value.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, or nil for another kind of value.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member called `key`, or nil when there is none or this is not an object.
    public subscript(key: String) -> JSONValue? { objectValue?[key] }
}

/// The members of a JSON object, in order; no name occurs twice.
///
/// Names are compared as Swift strings are: two spellings of the same characters (é, e + accent) are one name.
public struct JSONObject: Sendable, Equatable, Sequence {
    /// The names, in order.
    public private(set) var keys: [String] = []
    private var values: [String: JSONValue] = [:]

    /// An object without members.
    public init() {}

    /// The value of a member; setting a new name adds it at the end, setting nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { values[key] }
        set {
            let old = values[key]
            values[key] = newValue
            if old == nil, newValue != nil {
                keys.append(key)
            } else if old != nil, newValue == nil {
                keys.removeAll { $0 == key }
            }
        }
    }

    /// Number of members.
    public var count: Int { keys.count }

    /// Goes through the members in order.
    public func makeIterator() -> AnyIterator<(key: String, value: JSONValue)> {
        var rest = keys.makeIterator()
        return AnyIterator {
            guard let key = rest.next(), let value = values[key] else { return nil }
            return (key, value)
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The members in the order written; of two with the same name the last value counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// An object with the members in the order written.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (key, value) in elements { object[key] = value }
        self = .object(object)
    }
}
