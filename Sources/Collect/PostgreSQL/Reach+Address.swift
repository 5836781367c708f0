public import Model
public import PostgreSQL

extension Reach.Database {
  /// What libpq is told of a database: its name on the server, or a connection string that says all.
  public func address(of database: String) throws(PostgreSQLError) -> Address {
    Address.isConnectionString(database)
      ? try Address(connectionString: database)
      : Address(database: database, host: host, port: port, user: user)
  }
}
