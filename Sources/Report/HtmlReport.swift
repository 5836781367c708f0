import Model

struct HtmlReport {
  let backdrop: Backdrop
  func report(_ result: AuditResult) -> String { "" }
}
