/// Something that happens later, without anybody doing anything more.
enum Event: Hashable {
  /// A pilot has waited for its guests, and gives back its memory.
  case release(Pilot)
  /// Having destroyed guests, it sets dom0's memory.
  case restore(Pilot)
  /// Its process ends, or is killed.
  case exit(Pilot)
  /// A job is over.
  case end(String)
  /// The server no longer lists it.
  case forget(String)
  /// A MOM's report to the server no longer has a job.
  case report(node: String, job: String)
}
