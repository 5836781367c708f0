import World

/// The first line of `xl list` or `xm list`: which of them printed it, and so what its rows look like.
///
/// Source: Xen RELEASE-4.17.5 `tools/xl/xl_list.c`, and `tools/python/xen/xm/main.py` of 3.0.3 and 3.1.0.
struct DomainListHeader {
  enum Toolstack {
    /// Xen 4.x. Three of its headings are set off by TABs.
    case xl
    /// Xen 3.0.0 to 3.0.3: the only ones that head a column `Mem(MiB)`.
    case xmInMebibytes
    /// Xen 3.1 to 4.1, or `xl` whose TABs were lost on the way: the two can't be told apart then.
    case xm
  }

  let toolstack: Toolstack
  let form: String
  /// Blanks before each line, where the whole output was moved to the right.
  let indent: Int
  /// `xl list -v`, `-Z`, `-n` and `-c` put more columns behind.
  let hasMoreColumns: Bool

  /// Nil for a line that is no such header.
  init?(_ line: ArraySlice<UInt8>) {
    let headings = words(line)
    guard headings.count >= 6, headings[0].equals("Name"), headings[1].equals("ID"),
      headings[3].equals("VCPUs"), headings[4].equals("State"), headings[5].equals("Time(s)")
    else { return nil }
    indent = headings[0].startIndex - line.startIndex
    hasMoreColumns = headings.count > 6
    if headings[2].equals("Mem(MiB)") {
      toolstack = .xmInMebibytes
      // 3.0.3 made the name 40 columns wide; it was 32.
      let nameWidth = headings[1].endIndex - headings[0].startIndex
      form = nameWidth < 40 ? "xm list (Xen 3.0.0 to 3.0.2)" : "xm list (Xen 3.0.3)"
    } else if headings[2].equals("Mem") {
      toolstack = line.contains(9) ? .xl : .xm
      form = line.contains(9) ? "xl list" : "xm list (Xen 3.1 to 4.1)"
    } else {
      return nil
    }
  }
}
