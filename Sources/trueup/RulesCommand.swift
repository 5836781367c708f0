import ArgumentParser
import Audit
import Model
import Report
import RuleBook

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Lists, shows and proves the rules in force.",
    subcommands: [List.self, Show.self, Prove.self, Lint.self, Catalogue.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A line for each rule in force.")
    @OptionGroup var ruleOptions: RuleOptions

    func run() throws {
      let width = 26
      for rule in try ruleOptions.load().rules {
        let padding = String(repeating: " ", count: max(1, width - rule.id.count))
        Terminal.write("\(rule.id)\(padding)\(rule.severity.rawValue)  \(rule.title)")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "One rule: why it matters, what it reads and who is right on it, what mends it.")
    @Argument(help: "The rule's id.", completion: .rule) var id: String
    @OptionGroup var ruleOptions: RuleOptions

    func run() throws {
      let (rules, schema) = try ruleOptions.load(preflight: true)
      guard let rule = rules.first(where: { $0.id == id }) else {
        throw Refusal("no rule is called \(id): see trueup rules list")
      }
      let file = "\(try Installation.rulesFolder(ruleOptions.rules))/authority.toml"
      let authority: Authority
      do { authority = try Authority(try Disk.read(file), file: file) } catch let complaints
        as Complaints
      {
        throw Refusal(complaints.all)
      }
      let facts = authority.facts(for: try RuleProof.columnsRead(by: rule, schema: schema))
      Terminal.write(RuleCatalogue.page(rule, authority: facts.map { "\($0.name): \($0.right). \($0.why)" }))
    }
  }

  struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test",
      abstract: "Runs each rule's examples, and the proofs that follow from them.",
      discussion: "With a folder, its rules are put over the shipped ones, as a site's own are.")
    @Argument(help: "A folder of rules.", completion: .directory) var folder: String?
    @OptionGroup var ruleOptions: RuleOptions

    func run() throws {
      var options = ruleOptions
      options.siteRules += folder.map { [$0] } ?? []
      let (rules, schema) = try options.load(preflight: true)
      var (failed, mutants) = (0, 0)
      for rule in rules {
        mutants += RuleProof.mutantCount(of: rule)
        let complaints = RuleProof.complaints(about: rule, schema: schema)
        failed += complaints.isEmpty ? 0 : 1
        Terminal.write(
          "\(complaints.isEmpty ? "ok    " : "FAILED")  \(rule.id): \(rule.examples.count) examples")
        for complaint in complaints { Terminal.write("        \(complaint)") }
      }
      Terminal.write(
        "\(rules.count - failed) rules hold, \(failed) do not. Their conditions can be dropped or negated in \(mutants) ways"
          + (failed == 0 ? ": an example notices each." : "."))
      if failed > 0 { throw ExitStatus.notWhole }
    }
  }

  struct Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads the rule files and says what is wrong with them, by file and line.")
    @Argument(help: "A folder of rules.", completion: .directory) var folder: String?
    @OptionGroup var ruleOptions: RuleOptions

    func run() throws {
      let shipped = try Installation.rulesFolder(ruleOptions.rules)
      let overlays =
        Installation.preflightFolder(shipped) + ruleOptions.siteRules + (folder.map { [$0] } ?? [])
      let book = try Installation.rules(shipped: shipped, overlays: overlays)
      for complaint in book.complaints { Terminal.write(complaint.described) }
      for id in book.masked { Terminal.write("\(id): masked by an empty file") }
      Terminal.write("\(book.rules.count) rules read, \(book.complaints.count) complaints.")
      if !book.complaints.isEmpty { throw ExitStatus.usage }
    }
  }

  struct Catalogue: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Prints docs/rules.md.")
    @Flag(help: "Print what a preflight checks, of docs/preflight.md.") var preflight = false
    @Flag(help: "Print the manual page, trueup-rules(7).") var man = false
    @OptionGroup var ruleOptions: RuleOptions

    func run() throws {
      let rules = try ruleOptions.load(preflight: preflight || man).rules
      if man { return Terminal.write(try manualPage(of: rules)) }
      Terminal.write(preflight ? RuleCatalogue.checks(rules) : RuleCatalogue.markdown(rules))
    }

    private func manualPage(of all: [Rule]) throws -> String {
      let audit = Set(try ruleOptions.load().rules.map(\.id))
      return RuleCatalogue.manualPage(
        audit: all.filter { audit.contains($0.id) }, preflight: all.filter { !audit.contains($0.id) })
    }
  }
}
