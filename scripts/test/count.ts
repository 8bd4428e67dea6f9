export interface Count {
  passed: number;
  failed: number;
  /** Proofs that did not run, each as one line for a person. */
  leftOut: string[];
}

export function addUp(counts: Count[]): Count {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    leftOut: counts.flatMap(({ leftOut }) => leftOut),
  };
}
