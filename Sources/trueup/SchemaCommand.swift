import ArgumentParser
import RuleBook

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Prints the snapshot's tables, each column with its meaning and unit.")

  @OptionGroup var ruleOptions: RuleOptions

  func run() throws {
    Terminal.write(try Installation.schema(try Installation.rulesFolder(ruleOptions.rules)).source)
  }
}
