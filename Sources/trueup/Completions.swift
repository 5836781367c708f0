import ArgumentParser
import Configuration
import Model
import Repair

/// What a shell offers where the trueup that is installed must be asked. It answers at once, and where it can't tell it offers
/// nothing and is silent.
extension CompletionKind {
  /// The rules in force, those of a preflight too.
  static let rule = CompletionKind.custom { words, _, _ in TypedLine(words).rules }
  /// The repairs of the journal, as it numbers them.
  static let run = CompletionKind.custom { words, _, _ in await TypedLine(words).runs }
  /// The nodes of the configuration.
  static let node = CompletionKind.custom { words, _, _ in TypedLine(words).nodes }
}

/// A command line as far as it is typed: what it names decides on what is offered.
private struct TypedLine {
  private let words: [String]

  init(_ words: [String]) { self.words = words }

  /// By the names of their files, which are not read: a broken rule can be shown, too.
  var rules: [String] {
    guard let shipped = try? Installation.rulesFolder(values(of: "--rules").last) else { return [] }
    let folders = [shipped] + Installation.preflightFolder(shipped) + values(of: "--site-rules")
    return folders.flatMap { (try? Installation.ruleNames(in: $0)) ?? [] }.uniqued.sorted()
  }

  var runs: [String] {
    get async {
      guard let folder = try? StateFolder(existing: configuration.repairs.state),
        Disk.facts(folder.journal) != nil,
        let runs = try? await Journal(path: folder.journal).runs()
      else { return [] }
      return runs.map { String($0.number) }
    }
  }

  var nodes: [String] { configuration.site.nodes.map(\.name) }

  private var configuration: Configuration {
    let named =
      values(of: "--site").flatMap { ["--site", $0] } + values(of: "--set").flatMap { ["--set", $0] }
    return (try? SiteOptions.parse(named).load()) ?? Configuration()
  }

  /// What stands behind an option, in one word with it or in the next.
  private func values(of option: String) -> [String] {
    words.indices.compactMap { place in
      let word = words[place]
      if word.hasPrefix("\(option)=") { return String(word.dropFirst(option.count + 1)) }
      return word == option && place + 1 < words.count ? words[place + 1] : nil
    }
  }
}
