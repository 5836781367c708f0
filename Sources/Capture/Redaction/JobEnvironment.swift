/// A job's environment (`Variable_List`) and what `qsub -v` put there (`submit_args`, OpenPBS's `Submit_arguments`), as
/// `qstat -f` prints them in XML, in text and in JSON. The forms are described in `qstat.c` of TORQUE (`display_stat`,
/// `prt_attr`) and of OpenPBS.
enum JobEnvironment {
  private static let environment = "Variable_List"
  private static let arguments = "submit_args"

  static func redact(_ page: inout Page) {
    if page.isJson { return JsonEnvironment.redact(&page) }
    elements(&page)
    attributes(&page)
  }

  // MARK: XML

  /// The end of an element is its last end tag before the next job: a value may hold what looks like one.
  private static func elements(_ page: inout Page) {
    var opened: (start: Int, end: Int?, isEnvironment: Bool)?
    func close(_ element: (start: Int, end: Int?, isEnvironment: Bool)?, _ page: inout Page) {
      guard let (start, end, isEnvironment) = element else { return }
      let content = start..<(end ?? page.bytes.count)
      if isEnvironment {
        page.fill(content, as: environment)
      } else {
        SubmitArguments.redact(&page, content, as: arguments)
      }
    }
    var at = 0
    while let tag = page.bytes.next("<", from: at) {
      at = tag + 1
      if let element = opened {
        if isEnd(page.bytes, tag, isEnvironment: element.isEnvironment) {
          opened?.end = tag
        } else if element.end != nil, isNextElement(page.bytes, tag, afterEnvironment: element.isEnvironment)
        {
          close(element, &page)
          opened = nil
        }
      }
      if opened == nil, let isEnvironment = start(page.bytes, tag) {
        var content = tag + 1
        while content < page.bytes.count, page.bytes[content] != 62, page.bytes[content] != 60 {
          content += 1
        }
        at = content
        let isEmpty = content < page.bytes.count && page.bytes.holds("/>", at: content - 1)
        if !isEmpty { opened = (min(content + 1, page.bytes.count), nil, isEnvironment) }
      }
    }
    close(opened, &page)
  }

  private static func start(_ bytes: [UInt8], _ tag: Int) -> Bool? {
    if bytes.holds("<Variable_List", at: tag) { return true }
    return bytes.holds("<submit_args", at: tag) ? false : nil
  }

  /// A true end tag is followed by another tag: text behind it says that it stands in a value.
  private static func isEnd(_ bytes: [UInt8], _ tag: Int, isEnvironment: Bool) -> Bool {
    let name: StaticString = isEnvironment ? "</Variable_List>" : "</submit_args>"
    let next = tag + name.utf8CodeUnitCount
    return bytes.holds(name, at: tag) && (next == bytes.count || bytes[next] == 60 || bytes[next] == 10)
  }

  /// What ends the search for a later end tag: another of the two elements, or another job.
  private static func isNextElement(_ bytes: [UInt8], _ tag: Int, afterEnvironment: Bool) -> Bool {
    if bytes.holds("<Job_Id>", at: tag) || bytes.holds("</Data>", at: tag) { return true }
    return afterEnvironment ? bytes.holds("<submit_args", at: tag) : bytes.holds("<Variable_List", at: tag)
  }

  // MARK: Text

  /// An attribute goes on over lines that begin with a tab, that follow a backslash, or that are no
  /// attribute.
  private static func attributes(_ page: inout Page) {
    var opened: (start: Int, isEnvironment: Bool)?
    func close(_ end: Int, _ page: inout Page) {
      guard let (start, isEnvironment) = opened else { return }
      if isEnvironment {
        page.fill(start..<end, as: environment)
      } else {
        SubmitArguments.redact(&page, start..<end, as: arguments)
      }
      opened = nil
    }
    var line = 0
    while line < page.bytes.count {
      let continues = line > 1 && page.bytes[line - 2] == UInt8(ascii: "\\") && opened?.isEnvironment == true
      if !continues, let value = attributeValue(page.bytes, line) {
        close(line, &page)
        let name = page.bytes[line..<value]
        if name.contains(subsequence: "Variable_List") { opened = (value, true) }
        if name.contains(subsequence: "submit_arg") { opened = (value, false) }
      } else if !continues, page.bytes.holds("Job Id:", at: line) {
        close(line, &page)
      }
      line = page.bytes.lineEnd(from: line) + 1
    }
    close(page.bytes.count, &page)
  }

  /// Where the value of `    name = value` begins; nil for any other line.
  private static func attributeValue(_ bytes: [UInt8], _ line: Int) -> Int? {
    var at = line
    while at < bytes.count, bytes[at] == 32 { at += 1 }
    let name = at
    while at < bytes.count, isNameByte(bytes[at]) { at += 1 }
    guard at > name, name > line, bytes.holds(" =", at: at) else { return nil }
    // With the blank behind it, the sign is still one for who reads the attributes.
    return bytes.holds(" = ", at: at) ? at + 3 : at + 2
  }
}

extension ArraySlice where Element == UInt8 {
  /// Only for short slices.
  func contains(subsequence text: StaticString) -> Bool {
    let whole = Array(self)
    return whole.indices.contains { whole.holdsAnyCase(text, at: $0) || whole.holds(text, at: $0) }
  }
}
