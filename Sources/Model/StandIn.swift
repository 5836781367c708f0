extension Rule {
  /// Other sources that tell what a table would, where that can't be read. Its findings have the rule's own identity, so that
  /// they are the same divergences on a night when the table can be read.
  public struct StandIn: Hashable, Sendable {
    /// The tables that it does without.
    public let tables: [String]
    /// Gives the columns that the rule's message, identity and explanations name; nil: the rule's own query, which then finds
    /// these tables empty.
    public internal(set) var query: String?
    /// What a row of the query rests on, as `Rule.restsOn`.
    public let restsOn: String
    /// What is taken as true and not proven, as a sentence without a full stop.
    public let assumes: String
    /// Tables that it can do without, beside the rule's own.
    public let optional: Set<String>

    public init(
      tables: [String], query: String?, restsOn: String, assumes: String, optional: Set<String> = []
    ) {
      self.tables = tables
      self.query = query
      self.restsOn = restsOn
      self.assumes = assumes
      self.optional = optional
    }
  }
}
