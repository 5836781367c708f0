@main
struct Trueup {
  static func main() { print("trueup") }
}
