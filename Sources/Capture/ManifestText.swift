import Model
import World

/// A manifest as TOML, always the same text for the same manifest.
enum ManifestText {
  static func text(of manifest: Manifest) -> String {
    var text = "format = \(Manifest.format)\n"
    if let site = manifest.site { text += "site = \(quoted(site))\n" }
    for round in manifest.rounds {
      text += "\n[[round]]\n"
      if let started = round.started { text += "started = \(started.rfc3339)\n" }
      for observation in round.observations { text += "\n" + lines(of: observation) }
    }
    return text
  }

  private static func lines(of observation: Manifest.Observation) -> String {
    var entries: [(key: String, value: String)] = [("what", quoted(observation.what))]
    if !observation.node.isEmpty { entries.append(("node", quoted(observation.node))) }
    entries.append(("command", list(observation.command)))
    entries.append(("started", observation.started.rfc3339))
    entries.append(("finished", observation.finished.rfc3339))
    if let produced = observation.produced { entries.append(("produced", produced.rfc3339)) }
    switch observation.ending {
    case .exit(let code): entries.append(("exit", String(code)))
    case .failure(let reason): entries.append(("failure", quoted(reason)))
    }
    if let stdout = observation.stdout { entries.append(("stdout", quoted(stdout))) }
    if let bytes = observation.bytes { entries.append(("bytes", String(bytes))) }
    if let stderr = observation.stderr { entries.append(("stderr", quoted(stderr))) }
    if !observation.redacted.isEmpty { entries.append(("redacted", list(observation.redacted))) }
    return "  [[round.observation]]\n" + entries.map { "  \($0.key) = \($0.value)\n" }.joined()
  }

  private static func list(_ texts: [String]) -> String {
    "[" + texts.map(quoted).joined(separator: ", ") + "]"
  }

  /// A TOML string on one line. NUL, which no argument can hold, becomes the replacement character.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\0": quoted += "\u{FFFD}"
      case _ where scalar.value < 32 || scalar.value == 127:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
