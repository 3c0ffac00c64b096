import { describe, expect, it } from "vitest";
import { terminalLog } from "../../../src/platforms/terminal/log.ts";

function written(act: (log: ReturnType<typeof terminalLog>) => void): string {
  let text = "";
  act(terminalLog({ write: (more) => (text += more) }));
  return text;
}

describe("terminalLog", () => {
  it("writes no workflow command", () => {
    const text = written((log) => {
      log.startGroup("Trivy");
      log.info("a line\n::error::b");
      log.debug("unseen");
      log.endGroup();
      log.notice("n");
      log.warning("w", { file: "p.yml", line: 3 });
      log.error("e");
    });
    expect(text).toBe("Trivy\na line\n: :error::b\nnotice: n\nwarning: w (p.yml:3)\nerror: e\n");
  });

  it("does not say twice that an error is one", () => {
    expect(written((log) => log.error("error: [no-target] nothing"))).toBe("error: [no-target] nothing\n");
  });

  it("has colours only if they are wanted, and then after the text is harmless", () => {
    const paint = (text: string) => `\u001b[31m${text}\u001b[0m`;
    expect(written((log) => log.info("a", paint))).toBe("a\n");
    let text = "";
    terminalLog({ write: (more) => (text += more) }, { colours: true }).info("\u001b[2Ja", paint);
    expect(text).toBe("\u001b[31m[U+001B][2Ja\u001b[0m\n");
  });

  it("shows control characters instead of obeying them", () => {
    expect(written((log) => log.info("\u001b[31mred"))).not.toContain("\u001b");
  });
});
