import Model
import Testing

@Suite("Nodes")
struct NodesTests {
  @Test("Text tells the same as XML", arguments: ["2.5-mix", "6.1-mix", "2.5-offline", "2.5-down"])
  func same(name: String) throws {
    let text = try read(.torqueNodes, fixture: name + ".txt")
    let xml = try read(.torqueNodes, fixture: name + ".xml")
    #expect(text.rows.map(\.described) == xml.rows.map(\.described))
    #expect(text.rows(of: "lrms_node").count == 3)
    #expect(xml.rows.allSatisfy { $0.defects.isEmpty && !$0.isAmbiguous })
  }

  @Test("A node has all its columns")
  func columns() throws {
    let node = try read(.torqueNodes, fixture: "2.5-mix.xml").row("lrms_node", where: "name", is: "gsn-wn2")
    #expect(
      node.described == """
        lrms_node: is_down=integer(0) is_offline=integer(0) name=text("gsn-wn2") node=node("gsn-wn2") \
        processors=integer(12) properties=text("xen") state=text("free") \
        status_jobs=text("7.gridsn.example.org") status_ms=integer(1795375790000)\(" ")
        """)
  }

  @Test(
    "Slots are counted a job, in both ways of writing them",
    arguments: [
      ("2.5-mix.xml", "gsn-wn1", "0 1, 1 1, 2 1, 3 1, 4 1, 5 2, 6 2, 7 3"),
      ("2.5-mix.xml", "gsn-wn2", "7 3, 16 1"),
      ("6.1-mix.xml", "gsn-wn1", "14 1, 15 1, 16 1, 17 1, 18 1, 19 2, 20 3"), ("6.1-mix.xml", "gsn-wn3", ""),
    ])
  func jobs(file: String, node: String, expected: String) throws {
    let found = try read(.torqueNodes, fixture: file).rows(of: "lrms_node_job").filter {
      $0.text("node") == node
    }
    .map { "\($0.text("job")?.prefix { $0 != "." } ?? "?") \($0.integer("processors") ?? -1)" }
    #expect(found.joined(separator: ", ") == expected)
  }

  @Test("Down, offline and notes are told")
  func states() throws {
    let down = try read(.torqueNodes, fixture: "2.5-down.xml").row("lrms_node", where: "name", is: "gsn-wn2")
    #expect(down.integer("is_down") == 1 && down.integer("is_offline") == 0)
    let offline = try read(.torqueNodes, fixture: "2.5-offline.xml").row(
      "lrms_node", where: "name", is: "gsn-wn2")
    #expect(offline.integer("is_down") == 0 && offline.integer("is_offline") == 1)
    #expect(offline.text("note") == "xen: dom0 short by 64 MiB <slot 3> & \"db\" said free")
  }

  @Test(
    "A state is taken word by word",
    arguments: [
      ("down,offline,MOM-list-not-sent", 1, 1), ("state-unknown", 1, 0), ("job-exclusive, offline", 0, 1),
      ("busy", 0, 0),
    ] as [(String, Int64, Int64)])
  func words(state: String, down: Int64, offline: Int64) throws {
    let outcome = try read(.torqueNodes, "<Data><Node><name>n</name><state>\(state)</state></Node></Data>")
    let node = try outcome.row("lrms_node", where: "name", is: "n")
    #expect(node.integer("is_down") == down && node.integer("is_offline") == offline)
  }

  @Test(
    "No nodes are no answer",
    arguments: [
      "", "<Data></Data>", "pbsnodes: Server has no node list\n", "\n",
      "<Data><Job><Job_Id>1.s</Job_Id></Job></Data>",
    ])
  func none(text: String) throws {
    #expect(try read(.torqueNodes, text).isFailed)
  }

  @Test("Slots may hold commas, and odd ones cost no job its row")
  func slots() throws {
    let outcome = try read(.torqueNodes, "n\n     jobs = 0-1,3/5.s,x/6.s, 9-8/7.s\n\n")
    #expect(outcome.isComplete, "\(outcome.problems)")
    let jobs = outcome.rows(of: "lrms_node_job")
    #expect(jobs.compactMap { $0.text("job") } == ["5.s", "6.s", "7.s"])
    #expect(jobs.map { $0.integer("processors") } == [3, nil, nil])
    #expect(jobs.map { $0.defects.map(\.column) } == [[], ["processors"], ["processors"]])
  }

  @Test(
    "A lost key makes the source partial",
    arguments: [
      "n\n     jobs = 0/5.s, 1\n\n", "n\n     jobs = 0/\n\n", "n\n     np = 1\n\nn\n     np = 1\n\n",
      "n\n     jobs = 0/1.s\n     jobs = 0/2.s\n\n", "n\n     np = 1\n\na b\n     np = 1\n\n",
      "n\n     np = 1\n\nm\n     np = 1\n",
    ])
  func partial(text: String) throws {
    let outcome = try read(.torqueNodes, text)
    #expect(outcome.isPartial, "\(outcome.problems)")
  }

  @Test(
    "A section with a line that is no attribute, or one twice, is ambiguous",
    arguments: [
      "bare", "     np = 2", "   np=3",
    ])
  func odd(line: String) throws {
    let outcome = try read(
      .torqueNodes, "n\n     np = 1\n     note = x\n\(line)\n     state = free\n\nm\n     np = 1\n\n")
    #expect(outcome.rows(of: "lrms_node").map(\.isAmbiguous) == [true, false])
  }
}
