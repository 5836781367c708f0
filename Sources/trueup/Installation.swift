import Glibc
import Model
import RuleBook

/// Where the shipped rules lie: `share/trueup/rules` beside the program's `bin`, or `Rules` in the tree it was built in.
enum Installation {
  static func rulesFolder(_ chosen: String?) throws(Refusal) -> String {
    if let chosen { return chosen }
    if let chosen = getenv("TRUEUP_RULES").map({ String(cString: $0) }), !chosen.isEmpty { return chosen }
    var folder = parent(of: Disk.program)
    let installed = "\(parent(of: folder))/share/trueup/rules"
    if isFile("\(installed)/schema.sql") { return installed }
    while folder.count > 1 {
      if isFile("\(folder)/Rules/schema.sql") { return "\(folder)/Rules" }
      folder = parent(of: folder)
    }
    throw Refusal(
      "the rules were not found: neither in \(installed) nor in a folder Rules above the program; name it with --rules"
    )
  }

  /// The folder of what only a preflight asks, below the shipped rules; none where they have no such folder.
  static func preflightFolder(_ shipped: String) -> [String] {
    let folder = "\(shipped)/preflight"
    return access(folder, R_OK | X_OK) == 0 ? [folder] : []
  }

  /// The rules in force: the shipped ones, and over them the site's own folders.
  static func rules(shipped: String, overlays: [String]) throws(Refusal) -> RuleFolder {
    var layers: [[RuleFolder.File]] = []
    for folder in [shipped] + overlays { layers.append(try files(of: folder)) }
    return RuleFolder(layers: layers)
  }

  static func schema(_ folder: String) throws(Refusal) -> Schema {
    let file = "\(folder)/schema.sql"
    do { return try Schema(String(decoding: try Disk.read(file), as: UTF8.self), file: file) } catch {
      throw Refusal((error as? Complaint)?.described ?? (error as? Refusal)?.message ?? "\(error)")
    }
  }

  private static func files(of folder: String) throws(Refusal) -> [RuleFolder.File] {
    var files: [RuleFolder.File] = []
    for name in try ruleNames(in: folder) {
      let file = "\(folder)/\(name).toml"
      files.append(RuleFolder.File(name: file, bytes: try Disk.read(file)))
    }
    return files
  }

  /// The ids that the files of a folder have.
  static func ruleNames(in folder: String) throws(Refusal) -> [String] {
    try Disk.names(in: folder).filter { $0.hasSuffix(".toml") && $0 != "authority.toml" }
      .map { String($0.dropLast(".toml".count)) }
  }

  private static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  private static func isFile(_ path: String) -> Bool { access(path, R_OK) == 0 }
}
