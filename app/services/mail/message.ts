import { withoutLinks } from "./untrusted-text";

/**
 * A message as text blocks, rendered as plain text (RFC 2046, section 4.1.3) and as HTML, so that every mail client can
 * show one of them. Outside text is escaped only here, and only a link block becomes a link.
 */
export type Block = string | Readonly<{ link: string; label: string }> | Readonly<{ facts: readonly Fact[] }>;

/** A name and a value: "Device", "Firefox on Linux". An `exact` value was validated before and is printed unchanged. */
type Fact = readonly [name: string, value: string | Readonly<{ exact: string }>];

const told = (value: Fact[1]): string => (typeof value === "string" ? withoutLinks(value) : value.exact);

export type Message = Readonly<{ subject: string; blocks: readonly Block[] }>;

const footer = (origin: string) => `Sent by Holdfast, the task manager at ${new URL(origin).host}.`;

/** The subject, in one line. */
export const toSubject = ({ subject }: Message): string => withoutLinks(subject);

/**
 * The message as plain text with lines of at most 76 columns. A link gets a line of its own, so that it is never
 * broken.
 *
 * @param origin - of this server, for the last line
 */
export function toText({ blocks }: Message, origin: string): string {
  const parts = blocks.map((block) => {
    if (typeof block === "string") return wrapped(withoutLinks(block));
    if ("link" in block) return `${block.label}:\n${block.link}`;
    return block.facts.map(([name, value]) => `  ${name}: ${told(value)}`).join("\n");
  });
  return `${[...parts, `-- \n${footer(origin)}`].join("\n\n")}\n`;
}

function wrapped(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line && line.length + word.length + 1 > 76) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.join("\n");
}

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

/** Mail clients read inline styles. Those that support dark colours read this too. */
const dark = `@media (prefers-color-scheme: dark) {
  .page { background: #161513 !important; } .ink { color: #ECE9E2 !important; } .muted { color: #A39D92 !important; }
  .rule { border-color: #35322D !important; } .accent { color: #63C2A7 !important; }
  .button { background: #63C2A7 !important; color: #10231D !important; }
}`;

const text = "font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; color: #1C1B19";
const small = "font: 13px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; color: #6A655C";

/**
 * The message as a small HTML document, light or dark as the reader's client is. It loads nothing from the network.
 *
 * @param origin - of this server, for the last line
 */
export function toHtml(message: Message, origin: string): string {
  const { blocks } = message;
  const subject = toSubject(message);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(subject)}</title>
<style>${dark}</style>
</head>
<body class="page" style="margin: 0; background: #FBFAF7">
<div style="max-width: 36rem; margin: 0 auto; padding: 32px 16px">
<p class="accent" style="${text}; color: #1F6F5C; font-weight: 600; margin: 0 0 24px">Holdfast</p>
<h1 class="ink" style="font: 500 24px/1.2 Georgia, 'Iowan Old Style', Palatino, serif; color: #1C1B19; margin: 0 0 20px">${escape(subject)}</h1>
${blocks.map(blockToHtml).join("\n")}
<p class="muted rule" style="${small}; border-top: 1px solid #E4E0D8; margin: 32px 0 0; padding: 16px 0 0">${escape(footer(origin))}</p>
</div>
</body>
</html>
`;
}

function blockToHtml(block: Block): string {
  if (typeof block === "string")
    return `<p class="ink" style="${text}; margin: 0 0 16px">${escape(withoutLinks(block))}</p>`;
  if ("link" in block) {
    const link = escape(block.link);
    return `<p style="margin: 24px 0 8px"><a class="button" href="${link}" style="${text}; display: inline-block; padding: 10px 20px; border-radius: 8px; background: #1F6F5C; color: #FFFFFF; text-decoration: none">${escape(block.label)}</a></p>
<p class="muted" style="${small}; margin: 0 0 24px; overflow-wrap: anywhere">${link}</p>`;
  }
  const rows = block.facts.map(
    ([name, value]) =>
      `<tr><td class="muted" style="${text}; color: #6A655C; padding: 2px 16px 2px 0; vertical-align: top; white-space: nowrap">${escape(name)}</td><td class="ink" style="${text}; padding: 2px 0; overflow-wrap: anywhere">${escape(told(value))}</td></tr>`,
  );
  return `<table role="presentation" cellspacing="0" style="margin: 0 0 16px; border-collapse: collapse">${rows.join("")}</table>`;
}
