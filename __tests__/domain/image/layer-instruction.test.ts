import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layerInstructions, shownInstruction } from "../../../src/domain/image/layer-instruction.ts";
import { cpuMs } from "../../support/runs/patience.ts";

describe("an instruction", () => {
  it.each([
    ["RUN /bin/sh -c pip install -r requirements.txt # buildkit", "RUN pip install -r requirements.txt"],
    ["/bin/sh -c apt-get update", "RUN apt-get update"],
    ["/bin/sh -c #(nop) ADD file:2f7b1e0c in / ", "ADD file:2f7b1e0c in /"],
    ['/bin/sh -c #(nop)  CMD ["python3"]', 'CMD ["python3"]'],
    ["COPY . .  # buildkit", "COPY . ."],
    ["WORKDIR /app # buildkit", "WORKDIR /app"],
    ['CMD ["python3" "main.py"]', 'CMD ["python3" "main.py"]'],
    ["bazel build ...", "bazel build ..."],
    ["", ""],
    ["RUN /bin/bash -o pipefail -c curl x | tar x # buildkit", "RUN curl x | tar x"],
    ["/bin/bash -euxo pipefail -c make", "RUN make"],
    ["/bin/ash -ec make", "RUN make"],
    ["cmd /S /C dir", "RUN dir"],
    ["powershell -NoProfile -Command Get-Item x", "RUN Get-Item x"],
    ["cmd /S /C #(nop) ENV A=secret", "ENV A=…"],
    ["powershell -Command $x; #(nop)  ENV A=secret", "ENV A=…"],
    ["|1 TOKEN=secret /bin/sh -c make install", "RUN make install"],
    ["RUN |2 A=b TOKEN=secret word /bin/sh -c make install # buildkit", "RUN make install"],
    ["RUN |1 CMD=/bin/sh -c secret /bin/sh -c make # buildkit", "RUN make"],
    ["RUN |1 CMD=x\n/bin/bash -c secret\n /bin/sh -c make # buildkit", "RUN make"],
    ["RUN |1 TOKEN=secret make install # buildkit", "RUN …"],
    ["|0 /bin/sh -c make", "RUN make"],
    ["RUN |1 TOKEN=secret", "RUN …"],
    ["ENV DB_PASSWORD=secret", "ENV DB_PASSWORD=…"],
    ["ENV A=b C=secret", "ENV A=…"],
    ["ENV A secret with spaces", "ENV A=…"],
    ["env lower=secret", "ENV lower=…"],
    ["ARG TOKEN=secret", "ARG TOKEN=…"],
    ["ARG TOKEN", "ARG TOKEN"],
    ["ENV", "ENV"],
    ["/bin/sh -c #(nop)  ENV API_KEY=secret PLAIN=secret", "ENV API_KEY=…"],
    ["ONBUILD ENV A=secret", "ONBUILD ENV A=…"],
    ["/bin/sh -c #(nop)  ONBUILD ARG A=secret", "ONBUILD ARG A=…"],
    ["RUN /bin/sh -c git clone https://me:secret@host/x # buildkit", "RUN git clone https://***@host/x"],
    ["RUN /bin/sh -c TOKEN=secret make", "RUN TOKEN=***"],
    ["RUN /bin/sh -c NPM_TOKEN='a secret' npm ci", "RUN NPM_TOKEN=***"],
    ["RUN /bin/sh -c curl -H 'Authorization: Bearer secretsecret' x", "RUN curl -H 'Authorization: ***"],
    ["RUN /bin/sh -c cat <<EOF > /x\nsecret\nEOF\n", "RUN cat <<EOF > /x …"],
    ["RUN /bin/sh -c a \\\n  && b", "RUN a \\ && b"],
    ["RUN /bin/sh -c cat << 'E' > /x\nsecret\nE", "RUN cat << 'E' > /x …"],
    ["COPY a b # buildkit \n", "COPY a b"],
    ["/bin/sh  -c  #(nop)  CMD x", "CMD x"],
    ["cmd /S  /C #(nop) CMD x", "CMD x"],
    ["RUN  |1 A=secret /bin/sh -c make", "RUN make"],
    ["RUN |12 A=secret /bin/sh -c make", "RUN make"],
    ["RUN |1", "RUN …"],
    ["COPY ENV x", "COPY ENV x"],
    ["ONBUILD  ENV A=secret", "ONBUILD ENV A=…"],
    ["ENV  A=secret", "ENV A=…"],
    ["ENV =secret", "ENV …"],
    ["ENV 1A=secret", "ENV …"],
    ["run make", "RUN make"],
    ["bazel RUN x", "bazel RUN x"],
    ["bazel /bin/sh -c x", "bazel /bin/sh -c x"],
    ["RUN  /bin/sh -c make", "RUN make"],
    ["sh -c make", "RUN make"],
    ["/usr/bin/bash -c make", "RUN make"],
    ["/usr/local/bin/bash  -e  -o  pipefail  -c  make", "RUN make"],
    ["cmd.exe  /S  /C  dir", "RUN dir"],
    ["pwsh.exe  -NoProfile  -Command  x", "RUN x"],
  ])("is shown: %j", (createdBy, shown) => {
    expect(shownInstruction(createdBy)).toBe(shown);
  });

  it("is cut if it is a script", () => {
    const shown = shownInstruction(`RUN /bin/sh -c ${"x".repeat(5000)}`);
    expect(shown.length).toBeLessThanOrEqual(501);
    expect(shown.endsWith("…")).toBe(true);
    const whole = `RUN ${"x".repeat(496)}`;
    expect(shownInstruction(whole)).toBe(whole);
    expect(shownInstruction(`RUN ${"x".repeat(495)}🦄🦄`)).toBe(`RUN ${"x".repeat(495)}…`);
    expect(shownInstruction(`RUN 🦄${"x".repeat(600)}`)).toBe(`RUN 🦄${"x".repeat(494)}…`);
  });
});

const SECRET = "s3cr3tV4lue";
const name = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/);
/** Realistic values: with spaces, quotes, line breaks, other names, even shells. */
const value = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        " ",
        "\n",
        "=",
        '"',
        "'",
        " B=",
        " /bin/sh -c ",
        "/bin/bash -c ",
        " cmd /S /C ",
        "|1 ",
        "#(nop)",
        " # buildkit",
        "<<EOF",
        "ENV ",
      ),
      fc.stringMatching(/^[a-z]{0,5}$/),
    ),
    { maxLength: 6 },
  )
  .chain((parts) => fc.nat(parts.length).map((at) => parts.toSpliced(at, 0, SECRET).join("")));
const shell = fc.constantFrom(
  "/bin/sh -c",
  "/bin/bash -o pipefail -c",
  "/bin/ash -ec",
  "cmd /S /C",
  "powershell -Command",
);

describe("no value of a build argument, ARG or ENV", () => {
  it("is left of a RUN, whatever the values are", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value), { minLength: 1, maxLength: 4 }),
        shell,
        fc.boolean(),
        (args, sh, isBuildkit) => {
          const prefix = `|${args.length} ${args.map(([key, each]) => `${key}=${each}`).join(" ")}`;
          const text = isBuildkit ? `RUN ${prefix} ${sh} make all # buildkit` : `${prefix} ${sh} make all`;
          expect(shownInstruction(text)).toBe("RUN make all");
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is left of ENV and ARG, in any style", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          "ENV ",
          "ARG ",
          "/bin/sh -c #(nop)  ENV ",
          "/bin/sh -c #(nop) ARG ",
          "ONBUILD ENV ",
          "cmd /S /C #(nop) ENV ",
        ),
        name,
        fc.constantFrom("=", " "),
        value,
        fc.constantFrom("", " # buildkit"),
        (start, key, sign, each, end) => {
          expect(shownInstruction(`${start}${key}${sign}${each}${end}`)).not.toContain(SECRET);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("takes longer than a moment, however hostile the text is", () => {
    for (const part of [
      "/bin/sh -c ",
      "|1 A=",
      "sh -a ",
      "-o x ",
      "ENV ",
      "<<E ",
      "://",
      "TOKEN=",
      " ",
      "powershell -a ",
    ]) {
      const start = cpuMs();
      shownInstruction(part.repeat(20_000));
      shownInstruction(`RUN |1 A=${part.repeat(20_000)}`);
      expect(cpuMs() - start, part).toBeLessThan(1000);
    }
  });
});

describe("the instructions of layers", () => {
  const history = [
    { created_by: "ADD x /" },
    { created_by: "ENV A=b", empty_layer: true },
    { created_by: "RUN /bin/sh -c make" },
    { created_by: "" },
  ];

  it("are the history's entries that made a layer, in order", () => {
    expect(layerInstructions(history, 3)).toEqual(["ADD x /", "RUN make", undefined]);
  });

  it("are not known if an entry does not tell", () => {
    expect(layerInstructions([{}], 1)).toEqual([undefined]);
  });

  it("are not guessed if the numbers do not agree", () => {
    expect(layerInstructions(history, 2)).toEqual([undefined, undefined]);
    expect(layerInstructions(undefined, 2)).toEqual([undefined, undefined]);
  });
});
