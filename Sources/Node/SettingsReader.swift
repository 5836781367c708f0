import Model
import World

/// `pilot.settings`: a node's pilot configuration. It is an INI file that `-p` names, or stands as a text between triple
/// quotes in the program itself (`DEFAULTCONFIG` in `workspacepilot.py`). A given file replaces the embedded one
/// wholly, so where both are in one output it is not known which one is in force.
struct SettingsReader {
  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    let bytes = observation.stdout
    var notes = Notes()
    var isAnything = false
    var places: [String] = []
    for section in Section.split(bytes, notes: &notes) {
      let place = section.head ?? "the output"
      // What precedes the first head is a blank line at most.
      if section.head == nil, bytes[section.range].allSatisfy({ $0 == 10 || Words.isBlank($0) }) { continue }
      let text = EmbeddedText.find(in: bytes, section.range)
      if case .nothing = text { continue }
      guard case .found(let range, let firstNumber, let isClosed) = text else {
        notes.problem("\(place) is a program without the text DEFAULTCONFIG")
        continue
      }
      if !isClosed { notes.problem("the quotes of DEFAULTCONFIG are not closed: the output was cut") }
      var file = IniFile(node: observation.node, isAmbiguous: section.isAmbiguous)
      let number = firstNumber ?? section.firstNumber
      for line in Lines(bytes, in: range, firstNumber: number) {
        // The closing quotes end the embedded text, with a newline before them or not.
        if firstNumber != nil, isClosed, !line.isTerminated, !line.isTooLong {
          file.take(line, notes: &notes)
        } else if notes.isWhole(line) {
          file.take(line, notes: &notes)
        }
      }
      if file.isIni {
        isAnything = true
        places.append(place)
        file.insertRows(into: &sink)
      } else {
        notes.problem("\(place) has no [section]")
      }
    }
    if places.count > 1 {
      notes.problem(
        "two configurations, and which is in force was not told: \(places.joined(separator: ", "))")
    }
    let failure = isAnything ? nil : Problem("expected an INI file with [sections] and found none")
    return notes.reading(form: "INI", failure: failure)
  }
}
