public import Model

/// What can be looked at, and a clock: all that an audit needs. Nothing here can change anything.
public protocol Observing: Sendable {
  /// The observer's clock.
  var now: Instant { get }
  /// Lets time pass.
  func sleep(for duration: Duration) async throws
  /// Looks. A failure is an answer.
  func look(_ scope: Scope) async -> [Answer]
}

/// What can be changed too. Each deed is told to the journal before: see `Repair`.
public protocol Acting: Observing {
  /// Does it, and tells how that went. It proves nothing: exit status 0 of TORQUE and Xen means only that a command was
  /// taken. `keep` gets the rows that a transaction is about to change, before it is committed; when it throws, nothing is.
  func perform(_ deed: Deed, keep: @Sendable ([FormerRows]) async throws -> Void) async -> Deed.Outcome
  /// Whether the workspace service runs, as far as can be seen.
  func service() async -> ServiceState
}

/// One thing done to the outside, in the words of what it is done to.
public enum Deed: Hashable, Sendable {
  /// A command, by its argument vector.
  case command([String], at: Place, deadline: Duration)
  /// Rows of one of the service's databases: all of it, or nothing.
  case transaction(Transaction)

  /// Where a command is run.
  public enum Place: Hashable, Sendable {
    /// In dom0 of a node.
    case node(String)
    /// Where the batch server's commands are.
    case batchServer
    /// Where the workspace service is.
    case service
  }

  /// How it went, as far as whoever was told of it says.
  public enum Outcome: Hashable, Sendable {
    /// It was taken.
    case done
    /// It was refused or failed; in words. Whether it had an effect all the same is for the next look to tell.
    case failed(String)
  }
}

/// Changes of one database. Each must find as many rows as it expects, or none of them is made.
public struct Transaction: Hashable, Sendable {
  /// Which of the two: `.dbMain` or `.dbAccounting`.
  public let database: ObservationKind
  public let changes: [Change]

  public init(database: ObservationKind, changes: [Change]) {
    self.database = database
    self.changes = changes
  }

  /// One statement's worth.
  public struct Change: Hashable, Sendable {
    /// The service's table, in lower case.
    public let table: String
    public let action: Action
    /// What the rows are found by; what they hold of it is what was seen of them.
    public let condition: Condition
    /// The rows that it must find.
    public let expected: ClosedRange<Int>
    /// Services of other releases may lack the table.
    public let mayLackTable: Bool

    public enum Action: Hashable, Sendable {
      case delete
      /// New values by column.
      case update([Cell])
      /// A row put back, whole.
      case insert([Cell])
    }

    public init(
      _ action: Action, _ table: String, where condition: Condition,
      expecting expected: ClosedRange<Int> = 1...1,
      mayLackTable: Bool = false
    ) {
      self.table = table
      self.action = action
      self.condition = condition
      self.expected = expected
      self.mayLackTable = mayLackTable
    }
  }

  /// A column's value in SQL's own writing: `7`, `'wn1'`, `NULL`.
  public struct Cell: Hashable, Sendable {
    public let column: String
    public let literal: String

    public init(_ column: String, _ literal: String) {
      self.column = column
      self.literal = literal
    }
  }

  /// Every cell has this value, and of the other tables' rows each is there or is not.
  public struct Condition: Hashable, Sendable {
    public var cells: [Cell]
    public var others: [Other]

    public struct Other: Hashable, Sendable {
      public let table: String
      public let cells: [Cell]
      /// What else such a row is like.
      public let tests: [Test]
      public let isThere: Bool

      public init(_ table: String, _ cells: [Cell], tests: [Test] = [], isThere: Bool) {
        self.table = table
        self.cells = cells
        self.tests = tests
        self.isThere = isThere
      }
    }

    /// What a column is held against where it need not be equal.
    public struct Test: Hashable, Sendable {
      /// As SQL writes it.
      public enum Relation: String, Sendable {
        case differs = "<>"
        case exceeds = ">"
        case resembles = "LIKE"
      }

      public let column: String
      public let relation: Relation
      public let literal: String

      public init(_ column: String, _ relation: Relation, _ literal: String) {
        self.column = column
        self.relation = relation
        self.literal = literal
      }
    }

    public init(_ cells: [Cell], others: [Other] = []) {
      self.cells = cells
      self.others = others
    }
  }
}

/// Rows as they were before a change, all their columns, by names in lower case: what undoes it.
public struct FormerRows: Hashable, Sendable {
  public let database: ObservationKind
  public let table: String
  /// What was done to them.
  public let action: Transaction.Change.Action
  public let rows: [[Transaction.Cell]]

  public init(
    database: ObservationKind, table: String, action: Transaction.Change.Action, rows: [[Transaction.Cell]]
  ) {
    self.database = database
    self.table = table
    self.action = action
    self.rows = rows
  }
}

/// Whether the workspace service runs: it keeps its data in memory too, so an edit under it is lost or overwritten.
public enum ServiceState: Hashable, Sendable {
  /// And how that shows.
  case running(String)
  case stopped
  /// Nothing that was looked at could tell; why.
  case unknown(String)
}
