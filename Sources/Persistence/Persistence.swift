import Model
public import World
public enum Persistence {
  public static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading? { nil }
}
