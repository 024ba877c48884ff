/** Bytes of an answer as an address for an image; it needs no giving back. */
export function dataUrl(bytes: Blob): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => done(typeof reader.result === 'string' ? reader.result : ''));
    reader.addEventListener('error', () => fail(new Error('the bytes of an answer could not be read')));
    reader.readAsDataURL(bytes);
  });
}
