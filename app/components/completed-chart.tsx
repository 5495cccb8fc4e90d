import { dateWords } from "./due";

type Day = { day: string; count: number };

const width = 700;
const height = 210;
const floor = 170;
const top = 34;

/** Bars for the last days, drawn on the server. The same figures stand in a table for whoever cannot see them. */
export function CompletedChart({ days, today }: { days: Day[]; today: string }) {
  const most = Math.max(1, ...days.map(({ count }) => count));
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const step = width / days.length;
  const heightOf = (count: number) => ((floor - top) * count) / most;
  return (
    <figure>
      <svg viewBox={`0 0 ${width} ${height}`} className="chart" role="img" aria-labelledby="chart-title">
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
                  <text x={middle} y={floor - bar - 7} className="chart-count">
                    {count}
                  </text>
                </>
              )}
              {(days.length - 1 - index) % 3 === 0 && (
                <text x={middle} y={floor + 30} className="chart-day">
                  {day === today ? "Today" : dateWords(day, today)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
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
                  <time dateTime={day}>{dateWords(day, today)}</time>
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
