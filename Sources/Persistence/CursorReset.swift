internal import Model
internal import World

/// Empties a notification file, of which a copy is kept beside it, and sets the service's place in it to 0.
///
/// The file first: a service that finds its place behind the end of its file begins anew by itself
/// (`PilotPoll`, TP2.2), but from the beginning of a file that is still full it would take old messages for new.
struct CursorReset {
  private let file: String
  private let facts: Persistence.Facts

  init(_ file: String, _ facts: Persistence.Facts) {
    self.file = file
    self.facts = facts
  }

  func deeds(_ service: Reach.Service) throws(DeedRefusal) -> [Deed] {
    guard let map = Self.cursors[file] else {
      throw DeedRefusal("the service has no place in a file \(file)")
    }
    guard !service.notifications.isEmpty else {
      throw DeedRefusal("site.toml does not say where \(file) is: set service.notifications")
    }
    let name = map.constants.first?.value
    let rows = try facts.rows("db_counter").filter { $0.value("name") == name }
    guard let cursor = rows.first?.integer("value"), rows.count == 1 else {
      throw DeedRefusal("the place in \(file) has \(rows.count) rows, expected 1 that is understood")
    }
    let sizes = try facts.rows("db_notification_sink").filter { $0.text("file") == file }
      .map { $0.integer("size_bytes") }
    guard let size = sizes.first ?? nil, sizes.count == 1 else {
      throw DeedRefusal("\(file) was seen \(sizes.count) times, expected once")
    }
    let change = Transaction.Change(
      .update([Transaction.Cell("position", "0")]), map.name,
      where: Transaction.Condition([Transaction.Cell("position", String(cursor))]))
    return [
      .command(
        ["sh", "-c", Self.emptying, "sh", file, String(size)] + service.notifications, at: .service,
        deadline: .seconds(20)),
      .transaction(Transaction(database: .dbMain, changes: [change])),
    ]
  }

  private static let cursors = [
    "pilotnotifications.txt": MainTables.pilotNotificationPosition,
    "notifications.txt": MainTables.notificationPosition,
  ]

  /// The one file of this name and length among those that the patterns fit. It stays the file that it is, with its owner
  /// and its mode.
  private static let emptying = #"""
    name=$1 size=$2 found=
    shift 2
    IFS=
    for pattern; do
      for file in $pattern; do
        [ "${file##*/}" = "$name" ] && [ -f "$file" ] || continue
        [ -z "$found" ] || [ "$found" = "$file" ] || { echo "there are two: $found and $file" >&2; exit 75; }
        found=$file
      done
    done
    [ -n "$found" ] || { echo "there is no $name" >&2; exit 75; }
    now=$(wc -c <"$found") || exit
    [ "$((now))" -eq "$size" ] || { echo "$found has $((now)) bytes, expected $size" >&2; exit 75; }
    cp -p --backup=numbered -- "$found" "$found.trueup" && : >"$found"
    """#
}
