import Model
import Testing

@Suite("Server")
struct ServerTests {
  @Test("The server's own count of jobs is read", arguments: [("2.5.txt", "2.5.13"), ("6.1.txt", "6.1-dev")])
  func fixture(file: String, version: String) throws {
    let outcome = try read(.torqueServer, fixture: file)
    #expect(outcome.isComplete)
    let row = try outcome.row("lrms_server", where: "name", is: "gridsn.example.org")
    #expect(
      row["total_jobs"] == .integer(0) && row.text("version") == version && row.text("state") == "Active")
  }

  @Test("What is not one whole server is not believed")
  func cut() throws {
    #expect(try read(.torqueServer, "").isFailed)
    #expect(try read(.torqueServer, "Server: a\n    total_jobs = 3\n").isPartial)
    #expect(try read(.torqueServer, "Server: a\n    total_jobs = 3\nServer: b\n\n").isPartial)
  }
}
