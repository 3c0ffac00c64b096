import { finish } from "../setup/command.ts";

/** Runs a program to its end; its output. @throws Error with the end of its output if it fails */
export async function must(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { code, stdout, stderr } = await finish(program, args, options);
  if (code !== 0) {
    const end = `${stdout}${stderr}`.trim().split("\n").slice(-8).join("\n");
    throw new Error(`${[program, ...args].join(" ").slice(0, 300)} ended with ${code}:\n${end}`);
  }
  return stdout;
}
