import type { Config } from "tailwindcss";
import plugin from "tailwindcss/plugin";

/**
 * The tokens of the look, by role. Colours are CSS variables with a light and a dark set, so that no class names a
 * scheme; tests/unit/look/contrast.test.ts holds every pair that meets on a page to WCAG's ratios.
 */
export const light = {
  page: "#FBFAF7",
  surface: "#FFFFFF",
  ink: "#1C1B19",
  muted: "#6A655C",
  hairline: "#E4E0D8",
  field: "#8C867B",
  accent: "#1F6F5C",
  "accent-strong": "#175747",
  "accent-wash": "#E9F1EC",
  "on-accent": "#FFFFFF",
  danger: "#A63A2B",
  "danger-wash": "#F8ECE8",
  "on-danger": "#FFFFFF",
  attention: "#80610C",
};

export const dark: typeof light = {
  page: "#161513",
  surface: "#1F1D1B",
  ink: "#ECE9E2",
  muted: "#A39D92",
  hairline: "#35322D",
  field: "#7A746A",
  accent: "#63C2A7",
  "accent-strong": "#83D3BC",
  "accent-wash": "#1B2B26",
  "on-accent": "#10231D",
  danger: "#F0907F",
  "danger-wash": "#33201C",
  "on-danger": "#2A0F0A",
  attention: "#D9B44A",
};

const variables = (set: typeof light) =>
  Object.fromEntries(Object.entries(set).map(([role, value]) => [`--${role}`, value]));

export default {
  content: ["./app/**/*.{ts,tsx}"],
  theme: {
    colors: {
      ...Object.fromEntries(Object.keys(light).map((role) => [role, `var(--${role})`])),
      transparent: "transparent",
      current: "currentColor",
    },
    fontFamily: {
      serif: ["ui-serif", "Iowan Old Style", "Palatino Linotype", "Palatino", "Georgia", "serif"],
      sans: ["system-ui", "sans-serif"],
    },
    fontSize: {
      sm: ["0.8125rem", "1.4"],
      base: ["0.9375rem", "1.55"],
      lg: ["1.0625rem", "1.5"],
      xl: ["1.3125rem", "1.3"],
      "2xl": ["1.75rem", "1.15"],
      "3xl": ["2.25rem", "1.15"],
    },
    borderRadius: { DEFAULT: "8px", full: "9999px", none: "0" },
    extend: {
      maxWidth: { column: "44rem" },
      transitionDuration: { DEFAULT: "120ms" },
      transitionTimingFunction: { DEFAULT: "ease-out" },
    },
  },
  plugins: [
    plugin(({ addBase }) => {
      addBase({
        ":root": variables(light),
        "@media (prefers-color-scheme: dark)": { ":root": variables(dark) },
      });
    }),
  ],
} satisfies Config;
