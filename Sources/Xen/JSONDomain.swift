import Json

/// One domain as `xl list -l` writes it, as far as it is needed. An odd field does not lose the others.
///
/// Source: Xen RELEASE-4.17.5 `tools/libs/light/libxl_types.idl`, and captures. Amounts are KiB.
struct JSONDomain {
  private(set) var domid = JSONValue.nothing
  /// Of `c_info`. Its own `domid` is 4294967295: it was unset when the domain was created.
  private(set) var name = JSONValue.nothing
  private(set) var uuid = JSONValue.nothing
  /// Of `b_info`.
  private(set) var target = JSONValue.nothing
  private(set) var maximum = JSONValue.nothing
  private(set) var video = JSONValue.nothing
  private(set) var nics: [Nic] = []
  /// What stands where the list of interfaces should be.
  private(set) var oddNics: String?

  struct Nic {
    fileprivate(set) var mac = JSONValue.nothing
    fileprivate(set) var bridge = JSONValue.nothing
    fileprivate(set) var ip = JSONValue.nothing
    fileprivate(set) var vifname = JSONValue.nothing
  }

  typealias Fault = JSONReader.Fault

  init(_ reader: inout JSONReader) throws(Fault) {
    try reader.members { (reader: inout JSONReader, key) throws(Fault) in
      if reader.spells("domid", at: key) {
        domid = try reader.value()
      } else if reader.spells("config", at: key) {
        try readConfig(&reader)
      } else {
        _ = try reader.value()
      }
    }
  }

  private mutating func readConfig(_ reader: inout JSONReader) throws(Fault) {
    let found = try reader.object { (reader: inout JSONReader, key) throws(Fault) in
      if reader.spells("c_info", at: key) {
        try readCreated(&reader)
      } else if reader.spells("b_info", at: key) {
        try readBuilt(&reader)
      } else if reader.spells("nics", at: key) {
        try readNics(&reader)
      } else {
        _ = try reader.value()
      }
    }
    if let found { (name, uuid, target, maximum) = (found, found, found, found) }
  }

  private mutating func readCreated(_ reader: inout JSONReader) throws(Fault) {
    let found = try reader.object { (reader: inout JSONReader, key) throws(Fault) in
      let value = try reader.value()
      if reader.spells("name", at: key) { name = value }
      if reader.spells("uuid", at: key) { uuid = value }
    }
    if let found { (name, uuid) = (found, found) }
  }

  private mutating func readBuilt(_ reader: inout JSONReader) throws(Fault) {
    let found = try reader.object { (reader: inout JSONReader, key) throws(Fault) in
      let value = try reader.value()
      if reader.spells("target_memkb", at: key) { target = value }
      if reader.spells("max_memkb", at: key) { maximum = value }
      if reader.spells("video_memkb", at: key) { video = value }
    }
    if let found { (target, maximum) = (found, found) }
  }

  private mutating func readNics(_ reader: inout JSONReader) throws(Fault) {
    guard reader.peek == UInt8(ascii: "[") else {
      oddNics = try reader.value().described
      return
    }
    try reader.items { (reader: inout JSONReader) throws(Fault) in nics.append(try Nic(&reader)) }
  }
}

extension JSONDomain.Nic {
  fileprivate init(_ reader: inout JSONReader) throws(JSONReader.Fault) {
    let found = try reader.object { (reader: inout JSONReader, key) throws(JSONReader.Fault) in
      let value = try reader.value()
      if reader.spells("mac", at: key) { mac = value }
      if reader.spells("bridge", at: key) { bridge = value }
      if reader.spells("ip", at: key) { ip = value }
      if reader.spells("vifname", at: key) { vifname = value }
    }
    if let found { (mac, bridge, ip, vifname) = (found, found, found, found) }
  }
}

extension JSONReader {
  /// The members of an object. Where something else is, that is what each of them is told to be.
  fileprivate mutating func object(
    _ take: (inout JSONReader, _ key: Range<Int>) throws(Fault) -> Void
  ) throws(Fault) -> JSONValue? {
    if peek == UInt8(ascii: "{") {
      try members(take)
      return nil
    }
    return try value().described.map { .other("\($0) in place of the object around it") }
  }
}
