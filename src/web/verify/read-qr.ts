import { decodeQR } from 'qr/decode.js';

const MAX_PICTURE_BYTES = 40 * 1024 * 1024;
/** Longer sides are scaled down: the second try is for photographs, whose grain hides the code. */
const MAX_SIDES = [1600, 800];
const TIME_LIMIT_MS = 1500;

/**
 * The text of the QR code in a picture, read on this computer. Undefined: no code is found, or the
 * file is no picture. Never rejects for what a file holds.
 */
export async function readQr(file: File): Promise<string | undefined> {
  if (file.size > MAX_PICTURE_BYTES) return undefined;
  try {
    const picture = await createImageBitmap(file);
    try {
      return MAX_SIDES.map((side) => decoded(picture, side)).find((text) => text !== undefined);
    } finally {
      picture.close();
    }
  } catch {
    return undefined; // no picture that this browser can show
  }
}

function decoded(picture: ImageBitmap, maxSide: number): string | undefined {
  const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  const [width, height] = [
    Math.max(1, Math.round(picture.width * scale)),
    Math.max(1, Math.round(picture.height * scale)),
  ];
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) return undefined;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0, width, height);
  try {
    return decodeQR(context.getImageData(0, 0, width, height), { timeLimit: TIME_LIMIT_MS });
  } catch {
    return undefined; // it finds none
  }
}
