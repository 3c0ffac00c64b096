/** A part of a page that is generated from a file, between two comments. */
interface Part {
  readonly text: string;
  readonly name: string;
  readonly file: string;
}

/**
 * A page with the content between its markers replaced.
 * @throws an error if the page lacks them
 */
export function between({ text, name, file }: Part, content: string): string {
  const begin = `<!-- ${name}: generated from ${file} by npm run generate -->`;
  const end = `<!-- /${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The page lacks the markers ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}
