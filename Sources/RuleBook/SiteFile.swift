public import Model
import Toml

/// A site's configuration, `site.toml`.
public enum SiteFile {
  /// Reads it. Wrong values are an error; unknown keys are given back, since a capture may come from another version.
  public static func read(
    _ source: [UInt8], file: String
  ) throws(Complaints) -> (site: Site, unknownKeys: [Complaint]) {
    let document: TomlDocument
    do {
      document = try TomlDocument(source, file: file)
    } catch {
      throw Complaints([error])
    }
    let decoded = document.decode(site)
    if !decoded.complaints.isEmpty { throw Complaints(decoded.complaints) }
    return (decoded.value, decoded.unknownKeys)
  }

  private static func site(_ reader: inout TomlReader) -> Site {
    var site = Site()
    site.name = reader.string("name") ?? ""
    site.mode = reader.choice("mode", of: SiteMode.self)
    reader.table("pilot") { pilot in
      site.serviceAccount = pilot.string("account")
      site.grace = pilot.duration("grace") ?? site.grace
      site.padding = pilot.duration("padding") ?? site.padding
      site.balloons = pilot.boolean("balloons") ?? site.balloons
    }
    reader.table("memory") { memory in
      site.quantum = memory.memory("quantum")
      site.dom0Minimum = memory.memory("dom0_minimum") ?? site.dom0Minimum
      site.tolerance = memory.memory("tolerance") ?? site.tolerance
    }
    reader.table("service") { service in
      site.terminationOffset = service.duration("termination_offset") ?? site.terminationOffset
      site.knownColumns = Set(service.strings("known_columns") ?? [])
    }
    reader.table("domains") { domains in
      site.knownDomains = Set(domains.strings("known") ?? [])
      site.foreignDomains = domains.choice("foreign", of: Severity.self) ?? site.foreignDomains
    }
    reader.table("sources") { sources in
      site.absentSources = kinds("absent", &sources)
      site.requiredSources.formUnion(kinds("required", &sources))
      site.requiredSources.subtract(site.absentSources)
    }
    site.nodes = reader.tables("node") { node in
      Site.ConfiguredNode(
        name: node.requiredString("name"), aliases: node.strings("aliases") ?? [], dom0: node.memory("dom0"))
    }
    return site
  }

  private static func kinds(_ key: String, _ reader: inout TomlReader) -> Set<ObservationKind> {
    let names = reader.strings(key) ?? []
    for name in names where ObservationKind(rawValue: name) == nil {
      let near = Spelling.nearest(to: name, among: ObservationKind.allCases.map(\.rawValue))
      reader.complain(
        key, "names \"\(name)\", which is no source",
        remedy: near.map { "did you mean \"\($0)\"?" } ?? "see docs/capture-format.md for their names")
    }
    return Set(names.compactMap { ObservationKind(rawValue: $0) })
  }
}
