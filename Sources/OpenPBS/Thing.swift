import Batch
import Json

/// A job, a node, a queue or the server, as it is told behind its name.
///
/// Values are typed by trial: what looks like a number, an object or a word of JSON becomes one, and only a job's name,
/// account and project stay texts whatever they look like (`pbs_json_insert_parsed`). So a number may have been any text
/// that reads as one.
struct Thing {
  let name: ArraySlice<UInt8>
  var bytes = 0..<0
  var isAmbiguous = false
  private(set) var attributes: [Attribute] = []

  struct Attribute {
    /// `queue`, or with the attribute that it is a part of: `Resource_List.mem`.
    let name: [UInt8]
    let value: JSONValue
    /// Of a list: what is in it.
    var items: [JSONValue] = []

    /// The text that it was before it was typed, as far as that can be told; nil where it was something else.
    var text: ArraySlice<UInt8>? {
      switch value {
      case .text(let text): text
      case .integer(let number): Array(String(number).utf8)[...]
      case .nothing, .other: nil
      }
    }
  }

  init(name: ArraySlice<UInt8>) { self.name = name }

  mutating func read(_ reader: inout JSONReader, groups: [StaticString]) throws(JSONReader.Fault) {
    try reader.entries { (reader: inout JSONReader, name) throws(JSONReader.Fault) in
      if reader.peek == UInt8(ascii: "{"), groups.contains(where: { name.elementsEqual(ascii($0)) }) {
        try reader.entries { (reader: inout JSONReader, inner) throws(JSONReader.Fault) in
          attributes.append(try Self.attribute(name + [UInt8(ascii: ".")] + inner, &reader))
        }
      } else {
        attributes.append(try Self.attribute(Array(name), &reader))
      }
    }
  }

  /// An attribute, as often as it is told.
  func all(_ name: StaticString) -> [Attribute] {
    let name = ascii(name)
    return attributes.filter { $0.name == name }
  }

  /// Its text where it is told once.
  func text(_ name: StaticString) -> ArraySlice<UInt8>? {
    let told = all(name)
    return told.count == 1 ? told[0].text : nil
  }

  /// An attribute into a column; a defect where it is told twice, or as something else than text or a number.
  func put(
    _ name: StaticString, as column: StaticString, into draft: inout Draft,
    _ set: (inout Draft, StaticString, ArraySlice<UInt8>) -> Void
  ) {
    let told = all(name)
    guard let first = told.first else { return }
    if told.count > 1 {
      draft.defect(column, "told more than once")
    } else if let text = first.text {
      set(&draft, column, text)
    } else {
      draft.defect(column, "found \(first.value.described ?? "nothing")")
    }
  }

  private static func attribute(
    _ name: [UInt8], _ reader: inout JSONReader
  ) throws(JSONReader.Fault) -> Attribute {
    guard reader.peek == UInt8(ascii: "[") else {
      return Attribute(name: name, value: try single(&reader))
    }
    var items: [JSONValue] = []
    try reader.items { (reader: inout JSONReader) throws(JSONReader.Fault) in
      items.append(try single(&reader))
    }
    return Attribute(name: name, value: .other("a list"), items: items)
  }

  private static func single(_ reader: inout JSONReader) throws(JSONReader.Fault) -> JSONValue {
    switch reader.peek {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try reader.pass()
      return .other("a list or an object")
    default: return try reader.value()
    }
  }
}
