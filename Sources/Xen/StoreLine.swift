import World

/// One line about one key of xenstore, whichever tool printed it.
///
/// Source: Xen RELEASE-4.17.5 `tools/xs-clients/xenstore_client.c`, and captures.
struct StoreLine {
  /// The path or, in the nested form, the last part of it.
  let key: ArraySlice<UInt8>
  /// Nil for a key that xenstore says is not there.
  let value: ArraySlice<UInt8>?
  /// How deep it stands in the nested form.
  let indent: Int

  /// `key = "value"` with the permissions of `-p` behind or without: `   (n0,r5)`, in the nested form after `
  /// . . .`.
  init?(listed line: ArraySlice<UInt8>) {
    let content = line.drop { $0 == 32 }
    guard let equals = content.position(of: " = \""), equals > content.startIndex,
      let close = line.lastIndex(of: 34), close >= equals + 4
    else { return nil }
    let behind = line[(close + 1)...].drop { $0 == 32 || $0 == 46 }
    guard behind.isEmpty || (behind.first == 40 && behind.last == 41) else { return nil }
    key = content[..<equals]
    value = line[(equals + 4)..<close]
    indent = content.startIndex - line.startIndex
  }

  /// A path and its value, as a script or `xenstore-read -p` prints them: `/local/domain/0/memory/target
  /// 903168`.
  init?(plain line: ArraySlice<UInt8>) {
    indent = 0
    if let denied = line.position(of: "couldn't read path ") {
      // The path is told behind, and by some scripts before as well.
      key = trimmed(line[(denied + 19)...])
      value = nil
      guard key.first == 47, !key.contains(where: isBlank) else { return nil }
      return
    }
    guard line.first == 47 else { return nil }
    let path = line.prefix { !isBlank($0) && $0 != 61 && $0 != 58 }
    let separators = line[path.endIndex...].prefix { isBlank($0) || $0 == 61 || $0 == 58 }
    guard !separators.isEmpty else { return nil }
    key = path
    value = trimmed(line[separators.endIndex...])
  }
}

/// A key that is wanted of a domain.
enum StoreKey: Hashable {
  case name, target, staticMaximum
  /// Any other, which only shows that the domain is there.
  case other

  /// The domain and key of a path below /local/domain.
  static func of(_ path: [ArraySlice<UInt8>]) -> (domid: Int64, key: StoreKey)? {
    guard path.count >= 3, path[0].equals("local"), path[1].equals("domain"),
      let domid = wholeNumber(path[2]), domid < DomainLine.reservedDomids
    else { return nil }
    switch path.count {
    case 4 where path[3].equals("name"): return (domid, .name)
    case 5 where path[3].equals("memory") && path[4].equals("target"): return (domid, .target)
    case 5 where path[3].equals("memory") && path[4].equals("static-max"):
      return (domid, .staticMaximum)
    default: return (domid, .other)
    }
  }
}
