import { Link } from "@remix-run/react";
import type { ReactNode } from "react";

type SettingsHeadingProps = {
  /** The page between this one and the settings, if there is one. */
  below?: { to: string; label: string };
  children: ReactNode;
};

/** The heading of every page below the settings, and above it the links back. */
export function SettingsHeading({ below, children }: SettingsHeadingProps) {
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-1 flex flex-wrap items-center gap-x-2">
        <BackLink to="/settings" label="Settings" />
        {below && (
          <>
            <span aria-hidden="true" className="text-muted">
              /
            </span>
            <BackLink {...below} />
          </>
        )}
      </nav>
      <h1 className="mb-6">{children}</h1>
    </>
  );
}

const BackLink = ({ to, label }: { to: string; label: string }) => (
  <Link className="link inline-flex min-h-11 items-center" to={to}>
    {label}
  </Link>
);
