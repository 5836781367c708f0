import Model
import World

/// The `host NAME { ... }` entries of an ISC dhcpd.conf. The agent writes them behind a line with a marker and rewrites
/// all of them each time (`dhcp-conf-alter.py`); what an administrator wrote before the marker is no residue. The
/// comment that the agent adds tells a time and no domain: an entry is linked by its address.
struct DhcpHosts {
  static let marker = "DHCP-CONFIG-AUTOMATIC-BEGINS"

  struct Host {
    let name: String
    let bytes: Range<Int>
    fileprivate(set) var mac: String?
    fileprivate(set) var address: String?
    fileprivate(set) var defects: [Defect] = []
  }

  /// True where the marker was found: only what is behind it is listed. Without it, all is.
  let isMarked: Bool
  /// Why the file is not whole.
  private(set) var problem: String?

  private var tokens: DhcpTokens
  private var depth = 0
  private let first: Int

  init(_ bytes: [UInt8], in range: Range<Int>) {
    tokens = DhcpTokens(bytes, in: range)
    let place = Lines(bytes, in: range).first { line in
      Words.text(line.content.prefix(200)).contains(Self.marker)
    }
    isMarked = place != nil
    first = place?.range.upperBound ?? range.lowerBound
  }

  /// The next entry, nil at the end.
  mutating func next() -> Host? {
    var statement: [DhcpTokens.Token] = []
    while let token = tokens.next() {
      switch token.kind {
      case .word:
        if statement.count < 16 { statement.append(token) }
      case .semicolon:
        statement = []
      case .open:
        depth &+= 1
        if statement.count == 2, statement[0].text == "host", statement[0].range.lowerBound >= first {
          guard let host = host(statement) else { return nil }
          return host
        }
        statement = []
      case .close:
        depth &-= 1
        statement = []
      }
    }
    if depth != 0 || !statement.isEmpty { problem = "ends inside a statement: it was cut" }
    return nil
  }

  /// The body of an entry, its opening brace already taken.
  private mutating func host(_ head: [DhcpTokens.Token]) -> Host? {
    let outside = depth &- 1
    var parts: [[String]] = []
    var statement: [String] = []
    while let token = tokens.next() {
      switch token.kind {
      case .word:
        if statement.count < 16 { statement.append(token.text) }
      case .semicolon:
        if parts.count < 64 { parts.append(statement) }
        statement = []
      case .open:
        depth &+= 1
        statement = []
      case .close:
        depth &-= 1
        statement = []
        if depth > outside { continue }
        var host = Host(name: head[1].text, bytes: head[0].range.lowerBound..<token.range.upperBound)
        for part in parts { host.take(part) }
        return host
      }
    }
    problem = "ends inside the entry of \(head[1].text): it was cut"
    return nil
  }
}

extension DhcpHosts.Host {
  fileprivate mutating func take(_ words: [String]) {
    if words.count == 3, words[0] == "hardware", words[1] == "ethernet" {
      mac = Self.mac(words[2])
      if mac == nil { add("mac", "expected six bytes and found \(words[2])") }
    } else if words.first == "fixed-address" {
      address = words.count == 2 ? Self.address(words[1]) : nil
      if address == nil { add("address", "expected one IPv4 address and found \(words.dropFirst())") }
    }
  }

  private mutating func add(_ column: String, _ problem: String) {
    defects.append(Defect(column: column, problem: String(problem.prefix(200))))
  }

  /// Lower case, two digits a byte: dhcpd takes `2:0:..` too.
  private static func mac(_ text: String) -> String? {
    let parts = text.lowercased().split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6,
      parts.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy(Words.isHexadecimal) })
    else { return nil }
    return parts.map { $0.utf8.count == 1 ? "0\($0)" : String($0) }.joined(separator: ":")
  }

  private static func address(_ text: String) -> String? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Words.number(ArraySlice($0.utf8)) }
    guard parts.count == 4, numbers.count == 4, numbers.allSatisfy({ $0 < 256 }) else { return nil }
    return text
  }
}
