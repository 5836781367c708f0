import ArgumentParser
import Commands
import Files
import Glibc
import Model
import Report
import Wave
import World

struct PlotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draws dom0's memory over time, one panel a node, with what trueup wave reads in it.",
    discussion: """
      It is drawn by gnuplot: into a PNG or SVG file (-o), else as characters into the terminal. Expected levels are dashed; \
      trials are marked along the lower edge; what changed for good has a ring and its amount. --script keeps what gnuplot was \
      given, with the data in it.
      """)

  @OptionGroup var series: SeriesOptions
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A new file that ends in .png or .svg.", valueName: "file"), completion: .file())
  var output: String?
  @Option(
    help: ArgumentHelp("Keep gnuplot's script in this new file.", valueName: "file"), completion: .file())
  var script: String?
  @Option(help: "What stands above it.") var title = "dom0's memory"
  @Option(help: ArgumentHelp("Of the picture; in a terminal, columns.", valueName: "pixels")) var width: Int?
  @Option(help: ArgumentHelp("Of the picture; in a terminal, rows.", valueName: "pixels")) var height: Int?

  func validate() throws {
    let range = output == nil ? 40...1000 : 200...20_000
    guard width.map(range.contains) ?? true, height.map((10...20_000).contains) ?? true else {
      throw ValidationError("a picture is 200 to 20000 pixels wide; a terminal has 40 to 1000 columns")
    }
    if let output, !output.hasSuffix(".png"), !output.hasSuffix(".svg") {
      throw ValidationError("\(output) ends neither in .png nor in .svg")
    }
  }

  func run() async throws {
    let read = try await series.read(thinning: true)
    guard !read.drawn.isEmpty else {
      throw Refusal("no sample could be read: \(read.problems.first ?? "the files are empty")")
    }
    let panels = read.drawn.count
    let least = PlotScript.leastHeight(panels: panels)
    if output != nil, let height, height < least {
      throw Refusal("\(panels) nodes need a picture that is \(least) pixels high at least (--height)")
    }
    let plot = read.plot(title)
    let form = form(panels: panels)
    if let script { try Disk.create(script, Array(plot.text(form, to: output).utf8)) }
    if let output {
      try await Drawing.draw(plot, form, into: output)
    } else {
      // It begins with a form feed.
      let drawn = try await Drawing.drawn(plot, form).drop { $0 == 12 }
      Terminal.write(String(decoding: drawn, as: UTF8.self))
    }
  }

  private func form(panels: Int) -> PlotScript.Form {
    guard let output else {
      var size = winsize()
      let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
      return .terminal(
        columns: width ?? (isKnown ? Int(size.ws_col) : 100), rows: height ?? 2 + 22 * panels,
        isColoured: Terminal.wantsColour)
    }
    let width = width ?? 1200
    let height = height ?? PlotScript.height(panels: panels, width: width)
    return output.hasSuffix(".svg") ? .svg(width: width, height: height) : .png(width: width, height: height)
  }
}

/// gnuplot, which draws.
enum Drawing {
  static var isThere: Bool { SearchPath.find("gnuplot") != nil }

  /// Draws into a new file.
  static func draw(_ plot: PlotScript, _ form: PlotScript.Form, into file: String) async throws {
    if Disk.facts(file) != nil { throw Refusal("\(file) is there already: name another file") }
    try Disk.create(file, try await drawn(plot, form))
  }

  /// What gnuplot prints: the picture's bytes, or characters.
  static func drawn(_ plot: PlotScript, _ form: PlotScript.Form) async throws -> [UInt8] {
    guard isThere else {
      throw Refusal(
        "gnuplot is needed, and not there: install it (Debian: gnuplot-nox), or keep the script with --script"
      )
    }
    let folder = try PrivateFolder()
    defer { _ = folder.path }
    let script = "\(folder.path)/plot.gp"
    try Disk.create(script, Array(plot.text(form, to: nil).utf8))
    let outcome = await Command(["gnuplot", script], deadline: .seconds(120)).run(clock: ObserverClock())
    guard outcome.ending == .exit(0), !outcome.stdout.isEmpty else {
      let complaint = String(decoding: outcome.stderr.prefix(400), as: UTF8.self)
      throw Refusal("gnuplot did not draw it: \(MessageTemplate.visible(complaint))")
    }
    return outcome.stdout
  }

  /// Of each node whose series a folder has, an SVG element for a page.
  static func pictures(of folder: String) async throws -> [String: String] {
    var series = SeriesRead(terms: WaveTerms(), isThinned: true)
    for name in try Disk.names(in: folder) where name.hasSuffix(".csv") {
      try series.take("\(folder)/\(name)")
    }
    series.finish([], expected: [])
    var pictures: [String: String] = [:]
    for wave in series.waves {
      let plot = series.plot("dom0's memory", only: wave.node)
      let drawn = try await drawn(plot, .svg(width: 1000, height: PlotScript.height(panels: 1, width: 1000)))
      let text = String(decoding: drawn, as: UTF8.self)
      // What stands before the element is for a file of its own.
      if let start = text.firstRange(of: "<svg") { pictures[wave.node] = String(text[start.lowerBound...]) }
    }
    return pictures
  }
}
