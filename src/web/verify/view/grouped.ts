const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** A digest in groups of four, as people compare it. */
export function grouped(hex: string): string {
  return hex.replace(/.{4}(?=.)/g, '$& ');
}

/** `2.8 GB`, in powers of 1000. */
export function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}
