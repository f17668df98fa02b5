/** Stands in until the first OpenAPI document is written; `npm run client` replaces this file. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type paths = any;
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type components = any;
