import Foundation
import Testing

/// The commands as they are declared: what the argument parser tells of itself.
struct Declared: Decodable {
  let commandName: String
  let superCommands: [String]?
  let abstract: String?
  let discussion: String?
  let shouldDisplay: Bool?
  let subcommands: [Declared]?
  let arguments: [Argument]?

  struct Argument: Decodable, Hashable {
    let kind: Kind
    let shouldDisplay: Bool
    let isOptional: Bool
    let isRepeating: Bool
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let allValues: [String]?
    let abstract: String?
    let completionKind: [String: Completion]?

    var longestName: String? { names?.map(\.written).max { $0.count < $1.count } }

    enum Kind: String, Decodable { case positional, option, flag }
    /// What it offers; only which kind of it is asked here.
    struct Completion: Decodable, Hashable { init(from decoder: any Decoder) {} }
    struct Name: Decodable, Hashable {
      let kind: String
      let name: String
      var written: String { kind == "long" ? "--\(name)" : "-\(name)" }
    }
  }

  /// As it is called: `trueup rules show`.
  var call: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

  /// The same behind the program's name.
  var words: [String] { call.split(separator: " ").dropFirst().map(String.init) }

  /// What its help shows.
  var shown: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }

  /// All commands that the help shows, in the order of their declarations.
  var all: [Declared] { [self] + (subcommands ?? []).filter { $0.shouldDisplay ?? true }.flatMap(\.all) }

  static func tool() async throws -> Declared {
    struct Tool: Decodable { let command: Declared }
    let told = try await Tree.trueup(["--experimental-dump-help"])
    return try JSONDecoder().decode(Tool.self, from: Data(told.utf8)).command
  }
}
