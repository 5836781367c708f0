import Model

/// What a door's row tells.
extension Row {
  func text(_ column: String) -> String? {
    switch self[column] {
    case .text(let text)?, .node(let text)?: text
    case .integer(let number)?: String(number)
    case .real, .null, nil: nil
    }
  }

  func integer(_ column: String) -> Int64? {
    if case .integer(let number)? = self[column] { number } else { nil }
  }

  func isOf(_ table: StaticString) -> Bool { self.table.description == table.description }
}
