import Model
import World

/// What the toolstack has on record of one domain, whichever form told it.
struct DomainConfig {
  var domid: Int64
  var name = Told.nothing
  var uuid = Told.nothing
  var target = Told.nothing
  var maximum = Told.nothing
  var started = Told.nothing
  var interfaces: [Interface] = []

  struct Interface {
    var mac = Told.nothing
    var bridge = Told.nothing
    var address = Told.nothing
    var vifname = Told.nothing
  }

  func insert(node: String, bytes: Range<Int>, into sink: inout some RowSink) {
    var row = Row(
      "vmm_domain_config", bytes: bytes, ["node": .node(node), "domid": .integer(domid)])
    row.tell("name", name)
    row.tell("uuid", uuid)
    row.tell("target_kib", target)
    row.tell("maximum_kib", maximum)
    row.tell("started_ms", started)
    sink.insert(row)
    for (position, interface) in interfaces.enumerated() {
      var row = Row(
        "vmm_vif", bytes: bytes,
        ["node": .node(node), "domid": .integer(domid), "position": .integer(Int64(position))])
      row.tell("mac", interface.mac)
      row.tell("bridge", interface.bridge)
      row.tell("address", interface.address)
      row.tell("vifname", interface.vifname)
      sink.insert(row)
    }
  }
}
