import Model
import Toml

/// A value that stands in no file: `--set nodes.deadline=5s`, `TRUEUP_NODES_DEADLINE=5s`.
struct Assignment {
  let document: TomlDocument
  let origin: Configuration.Origin

  /// All those of a layer, in the order in which they count, and what is wrong with the others.
  struct Layer {
    var assignments: [Assignment] = []
    var complaints: [Complaint] = []
    var remarks: [Complaint] = []
  }

  static func all(in flags: [String]) -> Layer {
    var layer = Layer()
    for flag in flags {
      let (key, text) = parts(flag)
      // The value may be a secret: a complaint names the key alone.
      let name = "--set \(key)"
      if Secret.isNamed(by: key) {
        layer.complaints.append(secret(name))
      } else if let place = Place(key: key) {
        layer.take(place, text, name: name, origin: .flag, key: key)
      } else {
        let near = Spelling.nearest(to: key, among: Place.keys).map { "did you mean `\($0)`?" }
        let remedy =
          key == "node" || key.hasPrefix("node.") || key.hasPrefix("node[")
          ? "list the nodes in the file, under [[node]]" : near ?? "see trueup config show for their names"
        layer.complaints.append(Complaint(file: name, problem: "there is no such setting", remedy: remedy))
      }
    }
    return layer
  }

  static func all(in environment: [String: String]) -> Layer {
    var layer = Layer()
    for (name, text) in environment.sorted(by: { $0.key < $1.key }) {
      if let place = Place(variable: name) {
        layer.take(place, text, name: name, origin: .environment(name), key: nil)
      } else if Place.isTable(ofVariable: name) {
        if Secret.isNamed(by: name) { layer.complaints.append(secret(name)) }
        let near = Spelling.nearest(to: name, among: Place.keys.map(Place.variable))
        layer.remarks.append(
          Complaint(
            file: name, problem: "the variable names no setting, and counts for nothing",
            remedy: near.map { "did you mean \($0)?" } ?? "see trueup config show for their names"))
      }
    }
    return layer
  }

  private static func parts(_ flag: String) -> (key: String, text: String?) {
    guard let equals = flag.firstIndex(of: "=") else { return (flag, nil) }
    return (String(flag[..<equals]), String(flag[flag.index(after: equals)...]))
  }

  private static func secret(_ name: String) -> Complaint {
    Complaint(file: name, problem: "the configuration has no place for a secret", remedy: Secret.remedy)
  }
}

extension Assignment.Layer {
  fileprivate mutating func take(
    _ place: Place, _ text: String?, name: String, origin: Configuration.Origin, key: String?
  ) {
    guard let text else {
      complaints.append(
        Complaint(file: name, problem: "there is no value", remedy: "write \(name)=VALUE"))
      return
    }
    do throws(Complaint) {
      let value = try place.value(text, file: name)
      assignments.append(
        Assignment(document: TomlDocument(place.root(value), named: name), origin: origin))
    } catch { complaints.append(error) }
  }
}
