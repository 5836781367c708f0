import Model
import World

/// What `xenstore-ls` prints, nested or with `-f`, and lines of a path and its value. Only the names and
/// memory keys of domains are read; `memory/target` and `memory/static-max` are KiB.
enum Store {
  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    guard let form = form(of: observation.stdout) else {
      return Reading(
        form: "unknown",
        coverage: .failed(
          Problem("expected xenstore keys with their paths, found none below /local/domain")))
    }
    var reader = StoreReader(form: form)
    for line in Lines(observation.stdout) { reader.read(line) }
    reader.insert(node: observation.node, into: &sink)
    return Reading(form: form.name, coverage: reader.coverage, remarks: reader.remarks)
  }

  enum Form {
    case full
    /// The parts of the path that the listing began at.
    case nested(under: [ArraySlice<UInt8>])
    case plain

    var name: String {
      switch self {
      case .full: "xenstore-ls -f"
      case .nested: "xenstore-ls"
      case .plain: "xenstore keys, one a line"
      }
    }
  }

  private static func form(of bytes: [UInt8]) -> Form? {
    var start = NestedStart()
    var hasPlain = false
    for line in Lines(bytes) where line.isTerminated && !line.isTooLong {
      if let listed = StoreLine(listed: line.meant) {
        if listed.key.first == 47 { return .full }
        start.see(listed)
      } else if let plain = StoreLine(plain: line.meant), plain.key.starts("/local/domain/") {
        hasPlain = true
      }
    }
    if let path = start.path { return .nested(under: path) }
    return hasPlain ? .plain : nil
  }
}

/// A nested listing does not say which path it began at: that has to be told from what stands there.
private struct NestedStart {
  private var hasRoot = false
  private var hasDomain = false
  private var domid: ArraySlice<UInt8>?
  private var hasNumbers = false
  private var hasDomainsBelow = false

  mutating func see(_ line: StoreLine) {
    switch line.indent {
    case 0:
      if ["local", "tool", "vm", "libxl"].contains(where: { line.key.elementsEqual($0.utf8) }) {
        hasRoot = true
      }
      if line.key.equals("domain") { hasDomain = true }
      if line.key.equals("domid"), let value = line.value, wholeNumber(value) != nil { domid = value }
      if wholeNumber(line.key) != nil { hasNumbers = true }
    case 1:
      // /local/pool has numbers with names below as well, and is another thing.
      if line.key.equals("domid") || line.key.equals("memory") { hasDomainsBelow = true }
    default: break
    }
  }

  var path: [ArraySlice<UInt8>]? {
    let local = Array("local".utf8)[...]
    let domain = Array("domain".utf8)[...]
    if hasRoot { return [] }
    if hasDomain { return [local] }
    if hasNumbers, hasDomainsBelow { return [local, domain] }
    return domid.map { [local, domain, $0] }
  }
}
