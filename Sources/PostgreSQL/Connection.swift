import Glibc

/// The one door to libpq: a session with a server. Nothing else knows the library. It belongs to the thread that
/// `Connection.open` gives it.
public final class Connection {
  private let library: Library
  private let handle: Library.Handle
  private let alarm: Alarm

  /// Connects; blocks until the server answered, or `connectTimeout` for each of the addresses it may be at.
  init(_ address: Address, connectTimeout: Duration, alarm: Alarm) throws(PostgreSQLError) {
    library = try Library.installed.get()
    self.alarm = alarm
    let parameters =
      address.parameters + [
        ("application_name", "trueup"), ("client_encoding", "UTF8"),
        // 0 would be for ever; libpq makes 1 a 2.
        ("connect_timeout", String(max(1, connectTimeout.components.seconds))),
      ]
    let connect = library.connect
    let opened = withTexts(parameters.map(\.keyword)) { keywords in
      withTexts(parameters.map(\.value)) { values in connect(keywords, values, 0) }
    }
    guard let opened else { throw PostgreSQLError(.connection, "out of memory") }
    handle = opened
    guard library.status(handle) == connectionIsOk else {
      throw PostgreSQLError(
        library.needsPassword(handle) == 0 ? .connection : .passwordNeeded,
        saying: library.errorMessage(handle))
    }
    // A server's notices are for nobody; libpq would print them.
    _ = library.setNoticeReceiver(handle, { _, _ in }, nil)
  }

  deinit { library.finish(handle) }

  /// As the server says it: `15.18 (Debian 15.18-0+deb12u1)`.
  public var serverVersion: String {
    library.parameterStatus(handle, "server_version").map { String(cString: $0) } ?? "unknown"
  }
}

extension Connection {
  /// Runs statements, separated by semicolons, and gives the rows of all that have some, as text; NULL
  /// is the empty text.
  @discardableResult
  public func execute(_ sql: String) throws(PostgreSQLError) -> [[String]] {
    try rows(sql).map { row in row.map { $0 ?? "" } }
  }

  /// The same, and NULL is nil.
  public func rows(_ sql: String) throws(PostgreSQLError) -> [[String?]] {
    var rows: [[String?]] = []
    try run(sql) { result in
      let columns = 0..<library.columnCount(result)
      for row in 0..<library.rowCount(result) {
        rows.append(
          columns.map { column in
            library.isNull(result, row, column) != 0
              ? nil : library.value(result, row, column).map { String(cString: $0) }
          })
      }
    }
    return rows
  }

  /// Appends what `COPY (query) TO STDOUT` sends, in its text format: each row a line with its newline. What came before an
  /// error stays appended. More than `byteLimit` bytes in all are an error.
  public func copy(
    _ query: String, to bytes: inout [UInt8], byteLimit: Int
  ) throws(PostgreSQLError) {
    try send("COPY (\(query)) TO STDOUT")
    while let result = try nextResult() {
      defer { library.clear(result) }
      if try kind(of: result) == resultIsCopy { try copyLines(to: &bytes, byteLimit: byteLimit) }
    }
  }

  private func copyLines(to bytes: inout [UInt8], byteLimit: Int) throws(PostgreSQLError) {
    while true {
      var line: UnsafeMutablePointer<CChar>?
      let count = Int(library.copyData(handle, &line, 1))
      defer { library.free(line) }
      if count == 0 {
        try waitForInput()
      } else if let line, count > 0 {
        guard bytes.count + count <= byteLimit else {
          throw PostgreSQLError(.flooded, "more than \(byteLimit >> 20) MiB came")
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: line, count: count))
      } else {
        return
      }
    }
  }

  private func run(
    _ sql: String, _ take: (Library.Handle) -> Void
  ) throws(PostgreSQLError) {
    try send(sql)
    while let result = try nextResult() {
      defer { library.clear(result) }
      if try kind(of: result) == resultIsRows { take(result) }
    }
  }

  /// A statement is much smaller than a socket's buffer, so this does not wait for the server.
  private func send(_ sql: String) throws(PostgreSQLError) {
    guard library.sendQuery(handle, sql) == 1 else { throw lost() }
  }

  private func nextResult() throws(PostgreSQLError) -> Library.Handle? {
    while library.isBusy(handle) != 0 { try waitForInput() }
    return library.nextResult(handle)
  }

  /// What kind of result it is, or the error that it is.
  private func kind(of result: Library.Handle) throws(PostgreSQLError) -> UInt32 {
    let status = library.resultStatus(result)
    if [resultIsCommand, resultIsRows, resultIsCopy].contains(status) { return status }
    let sqlState = library.resultField(result, fieldOfSqlState).map { String(cString: $0) }
    let error = PostgreSQLError(
      .statement(sqlState: sqlState),
      saying: library.resultField(result, fieldOfMessage) ?? library.resultMessage(result))
    // No statement behind it runs; the next one may be sent when this is read to its end.
    while let rest = try nextResult() { library.clear(rest) }
    throw error
  }

  private func waitForInput() throws(PostgreSQLError) {
    var waiting = [
      pollfd(fd: library.socket(handle), events: Int16(POLLIN), revents: 0),
      pollfd(fd: alarm.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&waiting, 2, -1) < 0 {
      // A signal's handler ran; the wait goes on.
      guard errno == EINTR else { throw lost() }
    }
    if waiting[1].revents != 0 { throw PostgreSQLError(.interrupted, "interrupted") }
    guard library.consumeInput(handle) == 1 else { throw lost() }
  }

  private func lost() -> PostgreSQLError {
    PostgreSQLError(.statement(sqlState: nil), saying: library.errorMessage(handle))
  }
}

/// An array of C strings that ends with a null pointer, as libpq takes keywords and values.
private func withTexts<Result>(
  _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
  let copies = texts.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  let pointers = copies.map { UnsafePointer($0) } + [nil]
  return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}
