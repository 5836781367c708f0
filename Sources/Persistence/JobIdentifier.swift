/// The parts of a job's identifier as qsub prints it, `123[4].gridsn.example.org`: the number up to the first
/// dot with an array's index (`123-4` before TORQUE 2.5), and the server's name in lower case up to its own
/// first dot. Nil where it does not look so: what else the column holds must not be taken for a job.
func jobIdentifier(_ handle: String) -> (number: String, server: String?)? {
  let bytes = Array(handle.utf8)
  let dot = bytes.firstIndex(of: UInt8(ascii: "."))
  let number = bytes[..<(dot ?? bytes.endIndex)]
  var rest = number.drop(while: isDigit)
  guard rest.count < number.count else { return nil }
  if rest.first == UInt8(ascii: "["), rest.last == UInt8(ascii: "]") {
    rest = rest.dropFirst().dropLast().drop(while: isDigit)
  } else if rest.first == UInt8(ascii: "-"), rest.count > 1 {
    rest = rest.dropFirst().drop(while: isDigit)
  }
  guard rest.isEmpty else { return nil }
  guard let dot else { return (String(decoding: number, as: UTF8.self), nil) }
  let server = bytes[(dot + 1)...].prefix { $0 != UInt8(ascii: ".") }
  let isName = server.allSatisfy { byte in
    isDigit(byte) || (byte | 32) &- 97 < 26 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
  }
  guard isName, !server.isEmpty, !bytes.contains(where: { $0 <= 32 }) else { return nil }
  return (
    String(decoding: number, as: UTF8.self), String(decoding: server, as: UTF8.self).lowercased()
  )
}
