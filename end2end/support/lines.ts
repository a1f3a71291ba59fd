// One line per test, `ok: NAME`, `FAILED: NAME` or `skip: NAME: REASON`: what dev/test counts.

import type { FullResult, Reporter, Suite, TestCase } from "@playwright/test/reporter";

export default class Lines implements Reporter {
  private suite?: Suite;

  onBegin(_config: unknown, suite: Suite) {
    this.suite = suite;
  }

  onEnd(result: FullResult) {
    const tests = this.suite?.allTests() ?? [];
    console.log();
    for (const test of tests) console.log(line(test));
    if (tests.length === 0 && result.status === "failed") console.log("FAILED: no test could be loaded");
  }

  printsToStdio() {
    return true;
  }
}

function line(test: TestCase): string {
  const name = test
    .titlePath()
    .filter((part) => part !== "")
    .join(" > ");
  switch (test.outcome()) {
    case "expected":
    case "flaky":
      return `ok: ${name}`;
    case "skipped":
      return `skip: ${name}: ${reason(test)}`;
    case "unexpected":
      return `FAILED: ${name}`;
  }
}

/** Why it did not run: what its `skip` says, or that an earlier test of its group failed. */
function reason(test: TestCase): string {
  const notes = [...test.annotations, ...test.results.flatMap((result) => result.annotations)];
  return (
    notes.find((note) => note.type === "skip" && note.description)?.description ??
    "an earlier test it needs did not pass"
  );
}
