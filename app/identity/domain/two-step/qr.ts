import { encode } from "uqr";

/**
 * A QR code as an SVG path of squares of side 1, on a board of `size` by `size` with the quiet zone that scanners need.
 */
export type QrDrawing = Readonly<{ size: number; path: string }>;

/** Draws a text as a QR code (ISO/IEC 18004) with error correction M and a quiet zone of four squares. */
export function drawQr(text: string): QrDrawing {
  const { size, data } = encode(text, { ecc: "M", border: 4 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join("");
  return { size, path };
}
