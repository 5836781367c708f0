/// The table of `WorkspaceAccountingDB`, TP2.2 to 2.10.1 (`workspace_service_derby_accounting_schema.sql`).
enum AccountingTables {
  static let all: [TableMap] = [ledger]

  static let ledger = TableMap(
    "deployments", fills: "db_account",
    [
      .key("uuid", .text, "uuid"),
      .key("workspaceid", .integer, "machine"),
      .value("creator_dn", .text, "owner"),
      .value("creation_time", .instant, "created_ms"),
      .value("requested_duration", .integer, "requested_min"),
      .value("active", .flag, "is_active"),
      .value("elapsed_minutes", .real, "elapsed_min"),
    ],
    added: [.unread("cpu_cores"), .unread("memory")])
}
