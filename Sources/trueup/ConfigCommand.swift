import ArgumentParser
import Configuration
import Model

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Checks, shows and begins the site's configuration.",
    subcommands: [Check.self, Show.self, ConfigInit.self, PrintReference.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says what is wrong with the configuration, by file and line, and what to write instead.",
      discussion: "Warnings set no exit status: the site may well mean it so.")

    @Argument(
      help: "The configuration, in place of the one in force.", completion: .file(extensions: ["toml"]))
    var file: String?
    @OptionGroup var siteOptions: SiteOptions
    @OptionGroup var ruleOptions: RuleOptions

    func run() throws {
      var options = siteOptions
      options.site = file ?? options.site
      let configuration: Configuration
      do { configuration = try options.load() } catch {
        Terminal.write(error.message)
        throw ExitStatus.usage
      }
      let isSettling = !configuration.reach.look.settle.isEmpty
      let rules = isSettling ? Set(try ruleOptions.load().rules.map(\.id)) : nil
      let check = ConfigurationCheck(configuration, rules: rules, facts: Disk.facts)
      for error in check.errors { Terminal.write(error.described) }
      let warnings = configuration.remarks + check.warnings
      for warning in warnings { Terminal.write("warning: \(warning.described)") }
      let name = configuration.file?.name ?? "the built-in configuration"
      Terminal.write("\(name): errors \(check.errors.count), warnings \(warnings.count)")
      if !check.errors.isEmpty { throw ExitStatus.usage }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints each value in force, and where it came from, as a site.toml.")

    @OptionGroup var siteOptions: SiteOptions

    func run() throws { Terminal.write(try siteOptions.load().shown) }
  }

  struct PrintReference: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reference", abstract: "Prints docs/site-toml.md, or the manual page.",
      shouldDisplay: false)

    @Flag(help: "The manual page, for mandoc.") var man = false

    func run() throws { Terminal.write(man ? Reference.manualPage : Reference.markdown) }
  }
}
