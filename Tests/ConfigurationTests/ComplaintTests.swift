import Configuration
import Model
import Testing

@Suite("A wrong configuration")
struct ComplaintTests {
  @Test("is told by file and line, all of it at once, with what to write instead")
  func kinds() throws {
    let text = """
      name = 3
      mode = "pilt"
      [pilot]
      balloons = "no"
      [memory]
      quantum = "64"
      [nodes]
      deadline = 10
      connect_timeout = "100 ms"
      concurrency = 0
      become = "sudo"
      [sources]
      absent = ["db.acounting"]
      [look.settle]
      balloon-drift = "soon"
      """
    #expect(
      try complaints(text) == [
        "site.toml:1: `name` is a whole number where text is expected; put it in quotes: name = \"...\"",
        "site.toml:2: `mode` is \"pilt\", which is not known; did you mean \"pilot\"?",
        "site.toml:4: `balloons` is text where true or false is expected (in pilot); write balloons = true or "
          + "balloons = false",
        "site.toml:6: `quantum` is \"64\" where a whole number with a unit is expected (in memory); say the unit: "
          + "quantum = \"64 MiB\"",
        "site.toml:8: `deadline` is a whole number where a number with its unit, in quotes, is expected (in nodes); "
          + "say the unit: deadline = \"15 s\"",
        "site.toml:9: `connect_timeout` is \"100 ms\", which is too short (in nodes); write \"1 s\" or more",
        "site.toml:10: `concurrency` is 0, which is out of range (in nodes); write a number from 1 to 4096",
        "site.toml:11: `become` is text where a list of texts is expected (in nodes); write become = [\"...\", \"...\"]",
        "site.toml:13: `absent` names \"db.acounting\", which is no source (in sources); did you mean "
          + "\"db.accounting\"?",
        "site.toml:15: `balloon-drift` is \"soon\" where a whole number with a unit is expected (in look.settle); "
          + "say the unit: balloon-drift = \"15 s\"",
      ])
  }

  @Test("in a variable or a flag is told by its name")
  func elsewhere() throws {
    #expect(
      try complaints(
        "", environment: ["TRUEUP_NODES_CONCURRENCY": "many"],
        assignments: [
          "nodes.deadline=10", "nodes.conect_timeout=5s", "nodes.user", "node.name=wn1",
          "nodes.become=[sudo]",
        ]) == [
          "TRUEUP_NODES_CONCURRENCY: `concurrency` is text where a whole number is expected (in nodes); write "
            + "concurrency = 0 without quotes",
          "--set nodes.conect_timeout: there is no such setting; did you mean `nodes.connect_timeout`?",
          "--set nodes.user: there is no value; write --set nodes.user=VALUE",
          "--set node.name: there is no such setting; list the nodes in the file, under [[node]]",
          "--set nodes.become: not a list as TOML writes it; write [\"...\", \"...\"]",
          "--set nodes.deadline: `deadline` is \"10\" where a whole number with a unit is expected (in nodes); "
            + "say the unit: deadline = \"15 s\"",
        ])
  }

  @Test("is not one with an unknown key or variable: that is a remark")
  func unknown() throws {
    let odd = try configuration(
      "[nodes]\nconect_timeout = \"5 s\"\n[future]\nx = 1",
      environment: ["TRUEUP_NODES_USR": "x", "TRUEUP_RULES": "Rules", "HOME": "/"])
    #expect(
      odd.remarks.map { $0.described.split(separator: ";")[0] } == [
        "site.toml:2: `conect_timeout` is not known (in nodes)", "site.toml:3: `future` is not known",
        "TRUEUP_NODES_USR: the variable names no setting, and counts for nothing",
      ])
    #expect(odd.remarks[2].remedy == "did you mean TRUEUP_NODES_USER?")
  }

  @Test(
    "is one with a secret, and no complaint repeats it",
    arguments: [
      "password = \"hunter2\"", "[database]\npassword = \"hunter2\"",
      "credentials.user_passwd = \"hunter2\"",
      "[database]\nmain = \"host=db PASSWORD = hunter2\"",
      "[database]\nmain = \"postgresql://me:hunter2@db/main\"",
      "[database]\nij = [\"java\", \"-Dij.password=hunter2\"]",
      "[nodes]\nbecome = [\"x\", \"--password\", \"hunter2\"]",
      "[[node]]\nname = \"wn1\"\nsecret = \"hunter2\"",
      "name = \"x\"\n[database]\nother = \"password=hunter2\"",
    ])
  func secrets(_ text: String) throws {
    let found = try complaints(text)
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.contains("password_file") && !$0.contains("hunter2") }, "\(found)")
    #expect(found.allSatisfy { $0.hasPrefix("site.toml:\(text.split(separator: "\n").count): ") }, "\(found)")
  }

  @Test("is one with a secret in a variable or a flag")
  func secretsElsewhere() throws {
    let found = try complaints(
      "", environment: ["TRUEUP_DATABASE_PASSWORD": "hunter2"],
      assignments: ["database.password=hunter2", "database.main=password=hunter2"])
    #expect(found.count == 3)
    #expect(found.allSatisfy { $0.contains("~/.pgpass") && !$0.contains("hunter2") }, "\(found)")
  }

  @Test("is not one that names where a password lies, or an address with a port")
  func harmless() throws {
    let text = """
      [database]
      password_file = "/etc/trueup/derby.properties"
      main = "service=nimbus passfile=/etc/trueup/pgpass"
      [[node]]
      name = "wn1"
      address = "ssh://root@wn1:2222"
      """
    #expect(try complaints(text) == [])
  }
}
