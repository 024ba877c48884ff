/** The server's nonce for style elements. The browser hides the attribute but not the property. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

/** Libraries make style elements and not all can be told the nonce: each one that this page makes carries it. */
export function styleElementsCarryNonce(): void {
  const make = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}
