import Glibc

/// The functions of libpq that are used, looked up when the first of them is needed: to link the library would cost every
/// start of the program 5 ms, and would need it where no database is in PostgreSQL.
/// https://www.postgresql.org/docs/current/libpq.html
struct Library: Sendable {
  /// `PGconn *` and `PGresult *`.
  typealias Handle = OpaquePointer
  typealias Texts = UnsafePointer<UnsafePointer<CChar>?>
  typealias NoticeReceiver = @convention(c) (UnsafeMutableRawPointer?, Handle?) -> Void

  /// Gives `ConnectionOption`s.
  let parse:
    @Sendable @convention(c) (UnsafePointer<CChar>, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) ->
      UnsafeMutableRawPointer?
  let freeOptions: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> Void
  let connect: @Sendable @convention(c) (Texts?, Texts?, CInt) -> Handle?
  let finish: @Sendable @convention(c) (Handle?) -> Void
  let status: @Sendable @convention(c) (Handle?) -> UInt32
  let needsPassword: @Sendable @convention(c) (Handle?) -> CInt
  let errorMessage: @Sendable @convention(c) (Handle?) -> UnsafePointer<CChar>?
  let parameterStatus: @Sendable @convention(c) (Handle?, UnsafePointer<CChar>) -> UnsafePointer<CChar>?
  let socket: @Sendable @convention(c) (Handle?) -> CInt
  let setNoticeReceiver:
    @Sendable @convention(c) (Handle?, NoticeReceiver?, UnsafeMutableRawPointer?) -> NoticeReceiver?
  let sendQuery: @Sendable @convention(c) (Handle?, UnsafePointer<CChar>) -> CInt
  let consumeInput: @Sendable @convention(c) (Handle?) -> CInt
  let isBusy: @Sendable @convention(c) (Handle?) -> CInt
  let nextResult: @Sendable @convention(c) (Handle?) -> Handle?
  let copyData:
    @Sendable @convention(c) (Handle?, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>, CInt) -> CInt
  let free: @Sendable @convention(c) (UnsafeMutableRawPointer?) -> Void
  let resultStatus: @Sendable @convention(c) (Handle?) -> UInt32
  let resultMessage: @Sendable @convention(c) (Handle?) -> UnsafePointer<CChar>?
  let resultField: @Sendable @convention(c) (Handle?, CInt) -> UnsafePointer<CChar>?
  let rowCount: @Sendable @convention(c) (Handle?) -> CInt
  let columnCount: @Sendable @convention(c) (Handle?) -> CInt
  let value: @Sendable @convention(c) (Handle?, CInt, CInt) -> UnsafePointer<CChar>?
  let isNull: @Sendable @convention(c) (Handle?, CInt, CInt) -> CInt
  let clear: @Sendable @convention(c) (Handle?) -> Void

  /// The one of the system, or why there is none.
  static let installed = Result { () throws(PostgreSQLError) in try Library(named: "libpq.so.5") }

  init(named name: String) throws(PostgreSQLError) {
    guard let library = dlopen(name, RTLD_NOW) else {
      throw PostgreSQLError(
        .library, "\(String(cString: dlerror())): install PostgreSQL's client library (Debian: libpq5)")
    }
    func function<Function>(_ symbol: String) throws(PostgreSQLError) -> Function {
      guard let address = dlsym(library, symbol) else {
        throw PostgreSQLError(.library, "\(name) has no \(symbol): install a newer libpq")
      }
      return unsafeBitCast(address, to: Function.self)
    }
    parse = try function("PQconninfoParse")
    freeOptions = try function("PQconninfoFree")
    connect = try function("PQconnectdbParams")
    finish = try function("PQfinish")
    status = try function("PQstatus")
    needsPassword = try function("PQconnectionNeedsPassword")
    errorMessage = try function("PQerrorMessage")
    parameterStatus = try function("PQparameterStatus")
    socket = try function("PQsocket")
    setNoticeReceiver = try function("PQsetNoticeReceiver")
    sendQuery = try function("PQsendQuery")
    consumeInput = try function("PQconsumeInput")
    isBusy = try function("PQisBusy")
    nextResult = try function("PQgetResult")
    copyData = try function("PQgetCopyData")
    free = try function("PQfreemem")
    resultStatus = try function("PQresultStatus")
    resultMessage = try function("PQresultErrorMessage")
    resultField = try function("PQresultErrorField")
    rowCount = try function("PQntuples")
    columnCount = try function("PQnfields")
    value = try function("PQgetvalue")
    isNull = try function("PQgetisnull")
    clear = try function("PQclear")
  }
}

/// `PQconninfoOption`.
struct ConnectionOption {
  let keyword: UnsafePointer<CChar>?
  let environmentVariable: UnsafePointer<CChar>?
  let builtIn: UnsafePointer<CChar>?
  let value: UnsafePointer<CChar>?
  let label: UnsafePointer<CChar>?
  /// `*` for a password.
  let display: UnsafePointer<CChar>?
  let displaySize: CInt
}

/// Constants of `libpq-fe.h` and `postgres_ext.h`.
let connectionIsOk: UInt32 = 0
let resultIsCommand: UInt32 = 1
let resultIsRows: UInt32 = 2
let resultIsCopy: UInt32 = 3
let fieldOfSqlState = CInt(UInt8(ascii: "C"))
/// The server's message without its position in the statement.
let fieldOfMessage = CInt(UInt8(ascii: "M"))
