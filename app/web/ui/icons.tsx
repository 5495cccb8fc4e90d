/**
 * Line drawings, defined once per page (`IconDefinitions`) and referred to by name, so that a list of fifty rows stays
 * small.
 */
const paths = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  trash: "M4 7h16M10 11v6M14 11v6M6 7l1 12a2 2 0 0 0 2 2h6a2 2 0 0 0 2-2l1-12M9 7V5a2 2 0 0 1 2-2h2a2 2 0 0 1 2 2v2",
  alert: "M12 8v5M12 16.5v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
  list: "M9 6h11M9 12h11M9 18h11M4 6l1 1 1.5-2M4 12l1 1 1.5-2M4 18l1 1 1.5-2",
  chart: "M4 20h16M7 20v-7M12 20V5M17 20v-10",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 12h2M18 12h2M12 4v2M12 18v2M6.3 6.3l1.5 1.5M16.2 16.2l1.5 1.5M17.7 6.3l-1.5 1.5M7.8 16.2l-1.5 1.5",
  chevron: "M9 6l6 6-6 6",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
  back: "M19 12H5M11 6l-6 6 6 6",
} as const;

export type IconName = keyof typeof paths;

export function IconDefinitions() {
  return (
    <svg width="0" height="0" aria-hidden="true" className="absolute">
      <defs>
        {Object.entries(paths).map(([name, path]) => (
          <symbol key={name} id={`i-${name}`} viewBox="0 0 24 24">
            <path d={path} />
          </symbol>
        ))}
      </defs>
    </svg>
  );
}

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}

/** The logo: a hook over a board. */
export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true" className="flex-none">
      <rect x="2" y="19" width="24" height="5" rx="1.5" className="fill-hairline" />
      <path
        d="M18 26V10.5A5.5 5.5 0 0 0 12.5 5h-1A5.5 5.5 0 0 0 6 10.5V17"
        fill="none"
        className="stroke-accent"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path d="M3.5 17.5h5" className="stroke-accent" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
