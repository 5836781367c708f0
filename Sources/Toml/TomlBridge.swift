import CTOML
import Glibc
import Model

/// From the library's tree to ours.
///
/// TOMLKit's own Swift layer is passed by: it frees neither a document nor any of the values that it reads
/// from it. The C interface beneath it is the same parser. Every pointer that it hands out was made
/// for us, most by `malloc`, and is freed here.
enum TomlBridge {
  /// The library's own limit for values within values is 256.
  private static let depthLimit = 300

  static func parse(_ source: [UInt8], file: String) throws(Complaint) -> TomlTable {
    let terminated = source.map { CChar(bitPattern: $0) } + [0]
    // Written by the library when it fails, and only then.
    let failure = UnsafeMutablePointer<CTOMLParseError>.allocate(capacity: 1)
    defer { failure.deallocate() }
    guard let root = tableCreateFromString(terminated, failure) else {
      throw complaint(failure.pointee, file: file)
    }
    guard let table = table(root, depth: 0) else {
      // What nests this deeply is not freed either: the library would do so by recursion.
      throw Complaint(
        file: file, problem: "tables are nested deeper than \(depthLimit)", remedy: "nest less deeply")
    }
    tableClear(root)
    deleteObject(UnsafeMutableRawPointer(root))
    return table
  }

  private static func complaint(_ error: CTOMLParseError, file: String) -> Complaint {
    let description = String(cString: error.description)
    free(UnsafeMutableRawPointer(mutating: error.description))
    return Complaint(
      file: file, line: error.source.begin.line == 0 ? nil : Int(error.source.begin.line),
      problem: "not TOML: \(description)", remedy: "correct the syntax at column \(error.source.begin.column)"
    )
  }

  /// Nil where it is too deep.
  private static func table(_ table: OpaquePointer, depth: Int) -> TomlTable? {
    guard depth < depthLimit else { return nil }
    let count = tableSize(table)
    let keys = tableGetKeys(table)
    let nodes = tableGetValues(table)
    defer {
      free(UnsafeMutableRawPointer(mutating: keys))
      free(UnsafeMutableRawPointer(mutating: nodes))
    }
    var entries: [(key: String, value: TomlValue)] = []
    entries.reserveCapacity(count)
    var isWhole = true
    for index in 0..<count {
      let key = keys[index]
      if isWhole, let value = value(nodes[index], depth: depth + 1) {
        entries.append((key: String(cString: key), value: value))
      } else {
        isWhole = false
      }
      free(UnsafeMutableRawPointer(mutating: key))
    }
    return isWhole ? TomlTable(entries) : nil
  }

  private static func array(_ array: OpaquePointer, depth: Int) -> [TomlValue]? {
    guard depth < depthLimit else { return nil }
    let count = arraySize(array)
    var values: [TomlValue] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      guard let value = value(arrayGetNode(array, Int64(index)), depth: depth + 1) else { return nil }
      values.append(value)
    }
    return values
  }

  /// Asks for each kind in turn, the frequent ones first: the library's own `nodeType` works by calling a
  /// method of a null object.
  private static func value(_ node: OpaquePointer, depth: Int) -> TomlValue? {
    if let text = nodeAsString(node) {
      defer { free(UnsafeMutableRawPointer(mutating: text)) }
      return .string(String(cString: text))
    }
    if let inner = nodeAsArray(node) { return array(inner, depth: depth).map { .array($0) } }
    if let inner = nodeAsTable(node) { return table(inner, depth: depth).map { .table($0) } }
    if let number = taken(nodeAsInt(node)) { return .integer(number) }
    if let flag = taken(nodeAsBool(node)) { return .boolean(flag) }
    if let number = taken(nodeAsDouble(node)) { return .real(number) }
    return TomlTimes.value(
      moment: taken(nodeAsDateTime(node)), date: taken(nodeAsDate(node)), time: taken(nodeAsTime(node)))
  }

  private static func taken<Content>(_ pointer: UnsafePointer<Content>?) -> Content? {
    guard let pointer else { return nil }
    defer { free(UnsafeMutableRawPointer(mutating: pointer)) }
    return pointer.pointee
  }
}

/// C++'s `operator delete`. The library makes the root and each offset of a moment with `new`, and has nothing to delete them
/// with; emptied, the root owns nothing else.
@_silgen_name("_ZdlPv")
func deleteObject(_ object: UnsafeMutableRawPointer)
