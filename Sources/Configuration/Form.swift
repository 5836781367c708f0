import Model
import Toml

/// How values of one type are read from a document and written into one.
struct Form<Value: Sendable>: Sendable {
  let kind: SettingKind
  /// Nil where the key is absent or wrong; what is wrong, the reader is told.
  let read: @Sendable (inout TomlReader, String) -> Value?
  /// Nil for a value that is not known, which a document cannot say but by silence.
  let written: @Sendable (Value) -> TomlValue?
  /// What holds when a value was there already.
  var merged: @Sendable (_ old: Value, _ new: Value) -> Value = { $1 }

  /// The same, for what may be unknown.
  var optional: Form<Value?> {
    Form<Value?>(
      kind: kind, read: { reader, key in read(&reader, key).map { .some($0) } },
      written: { $0.flatMap(written) })
  }
}

extension Form<String> {
  static var text: Form { Form(kind: .text, read: { $0.string($1) }, written: { .string($0) }) }
  static var requiredText: Form {
    Form(kind: .text, read: { $0.requiredString($1) }, written: { .string($0) })
  }
}

extension Form<[String]> {
  static var texts: Form {
    Form(kind: .list, read: { $0.strings($1) }, written: { .array($0.map { .string($0) }) })
  }
}

extension Form<Set<String>> {
  static var names: Form {
    Form(
      kind: .list, read: { reader, key in reader.strings(key).map { Set($0) } },
      written: { .array($0.sorted().map { .string($0) }) })
  }
}

extension Form<Bool> {
  static var flag: Form { Form(kind: .boolean, read: { $0.boolean($1) }, written: { .boolean($0) }) }
}

extension Form<Kibibytes> {
  static var memory: Form {
    Form(
      kind: .memory, read: { $0.memory($1) },
      written: { memory in
        .string(memory.count.isMultiple(of: 1024) ? "\(memory.count / 1024) MiB" : "\(memory.count) KiB")
      })
  }
}

extension Form<Int> {
  static func count(_ range: ClosedRange<Int>) -> Form {
    Form(
      kind: .count(range),
      read: { reader, key in
        guard let number = reader.integer(key) else { return nil }
        if let count = Int(exactly: number), range.contains(count) { return count }
        let ends = "from \(range.lowerBound) to \(range.upperBound)"
        reader.complain(key, "is \(number), which is out of range", remedy: "write a number \(ends)")
        return nil
      }, written: { .integer(Int64($0)) })
  }
}

extension Form<Duration> {
  /// A span of time; shorter ones are refused.
  static func time(atLeast least: Duration = .zero) -> Form {
    Form(
      kind: .time(atLeast: least),
      read: { reader, key in
        guard let time = reader.duration(key) else { return nil }
        if time >= least { return time }
        reader.complain(
          key, "is \"\(text(time))\", which is too short", remedy: "write \"\(text(least))\" or more")
        return nil
      }, written: { .string(text($0)) })
  }

  static func text(_ time: Duration) -> String {
    time.milliseconds.isMultiple(of: 1000) ? "\(time.seconds) s" : "\(time.milliseconds) ms"
  }
}

extension Form<[String: Duration]> {
  /// A table of times by names that are not ours, each of which stands for itself.
  static var times: Form {
    let time = Form<Duration>.time()
    return Form(
      kind: .times,
      read: { reader, key in
        reader.table(key) { inner in
          inner.table.keys.reduce(into: [:]) { times, name in times[name] = time.read(&inner, name) }
        }
      },
      written: { times in
        .table(
          TomlTable(times.sorted { $0.key < $1.key }.map { ($0.key, .string(Form<Duration>.text($0.value))) })
        )
      },
      merged: { $0.merging($1) { $1 } })
  }
}

extension Form where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  static var choice: Form {
    Form(
      kind: .choice(Value.allCases.map(\.rawValue)), read: { $0.choice($1, of: Value.self) },
      written: { .string($0.rawValue) })
  }
}

extension Form<Set<ObservationKind>> {
  static var sources: Form {
    let known = ObservationKind.allCases.map(\.rawValue)
    return Form(
      kind: .choices(known),
      read: { reader, key in
        guard let names = reader.strings(key) else { return nil }
        for name in names where !known.contains(name) {
          reader.complain(
            key, "names \"\(name)\", which is no source",
            remedy: Spelling.nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
              ?? "see docs/capture-format.md for their names")
        }
        return Set(names.compactMap { ObservationKind(rawValue: $0) })
      }, written: { .array($0.map(\.rawValue).sorted().map { .string($0) }) })
  }
}
