import Collect
import Commands
import Glibc
import Model
import World

/// Reads a main database as the collector does, prints it, and ends with 1 when it is not whole: for the race against psql.
/// Usage: read-postgresql CONNECTION-STRING
@main
enum ReadPostgreSQL {
  static func main() async {
    var reach = Reach.Database()
    reach.main = CommandLine.arguments.dropFirst().first ?? ""
    for answer in await PostgreSQLDatabase(reach).read(clock: ObserverClock()) {
      var rest = answer.observation.stdout[...]
      while !rest.isEmpty {
        let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
        if written <= 0 { exit(1) }
        rest = rest.dropFirst(written)
      }
      if answer.observation.ending != .exit(0) { exit(1) }
    }
  }
}
