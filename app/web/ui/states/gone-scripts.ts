/**
 * After an upgrade, the scripts that an open page would load next no longer exist. The framework would then reload the
 * page, and what was clicked and typed would be lost. `vite.config.ts` makes the framework call this module instead,
 * and the browser itself follows the link or sends the form.
 */

type Submission = Readonly<{ formMethod?: string; formAction?: string; formData?: FormData }>;

type Router = {
  state: {
    navigation: Submission & { state: string; location?: { pathname: string; search: string; hash: string } };
    fetchers: Map<string, Submission & { state: string }>;
  };
};

const isOnItsWay = ({ state, formMethod = "" }: Submission & { state: string }) =>
  state === "submitting" && formMethod.toLowerCase() === "post";

/** Has the browser do what the page's scripts were about to do. */
export function goOnByBrowser(): void {
  const { navigation, fetchers } = (window as unknown as { __remixRouter: Router }).__remixRouter.state;
  const form = [navigation, ...fetchers.values()].find(isOnItsWay);
  if (form?.formData && form.formAction !== undefined) sendByBrowser(form.formAction, form.formData);
  else if (navigation.location) {
    const { pathname, search, hash } = navigation.location;
    window.location.assign(pathname + search + hash);
  } else window.location.reload();
}

function sendByBrowser(action: string, fields: FormData): void {
  const form = document.createElement("form");
  [form.method, form.action, form.hidden] = ["post", action, true];
  for (const [name, value] of fields) {
    // "stay" asks for an answer for scripts, but the browser needs a page.
    if (name === "stay" || typeof value !== "string") continue;
    // A text area, because an input cannot hold line breaks.
    const field = document.createElement("textarea");
    [field.name, field.value] = [name, value];
    form.append(field);
  }
  document.body.append(form);
  // Sent as if a person had pressed the button, so that the check for unsaved text knows that the form is being sent.
  form.requestSubmit();
}
