/** Files that could not be read as they are: why. */
export type OddFiles = "failed" | "locked" | "lies";
