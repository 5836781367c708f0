/// Reads a list of domains as `xl` really writes it: well-formed JSON in ASCII, with no escape, no key told twice, whole
/// numbers only and every field of the kind it should be. For anything else it gives nil, and the careful way
/// (`JSONOutline`, `JSONDecoder`) finds out what can still be believed. A site of 10,000 nodes has as many of these lists.
struct JSONPlainList {
  struct Element {
    let range: Range<Int>
    let domain: JSONDomain
  }

  /// Real ones nest 6 deep.
  private static let depthLimit = 16

  private let bytes: [UInt8]
  private var at: Int

  /// The domains, where all of the document is plain.
  static func domains(in bytes: [UInt8], from start: Int) -> [Element]? {
    var list = JSONPlainList(bytes: bytes, at: start)
    var elements: [Element] = []
    let isWhole = list.items { list in
      let start = list.at
      guard let domain = list.domain(), list.at - start <= ConfigList.domainLimit else { return false }
      elements.append(Element(range: start..<list.at, domain: domain))
      return true
    }
    list.skipBlanks()
    return isWhole && list.at == bytes.count ? elements : nil
  }

  private mutating func domain() -> JSONDomain? {
    var domid: Int64?
    var config: JSONDomain.Config?
    let isPlain = members { list, key in
      if key.equals("domid") { return list.integer(into: &domid) }
      guard key.equals("config") else { return list.skipValue(depth: 1) }
      config = list.config()
      return config != nil
    }
    return isPlain ? JSONDomain(domid: domid.map { .value($0) }, config: config.map { .value($0) }) : nil
  }

  private mutating func config() -> JSONDomain.Config? {
    var created: JSONDomain.Created?
    var built: JSONDomain.Built?
    var nics: [JSONDomain.Field<JSONDomain.Nic>]?
    let isPlain = members { list, key in
      if key.equals("c_info") {
        created = list.created()
        return created != nil
      }
      if key.equals("b_info") {
        built = list.built()
        return built != nil
      }
      guard key.equals("nics") else { return list.skipValue(depth: 2) }
      nics = list.interfaces()
      return nics != nil
    }
    guard isPlain else { return nil }
    return JSONDomain.Config(
      created: created.map { .value($0) }, built: built.map { .value($0) }, nics: nics.map { .value($0) })
  }

  private mutating func created() -> JSONDomain.Created? {
    var name: String?
    var uuid: String?
    let isPlain = members { list, key in
      if key.equals("name") { return list.string(into: &name) }
      return key.equals("uuid") ? list.string(into: &uuid) : list.skipValue(depth: 3)
    }
    return isPlain
      ? JSONDomain.Created(name: name.map { .value($0) }, uuid: uuid.map { .value($0) }) : nil
  }

  private mutating func built() -> JSONDomain.Built? {
    var target: Int64?
    var maximum: Int64?
    var video: Int64?
    let isPlain = members { list, key in
      if key.equals("target_memkb") { return list.integer(into: &target) }
      if key.equals("max_memkb") { return list.integer(into: &maximum) }
      return key.equals("video_memkb") ? list.integer(into: &video) : list.skipValue(depth: 3)
    }
    guard isPlain else { return nil }
    return JSONDomain.Built(
      target: target.map { .value($0) }, maximum: maximum.map { .value($0) }, video: video.map { .value($0) })
  }

  private mutating func interfaces() -> [JSONDomain.Field<JSONDomain.Nic>]? {
    var nics: [JSONDomain.Field<JSONDomain.Nic>] = []
    let isPlain = items { list in
      var (mac, bridge, ip, vifname): (String?, String?, String?, String?)
      let isPlain = list.members { list, key in
        if key.equals("mac") { return list.string(into: &mac) }
        if key.equals("bridge") { return list.string(into: &bridge) }
        if key.equals("ip") { return list.string(into: &ip) }
        return key.equals("vifname") ? list.string(into: &vifname) : list.skipValue(depth: 4)
      }
      guard isPlain else { return false }
      nics.append(
        .value(
          JSONDomain.Nic(
            mac: mac.map { .value($0) }, bridge: bridge.map { .value($0) }, ip: ip.map { .value($0) },
            vifname: vifname.map { .value($0) })))
      return true
    }
    return isPlain ? nics : nil
  }
}

/// The pieces of JSON. Each answers false, or nil, for what is not plain; nothing is looked at after that.
extension JSONPlainList {
  private mutating func skipBlanks() {
    while at < bytes.count, isJSONBlank(bytes[at]) { at += 1 }
  }

  /// Steps over a byte, with the blanks before it.
  private mutating func skip(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard at < bytes.count, bytes[at] == byte else { return false }
    at += 1
    return true
  }

  private mutating func members(_ take: (inout JSONPlainList, ArraySlice<UInt8>) -> Bool) -> Bool {
    guard skip(UInt8(ascii: "{")) else { return false }
    if skip(UInt8(ascii: "}")) { return true }
    // Two keys of the same length, beginning and end may be one key twice: that is for the careful way.
    var keys: [UInt64] = []
    while true {
      guard let key = text(), skip(UInt8(ascii: ":")) else { return false }
      var mark: UInt64 = 0xCBF2_9CE4_8422_2325
      for byte in bytes[key] { mark = (mark ^ UInt64(byte)) &* 0x100_0000_01B3 }
      if keys.contains(mark) || keys.count > 64 { return false }
      keys.append(mark)
      skipBlanks()
      guard take(&self, bytes[key]) else { return false }
      if skip(UInt8(ascii: ",")) { continue }
      return skip(UInt8(ascii: "}"))
    }
  }

  private mutating func items(_ take: (inout JSONPlainList) -> Bool) -> Bool {
    guard skip(UInt8(ascii: "[")) else { return false }
    if skip(UInt8(ascii: "]")) { return true }
    while true {
      skipBlanks()
      guard take(&self) else { return false }
      if skip(UInt8(ascii: ",")) { continue }
      return skip(UInt8(ascii: "]"))
    }
  }

  /// Where the text of a string is.
  private mutating func text() -> Range<Int>? {
    guard skip(UInt8(ascii: "\"")) else { return nil }
    let start = at
    while at < bytes.count {
      let byte = bytes[at]
      if byte == UInt8(ascii: "\"") {
        at += 1
        return start..<(at - 1)
      }
      if byte < 32 || byte >= 127 || byte == UInt8(ascii: "\\") { return nil }
      at += 1
    }
    return nil
  }

  private mutating func string(into field: inout String?) -> Bool {
    guard let range = text() else { return false }
    field = String(decoding: bytes[range], as: UTF8.self)
    return true
  }

  private mutating func integer(into field: inout Int64?) -> Bool {
    guard let digits = digits() else { return false }
    field = wholeNumber(bytes[digits])
    return field != nil
  }

  /// A number without sign, fraction and exponent.
  private mutating func digits() -> Range<Int>? {
    skipBlanks()
    let start = at
    while at < bytes.count, isDigit(bytes[at]) { at += 1 }
    guard at > start, bytes[start] != 48 || at == start + 1, at < bytes.count else { return nil }
    let next = bytes[at]
    let isEnd =
      isJSONBlank(next) || next == UInt8(ascii: ",") || next == UInt8(ascii: "}") || next == UInt8(ascii: "]")
    return isEnd ? start..<at : nil
  }

  private mutating func skipValue(depth: Int) -> Bool {
    skipBlanks()
    guard at < bytes.count, depth < Self.depthLimit else { return false }
    switch bytes[at] {
    case UInt8(ascii: "{"): return members { list, _ in list.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["): return items { list in list.skipValue(depth: depth + 1) }
    case UInt8(ascii: "\""): return text() != nil
    default: return digits() != nil
    }
  }
}
