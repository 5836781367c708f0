public import Model
import Toml

/// Who is right where two sources tell the same thing: `Rules/authority.toml`.
public struct Authority: Sendable {
  public struct Fact: Hashable, Sendable {
    /// What is told.
    public let name: String
    /// Who is right.
    public let right: String
    /// Where they tell it, as `table.column`.
    public let columns: [String]
    /// Where others tell it.
    public let others: [String]
    public let why: String
  }

  public let facts: [Fact]

  public init(_ source: [UInt8], file: String) throws(Complaints) {
    let document: TomlDocument
    do {
      document = try TomlDocument(source, file: file)
    } catch {
      throw Complaints([error])
    }
    facts = try document.decode { reader in
      reader.tables("fact") { fact in
        Fact(
          name: fact.requiredString("name"), right: fact.requiredString("right"),
          columns: fact.strings("columns") ?? [], others: fact.strings("others") ?? [],
          why: fact.requiredString("why"))
      }
    }.strict()
  }

  /// The facts that a rule which reads these columns rests on.
  public func facts(for columns: Set<String>) -> [Fact] {
    facts.filter { !columns.isDisjoint(with: $0.columns + $0.others) }
  }
}
