import { join } from "node:path";
import { finish } from "../setup/command.ts";
import { root } from "../setup/tools.ts";

/** The command that the picture shows as typed. */
export const TYPED = "image-gate ghcr.io/acme/app:pr-7 --dockerfile=Dockerfile";

const COLUMNS = 100;

interface Options {
  readonly folder: string;
  /** The folder in which the command is started, with the Dockerfile and the policy. */
  readonly workspace: string;
  /** The inputs that name the scanner and its databases. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Runs the bundle's command at a terminal, as util-linux' `script` makes one. @returns what the terminal got */
export async function picturedTerminal({ folder, workspace, inputs, env }: Options): Promise<string> {
  const means = Object.entries(inputs).map(([name, value]) => `--${name}=${value}`);
  const words = [...TYPED.split(" ").slice(1), "--no-progress", ...means];
  const line = [process.execPath, join(root, "dist/image-gate.js"), ...words].map((word) => `'${word}'`).join(" ");
  const { code, stdout } = await finish("script", ["-qec", `stty cols ${COLUMNS} rows 50; ${line}`, "/dev/null"], {
    cwd: workspace,
    env: { PATH: process.env.PATH, HOME: folder, TERM: "xterm-256color", ...env },
  });
  if (code !== 1) throw new Error(`The command ended with ${code}, and not with the fail of the picture:\n${stdout}`);
  return stdout.replaceAll("\r\n", "\n");
}
