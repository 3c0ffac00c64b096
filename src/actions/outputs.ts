/** An action's outputs, each made from a run's answer. All of them are always set, to `""` without a value. */
export function actionOutputs<Answer extends readonly unknown[]>(
  outputs: Readonly<Record<string, (...answer: Answer) => string | undefined>>,
) {
  const rows = Object.entries(outputs);
  return {
    names: rows.map(([name]) => name) as readonly string[],
    outputsOf: (...answer: Answer): Readonly<Record<string, string>> =>
      Object.fromEntries(rows.map(([name, make]) => [name, make(...answer) ?? ""])),
  };
}
