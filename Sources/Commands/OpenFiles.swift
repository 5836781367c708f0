import Glibc
public import Model

/// How many files may be open at a time. A child that can't be given its pipes is no failure that could be reported: the
/// library that starts children ends the program then.
public enum OpenFiles {
  /// Pipes of a child and what it is watched by.
  private static let perChild = 10
  /// What is open anyway: the database, the journal, a capture's files.
  private static let ofOurOwn = 40

  /// Makes room for so many children at a time, as far as the hard limit lets (getrlimit(2)); a complaint where it does not.
  public static func allow(children: Int) throws(Complaint) {
    let needed = rlim_t(ofOurOwn + children * perChild)
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < needed else {
      return
    }
    limit.rlim_cur = min(needed, limit.rlim_max)
    if limit.rlim_max >= needed, setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
      return
    }
    throw Complaint(
      file: "nodes.concurrency",
      problem: "is \(children), which may need \(needed) open files, and the limit is \(limit.rlim_max)",
      remedy: "raise it (ulimit -n \(needed)), or ask fewer nodes at the same time")
  }
}
