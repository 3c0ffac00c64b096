/** A web address without a login, a query and a final slash; undefined: the text is not one. */
export function httpUrl(text: string | undefined): string | undefined {
  if (!text || !URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash } = new URL(text);
  const isPlain = username === "" && password === "" && search === "" && hash === "";
  return isPlain && /^https?:$/.test(protocol) ? text.replace(/(?<!\/)\/+$/, "") : undefined;
}
