import Foundation
import Model
import Testing
import World

@testable import Capture

@Suite("Redaction")
struct RedactionTests {
  @Test("Each planted secret goes, all else stays, and nothing moves", arguments: Plant.all)
  func planting(plant: Plant) {
    let bytes = Array(plant.text.utf8)
    let redacted = Redaction.redact(plant.kind, bytes)
    let isLeft = redacted.bytes.contains(planted)
    #expect(!isLeft, "\(redacted.bytes.text)")
    #expect(redacted.bytes.count == bytes.count)
    #expect(!redacted.names.isEmpty)
    for kept in plant.kept {
      let isKept = redacted.bytes.contains(kept)
      #expect(isKept, "\(kept)\nin\n\(redacted.bytes.text)")
    }
    #expect(redacted.bytes.split(separator: 10).count == bytes.split(separator: 10).count)
    #expect(Redaction.redact(plant.kind, redacted.bytes).bytes == redacted.bytes)
  }

  @Test("A source cut at any byte shows no secret", arguments: Plant.all)
  func cuts(plant: Plant) {
    let bytes = Array(plant.text.utf8)
    for end in bytes.indices {
      let redacted = Redaction.redact(plant.kind, Array(bytes[..<end]))
      let isLeft = redacted.bytes.contains(planted)
      #expect(!isLeft, "cut at \(end)")
      #expect(redacted.bytes.count == end)
    }
  }

  static let listings = [
    "torque/jobs/2.5-odd-bytes.xml", "torque/jobs/2.5-odd-bytes.txt", "capture/qstat-f-arrays-6.1.txt",
    "torque/jobs/6.1-markup.xml",
  ]

  @Test("A real listing loses its environments and nothing else", arguments: listings)
  func real(name: String) throws {
    let bytes = try fixture(name)
    let redacted = Redaction.redact(.torqueJobs, bytes)
    #expect(redacted.names.contains("Variable_List"))
    #expect(!redacted.bytes.contains("PBS_O_"))
    #expect(!redacted.bytes.contains("NLVAR"))
    #expect(!redacted.bytes.contains("VAR_1=/opt/some"))
    #expect(redacted.bytes.count == bytes.count)
    for kept in ["Output_Path", "euser", "etime", "submit_args", "pilot-logs/", "Job_Name", "queue_rank"] {
      #expect(occurrences(of: kept, in: redacted.bytes) == occurrences(of: kept, in: bytes), "\(kept)")
    }
    #expect(Redaction.redact(.torqueJobs, redacted.bytes) == redacted)
  }

  @Test(
    "A listing of OpenPBS's loses its environments, and is JSON with all else as it was",
    arguments: ["mix.json", "history.json", "older.json"])
  func json(name: String) throws {
    let bytes = try fixture("openpbs/jobs/\(name)")
    let redacted = Redaction.redact(.torqueJobs, bytes)
    #expect(redacted.names == ["Submit_arguments", "Variable_List"] || redacted.names == ["Variable_List"])
    #expect(bytes.contains("PBS_O_HOME") && !redacted.bytes.contains("PBS_O_HOME"))
    /// All but what was to go, and how many jobs there are.
    func rest(_ bytes: [UInt8]) throws -> (count: Int, text: Data) {
      let document = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      let jobs = document?["Jobs"] as? [String: [String: Any]] ?? [:]
      let rest = jobs.mapValues { $0.filter { !["Variable_List", "Submit_arguments"].contains($0.key) } }
      return (rest.count, try JSONSerialization.data(withJSONObject: rest, options: .sortedKeys))
    }
    let before = try rest(bytes)
    #expect(before.count > 10)
    #expect(try rest(redacted.bytes) == before)
    #expect(Redaction.redact(.torqueJobs, redacted.bytes) == redacted)
  }

  static let databases = [
    "persistence/main-tp2.2.ij-script.txt", "persistence/main-tp2.2.ij-stdin.txt",
    "persistence/main-tp2.2.ij-narrow.txt", "persistence/main-tp2.2.sqlite-dump.sql",
    "persistence/main-2.10.pg_dump-copy.sql", "persistence/main-2.10.pg_dump-inserts.sql",
  ]

  @Test("A dump by a real tool loses its user data and nothing else", arguments: databases)
  func realDump(name: String) throws {
    let bytes = try fixture(name)
    #expect(bytes.contains("#!/bin/sh"))
    let redacted = Redaction.redact(.dbMain, bytes)
    #expect(!redacted.bytes.contains("#!/bin/sh"))
    #expect(!redacted.bytes.contains("nobody"))
    #expect(redacted.names == ["md_user_data"])
    #expect(redacted.bytes.count == bytes.count)
    let changed = bytes.indices.count { bytes[$0] != redacted.bytes[$0] }
    // The value; in a printed table the blanks behind it, and columns whose names it doesn't tell.
    #expect(changed >= 40 && changed <= (name.contains(".ij-") ? 6000 : 60), "\(changed)")
    #expect(Redaction.redact(.dbMain, redacted.bytes) == redacted)
  }

  @Test("An attribute of a text listing is still one: its sign keeps the blanks around it")
  func attribute() throws {
    let redacted = Redaction.redact(.torqueJobs, try fixture("torque/jobs/2.5-mix.txt")).bytes
    #expect(redacted.contains("\n    Variable_List = x"))
    #expect(!redacted.contains("Variable_List =x"))
  }

  @Test("The tables of a service before 2.2, which has no user data, stay as they are")
  func olderService() {
    let columns =
      "id INT, name INT, node INT, a INT, b INT, network INT, c INT, vmm INT, d INT, assocs_needed INT"
    let dump =
      "CREATE TABLE vms (\(columns));\nINSERT INTO vms VALUES(7,'a','wn1',0,0,'eth0',NULL,'Xen','3','b');\n"
    #expect(Redaction.redact(.dbMain, Array(dump.utf8)).bytes.text == dump)
    let newer =
      "CREATE TABLE vms (\(columns), odd INT);\nINSERT INTO vms VALUES(7,'a','wn1',0,0,'b',NULL,'b','3','b','c');\n"
    #expect(!Redaction.redact(.dbMain, Array(newer.utf8)).bytes.contains("wn1"))
  }

  @Test("Settings of a service lose what stands behind a secret's name")
  func realSettings() throws {
    let bytes = try fixture("persistence/settings.sections.txt")
    let redacted = Redaction.redact(.serviceSettings, bytes)
    #expect(redacted.bytes.count == bytes.count)
    #expect(bytes.contains("hunter2") && bytes.contains("hunter3"))
    #expect(!redacted.bytes.contains("hunter"))
    #expect(redacted.bytes.contains("pbs.grace=8\npbs.extra.properties=xen:\\\n    big\n"))
    #expect(redacted.bytes.contains("memory.maxMB"))
    #expect(Redaction.redact(.serviceSettings, redacted.bytes).bytes == redacted.bytes)
  }

  @Test("An SQLite file loses its user data, that of deleted rows too, and stays the same otherwise")
  func database() throws {
    let bytes = try fixture("capture/user-data.sqlite")
    #expect(occurrences(of: planted, in: bytes) > 100)
    let redacted = Redaction.redact(.dbMain, bytes)
    #expect(!redacted.bytes.contains(planted))
    #expect(redacted.names == ["deleted rows", "md_user_data"])
    #expect(redacted.bytes.count == bytes.count)
    #expect(redacted.bytes.contains("machine-1"))
    #expect(redacted.bytes.contains("CREATE TABLE async_requests_vms"))
    #expect(Redaction.redact(.dbMain, redacted.bytes).bytes == redacted.bytes)
  }

  @Test("An SQLite file that is cut or broken is overwritten as a whole")
  func brokenDatabase() throws {
    let bytes = try fixture("capture/user-data.sqlite")
    let cut = Redaction.redact(.dbMain, Array(bytes.dropLast(1024)))
    #expect(cut.names == ["all of the database"])
    #expect(!cut.bytes.contains(planted))
    #expect(Redaction.redact(.dbMain, cut.bytes) == cut)
    var numbers = SeededNumbers(state: 3)
    for _ in 0..<300 {
      var mutant = bytes
      for _ in 0..<8 {
        // Structure is dense at the begin of pages.
        let at = Int.random(in: 0..<mutant.count / 1024, using: &numbers) * 1024
        mutant[at + Int.random(in: 0..<64, using: &numbers)] = UInt8.random(in: 0...255, using: &numbers)
      }
      #expect(Redaction.redact(.dbMain, mutant).bytes.count == bytes.count)
    }
  }

  @Test(
    "Any bytes of any kind are borne, and redacting again changes nothing",
    arguments: ObservationKind.allCases)
  func mutants(kind: ObservationKind) {
    var numbers = SeededNumbers(state: 11)
    let seeds = Plant.all.map { Array($0.text.utf8) }
    let signs = Array("<>=:'\"\\\n\t(),;|@-x \u{0}\u{FF}".utf8)
    for round in 0..<400 {
      var mutant = seeds[round % seeds.count]
      for _ in 0..<Int.random(in: 1..<12, using: &numbers) {
        let at = Int.random(in: 0..<mutant.count, using: &numbers)
        mutant[at] = signs.randomElement(using: &numbers) ?? 0
      }
      let once = Redaction.redact(kind, mutant).bytes
      #expect(once.count == mutant.count)
      let isSame = Redaction.redact(kind, once).bytes == once
      #expect(isSame, "\(mutant.text)")
    }
  }

  @Test(
    "Long repetitions end quickly",
    arguments: [
      "<Variable_List", "<Variable_List>", "</Variable_List>", "password", "password ", "password=", "-c ",
      "://",
      "INSERT INTO vms VALUES (", "COPY vms (", "'", "\n", "    Variable_List = ", "<value", "password>",
      "\"password\"",
      "|MD_USER_DATA|\n", "a.", "x:@/", "-v ", "==> ", "CREATE TABLE vms (",
    ])
  func bombs(text: String) {
    let bytes = Array(String(repeating: text, count: 200_000 / text.utf8.count).utf8)
    let clock = ContinuousClock()
    for kind in [.torqueJobs, .dbMain, .serviceSettings, .nodePilots] as [ObservationKind] {
      let time = clock.measure { #expect(Redaction.redact(kind, bytes).bytes.count == bytes.count) }
      #expect(time < .seconds(10), "\(kind)")
    }
  }

  @Test("A command loses its passwords and the variables of qsub")
  func commands() {
    let redacted = Redaction.redact(command: [
      "/usr/bin/qsub", "-v", "A=secret one", "-vB=two", "-N", "-v", "three", "job.sh",
    ])
    #expect(redacted == ["/usr/bin/qsub", "-v", "xxxxxxxxxxxx", "-vxxxxx", "-N", "-v", "xxxxx", "job.sh"])
    #expect(
      Redaction.redact(command: ["ssh", "-v", "wn1", "xl", "list", "--token", "abc", "PGPASSWORD=a b"])
        == ["ssh", "-v", "wn1", "xl", "list", "--token", "xxx", "PGPASSWORD=xxx"])
    #expect(Redaction.redact(command: []).isEmpty)
  }

  private func occurrences(of text: String, in bytes: [UInt8]) -> Int {
    let wanted = Array(text.utf8)
    return bytes.indices.count { bytes[$0] == wanted[0] && bytes[$0...].starts(with: wanted) }
  }
}
