import { setNonce } from "get-nonce";

/**
 * The nonce of this page's style policy, put into the page by the server for each request.
 * Libraries that insert a style element ask for it here or from get-nonce.
 */
export function styleNonce(): string {
  const held = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? "";
  return held.startsWith("__") ? "" : held;
}

export function announceNonce(): void {
  setNonce(styleNonce());
}
