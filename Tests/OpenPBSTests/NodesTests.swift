import Model
import OpenPBS
import Testing
import World

@Suite("pbsnodes -av -F json, and the server")
struct NodesTests {
  @Test("tells a host once, whatever parts it has, and where it is down or offline")
  func parts() throws {
    let outcome = try read(.torqueNodes, file("parsers/openpbs/nodes/parts.json"))
    #expect(outcome.isComplete, "\(outcome.problems)")
    #expect(outcome.rows.map { $0.text("node") } == ["gsn-wn1", "gsn-wn2"])
    #expect(outcome.rows.map { $0.integer("is_down") } == [1, 1])
    #expect(outcome.rows.map { $0.integer("is_offline") } == [1, 0])
    #expect(outcome.rows.map { $0.text("note") } == ["trueup: \"x\"", "7"])
    #expect(outcome.reading.remarks.map(\.message) == ["2 virtual nodes are parts of a host and left alone"])
  }

  @Test("is partial where only parts of a host are told")
  func partsAlone() throws {
    let part = "\"n1[0]\": {\"state\": \"free\", \"resources_available\": {\"host\": \"n1\"}}"
    let outcome = try read(.torqueNodes, "{\"pbs_version\":\"23\",\"nodes\":{\(part)}}")
    #expect(outcome.isPartial && outcome.rows.isEmpty)
    #expect(outcome.problems.contains("of node n1 only parts are told"))
  }

  @Test(
    "calls a node down where the server has lost it",
    arguments: [
      ("down", 1), ("state-unknown,down", 1), ("Stale", 1), ("unresolvable", 1), ("free", 0), ("job-busy", 0),
      ("offline", 0), ("resv-exclusive,job-busy", 0), ("maintenance", 0),
    ])
  func states(_ state: String, _ isDown: Int64) throws {
    let outcome = try read(
      .torqueNodes, "{\"pbs_version\":\"23\",\"nodes\":{\"n1\": {\"state\": \"\(state)\"}}}")
    #expect(outcome.rows.first?.integer("is_down") == isDown)
    #expect(outcome.rows.first?.text("state") == state)
  }

  @Test("has jobs by their ids alone, each once, and is partial where one is none")
  func jobs() throws {
    let outcome = try read(
      .torqueNodes,
      "{\"pbs_version\":\"23\",\"nodes\":{\"n1\": {\"jobs\": [\"1.s\", \"1.s\", \"2[3].s\", \"\", 7]}}}")
    #expect(outcome.rows(of: "lrms_node_job").map { $0.text("job") } == ["1.s", "2[3].s"])
    #expect(outcome.isPartial && outcome.problems.contains("expected a job's id"))
  }

  @Test("without a node is no answer, and neither is the word of an unknown one")
  func none() throws {
    #expect(try read(.torqueNodes, "{\"pbs_version\":\"23\"}").isPartial)
    #expect(try read(.torqueNodes, "{\"pbs_version\":\"23\",\"nodes\":{}}").isPartial)
    #expect(try read(.torqueNodes, []).isFailed)
    let unknown = try read(
      .torqueNodes, "{\"pbs_version\":\"23\",\"nodes\":{\"n9\":{\"n9\":\"Unknown node \"}}}")
    #expect(unknown.rows.first?["state"] == nil)
  }

  @Test("knows the server, the number of its jobs, and no second one")
  func server() throws {
    let outcome = try read(.torqueServer, file("parsers/openpbs/server/idle.json"))
    let row = try #require(outcome.rows.first)
    #expect(outcome.isComplete && outcome.rows.count == 1)
    #expect(row.text("name") == "gridsn" && row.text("state") == "Idle" && row.integer("total_jobs") == 0)
    #expect(row.text("version") == "23.06.06")
    #expect(try read(.torqueServer, "{\"pbs_version\":\"23\",\"Server\":{\"a\":{},\"b\":{}}}").isPartial)
    #expect(try read(.torqueServer, "{\"pbs_version\":\"23\"}").isPartial)
  }

  @Test("knows the queues' settings, and the delay that is built in")
  func queues() throws {
    func delays(_ name: String) throws -> [String?] {
      let outcome = try read(.torqueSettings, file("parsers/openpbs/settings/\(name)"))
      #expect(outcome.isComplete)
      #expect(outcome.rows.allSatisfy { $0.text("object") == "queue" && $0.text("name") == "batch" })
      #expect(outcome.rows.map { $0.text("attribute") }.contains("queue_type"))
      return outcome.rows.filter { $0.text("attribute") == "kill_delay" }.map { $0.text("value") }
    }
    #expect(try delays("queues.json") == ["10"])
    #expect(try delays("kill-delay.json") == ["4"])
  }
}
