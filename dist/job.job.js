// src/job/job.ts
const MOST_HANDED_ON = 64 << 20;

export { MOST_HANDED_ON };