import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RunStamp, readStamped, stamped, wholeNumber } from "../../src/domain/run-stamp.ts";

const MARKER = "<!-- image-gate v1 app -->";
const STAMP: RunStamp = { run: 42, number: 7, attempt: 1, event: "pull_request", commit: "a".repeat(40) };
const line = (words: string) => `<!-- image-gate v1 app ${words} -->`;
const NEEDED = "run=42 number=7 attempt=1 event=push";
const READ = { stamp: { run: 42, number: 7, attempt: 1, event: "push", commit: undefined } };

describe("the hidden line", () => {
  it("is the marker with the run's words before its end, and the bare marker if no run is known", () => {
    expect(stamped(MARKER, STAMP)).toBe(line(`run=42 number=7 attempt=1 event=pull_request commit=${"a".repeat(40)}`));
    expect(stamped(MARKER, { ...STAMP, event: "push", commit: undefined })).toBe(line(NEEDED));
    expect(stamped(MARKER, undefined)).toBe(MARKER);
  });

  it("reads as the run that wrote it", () => {
    const number = fc.integer({ min: 1, max: 999_999_999_999_999 });
    const commit = fc.stringMatching(/^[0-9a-f]{40,64}$/);
    const stamp = fc.record({
      run: number,
      number,
      attempt: number,
      event: fc.constantFrom("push", "merge_group", "workflow_dispatch"),
      commit: fc.option(commit, { nil: undefined }),
    });
    fc.assert(
      fc.property(stamp, (each) => {
        expect(readStamped(stamped(MARKER, each), MARKER)).toEqual({ stamp: each });
      }),
    );
    expect(readStamped(MARKER, MARKER)).toEqual({});
  });

  it("may have words that a later version writes, among them some with a sign", () => {
    expect(readStamped(line(`${NEEDED} later=v1.2-x_y`), MARKER)).toEqual(READ);
    expect(readStamped(line(`later=1 ${NEEDED}`), MARKER)).toEqual(READ);
  });

  it.each([
    ["run", "number=7 attempt=1 event=push"],
    ["number", "run=42 attempt=1 event=push"],
    ["attempt", "run=42 number=7 event=push"],
    ["event", "run=42 number=7 attempt=1"],
    ["number that can be read", "run=42 number=0 attempt=1 event=push"],
  ])("is this marker's, of no run, without a %s", (_, words) => {
    expect(readStamped(line(words), MARKER)).toEqual({});
  });

  it.each([
    ["short", "a".repeat(39)],
    ["long", "a".repeat(65)],
    ["no hex number", `g${"a".repeat(40)}`],
    ["one with its own end", `${"a".repeat(40)}-g`],
  ])("names no commit where it is %s", (_, commit) => {
    expect(readStamped(line(`${NEEDED} commit=${commit}`), MARKER)).toEqual(READ);
  });

  it.each([
    ["of another marker", "<!-- image-gate v1 other run=42 number=7 attempt=1 event=push -->"],
    ["of a marker that starts the same", "<!-- image-gate v1 app2 run=42 number=7 attempt=1 event=push -->"],
    ["with text before it", `> ${line(NEEDED)}`],
    ["with text behind it", `${line(NEEDED)} and more`],
    ["that is not closed", line(NEEDED).slice(0, -4)],
    ["with the start alone", "<!-- image-gate v1 app "],
    ["with no word", line("")],
    ["with a word without value", line(`${NEEDED} later=`)],
    ["with a word without name", line(`${NEEDED} =1`)],
    ["with a value of other signs", line(`${NEEDED} later=<b>`)],
    ["with a name of other signs", line(`Later=1 ${NEEDED}`)],
    ["with two spaces", line(`run=42  number=7 attempt=1 event=push`)],
    ["with prose before the words", line(`see ${NEEDED}`)],
    ["with prose behind the words", line(`${NEEDED} see`)],
  ])("%s is not this marker's", (_, text) => {
    expect(readStamped(text, MARKER)).toBeUndefined();
  });
});

describe("a whole number", () => {
  it("is positive, has no sign alongside its digits, and loses nothing in JavaScript", () => {
    expect([wholeNumber("1"), wholeNumber("10"), wholeNumber("999999999999999")]).toEqual([1, 10, 999_999_999_999_999]);
    for (const text of ["0", "01", "-1", "+1", "1.5", "1e3", " 1", "1 ", "1a", "", "1000000000000000", undefined])
      expect([text, wholeNumber(text)]).toEqual([text, undefined]);
  });
});
