/// A job's environment and its arguments as OpenPBS prints them with `-F json`. What it prints is JSON and stays so: of the
/// environment blanks are left between its brackets.
///
/// The names of members are looked for wherever they stand, for a printer that does not escape every quote leaves no other
/// hold. In a text they can't stand so: there, a quote has a backslash before it.
enum JsonEnvironment {
  private static let environment = "Variable_List"
  private static let arguments = "Submit_arguments"

  static func redact(_ page: inout Page) {
    var at = 0
    while let quote = page.bytes.next("\"", from: at) {
      at = quote + 1
      if let value = value(page.bytes, of: "\"Variable_List\"", at: quote) {
        at = fillEnvironment(&page, value)
      } else if let value = value(page.bytes, of: "\"Submit_arguments\"", at: quote), page.bytes[value] == 34 {
        let end = endOfText(page.bytes, from: value + 1)
        SubmitArguments.redact(&page, value + 1..<end, as: arguments)
        at = end
      }
    }
  }

  /// Where the value of a member begins that begins here itself; nil where it does not.
  private static func value(_ bytes: [UInt8], of name: StaticString, at quote: Int) -> Int? {
    guard bytes.holds(name, at: quote) else { return nil }
    let colon = bytes.end(from: quote + name.utf8CodeUnitCount, while: isGap)
    guard colon < bytes.count, bytes[colon] == 58 else { return nil }
    let value = bytes.end(from: colon + 1, while: isGap)
    return value < bytes.count ? value : nil
  }

  private static func fillEnvironment(_ page: inout Page, _ value: Int) -> Int {
    guard page.bytes[value] == UInt8(ascii: "{") else {
      let end = page.bytes[value] == 34 ? endOfText(page.bytes, from: value + 1) : value
      page.fill(value + 1..<max(value + 1, end), as: environment)
      return max(value + 1, end)
    }
    let end = endOfObject(page.bytes, from: value)
    for at in value + 1..<max(value + 1, end) where !isGap(page.bytes[at]) || page.bytes[at] == 32 {
      page.put(32, at: at, as: environment)
    }
    return max(value + 1, end)
  }

  /// The bracket that closes an object; the end of all where none does. Behind it something must go on that can.
  private static func endOfObject(_ bytes: [UInt8], from open: Int) -> Int {
    var depth = 0
    var at = open
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        if depth <= 0, mayEnd(bytes, behind: at) { return at }
      case 34: at = endOfText(bytes, from: at + 1)
      default: break
      }
      at += 1
    }
    return bytes.count
  }

  private static func mayEnd(_ bytes: [UInt8], behind bracket: Int) -> Bool {
    let next = bytes.end(from: bracket + 1, while: isGap)
    return next == bytes.count || [44, 93, 125].contains(bytes[next])
  }

  /// The quote that ends a text, over those with a backslash before them.
  private static func endOfText(_ bytes: [UInt8], from start: Int) -> Int {
    var at = start
    while at < bytes.count, bytes[at] != 34 { at += bytes[at] == 92 ? 2 : 1 }
    return min(at, bytes.count)
  }

  private static func isGap(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
}
