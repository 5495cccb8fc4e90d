/**
 * The fields with text that somebody has written, and their labels. The other fields are choices, which are quickly
 * made again.
 */
const written: Record<string, string> = { title: "Title", description: "Description", name: "Name" };

/** Shows what was typed into a form that cannot be shown again, so that the text can be read and copied. */
export function TypedText({ typed }: { typed: readonly (readonly [string, string])[] }) {
  const shown = typed.filter(([name, value]) => Object.hasOwn(written, name) && value.trim() !== "");
  if (!shown.length) return null;
  return (
    <div className="mb-6">
      <p className="mb-4">This is what you typed:</p>
      {shown.map(([name, value]) => (
        <div key={name} className="mb-5 space-y-1.5">
          <label className="label" htmlFor={`typed-${name}`}>
            {written[name]}
          </label>
          <textarea
            className="input"
            id={`typed-${name}`}
            readOnly
            rows={name === "description" ? 6 : 1}
            defaultValue={value}
            dir="auto"
          />
        </div>
      ))}
    </div>
  );
}
