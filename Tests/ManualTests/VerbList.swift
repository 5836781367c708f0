import Mdoc
import Model

/// What `docs/man/trueup-plan.5` tells of the verbs: what each does stands above its case in the source, the rest is declared.
enum VerbList {
  static func body(_ source: String) throws -> [String] {
    let meanings = source.matches(of: #/\/\/\/ (.+)\n  case \w+ = "([^"]+)"/#).map {
      (String($0.output.2), String($0.output.1))
    }
    let meaning = Dictionary(meanings, uniquingKeysWith: { first, _ in first })
    let items = try Verb.allCases.flatMap { verb in
      guard let meaning = meaning[verb.rawValue] else { throw NoMeaning(verb: verb.rawValue) }
      let arguments = verb.parameters.map { "`\($0.name)`\($0.mayBeUnknown ? " (may be null)" : "")" }
      let conditions = verb.guards.map(\.sentence).joined(separator: "; ")
      return [".It Ic \(verb.rawValue)"]
        + Mdoc.running(
          "\(meaning) With \(arguments.joined(separator: ", ")). Only if \(conditions). "
            + "Undone by \(verb.inverse.worded).")
    }
    return [".Bl -tag -width Ds"] + items + [".El"]
  }

  struct NoMeaning: Error { let verb: String }
}
