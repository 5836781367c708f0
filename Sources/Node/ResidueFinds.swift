import Model
import World

/// What of a listing is a guest's, each thing once.
///
/// Records: one file a guest in the persistence folder, named after the domain, `-nicset` behind it from 2.3 on
/// (`wc_core_persistence.py`). Images: a folder a guest in `secureimages`. Mounts: a folder a guest in `mnt`, which
/// must not exist at rest.
struct ResidueFinds {
  private let node: String
  private var seen: Set<String> = []
  var isAmbiguous = false
  /// Whether a place was listed where guests leave things, and the first path that lies elsewhere.
  private var isPlaceSeen = false
  private var elsewhere: (path: String, line: Int)?

  init(node: String) { self.node = node }

  /// True for the folders themselves and for what is in them.
  static func isFolder(_ path: String) -> Bool {
    path.split(separator: "/").contains { kinds.keys.contains(String($0)) }
  }

  private static let kinds = ["persistence": "record", "secureimages": "image", "mnt": "mount"]

  /// Files of the agent that are no guest's: which addresses are taken, locks, what keeps a folder in a repository,
  /// and the state of its tests.
  private static func isAgents(_ name: Substring) -> Bool {
    ["MACTRACK", "IPTRACK", "lost+found"].contains(name) || name.hasPrefix(".") || name.hasSuffix(".lock")
      || name.hasSuffix("-mockinfo")
  }

  /// Says so where nothing that was listed is such a place. Beside one, the agent's programs and logs are no news.
  func end(_ notes: inout Notes) {
    guard !isPlaceSeen, let elsewhere else { return }
    notes.remark(
      "\(elsewhere.path) is no place where guests leave things, and none was listed", line: elsewhere.line)
  }

  mutating func insert(path: String, _ line: Line, notes: inout Notes, into sink: inout some RowSink) {
    let parts = path.split(separator: "/")
    guard let place = parts.firstIndex(where: { Self.kinds.keys.contains(String($0)) }),
      let kind = Self.kinds[String(parts[place])]
    else {
      elsewhere = elsewhere ?? (path, line.number)
      return
    }
    // /mnt itself is everybody's.
    if kind == "mount", place == 0 { return }
    isPlaceSeen = true
    guard place + 1 < parts.count, !Self.isAgents(parts[place + 1]) else { return }
    let name = parts[place + 1]
    if name.contains(" ") || name.contains("\t") {
      notes.problem("more than one name on a line, or a name with a blank: \(name)", line: line.number)
      return
    }
    let whole = "/" + parts[...(place + 1)].joined(separator: "/")
    guard seen.insert(whole).inserted else { return }
    let domain = kind == "record" && name.hasSuffix("-nicset") ? String(name.dropLast(7)) : String(name)
    sink.insert(row(kind, name: domain, bytes: line.range, path: whole))
  }

  /// A chain is named after the interface, and that after the domain: `wrksp-7-0` (`ebtables-config.sh`).
  mutating func insert(chain: String, bytes: Range<Int>, into sink: inout some RowSink) {
    guard let dash = chain.lastIndex(of: "-"),
      Words.number(ArraySlice(chain[chain.index(after: dash)...].utf8)) != nil,
      Words.machine(ofDomain: String(chain[..<dash])) != nil, seen.insert("chain " + chain).inserted
    else { return }
    sink.insert(row("ebtables", name: String(chain[..<dash]), bytes: bytes, path: chain))
  }

  mutating func insert(_ host: DhcpHosts.Host, into sink: inout some RowSink) {
    var row = row("dhcp", name: host.name, bytes: host.bytes, path: nil)
    row.fields.append((column: "address", value: Value(host.address)))
    row.fields.append((column: "mac", value: Value(host.mac)))
    row.defects = host.defects
    sink.insert(row)
  }

  private func row(_ kind: String, name: String, bytes: Range<Int>, path: String?) -> Row {
    Row(
      "node_residue", bytes: bytes, isAmbiguous: isAmbiguous,
      [
        "node": .node(node), "kind": .text(kind), "name": .text(name),
        "machine": Value(Words.machine(ofDomain: name)), "path": Value(path),
      ])
  }
}
