/** The gate's own share is at most a fifth of the floor: what checking every byte and bare Trivy take (floor.ts). */
export const OF_FLOOR = 1.2;
/** Where the scanner has much to do, it is at most a tenth. */
export const OF_LARGE_FLOOR = 1.1;
