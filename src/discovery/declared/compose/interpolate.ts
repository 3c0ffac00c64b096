/** Why a variable has no value, as a sentence without a full stop. */
export class NoValue extends Error {}

/** The value of a variable; undefined if it is not set. @throws NoValue if it is set to something that has no value */
export type Lookup = (name: string) => string | undefined;

/** Longer templates of an image do not occur. It bounds the recursion too. */
const MAX_LENGTH = 4096;

const VARIABLE = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{)/g;
const BRACED = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([^\n]*))?$/;

/**
 * Resolves variables as Compose does (https://docs.docker.com/reference/compose-file/interpolation/, compose-go's
 * `template`), with one difference: a variable that is not set and has no default becomes an empty text there, with a
 * warning. Here the wrong image would be looked at, so it throws.
 * @throws NoValue
 */
export function interpolate(template: string, lookup: Lookup): string {
  if (template.length > MAX_LENGTH) throw new NoValue(`more than ${MAX_LENGTH} characters are no image`);
  const variable = new RegExp(VARIABLE);
  let result = "";
  let at = 0;
  for (let match = variable.exec(template); match !== null; match = variable.exec(template)) {
    const [whole, dollar, name] = match;
    result += template.slice(at, match.index);
    at = match.index + whole.length;
    if (dollar !== undefined) result += "$";
    else if (name !== undefined) result += valueOfVariable(name, lookup);
    else {
      const end = closingBrace(template, at);
      result += substitute(template.slice(at, end), lookup);
      at = end + 1;
    }
    variable.lastIndex = at;
  }
  return result + template.slice(at);
}

/**
 * The brace that ends an expression whose text starts at `start`. Compose counts every brace, but not one that follows
 * an opening brace at once; if the count does not come out, the last brace of the line ends it.
 */
function closingBrace(template: string, start: number): number {
  const line = template.indexOf("\n", start);
  const text = template.slice(0, line === -1 ? template.length : line);
  const plain = /^[A-Za-z_][A-Za-z0-9_]*\}/.exec(text.slice(start));
  if (plain !== null) return start + plain[0].length - 1;
  let open = 1;
  // The character after an opening brace is skipped: here, the first of the name.
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "}" && --open === 0) return at;
    if (text[at] === "{") {
      open++;
      at++;
    }
  }
  const last = text.lastIndexOf("}");
  if (last >= start) return last;
  throw new NoValue("a brace is not closed; a $ that is meant as such is written $$");
}

function substitute(expression: string, lookup: Lookup): string {
  const [, name, operator, operand = ""] = BRACED.exec(expression) ?? [];
  if (name === undefined) throw new NoValue("what stands in the braces is no variable of Compose");
  if (operator === undefined) return valueOfVariable(name, lookup);
  const value = lookup(name);
  const counts = value !== undefined && (value !== "" || !operator.startsWith(":"));
  if (operator.endsWith("+")) return counts ? interpolate(operand, lookup) : (value ?? "");
  if (counts) return value;
  if (operator.endsWith("-")) return interpolate(operand, lookup);
  throw new NoValue(`the variable ${name} is required`);
}

function valueOfVariable(name: string, lookup: Lookup): string {
  const value = lookup(name);
  if (value === undefined) throw new NoValue(`the variable ${name} is not set and has no default`);
  return value;
}
