import Model

extension Guard {
  /// Of dom0's memory. What it needs beyond what is free would be taken from nobody knows whom; and a target below what dom0
  /// uses kills the node (measured: the OOM killer takes xenstored and sshd).
  var memoryObstacles: String? {
    switch self {
    case .balloonStill:
      """
      SELECT 'the balloon of ' || b.node || ' is at ' || b.current_kib || ' KiB and goes for ' || b.target_kib
      FROM balloon b WHERE b.node = :node AND abs(b.target_kib - b.current_kib) > 4
      AND abs(b.target_kib - :memory_kib) > 4 AND abs(b.current_kib - :memory_kib) > 4
      AND NOT coalesce(b.shortfall_before_kib = b.shortfall_kib AND b.at_ms - b.still_since_ms >= 30000, 0)
      UNION ALL SELECT 'what the balloon driver of ' || :node || ' does is not known' WHERE NOT EXISTS (
        SELECT 1 FROM balloon b WHERE b.node = :node AND b.target_kib IS NOT NULL AND b.current_kib IS NOT NULL)
      """
    case .balloonGaveUp:
      """
      SELECT 'the balloon of ' || :node || ' does not stand below its target' WHERE NOT EXISTS (
        SELECT 1 FROM balloon b WHERE b.node = :node AND b.target_kib - b.current_kib > 4
        AND b.shortfall_before_kib = b.shortfall_kib AND b.at_ms - b.still_since_ms >= 30000)
      """
    case .memoryFree:
      """
      SELECT 'dom0 of ' || o.node || ' needs ' || (:memory_kib - o.dom0_low_kib) || ' KiB, and Xen has ' ||
        coalesce(o.free_kib || ' KiB free', 'an unknown amount free')
      FROM dom0 o WHERE o.node = :node AND :memory_kib > o.dom0_low_kib
      AND (o.free_kib IS NULL OR o.free_kib < :memory_kib - o.dom0_low_kib)
      """
    case .memoryWithinBounds:
      """
      SELECT 'what dom0 of ' || :node || ' should have is not known' WHERE NOT EXISTS (
        SELECT 1 FROM dom0 o WHERE o.node = :node AND o.baseline_kib IS NOT NULL AND o.dom0_low_kib IS NOT NULL)
      UNION ALL SELECT 'dom0 of ' || o.node || ' should have no more than ' || o.baseline_kib || ' KiB' FROM dom0 o
      WHERE o.node = :node AND :memory_kib > o.baseline_kib
      UNION ALL SELECT 'no target of dom0 may be above ' || s.static_maximum_kib || ' KiB (static-max)' FROM vmm_store s
      WHERE s.node = :node AND s.domid = 0 AND s.static_maximum_kib < :memory_kib
      UNION ALL SELECT 'dom0 of ' || o.node || ' should have at least ' || t.dom0_minimum_kib || ' KiB' FROM dom0 o
      CROSS JOIN site t WHERE o.node = :node AND :memory_kib < t.dom0_minimum_kib
      UNION ALL SELECT 'what dom0 of ' || o.node || ' uses is not known, and it is to have less' FROM dom0 o
      WHERE o.node = :node AND :memory_kib < o.dom0_low_kib AND NOT EXISTS (
        SELECT 1 FROM node_memory m WHERE m.node = o.node AND m.available_kib IS NOT NULL)
      UNION ALL SELECT 'dom0 of ' || o.node || ' has ' || m.available_kib || ' KiB to spare, and is to lose ' ||
        (o.dom0_high_kib - :memory_kib) || ' with a margin of ' || t.margin_kib
      FROM dom0 o JOIN node_memory m ON m.node = o.node CROSS JOIN site t
      WHERE o.node = :node AND :memory_kib < o.dom0_low_kib
      AND m.available_kib < o.dom0_high_kib - :memory_kib + t.margin_kib
      """
    default: nil
    }
  }
}
