import Foundation
import Model
import Testing

@testable import Torque

/// libxml2 reads what is well-formed; there both must agree to the byte.
@Suite("The scanner beside libxml2")
struct OracleTests {
  @Test("Elements and texts are those of xmllint", arguments: Fixture.xml)
  func agrees(fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let path = Fixture.root.appending(path: Fixture.folder(of: fixture.kind)).appending(path: fixture.name)
      .path
    let oracle = try canonical(path)
    guard let oracle else {
      // Control bytes and broken UTF-8: the one capture that libxml2 refuses is the reason for having our own
      // scanner.
      #expect(fixture.name == "2.5-odd-bytes.xml")
      return
    }
    let record = fixture.kind == .torqueJobs ? "Job" as StaticString : "Node"
    let names = fixture.kind == .torqueJobs ? JobsXml.names : NodesXml.names
    let ours = try rewritten(bytes, record: record, names: names)
    #expect(ours == oracle, "\(firstDifference(ours, oracle))")
  }

  @Test("There are documents to compare")
  func hasCases() {
    #expect(Fixture.xml.count { $0.name != "2.5-odd-bytes.xml" } >= 8)
  }

  /// Canonical XML by xmllint; nil when it is not well-formed.
  private func canonical(_ path: String) throws -> [UInt8]? {
    let lint = URL(filePath: "/usr/bin/xmllint")
    try #require(
      FileManager.default.isExecutableFile(atPath: lint.path),
      "xmllint is missing: install the package libxml2-utils")
    let process = Process()
    process.executableURL = lint
    process.arguments = ["--huge", "--c14n", path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? [UInt8](data) : nil
  }

  /// The document written again, canonically, from what the scanner told of it.
  private func rewritten(_ bytes: [UInt8], record: StaticString, names: XmlNames) throws -> [UInt8] {
    var scanner = XmlScanner(bytes, record: record, names: names)
    var text = Array("<Data>".utf8)
    while true {
      switch scanner.next() {
      case .record:
        var group = 0..<0
        text += Array("<\(record)>".utf8)
        for leaf in scanner.leaves {
          if leaf.group != group {
            if !group.isEmpty { text += Array("</".utf8) + bytes[group] + [0x3E] }
            if !leaf.group.isEmpty { text += [0x3C] + bytes[leaf.group] + [0x3E] }
            group = leaf.group
          }
          text += [0x3C] + bytes[leaf.name] + [0x3E]
          text += escaped(leaf.isEscaped ? Entities.decoded(bytes[leaf.value]) : Array(bytes[leaf.value]))
          text += Array("</".utf8) + bytes[leaf.name] + [0x3E]
        }
        if !group.isEmpty { text += Array("</".utf8) + bytes[group] + [0x3E] }
        text += Array("</\(record)>".utf8)
      case .end(let problem):
        #expect(problem == nil)
        return text + Array("</Data>".utf8)
      case .broken(let problem), .foreign(let problem):
        Issue.record("\(problem.described)")
        return text
      }
    }
  }

  private func escaped(_ value: [UInt8]) -> [UInt8] {
    value.flatMap { byte in
      switch byte {
      case 0x26: Array("&amp;".utf8)
      case 0x3C: Array("&lt;".utf8)
      case 0x3E: Array("&gt;".utf8)
      case 0x0D: Array("&#xD;".utf8)
      default: [byte]
      }
    }
  }

  private func firstDifference(_ ours: [UInt8], _ theirs: [UInt8]) -> String {
    let place = zip(ours, theirs).enumerated().first { $1.0 != $1.1 }?.offset ?? min(ours.count, theirs.count)
    func near(_ bytes: [UInt8]) -> String {
      String(decoding: bytes[max(0, place - 30)..<min(bytes.count, place + 60)], as: UTF8.self)
    }
    return "at byte \(place): ours \(near(ours)), xmllint's \(near(theirs))"
  }
}
