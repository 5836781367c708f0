import Model
import Toml

extension Certificate {
  /// The certificate as TOML, without its seal.
  public var text: String {
    """
    # The site was fit for this trial when it was looked at. trueup preflight --verify FILE --capture DIR holds it against what was seen.
    format = \(Self.format)
    verdict = "GO"
    site = \(TomlText.quoted(site))
    started = \(started.rfc3339)
    finished = \(finished.rfc3339)
    valid_until = \(validUntil.rfc3339)
    nodes = \(TomlText.list(nodes))
    checks = \(TomlText.list(checks))

    [trial]
    nodes = \(TomlText.quoted(trial.nodes))
    slots = \(trial.slots)
    \(trial.slotMemory.map { "slot_memory = \"\($0.count) KiB\"\n" } ?? "")
    \(observations.map(\.text).joined(separator: "\n"))

    """
  }
}

extension Certificate.Observation {
  fileprivate var text: String {
    var lines = ["[[observation]]", "number = \(number)", "what = \(TomlText.quoted(what))"]
    if !node.isEmpty { lines.append("node = \(TomlText.quoted(node))") }
    lines += [
      "started = \(started.rfc3339)", "finished = \(finished.rfc3339)",
      "coverage = \(TomlText.quoted(coverage))",
    ]
    if let sha256 { lines.append("sha256 = \(TomlText.quoted(sha256))") }
    return lines.joined(separator: "\n") + "\n"
  }
}
