import { useArrival } from "~/web/ui/arrival";
import { SubmitButton } from "~/web/ui/form/form";

/** A QR code. It is dark on white in dark mode too, because cameras expect dark on white. */
export function QrCode({ size, path, label }: { size: number; path: string; label: string }) {
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      className="block h-auto w-60 rounded"
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={`M0 0h${size}v${size}H0z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** Ten backup codes, which are shown only once. */
export function BackupCodes({ codes }: { codes: readonly string[] }) {
  const heading = useArrival();
  return (
    <section aria-labelledby="codes-heading">
      <h2 id="codes-heading" className="section-heading" ref={heading} tabIndex={-1}>
        Your backup codes
      </h2>
      <p className="mb-4 max-w-prose">
        Each signs you in once when you do not have your app. Keep them where you keep your passwords:{" "}
        <strong>they are shown only now.</strong>
      </p>
      <ul className="mb-6 grid max-w-sm grid-cols-2 gap-x-8 gap-y-1">
        {codes.map((code) => (
          <li key={code}>
            <code className="tabular text-lg">{code}</code>
          </li>
        ))}
      </ul>
      {/* A plain form and not one for scripts, because its answer is a file. */}
      <form method="post" action="/settings/two-step/backup-codes">
        <input type="hidden" name="codes" value={codes.join(" ")} />
        <SubmitButton look="quiet">Download</SubmitButton>
      </form>
    </section>
  );
}
