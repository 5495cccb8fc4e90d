import { dateWords, sayDay } from "~/core/time/words";
import { When } from "~/web/ui/when";

type Day = { day: string; count: number };

const width = 700;
const height = 172;
const floor = 170;
const top = 34;

/** Every third day has its name under the chart, counted back from the last day. */
const isNamed = (_: Day, index: number, days: readonly Day[]) => (days.length - 1 - index) % 3 === 0;

/**
 * Bars for the last days, drawn on the server. The names of the days are ordinary text of the page, so that they scale
 * with the reader's text size and stay within the page's edge. A table holds the same figures for people who cannot see
 * the bars.
 */
export function CompletedChart({ days, today }: { days: Day[]; today: string }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const step = width / days.length;
  const heightOf = (count: number) => ((floor - top) * count) / most;
  const isEmpty = total === 0;
  return (
    <figure className="lines">
      {isEmpty && <p className="mb-6 text-muted">Nothing completed in these days. What you finish shows up here.</p>}
      {/* If no day has a bar, the chart is only the line, without empty space above it. */}
      <svg
        viewBox={isEmpty ? `0 ${floor} ${width} 2` : `0 0 ${width} ${height}`}
        className="chart"
        role="img"
        aria-labelledby="chart-title"
      >
        <title id="chart-title">{`${total} ${total === 1 ? "task" : "tasks"} completed in the last ${days.length} days`}</title>
        <path d={`M0 ${floor + 0.5}H${width}`} className="stroke-field" strokeWidth="1" />
        {days.map(({ day, count }, index) => {
          const middle = step * (index + 0.5);
          const bar = heightOf(count);
          return (
            <g key={day}>
              {count > 0 && (
                <>
                  <rect
                    x={middle - step * 0.32}
                    y={floor - bar}
                    width={step * 0.64}
                    height={bar}
                    rx="3"
                    className="fill-accent"
                  />
                  <text x={middle} y={floor - bar - 7}>
                    {count}
                  </text>
                </>
              )}
            </g>
          );
        })}
      </svg>
      <div className="chart-days" aria-hidden="true">
        {days.filter(isNamed).map(({ day }) => (
          <p key={day}>{day === today ? "Today" : dateWords(day, today)}</p>
        ))}
      </div>
      <figcaption className="sr-only">
        <table>
          <caption>Tasks completed per day</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">Completed</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, count }) => (
              <tr key={day}>
                <th scope="row">
                  <When at={sayDay(day, today)} />
                </th>
                <td>{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </figcaption>
    </figure>
  );
}
