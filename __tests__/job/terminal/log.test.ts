import { describe, expect, it } from "vitest";
import { terminalLog } from "../../../src/job/terminal/log.ts";

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
    expect(written((log) => log.error("error: [no-image] nothing"))).toBe("error: [no-image] nothing\n");
  });

  it("shows an answer in colours only if they are wanted", () => {
    const print = ({ colours }: { readonly colours: boolean }) => `colours: ${colours}`;
    expect(written((log) => log.show(print))).toBe("colours: false\n");
    let text = "";
    terminalLog({ write: (more) => (text += more) }, { colours: true }).show(print);
    expect(text).toBe("colours: true\n");
  });

  it("shows control characters instead of obeying them", () => {
    expect(written((log) => log.info("\u001b[31mred"))).not.toContain("\u001b");
  });
});
