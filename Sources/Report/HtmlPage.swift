extension Markup {
  /// A whole page. A browser is told to run and to load nothing, whatever might stand in it.
  static func page(_ title: String, _ body: Markup) -> String {
    let head = Markup(
      "head",
      [
        .void("meta", ["charset": "utf-8"]),
        .void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .void("meta", ["name": "color-scheme", "content": "light dark"]),
        .void("meta", ["name": "referrer", "content": "no-referrer"]),
        .void(
          "meta",
          [
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
          ]),
        Markup("title", title), Markup("style", [Markup(trusted: HtmlStyle.sheet)]),
      ])
    return "<!doctype html>\n" + Markup("html", ["lang": "en"], [head, body]).source + "\n"
  }
}
