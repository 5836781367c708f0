import Model
import Toml
import World

/// A manifest as TOML, always the same text for the same manifest.
enum ManifestText {
  static func text(of manifest: Manifest) -> String {
    var text = "format = \(Manifest.format)\n"
    if let site = manifest.site { text += "site = \(TomlText.quoted(site))\n" }
    for round in manifest.rounds {
      text += "\n[[round]]\n"
      if let started = round.started { text += "started = \(started.rfc3339)\n" }
      for observation in round.observations { text += "\n" + lines(of: observation) }
    }
    return text
  }

  private static func lines(of observation: Manifest.Observation) -> String {
    var entries: [(key: String, value: String)] = [("what", TomlText.quoted(observation.what))]
    if !observation.node.isEmpty { entries.append(("node", TomlText.quoted(observation.node))) }
    entries.append(("command", TomlText.list(observation.command)))
    entries.append(("started", observation.started.rfc3339))
    entries.append(("finished", observation.finished.rfc3339))
    if let produced = observation.produced { entries.append(("produced", produced.rfc3339)) }
    switch observation.ending {
    case .exit(let code): entries.append(("exit", String(code)))
    case .failure(let reason): entries.append(("failure", TomlText.quoted(reason)))
    }
    if let stdout = observation.stdout { entries.append(("stdout", TomlText.quoted(stdout))) }
    if let bytes = observation.bytes { entries.append(("bytes", String(bytes))) }
    if let stderr = observation.stderr { entries.append(("stderr", TomlText.quoted(stderr))) }
    if !observation.redacted.isEmpty { entries.append(("redacted", TomlText.list(observation.redacted))) }
    return "  [[round.observation]]\n" + entries.map { "  \($0.key) = \($0.value)\n" }.joined()
  }
}
