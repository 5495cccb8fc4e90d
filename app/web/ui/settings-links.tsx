import { Link } from "@remix-run/react";

export type SettingsLink = { to: string; label: string; help: string; state?: string };

/** The list of links to the parts of the settings that have their own page. */
export function SettingsLinks({ links }: { links: SettingsLink[] }) {
  return (
    <section aria-labelledby="more-heading">
      <h2 id="more-heading" className="section-heading">
        Security and data
      </h2>
      <ul className="rows">
        {links.map(({ to, label, help, state }) => (
          <li key={to} className="border-b border-hairline py-3">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4">
              <Link to={to} className="link inline-flex min-h-11 items-center font-medium">
                {label}
              </Link>
              {state && <p className="text-sm text-muted">{state}</p>}
            </div>
            <p className="help">{help}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
