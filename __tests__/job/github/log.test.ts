import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANNOTATIONS_PER_LEVEL, workflowLog } from "../../../src/job/github/log.ts";
import { harmless } from "../../../src/system/harmless-text.ts";
import { cpuMs } from "../../support/runs/patience.ts";
import { annotationsOf, workflowCommands } from "../../support/runs/workflow-commands.ts";

function capture() {
  const written: string[] = [];
  const log = workflowLog({ write: (text) => written.push(text) });
  return { log, text: () => written.join("") };
}

/** True if a runner could take the line for a command. It ignores characters without a width. */
function isCommand(line: string): boolean {
  const seen = line.replace(/[\p{DI}\p{Cf}]/gu, "").trimStart();
  return seen.startsWith("::") || seen.includes("##[");
}

/** Lines as the runner's reader (.NET) ends them: at LF, CR LF and a lone CR. */
function runnerLines(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom("::error::x", "##[group]", "::", ":", "#", "##", "[", "\n", "\r", "\r\n", "\t", " ", "\u00a0"),
      fc.constantFrom(..."\u2028\u2029\u0085\u200b\u202e\ufeff\u180e", "\u001b[31m", "%0A", "\ud800"),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("harmless", () => {
  // Proves: runs-no-workflow-command
  test("no text of strangers has a line that a runner takes for a command", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(runnerLines(harmless(text)).filter(isCommand)).toEqual([]);
        expect(workflowCommands(harmless(text))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test("no control, format or half character is left but line feed and tab", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(harmless(text).replace(/[\n\t]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
      { numRuns: 2000 },
    );
  });

  test("plain text stays as it is, with colons, hashes, other scripts and emoji", () => {
    const text = "fail: 2 CRITICAL (limit 0) in ghcr.io/acme/app::x\n  ## heading\n\tcafé 日本 ❌ ⚠️ 😀";
    expect(harmless(text)).toBe(text);
  });

  test("what a terminal obeys becomes its code point", () => {
    expect(harmless("a\u001b[31mb\rc\u202ed\u{e0001}")).toBe("a[U+001B][31mb[U+000D]c[U+202E]d[U+E0001]");
  });

  test.each(["\n", " ", ":", "#", "\ufe0f", "#\ufe0f", "\n \n:"])(
    "a million characters of %j take linear time",
    (part) => {
      const time = (length: number) => {
        const text = part.repeat(length / part.length);
        const start = cpuMs();
        harmless(text);
        return cpuMs() - start;
      };
      time(100_000);
      expect(time(1_000_000)).toBeLessThan(2000);
    },
  );

  test("CR LF is one end of line", () => {
    expect(harmless("a\r\n::b::\r\n")).toBe("a\n: :b::\n");
  });
});

describe("workflowLog", () => {
  test("several lines are held back one by one", () => {
    const { log, text } = capture();
    log.info("first\n  ::set-output name=verdict::pass\n##[add-mask]a");
    expect(text()).toBe("first\n  : :set-output name=verdict::pass\n# #[add-mask]a\n");
    expect(runnerLines(text()).filter(isCommand)).toEqual([]);
  });

  test("an answer is in colours only if the log shows them", () => {
    const written = { shown: "", plain: "" };
    const print = ({ colours }: { readonly colours: boolean }) => `colours: ${colours}`;
    workflowLog({ write: (text) => (written.shown += text) }, { colours: true }).show(print);
    workflowLog({ write: (text) => (written.plain += text) }).show(print);
    expect(written).toEqual({ shown: "colours: true\n", plain: "colours: false\n" });
  });

  test("a message stays one command with any text and any file name", () => {
    fc.assert(
      fc.property(hostileText, hostileText, fc.constantFrom("notice", "warning", "error"), (message, file, level) => {
        const { log, text } = capture();
        log[level as "notice"](message, { file, line: 3 });
        const lines = runnerLines(text());
        expect(lines).toHaveLength(2);
        expect(lines[0]).toMatch(new RegExp(`^::${level} file=[^,:\\n]*,line=3::`));
        expect(lines[0]).not.toContain("##[");
        expect(annotationsOf(workflowCommands(text()))).toEqual([expect.objectContaining({ level, line: 3 })]);
      }),
    );
  });

  test("percent, line ends, colons and commas are escaped as the runner undoes them", () => {
    const { log, text } = capture();
    log.warning("100%\nsecond", { file: "a,b:c%.yml", line: 12 });
    expect(text()).toBe("::warning file=a%2Cb%3Ac%25.yml,line=12::100%25%0Asecond\n");
  });

  test("a debug message, a group and its end are commands of one line each", () => {
    const { log, text } = capture();
    log.debug("a\nb");
    log.startGroup("Trivy\n::error::x");
    log.endGroup();
    expect(text()).toBe("::debug::a%0Ab\n::group::Trivy : :error::x\n::endgroup::\n");
  });

  test("a message longer than a runner keeps is shortened on a whole character and says so", () => {
    const { log, text } = capture();
    log.error(`${"a".repeat(3999)}😀😀`);
    expect(text()).toBe(`::error::${"a".repeat(3999)} … (shortened)\n`);
  });

  test("what exceeds the annotations of a step is written as plain text, for each level by itself", () => {
    const { log, text } = capture();
    for (let i = 1; i <= ANNOTATIONS_PER_LEVEL + 1; i++) log.annotate("warning", `w${i}`, { file: "p.yml", line: i });
    log.error("e1");
    const lines = text().trimEnd().split("\n");
    expect(lines.filter((line) => line.startsWith("::warning "))).toHaveLength(ANNOTATIONS_PER_LEVEL);
    expect(lines.slice(-2)).toEqual(["warning: w11 (p.yml:11)", "::error::e1"]);
  });

  test("a secret is masked whole, line by line and in the encodings in which it travels", () => {
    const { log, text } = capture();
    log.mask("pass/word+1\nsecond line");
    expect(text().trimEnd().split("\n")).toEqual([
      "::add-mask::pass/word+1%0Asecond line",
      "::add-mask::pass/word+1",
      "::add-mask::second line",
      `::add-mask::${Buffer.from("pass/word+1\nsecond line").toString("base64")}`,
      "::add-mask::pass%252Fword%252B1%250Asecond%2520line",
      "::add-mask::pass/word+1\\nsecond line",
    ]);
  });

  test("an empty or tiny secret masks nothing, as it would blank out the log", () => {
    const { log, text } = capture();
    for (const secret of ["", "\n \n", "ab", "a\nb"]) log.mask(secret);
    expect(text()).toBe("");
  });
});
