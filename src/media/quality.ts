/** How hard to encode: the faster, the larger for the same looks. */
export const qualities = ["low", "medium", "high"] as const;
export type Quality = (typeof qualities)[number];
