import Mdoc

extension Reference {
  /// `docs/man/trueup.toml.5`, in mdoc(7).
  public static var manualPage: String {
    var lines = Mdoc.head(
      "trueup.toml", 5, "the configuration of a site for trueup", by: "trueup config reference --man")
    lines += [".Sh SYNOPSIS", ".Nm \(path)", ".Sh DESCRIPTION"] + Mdoc.running(introduction)
    for section in sections { lines += [".Ss \(section.title)"] + Mdoc.running(section.paragraphs) }
    lines += [".Sh SETTINGS"]
    for table in tables {
      lines +=
        [".Ss \(table.header)"] + Mdoc.running(table.meaning.asSentence) + [".Bl -tag -width Ds"]
      for entry in table.entries {
        lines +=
          [".It Ic \(entry.key) = Ar \(Mdoc.argument(entry.kind))"]
          + Mdoc.running(entry.meaning.asSentence)
        if let builtIn = entry.builtIn { lines += Mdoc.running("Default: `\(builtIn)`.") }
      }
      lines += [".El"]
    }
    lines += [".Sh FILES", ".Bl -tag -width Ds", ".It Pa \(path)", "The site's configuration.", ".El"]
    lines += [".Sh EXAMPLES"] + Mdoc.display(example)
    lines += [".Sh SEE ALSO", ".Xr trueup 8"]
    return lines.joined(separator: "\n") + "\n"
  }
}
