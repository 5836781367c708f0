import World

/// The parts of a job's handle as the service stored it from qsub, nil where it does not look like one: a submit filter's
/// warnings may stand in that column, and what else it holds must not be taken for a job.
func jobIdentifier(_ handle: String) -> JobIdentifier? {
  let bytes = Array(handle.utf8)
  let dot = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.endIndex
  guard isJobNumber(bytes[..<dot]), !bytes.contains(where: { $0 <= 32 }) else { return nil }
  let server = bytes[dot...].dropFirst().prefix { $0 != UInt8(ascii: ".") }
  let isName = server.allSatisfy { byte in
    isDigit(byte) || (byte | 32) &- 97 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
  return isName && server.isEmpty == (dot == bytes.endIndex) ? JobIdentifier(handle) : nil
}

/// `123`, and an array's element: `123[4]`, or `123-4` before TORQUE 2.5.
private func isJobNumber(_ number: ArraySlice<UInt8>) -> Bool {
  var rest = number.drop(while: isDigit)
  guard rest.count < number.count else { return false }
  if rest.first == UInt8(ascii: "["), rest.last == UInt8(ascii: "]") {
    rest = rest.dropFirst().dropLast().drop(while: isDigit)
  } else if rest.first == UInt8(ascii: "-"), rest.count > 1 {
    rest = rest.dropFirst().drop(while: isDigit)
  }
  return rest.isEmpty
}
