import World

extension Deed.Outcome {
  /// What the ending of a command says. It may have had its effect all the same, or none.
  init(of answer: RawObservation) {
    let command = Text.printable((answer.command.first ?? "").utf8)
    switch answer.ending {
    case .exit(0): self = .done
    case .exit(let status):
      let said = answer.stderr.split { $0 == 10 || $0 == 13 }.last.map { Text.printable($0.prefix(400)) }
      self = .failed("\(command) ended with exit status \(status)" + (said.map { ": \($0)" } ?? ""))
    case .failure(let reason): self = .failed("\(command): \(reason)")
    }
  }
}
