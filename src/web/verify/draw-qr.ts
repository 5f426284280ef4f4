import { encodeQR } from 'qr';

/**
 * A QR code as the path of an SVG whose unit is one module, and its modules a side with margins.
 */
export interface DrawnQr {
  readonly path: string;
  readonly modules: number;
}

/** Draws a QR code that paper may damage by a seventh (ISO/IEC 18004 level M). */
export function drawQr(text: string): DrawnQr {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
  const path = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { path, modules: rows.length };
}
