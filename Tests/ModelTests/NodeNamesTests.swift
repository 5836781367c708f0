import Model
import Testing

@Suite("A node's name")
struct NodeNamesTests {
  @Test(
    "is one, whatever a source calls it",
    arguments: [
      "gsn-wn1", "GSN-WN1", "gsn-wn1.example.org", "Gsn-Wn1.Example.Org", "wn1-mgmt",
    ])
  func spellings(_ spelling: String) {
    var names = NodeNames([Site.ConfiguredNode(name: "gsn-wn1", aliases: ["wn1-mgmt"])])
    #expect(names.canonical(spelling) == "gsn-wn1")
    #expect(names.collisions == [])
  }

  @Test("is short without any configuration, and an address stays whole")
  func unconfigured() {
    var names = NodeNames()
    #expect(names.canonical("GSN-WN7.example.org") == "gsn-wn7")
    #expect(names.canonical("192.168.0.7") == "192.168.0.7")
    #expect(names.canonical("fe80::1") == "fe80::1")
    #expect(names.collisions == [])
  }

  @Test("of two nodes that would become one is a configuration error, whoever tells them")
  func collision() {
    var told = NodeNames()
    _ = told.canonical("wn1.site-a.org")
    _ = told.canonical("wn1.site-b.org")
    #expect(told.collisions.map(\.name) == ["wn1"])
    let configured = NodeNames([
      Site.ConfiguredNode(name: "wn1.site-a.org"), Site.ConfiguredNode(name: "wn1.site-b.org"),
    ])
    #expect(configured.collisions.map(\.name) == ["wn1"])
    let aliased = NodeNames([
      Site.ConfiguredNode(name: "wn1", aliases: ["old"]), Site.ConfiguredNode(name: "wn2", aliases: ["old"]),
    ])
    #expect(aliased.collisions.map(\.name) == ["old"])
  }

  @Test("under two domains is one node when the configuration says so")
  func alias() {
    var names = NodeNames([
      Site.ConfiguredNode(name: "wn1", aliases: ["wn1.site-a.org", "wn1.mgmt.site-a.org"])
    ])
    #expect(names.canonical("wn1.site-a.org") == "wn1")
    #expect(names.canonical("WN1.mgmt.site-a.org") == "wn1")
    #expect(names.collisions == [])
  }
}
