import { Form, Link, useSubmit } from "@remix-run/react";
import { Fragment, useEffect, useRef } from "react";
import { priorities, type SortOrder } from "~/tasks/domain/task-values";
import { Icon } from "~/web/ui/icons";
import { priorityNames } from "./priority";
import { statuses, taskViewSearch, type TaskView } from "./task-view";

const statusNames = { all: "All", active: "Active", completed: "Completed" } as const;

const sortNames: Record<SortOrder, string> = {
  "-created_at": "Newest first",
  created_at: "Oldest first",
  due_date: "Due soonest",
  "-due_date": "Due latest",
  "-priority": "Highest priority",
  priority: "Lowest priority",
  title: "Title A–Z",
  "-title": "Title Z–A",
};

/**
 * Filters by status, search and priority, and the order. They are links and a GET form, so every view has its own
 * address.
 */
export function TaskFilters({ view, narrowed }: { view: TaskView; narrowed: boolean }) {
  const submit = useSubmit();
  const form = useRef<HTMLFormElement>(null);
  // Writes a new view's values into the existing fields. Replacing the fields would lose the focus.
  useEffect(() => {
    const values = { q: view.q, priority: view.priority ?? "", sort: view.sort };
    for (const [name, value] of Object.entries(values)) {
      const field = form.current?.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
    }
  }, [view.q, view.priority, view.sort]);
  return (
    <section aria-label="Filter tasks" className="lines mb-4">
      <nav aria-label="Status" className="tabs">
        {statuses.map((status) => (
          <Fragment key={status}>
            <Link
              to={`/tasks${taskViewSearch(view, { status })}`}
              className="tab"
              aria-current={view.status === status ? "page" : undefined}
              preventScrollReset
            >
              {statusNames[status]}
            </Link>{" "}
          </Fragment>
        ))}
      </nav>
      <Form
        action="/tasks"
        role="search"
        className="filter-line"
        preventScrollReset
        ref={form}
        onChange={(event) => {
          if (event.target instanceof HTMLSelectElement) submit(event.currentTarget, { preventScrollReset: true });
        }}
      >
        {view.status !== "all" && <input type="hidden" name="status" value={view.status} />}
        <div className="filter-search">
          <label htmlFor="filter-q" className="sr-only">
            Search
          </label>{" "}
          <input
            id="filter-q"
            className="input"
            type="search"
            dir="auto"
            name="q"
            defaultValue={view.q}
            placeholder="Search"
            maxLength={200}
          />
        </div>
        <div>
          <label htmlFor="filter-priority" className="sr-only">
            Show
          </label>{" "}
          <select id="filter-priority" className="input" name="priority" defaultValue={view.priority ?? ""}>
            <option value="">Every priority</option>
            {[...priorities].reverse().map((priority) => (
              <option key={priority} value={priority}>
                {priorityNames[priority]}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label htmlFor="filter-sort" className="sr-only">
            Order
          </label>{" "}
          <select id="filter-sort" className="input" name="sort" defaultValue={view.sort}>
            {Object.entries(sortNames).map(([sort, name]) => (
              <option key={sort} value={sort}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" className="button">
          <Icon name="search" />
          <span>Apply</span>
        </button>
      </Form>
      {narrowed && (
        <p className="mt-2 text-sm">
          <Link
            className="link"
            to={`/tasks${taskViewSearch(view, { priority: null, sort: "-created_at", q: "" })}`}
            preventScrollReset
          >
            Show everything again
          </Link>
        </p>
      )}
    </section>
  );
}
