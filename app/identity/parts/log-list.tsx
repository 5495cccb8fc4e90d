import type { Said } from "~/core/time/words";
import { When } from "~/web/ui/when";

export type LogItem = {
  id: string;
  event: string;
  detail: string | null;
  device: string | null;
  address: string | null;
  at: Said;
};

/** Lists events of the security log. */
export function LogList({ items }: { items: LogItem[] }) {
  return (
    <ul className="rows mb-6">
      {items.map(({ id, event, detail, device, address, at }) => (
        <li key={id} className="border-b border-hairline py-3">
          <p>
            <span className="font-medium">{event}</span>
            {detail && (
              <span className="text-muted">
                : <span dir="auto">{detail}</span>
              </span>
            )}
          </p>
          <p className="row-meta">
            <When at={at} /> {device && <span>{device}</span>} {address && <span className="tabular">{address}</span>}
          </p>
        </li>
      ))}
    </ul>
  );
}
