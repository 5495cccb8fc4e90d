import { describe, expect, it } from "vitest";
import { dark, light } from "../../../tailwind.config";

type Role = keyof typeof light;

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

const texts: [Role, Role][] = [
  ["ink", "page"],
  ["ink", "surface"],
  ["ink", "accent-wash"],
  ["muted", "page"],
  ["muted", "surface"],
  ["accent", "page"],
  ["accent", "surface"],
  ["accent-strong", "page"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["danger", "page"],
  ["danger", "danger-wash"],
  ["on-danger", "danger"],
  ["attention", "page"],
];

const edges: [Role, Role][] = [
  ["field", "page"],
  ["field", "surface"],
  ["accent", "page"],
  ["danger", "surface"],
];

describe.each([
  ["light", light],
  ["dark", dark],
])("colours in %s", (_scheme, colours) => {
  it.each(texts)("%s can be read on %s (4.5 to 1, WCAG 1.4.3)", (text, background) => {
    expect(contrast(colours[text], colours[background])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(edges)("%s can be seen against %s (3 to 1, WCAG 1.4.11)", (edge, background) => {
    expect(contrast(colours[edge], colours[background])).toBeGreaterThanOrEqual(3);
  });
});
