/// Which database, and as whom. It holds no password: libpq takes that from `~/.pgpass` or a service file.
public struct Address: Sendable, CustomStringConvertible {
  let parameters: [(keyword: String, value: String)]

  /// A database by its name. What is nil or empty is as libpq has it: a Unix socket, 5432, the account's own name.
  public init(database: String, host: String = "", port: Int? = nil, user: String = "") {
    let all = [("host", host), ("port", port.map(String.init) ?? ""), ("dbname", database), ("user", user)]
    parameters = all.filter { !$0.1.isEmpty }
  }

  /// A connection string of libpq's, in either form. One with a password in it is refused, and neither it nor any part of
  /// it is repeated then.
  /// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
  public init(connectionString: String) throws(PostgreSQLError) {
    let library = try Library.installed.get()
    guard let options = library.parse(connectionString, nil) else {
      throw PostgreSQLError(
        .address, "the connection string is none that libpq understands: write host=... dbname=... user=...")
    }
    defer { library.freeOptions(options) }
    var parameters: [(keyword: String, value: String)] = []
    var option = options.assumingMemoryBound(to: ConnectionOption.self)
    while let keyword = option.pointee.keyword.map({ String(cString: $0) }) {
      if let value = option.pointee.value.map({ String(cString: $0) }), !value.isEmpty {
        if option.pointee.display.map({ String(cString: $0) }) == "*" {
          throw PostgreSQLError(
            .address,
            "the connection string has a \(keyword) in it, where others can read it: "
              + "take it out and put it into ~/.pgpass (mode 0600) or a service file")
        }
        parameters.append((keyword, value))
      }
      option += 1
    }
    self.parameters = parameters
  }

  /// Whether libpq would take a database's name for a connection string.
  public static func isConnectionString(_ text: String) -> Bool {
    text.contains("=") || text.hasPrefix("postgresql://") || text.hasPrefix("postgres://")
  }

  /// What of it says where the database is, as a connection string.
  public var description: String {
    let told = ["service", "host", "hostaddr", "port", "dbname", "user"]
    return told.compactMap { keyword in
      parameters.last { $0.keyword == keyword }.map { "\(keyword)=\(Self.quoted($0.value))" }
    }.joined(separator: " ")
  }

  private static func quoted(_ value: String) -> String {
    guard value.contains(where: { $0.isWhitespace || $0 == "'" || $0 == "\\" }) else { return value }
    let escaped = value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] }
    return "'\(String(escaped))'"
  }
}
