import Model
import World

/// `node.residue`: what guests left on a node outside Xen. Where the control agent keeps things is in its settings; by
/// default under /opt/workspace, from 2.3 on under /opt/nimbus/var/workspace-control (`worksp.conf.example`,
/// `control/etc/workspace-control`), so the names of the folders decide and not their place.
///
/// Lines that are paths (`find`), listings with a folder's name above them (`ls -1 A B`, `ls -R`, `ls -l`),
/// `==> .../dhcpd.conf <==`, and `ebtables -L` or `ebtables-save`. Nothing at all with exit 0 means that nothing is left.
struct ResidueReader {
  private let node: String
  private var notes = Notes()
  private var found: ResidueFinds
  private var folder: String?
  private var isSomethingSeen = false

  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    let bytes = observation.stdout
    var reader = ResidueReader(node: observation.node)
    for section in Section.split(bytes, notes: &reader.notes) {
      reader.take(section, of: bytes, into: &sink)
    }
    reader.found.end(&reader.notes)
    let form = "listings of what guests left"
    guard reader.isSomethingSeen || bytes.isEmpty else {
      let problem = Problem("expected paths, a dhcpd.conf or ebtables chains and found none")
      return reader.notes.reading(form: form, failure: problem)
    }
    return reader.notes.reading(form: form)
  }

  private init(node: String) {
    self.node = node
    found = ResidueFinds(node: node)
  }

  private mutating func take(_ section: Section, of bytes: [UInt8], into sink: inout some RowSink) {
    found.isAmbiguous = section.isAmbiguous
    folder = nil
    let path = section.head ?? ""
    if path.hasSuffix("dhcpd.conf") || (section.head == nil && isDhcp(section, of: bytes)) {
      isSomethingSeen = true
      takeDhcp(section, of: bytes, into: &sink)
    } else if section.isFree {
      takeFree(section, of: bytes, into: &sink)
    } else if ResidueFinds.isFolder(path) {
      isSomethingSeen = true
      folder = path
      takeFree(section, of: bytes, into: &sink)
    } else {
      isSomethingSeen = true
      notes.remark("\(path) is no place where guests leave things, and left alone", line: section.firstNumber)
      for line in section.lines(of: bytes) { _ = notes.isWhole(line) }
    }
  }

  /// A dhcpd.conf that was printed alone has no head; this line is in every one that the agent may alter.
  private func isDhcp(_ section: Section, of bytes: [UInt8]) -> Bool {
    section.lines(of: bytes).prefix(2000).contains { line in
      Words.text(line.content.prefix(200)).contains(DhcpHosts.marker)
    }
  }

  private mutating func takeDhcp(_ section: Section, of bytes: [UInt8], into sink: inout some RowSink) {
    for line in section.lines(of: bytes) { _ = notes.isWhole(line) }
    var hosts = DhcpHosts(bytes, in: section.range)
    while let host = hosts.next() { found.insert(host, into: &sink) }
    if let problem = hosts.problem { notes.problem("\(section.head ?? "dhcpd.conf"): \(problem)") }
    guard !hosts.isMarked else { return }
    // The agent refuses to alter such a file. So it was cut before the marker, or is not the file.
    notes.problem(
      "\(section.head ?? "dhcpd.conf") has no line \(DhcpHosts.marker): whose its hosts are was not told")
  }

  private mutating func takeFree(_ section: Section, of bytes: [UInt8], into sink: inout some RowSink) {
    var chains = BridgeChains()
    for line in section.lines(of: bytes) {
      guard notes.isWhole(line), !notes.isComplaint(line) else { continue }
      let content = Words.trimmed(line.content)
      if content.isEmpty { continue }
      guard chains.takes(content, line: line, notes: &notes) else {
        takeListed(content, line, into: &sink)
        continue
      }
      isSomethingSeen = true
      if let chain = chains.chain { found.insert(chain: chain, bytes: line.range, into: &sink) }
    }
    chains.end(&notes)
  }

  private mutating func takeListed(_ content: ArraySlice<UInt8>, _ line: Line, into sink: inout some RowSink)
  {
    if content.starts(with: "total ".utf8), Words.number(content.dropFirst(6)) != nil { return }
    guard case .success(let name) = Text.strict(ListedName.name(content)) else {
      notes.problem("a name that is not text: \(Text.printable(content.prefix(120)))", line: line.number)
      return
    }
    if name.hasPrefix("/") {
      isSomethingSeen = true
      // `ls -R` ends the name of the folder that it lists with a colon.
      let path = name.hasSuffix(":") ? String(name.dropLast()) : name
      if name.hasSuffix(":") { folder = path }
      found.insert(path: path, line, notes: &notes, into: &sink)
    } else if let folder {
      if name == "." || name == ".." { return }
      found.insert(path: "\(folder)/\(name)", line, notes: &notes, into: &sink)
    } else {
      let shown = Text.printable(content.prefix(120))
      notes.problem("neither a path nor in a folder that was named: \(shown)", line: line.number)
    }
  }
}
