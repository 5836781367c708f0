internal import Model
internal import World

/// What an event of the service's log tells beyond its text: that a lease began or ended (`DBAccountingAdapter.java`), that
/// a pilot reported, or that it was told to end (`PilotSlotManagement.java`). The same from TP2.2 to 2.10.1.
struct LoggedEvent {
  var kind = "LOG"
  var fields: [(column: StaticString, value: Value)] = []
  /// An owner's name could have been taken for the rest of the line.
  var isAmbiguous = false

  /// - Parameters:
  ///   - text: what stands behind `[NIMBUS-EVENT][id-N]: `.
  ///   - machine: that N.
  init(_ text: ArraySlice<UInt8>, of machine: Int64) {
    readPilot(text, machine)
    readLease(text)
  }

  /// `Pilot 'UUID' reserved for VM 7 @ host 'wn1'. ...` or `Pilot 'UUID' @ host 'wn1' is being preempted early. ...`
  private mutating func readPilot(_ text: ArraySlice<UInt8>, _ machine: Int64) {
    var rest = text
    guard rest.take("Pilot '"), let slot = rest.take(upTo: "'"), isUUID(slot) else { return }
    let isReserved = rest.take(" reserved for VM ")
    if isReserved, rest.takeNumber() != machine { return }
    guard rest.take(" @ host '"), let node = rest.take(upTo: "'"),
      isReserved || rest.take(" is being preempted early"), case .success(let name) = Text.strict(node)
    else { return }
    kind = isReserved ? "RESERVED" : "PREEMPTED"
    fields = [
      (column: "slot", value: .text(String(decoding: slot, as: UTF8.self))),
      (column: "node", value: .node(name)),
    ]
  }

  /// `accounting: ownerDN = '...', minutesRequested = 60, ..., uuid = '...'`, or `minutesElapsed` where it ended.
  private mutating func readLease(_ text: ArraySlice<UInt8>) {
    var rest = text
    guard rest.take("accounting: ownerDN = '") else { return }
    let begun = rest.firstStart(of: "', minutesRequested = ")
    let ended = rest.firstStart(of: "', minutesElapsed = ")
    guard let start = begun ?? ended else { return }
    isAmbiguous =
      begun != nil && ended != nil || rest.lastStart(of: "', minutesRequested = ") != begun
      || rest.lastStart(of: "', minutesElapsed = ") != ended
    rest = rest[start...]
    guard let place = rest.firstStart(of: ", uuid = '") else { return }
    rest = rest[place...]
    guard rest.take(", uuid = '"), let uuid = rest.take(upTo: "'"), isUUID(uuid) else { return }
    kind = begun == nil ? "REMOVED" : "CREATED"
    fields = [(column: "uuid", value: .text(String(decoding: uuid, as: UTF8.self)))]
  }
}
