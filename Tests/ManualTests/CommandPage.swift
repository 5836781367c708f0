import Mdoc
import Model

/// What `docs/man/trueup.8` tells of the commands, as they are declared. What several commands take is told once, behind them.
struct CommandPage {
  private let commands: [Declared]
  private let shared: [Declared.Argument]

  /// So many commands that take the same make it worth a place of its own.
  private static let several = 3

  init(_ tool: Declared) {
    commands = tool.all
    let options = commands.flatMap(\.shown).filter { $0.kind != .positional }
    let counts = Dictionary(options.map { ($0, 1) }, uniquingKeysWith: +)
    shared = options.uniqued.filter { counts[$0, default: 0] >= Self.several }
  }

  /// The body of COMMANDS.
  var commandList: [String] { commands.dropFirst().flatMap(section) }

  /// The body of OPTIONS.
  var optionList: [String] { list(shared) }

  /// All that one command takes, for a page of its own.
  func options(of name: String) -> [String]? {
    commands.first { $0.commandName == name }.map { list($0.shown) }
  }

  /// The body of EXIT STATUS.
  static var exitStatuses: [String] {
    let lines = ExitStatus.meanings.flatMap { [".It \($0.bit.rawValue)"] + Mdoc.running("\($0.meaning).") }
    return [".Bl -tag -width Ds", ".It 0", "clean, and everything was seen."] + lines + [".El"]
  }

  private func section(_ command: Declared) -> [String] {
    let words = command.words.joined(separator: " ")
    let positional = command.shown.filter { $0.kind == .positional }
    let own = command.shown.filter { $0.kind != .positional && !shared.contains($0) }
    let common = command.shown.filter(shared.contains).compactMap(\.longestName)
    var lines = [".Ss trueup \(words)"]
    if command.subcommands == nil {
      let options = command.shown.count > positional.count ? [".Op Ar options"] : []
      lines += [".Nm Cm \(words)"] + options + positional.map(Self.place) + [".Pp"]
    }
    lines += Mdoc.running([command.abstract ?? ""] + Self.paragraphs(command.discussion ?? ""))
    lines += list(positional + own)
    // That it shows its help and its version goes without saying.
    let others = common.filter { !["--help", "--version"].contains($0) }.map { "`\($0)`" }
    if !others.isEmpty {
      lines += [".Pp"] + Mdoc.running("Takes \(others.joined(separator: ", ")) too: see OPTIONS.")
    }
    return lines
  }

  private func list(_ arguments: [Declared.Argument]) -> [String] {
    arguments.isEmpty
      ? [] : [".Bl -tag -width Ds"] + arguments.flatMap { [Self.item($0)] + Self.meaning($0) } + [".El"]
  }

  private static func place(_ argument: Declared.Argument) -> String {
    "\(argument.isOptional ? ".Op Ar" : ".Ar") \(argument.valueName ?? "")\(argument.isRepeating ? " ..." : "")"
  }

  private static func item(_ argument: Declared.Argument) -> String {
    let value = " Ar \(argument.valueName ?? "")"
    let names = (argument.names ?? []).sorted { $0.name.count < $1.name.count }.map { name in
      "Fl \(Mdoc.literal(String(name.written.dropFirst())))"
    }
    return argument.kind == .positional
      ? ".It\(value)" : ".It \(names.joined(separator: " , "))\(argument.kind == .option ? value : "")"
  }

  private static func meaning(_ argument: Declared.Argument) -> [String] {
    let abstract = argument.abstract ?? ""
    let values = (argument.allValues ?? []).filter { !abstract.contains($0) }
    return Mdoc.running(abstract)
      + (values.isEmpty
        ? [] : Mdoc.running("One of `\((argument.allValues ?? []).joined(separator: "`, `"))`."))
      + (argument.defaultValue.map { Mdoc.running("Default: `\($0)`.") } ?? [])
  }

  /// They stand between blank lines.
  private static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).split { $0.isEmpty }
      .map { $0.joined(separator: " ") }
  }
}
