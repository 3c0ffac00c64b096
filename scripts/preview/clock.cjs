// Loaded before the bundle when the pictures are drawn: it is always the same moment, so that a run tells the same dates.
const now = Date.parse("2026-11-24T15:00:00Z");

globalThis.Date = class extends Date {
  constructor(...values) {
    super(...(values.length === 0 ? [now] : values));
  }
  static now() {
    return now;
  }
};
