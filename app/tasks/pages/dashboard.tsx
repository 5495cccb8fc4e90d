import type { MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { signedIn } from "~/web/guards.server";
import { CompletedChart } from "~/tasks/parts/completed-chart";
import { EmptyState } from "~/web/ui/empty-state";
import { PriorityMark } from "~/tasks/parts/priority";
import { DueDate, toTaskItem } from "~/tasks/parts/task-row";
import { localDay } from "~/core/time/day";
import { now } from "~/core/time/moment";
import { summarizeTasks } from "~/tasks/domain/summary.server";
import { HttpError } from "~/web/http-error";
import { pageAction, pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [{ title: "Dashboard · Holdfast" }];

export const loader = pageLoader(signedIn, async ({ actor }) => {
  const moment = now();
  const summary = await summarizeTasks(actor, moment);
  return { ...summary, next: summary.next.map(toTaskItem), today: localDay(moment) };
});

export const action = pageAction(signedIn, () =>
  Promise.reject(new HttpError(405, "The dashboard only shows things", { Allow: "GET, HEAD" })),
);

export default function Dashboard() {
  const { open, completed, overdue, dueToday, dueThisWeek, next, completedPerDay, today } =
    useLoaderData<typeof loader>();
  const counts = [
    { label: "Open", count: open },
    { label: "Completed", count: completed },
    { label: "Overdue", count: overdue, urgent: overdue > 0 },
    { label: "Due today", count: dueToday },
    { label: "Due this week", count: dueThisWeek },
  ];
  return (
    <>
      <h1 className="mb-8">Dashboard</h1>
      <dl className="counts">
        {counts.map(({ label, count, urgent }) => (
          <div key={label} className="count">
            <dt className="text-sm text-muted">{label}</dt>
            <dd className={`tabular font-serif text-3xl ${urgent ? "text-danger" : ""}`}>{count}</dd>
          </div>
        ))}
      </dl>
      <section aria-labelledby="next-heading" className="mt-12">
        <h2 id="next-heading" className="section-heading">
          Next due
        </h2>
        {next.length > 0 ? (
          <ul className="rows">
            {next.map((task) => (
              <li key={task.number} className="border-b border-hairline py-3">
                <Link to={`/tasks/${task.number}`} className="row-title" dir="auto">
                  {task.title}
                </Link>
                <p className="row-meta">
                  <PriorityMark priority={task.priority} />{" "}
                  {task.dueDate && <DueDate day={task.dueDate} today={today} done={false} />}
                </p>
              </li>
            ))}
          </ul>
        ) : (
          <EmptyState
            action={
              <Link className="link" to="/tasks">
                Go to your tasks
              </Link>
            }
          >
            No open task has a due date. Give one a day, and it shows up here.
          </EmptyState>
        )}
      </section>
      <section aria-labelledby="chart-heading" className="mt-12">
        <h2 id="chart-heading" className="section-heading">
          Completed per day
        </h2>
        <CompletedChart days={completedPerDay} today={today} />
      </section>
    </>
  );
}
