public import Model

/// The configuration that a capture keeps, `site.toml`.
public enum SiteFile {
  /// What it says of the site. Wrong values are an error; unknown keys are given back, since a capture may come from
  /// another version.
  public static func read(
    _ source: [UInt8], file: String
  ) throws(Complaints) -> (site: Site, unknownKeys: [Complaint]) {
    let configuration = try Configuration(file: Configuration.File(name: file, bytes: source))
    return (configuration.site, configuration.remarks)
  }
}
