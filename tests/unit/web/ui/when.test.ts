import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { sayMoment } from "~/core/time/moment-words.server";
import { sayDay } from "~/core/time/words";
import { When } from "~/web/ui/when";

const draw = (props: Parameters<typeof When>[0]) => renderToStaticMarkup(createElement(When, props));

it("draws a moment and a day, for people and for programs", () => {
  const at = new Date("2026-09-21T22:13:20Z");
  expect(draw({ at: sayMoment(at, "minute", "UTC") })).toBe(
    '<time dateTime="2026-09-21T22:13:20.000Z">21 Sept 2026, 22:13</time>',
  );
  expect(draw({ at: sayDay("2026-12-04", "2026-01-01"), title: "2026-12-04", className: "soon" })).toBe(
    '<time dateTime="2026-12-04" title="2026-12-04" class="soon">4 Dec</time>',
  );
});
