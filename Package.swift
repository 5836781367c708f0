// swift-tools-version: 6.2
import PackageDescription

/// Our own targets: Swift 6 mode, every warning an error, every import said where it is used.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A library target of ours with what it may know; the direction of these arrows is the architecture.
func box(_ name: String, knows dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of one box, and what they need beside it. Folders of theirs that hold no Swift are named.
func tests(
  _ name: String, knows dependencies: [Target.Dependency] = [], beside folders: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: folders, swiftSettings: strict)
}

let package = Package(
  name: "trueup",
  products: [.executable(name: "trueup", targets: ["trueup"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    // No traits: its Foundation is not wanted. It speaks of paths in the words of swift-system.
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // The doors: each outside library is known to one target.
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    box("SQLite", knows: ["CSQLite", "Model"]),
    box("PostgreSQL"),
    box("Toml", knows: ["Model", .product(name: "TOMLKit", package: "TOMLKit")]),
    box(
      "Commands",
      knows: [
        "Model", "World", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),

    // Pure: values in, values out.
    box("Model"),
    box("RuleBook", knows: ["Model", "Toml"]),
    box("Mdoc", knows: ["Model"]),
    box("Configuration", knows: ["Mdoc", "Model", "Toml"]),
    box("World", knows: ["Model"]),
    box("Json", knows: ["Model", "World"]),
    box("Batch", knows: ["Model", "World"]),
    box("Audit", knows: ["Model", "RuleBook", "SQLite"]),
    box("Wave", knows: ["Model"]),
    box("Nightly", knows: ["Model"]),
    box("Trials", knows: ["Model", "Toml", "Wave"]),
    box("Preflight", knows: ["Model", "Audit", "Toml"]),
    box("Report", knows: ["Mdoc", "Model", "Nightly", "Trials", "Wave"]),
    box("Repair", knows: ["Model", "World", "Audit", "RuleBook", "SQLite", "Files"]),

    // Outside: what the real things print and store. None knows another.
    box("History", knows: ["Model", "PostgreSQL", "SQLite", "World"]),
    box("Files", knows: ["Model"]),
    box("Capture", knows: ["Files", "Model", "SQLite", "Toml", "World"]),
    box("Torque", knows: ["Model", "World", "Batch"]),
    box("OpenPBS", knows: ["Model", "World", "Batch", "Json"]),
    box("Xen", knows: ["Model", "World", "Json"]),
    box("Node", knows: ["Model", "World"]),
    box("Persistence", knows: ["Model", "World", "SQLite"]),
    box("Simulator", knows: ["Model", "World", "SQLite"]),

    // A live site: what is asked of it, and over which way.
    box(
      "Collect",
      knows: [
        "Model", "World", "Files", "Commands", "SQLite", "PostgreSQL", "Torque", "OpenPBS", "Xen", "Node",
        "Persistence",
      ]),

    // A live site, changed: deeds carried out over the same ways as it is looked at.
    box("Apply", knows: ["Model", "World", "Commands", "Files", "Collect", "SQLite", "PostgreSQL"]),

    .executableTarget(
      name: "trueup",
      dependencies: [
        "Model", "RuleBook", "Configuration", "World", "Audit", "Report", "Capture", "SQLite", "Toml",
        "Torque", "OpenPBS", "Xen", "Node", "Persistence", "Files", "Commands", "Collect", "Preflight",
        "Repair", "Apply", "History", "Nightly", "Trials", "Wave",
        "Simulator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "read-postgresql", dependencies: ["Collect", "Commands", "Model", "World"],
      path: "Benchmarks/ReadPostgreSQL", swiftSettings: strict),

    tests("ModelTests", knows: ["Model"]),
    tests("WaveTests", knows: ["Report", "Wave", "Model"]),
    tests("TrialsTests", knows: ["Trials", "Wave", "Model"]),
    tests("RuleTests", knows: ["Audit", "RuleBook", "Report", "Model"]),
    tests("ConfigurationTests", knows: ["Configuration", "Toml", "Model"]),
    tests("AuditTests", knows: ["Audit", "RuleBook", "Configuration", "Model"]),
    tests(
      "RepairTests",
      knows: [
        "trueup", "Repair", "Simulator", "Audit", "RuleBook", "Configuration", "Report", "SQLite", "World",
        "Model",
      ]),
    tests("NightlyTests", knows: ["Nightly", "Report", "Model"]),
    tests("HistoryTests", knows: ["History", "SQLite", "PostgreSQL", "Commands", "Model"]),
    tests("PreflightTests", knows: ["Preflight", "Audit", "RuleBook", "Report", "Model"]),
    tests("ReportTests", knows: ["Report", "Model"], beside: ["night"]),
    tests(
      "ScenarioTests",
      knows: ["trueup", "Audit", "Capture", "Model", "Preflight", "Report", "RuleBook", "World"],
      beside: ["stand-ins", "history-format-1", "nights"]),
    tests(
      "ManualTests",
      knows: [
        "trueup", "Commands", "Configuration", "Files", "Mdoc", "Model", "Repair", "Report", "RuleBook",
        "World",
      ], beside: ["shells"]),
    tests("TidyTests"),
    tests("SQLiteTests", knows: ["SQLite", "Model"]),
    tests(
      "PostgreSQLTests",
      knows: ["PostgreSQL", "Collect", "Capture", "Commands", "Persistence", "SQLite", "World", "Model"]),
    tests("TomlTests", knows: ["Toml", "Model"]),
    tests("TorqueTests", knows: ["Torque", "Batch", "World", "Model"]),
    tests("OpenPBSTests", knows: ["OpenPBS", "Torque", "World", "Model"]),
    tests("XenTests", knows: ["Xen", "World", "Model"]),
    tests("NodeTests", knows: ["Node", "World", "Model"]),
    tests("PersistenceTests", knows: ["Persistence", "World", "Model", "SQLite"], beside: ["scripts"]),
    tests("DatabaseTests", knows: ["Collect", "Commands", "Persistence", "SQLite", "World", "Model"]),
    tests(
      "SimulationTests", knows: ["trueup", "Repair", "Simulator", "RuleBook", "Wave", "Model", "World"]),
    tests(
      "SimulatorTests",
      knows: [
        "Simulator", "Capture", "Configuration", "Torque", "Xen", "Node", "Persistence", "SQLite", "World",
        "Model",
      ]),
    tests(
      "ApplyTests",
      knows: [
        "Apply", "Collect", "Commands", "Files", "Persistence", "PostgreSQL", "SQLite", "World", "Model",
      ]),
    tests("CommandsTests", knows: ["Commands", "Files", "World", "Model"]),
    tests("FilesTests", knows: ["Files", "Model"]),
    tests("CaptureTests", knows: ["Capture", "SQLite", "World", "Model"]),
    tests(
      "ContractTests", knows: ["Apply", "Collect", "Commands", "Files", "Node", "Xen", "World", "Model"],
      beside: ["stand-ins"]),
  ]
)

// Only `make fuzz` builds it: it needs the toolchain's -sanitize=fuzzer, and no other build shall (docs/fuzzing.md).
if Context.environment["TRUEUP_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Capture", "Configuration", "Model", "Node", "Persistence", "Preflight", "Repair", "RuleBook",
        "OpenPBS", "Torque", "Trials", "Wave", "World", "Xen",
      ],
      path: "Tests/Fuzz", exclude: ["fuzz.py", "seeds"], swiftSettings: strict))
}
