import ArgumentParser
import Configuration
import Glibc
import Model

/// Which configuration, from where: shared by every command that looks at a live site.
struct SiteOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The site's configuration; by default TRUEUP_SITE, else \(Reference.path) where it exists.",
      valueName: "file"), completion: .file())
  var site: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting over the file's and the environment's, such as nodes.deadline=10s; repeatable.",
      valueName: "key=value"))
  var assignments: [String] = []

  /// The configuration in force: flags over environment over file over built-in.
  func load() throws(Refusal) -> Configuration {
    let file = try file()
    let environment = try Disk.environment()
    do {
      return try Configuration(file: file, environment: environment, assignments: assignments)
    } catch { throw Refusal(error.all) }
  }

  /// The file that is meant; nil where none is.
  var path: String? {
    let variable = getenv("TRUEUP_SITE").map { String(cString: $0) } ?? ""
    return site ?? (variable.isEmpty ? nil : variable) ?? Self.usual
  }

  private func file() throws(Refusal) -> Configuration.File? {
    guard let path else { return nil }
    return Configuration.File(name: path, bytes: try Disk.read(path))
  }

  /// The usual place, where there is such a file.
  private static var usual: String? { access(Reference.path, F_OK) == 0 ? Reference.path : nil }
}
