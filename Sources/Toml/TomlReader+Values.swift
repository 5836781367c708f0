public import Model

extension TomlReader {
  public mutating func string(_ key: String) -> String? {
    switch value(key) {
    case nil: return nil
    case .string(let text)?: return text
    case let other?:
      wrong(key, other, expected: "text", remedy: "put it in quotes: \(key) = \"...\"")
      return nil
    }
  }

  /// Text that must be there and not be empty.
  public mutating func requiredString(_ key: String) -> String {
    let remedy = "write \(key) = \"...\""
    if table[key] == nil {
      _ = value(key)
      missing(key, remedy: remedy)
      return ""
    }
    guard let text = string(key) else { return "" }
    if text.isEmpty { complain(key, "is empty", remedy: remedy) }
    return text
  }

  public mutating func integer(_ key: String) -> Int64? {
    switch value(key) {
    case nil: return nil
    case .integer(let number)?: return number
    case let other?:
      wrong(key, other, expected: "a whole number", remedy: "write \(key) = 0 without quotes")
      return nil
    }
  }

  public mutating func boolean(_ key: String) -> Bool? {
    switch value(key) {
    case nil: return nil
    case .boolean(let flag)?: return flag
    case let other?:
      wrong(key, other, expected: "true or false", remedy: "write \(key) = true or \(key) = false")
      return nil
    }
  }

  /// A list of texts; nil where the key is absent.
  public mutating func strings(_ key: String) -> [String]? {
    guard let found = value(key) else { return nil }
    let remedy = "write \(key) = [\"...\", \"...\"]"
    guard case .array(let elements) = found else {
      wrong(key, found, expected: "a list of texts", remedy: remedy)
      return nil
    }
    var texts: [String] = []
    for element in elements {
      if case .string(let text) = element {
        texts.append(text)
      } else {
        wrong(key, element, expected: "a list of texts", remedy: remedy)
      }
    }
    return texts
  }

  /// A table of texts by free names, such as aliases; its keys are the user's own.
  public mutating func stringTable(_ key: String) -> [(key: String, value: String)] {
    table(key) { inner in
      inner.table.keys.compactMap { name in inner.string(name).map { (key: name, value: $0) } }
    } ?? []
  }

  /// A moment, as a TOML date-time or as the same in quotes. It must say its zone.
  public mutating func instant(_ key: String) -> Instant? {
    let remedy = "write it with its zone: \(key) = 2026-11-22T03:10:00.120Z"
    switch value(key) {
    case nil: return nil
    case .instant(let instant)?: return instant
    case .string(let text)?:
      if let instant = Instant(rfc3339: text) { return instant }
      complain(key, "is not a date and time with a zone: \"\(text)\"", remedy: remedy)
      return nil
    case let other?:
      wrong(key, other, expected: "a date and time with a zone", remedy: remedy)
      return nil
    }
  }

  /// One of the values of an enum.
  public mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    guard let text = string(key) else { return nil }
    if let choice = Choice(rawValue: text) { return choice }
    let known = Choice.allCases.map(\.rawValue)
    let near = Spelling.nearest(to: text, among: known).map { "did you mean \"\($0)\"?" }
    complain(
      key, "is \"\(text)\", which is not known",
      remedy: near ?? "write one of \(known.map { "\"\($0)\"" }.joined(separator: ", "))")
    return nil
  }

  /// A span of time with its unit: "15 s", "2 min".
  public mutating func duration(_ key: String) -> Duration? {
    guard let (count, unit) = amount(key, example: "15 s") else { return nil }
    if let span = Duration(count, unit: unit) { return span }
    complain(key, "is not a span of time: \"\(count) \(unit)\"", remedy: "use ms, s, min, h or d: \"15 s\"")
    return nil
  }

  /// An amount of memory with its unit: "64 MiB", "903168 KiB".
  public mutating func memory(_ key: String) -> Kibibytes? {
    guard let (count, unit) = amount(key, example: "64 MiB") else { return nil }
    let kibibytes: Int64? =
      switch unit {
      case "KiB": 1
      case "MiB": 1024
      case "GiB": 1_048_576
      default: nil
      }
    if let kibibytes, let total = product(count, kibibytes) { return Kibibytes(total) }
    complain(
      key, "is not an amount of memory: \"\(count) \(unit)\"",
      remedy: "use KiB, MiB or GiB (1,024 each): \"64 MiB\"")
    return nil
  }

  /// A whole number and a unit, as text. A bare number is refused: mixed units are how memory and time get
  /// lost.
  private mutating func amount(_ key: String, example: String) -> (count: Int64, unit: String)? {
    let remedy = "say the unit: \(key) = \"\(example)\""
    switch value(key) {
    case nil: return nil
    case .string(let text)?:
      if let amount = Amount(text) { return (amount.count, amount.unit) }
      complain(key, "is \"\(text)\" where a whole number with a unit is expected", remedy: remedy)
      return nil
    case let other?:
      wrong(key, other, expected: "a number with its unit, in quotes,", remedy: remedy)
      return nil
    }
  }

  private func product(_ count: Int64, _ factor: Int64) -> Int64? {
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }
}
