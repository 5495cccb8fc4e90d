// Draws the icons that browsers and phones request as images, from public/favicon.svg, into the built site.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Resvg } from "@resvg/resvg-js";

const root = path.resolve(import.meta.dirname, "..");
const drawing = readFileSync(path.join(root, "public/favicon.svg"), "utf8");
const inside = drawing.replace(/^<svg[^>]*>|<\/svg>\s*$/g, "");
const paper = "#FBFAF7";

/**
 * Draws the icon on a square; transparent without a background.
 *
 * @param part - the drawing's size as a fraction of the square's
 */
function draw(size, { part = 1, background } = {}) {
  const edge = 28 / part;
  const from = (28 - edge) / 2;
  const ground = background
    ? `<rect x="${from}" y="${from}" width="${edge}" height="${edge}" fill="${background}"/>`
    : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${from} ${from} ${edge} ${edge}">${ground}${inside}</svg>`;
  return new Resvg(svg, { fitTo: { mode: "width", value: size } }).render().asPng();
}

/** An icon file of several PNG images: a header, an entry of 16 bytes for each, and the images. */
function toIco(pictures) {
  const header = Buffer.alloc(6 + 16 * pictures.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(pictures.length, 4);
  let offset = header.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const entry = 6 + 16 * index;
    header.writeUInt8(size, entry);
    header.writeUInt8(size, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...pictures.map(({ png }) => png)]);
}

const icons = {
  "favicon.ico": toIco([16, 32, 48].map((size) => ({ size, png: draw(size) }))),
  "apple-touch-icon.png": draw(180, { part: 0.7, background: paper }),
  "icon-192.png": draw(192),
  "icon-512.png": draw(512),
  // A phone may crop a fifth on each side.
  "icon-maskable-512.png": draw(512, { part: 0.55, background: paper }),
};

const folder = path.join(root, "build/client");
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(icons)) writeFileSync(path.join(folder, name), content);
