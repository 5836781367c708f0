public import Model

/// The report of a preflight: a table of nodes against checks, then what is wrong or could not be told, then the verdict.
public struct PreflightReport: Sendable {
  let colour: Bool

  public init(colour: Bool) { self.colour = colour }

  public func text(_ result: PreflightResult) -> String {
    let remarks =
      result.remarks.isEmpty ? [] : ["Remarks:"] + result.remarks.map { "  \(MessageTemplate.visible($0))" }
    let blocks = [table(result), faults(result) + gaps(result), remarks, verdict(result)]
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  // MARK: The table

  private func table(_ result: PreflightResult) -> [String] {
    let names = result.rows.map { $0.node.map(MessageTemplate.visible) ?? "site" }
    let first = names.map(\.count).max() ?? 0
    func line(_ name: String, _ cells: [String]) -> String {
      let columns = zip(result.checks, cells).map { check, mark in
        painted(mark)
          + String(repeating: " ", count: check.name.count - min(check.name.count, mark.count) + 2)
      }
      let text = name + String(repeating: " ", count: first - name.count + 2) + columns.joined()
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    return [line("", result.checks.map(\.name))]
      + zip(names, result.rows).map { name, row in line(name, row.cells.map { $0?.mark ?? "" }) }
  }

  // MARK: Why

  private func faults(_ result: PreflightResult) -> [String] {
    result.rows.flatMap { row in
      zip(result.checks, row.cells).flatMap { check, cell in
        (cell?.faults ?? []).map { "\(painted("no"))  \(bold(check.name))  \(MessageTemplate.visible($0))" }
      }
    }
  }

  /// What could not be told for one reason is one line, for all its checks and nodes.
  private func gaps(_ result: PreflightResult) -> [String] {
    var order: [String] = []
    var places: [String: (checks: [String], nodes: [String])] = [:]
    for row in result.rows {
      for (check, cell) in zip(result.checks, row.cells) {
        for reason in cell?.gaps ?? [] {
          if places[reason] == nil { order.append(reason) }
          places[reason, default: ([], [])].checks.append(check.name)
          places[reason, default: ([], [])].nodes.append(row.node ?? "site")
        }
      }
    }
    return order.map { reason in
      let (checks, nodes) = places[reason] ?? ([], [])
      return
        "\(painted("?"))   \(bold(listed(checks.uniqued)))  \(listed(nodes.uniqued)): \(MessageTemplate.visible(reason))"
    }
  }

  private func listed(_ words: [String]) -> String {
    let shown = words.prefix(6).map(MessageTemplate.visible).joined(separator: ", ")
    return words.count > 6 ? "\(shown) and \(words.count - 6) more" : shown
  }

  // MARK: The verdict

  private func verdict(_ result: PreflightResult) -> [String] {
    let cells = result.rows.flatMap(\.cells).compactMap { $0?.mark }
    let (wrong, unknown) = (cells.count { $0 == "no" }, cells.count { $0 == "?" })
    let reasons =
      [
        wrong > 0 ? "\(wrong) of \(cells.count) answers are no" : nil,
        unknown > 0 ? "\(unknown) can't be told" : nil,
      ]
      .compactMap { $0 }.joined(separator: ", ")
    let memory = result.trial.slotMemory.map { " of \(MessageTemplate.memory(kib: $0.count))" } ?? ""
    let site = result.site.isEmpty ? "the site" : MessageTemplate.visible(result.site)
    return [
      "Looked at \(site) from \(result.look.started.rfc3339) to \(result.look.finished.rfc3339), for a trial of "
        + "\(result.trial.slots) \(result.trial.slots == 1 ? "slot" : "slots")\(memory) on each of "
        + "\(result.nodes.count) \(result.nodes.count == 1 ? "node" : "nodes").",
      "\(painted(result.isGo ? "GO" : "NO-GO"))\(result.isGo ? "" : ": \(reasons)"). Exit status \(result.exitStatus.rawValue).",
    ]
  }

  // MARK: Colour

  private func painted(_ mark: String) -> String {
    guard colour else { return mark }
    switch mark {
    case "ok", "GO": return "\u{1B}[32m\(mark)\u{1B}[0m"
    case "no", "NO-GO": return "\u{1B}[31m\(mark)\u{1B}[0m"
    case "?": return "\u{1B}[35m\(mark)\u{1B}[0m"
    default: return mark
    }
  }

  private func bold(_ text: String) -> String { colour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
