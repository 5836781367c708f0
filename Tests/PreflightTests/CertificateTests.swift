import Model
import Preflight
import Testing

@Suite("A certificate's text")
struct CertificateTests {
  private let sums = [1: String(repeating: "a", count: 64)]

  @Test("says all that the certificate says, odd names included")
  func roundTrip() throws {
    var result = try FitSite().result()
    result.site = "grid \"sn\"\n[seal]\nsha256 = \"x\""
    let certificate = try #require(Certificate(result, validFor: .seconds(3600), checksums: sums))
    #expect(certificate.validUntil.milliseconds == certificate.finished.milliseconds + 3_600_000)
    #expect(certificate.checks.contains("memory"))
    #expect(try Certificate(Array(certificate.text.utf8), file: "go.toml") == certificate)
    let sealed = Array((certificate.text + Seal.text("abc")).utf8)
    #expect(Seal.sealedByteCount(sealed) == certificate.text.utf8.count)
    #expect(Seal.closes(sealed, with: "abc"))
    #expect(!Seal.closes(sealed, with: "abd"))
    #expect(!Seal.closes(sealed + Array("nodes = []\n".utf8), with: "abc"), "nothing stands behind it")
    #expect(try Certificate(sealed, file: "go.toml") == certificate)
  }

  @Test("does not name a check that is not for this site")
  func notApplicable() throws {
    var site = FitSite()
    site.uncollected = [(.nodeClock, "n1"), (.nodeClock, "n2")]
    site.site.absentSources = [.nodeClock]
    let certificate = try #require(Certificate(try site.result(), validFor: .seconds(1), checksums: [:]))
    #expect(!certificate.checks.contains("clock"))
  }

  @Test("is there for a go alone")
  func noGo() throws {
    var site = FitSite()
    site.failed = [(.nodeClock, "n2")]
    #expect(Certificate(try site.result(), validFor: .seconds(1), checksums: [:]) == nil)
  }

  @Test("of another form, or without its times, is refused by line and remedy")
  func refused() {
    for (text, problem) in [
      ("format = 2\n", "format"), ("format = 1\n", "valid_until"), ("format = \n", "go.toml:1"),
    ] {
      do throws(Complaints) {
        _ = try Certificate(Array(text.utf8), file: "go.toml")
        Issue.record("was read: \(text)")
      } catch {
        #expect(error.all.contains { $0.described.contains(problem) }, "\(text)")
      }
    }
  }
}
